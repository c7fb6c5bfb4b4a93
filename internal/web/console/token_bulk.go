package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var bulkPage = page.Parse(templates, "templates/token_bulk.html", "templates/reason.html", "templates/token_rows.html")

// pick begins the name of the box beside a token; its id follows.
const pick = "pick."

// maxPicked bounds how many tokens a form names: no list shows more on a page.
const maxPicked = 100

// bulkView asks about the tokens that were ticked, or tells what became of each.
type bulkView struct {
	Act      string
	Rows     []bulkRow
	Done     bool
	Action   string // where the form goes
	Back     string
	Others   bool // they may be those of others: a reason is asked for
	Section  string
	Reason   string
	CSRF     string
	Problems page.Problems
}

// bulkRow is one of the tokens.
type bulkRow struct {
	anyTokenRow
	Href string
	Told string // the message that says what became of it
}

// bulkActs are what can be done to ticked tokens.
var bulkActs = []string{"pause", "revoke"}

// picked reads which tokens are ticked.
func picked(form web.Form) []pat.TokenID {
	var ids []pat.TokenID
	for name, value := range form {
		text, ok := strings.CutPrefix(name, pick)
		id, err := strconv.ParseInt(text, 10, 64)
		if ok && err == nil && id > 0 && value != "" && len(ids) < maxPicked {
			ids = append(ids, pat.TokenID(id))
		}
	}
	slices.Sort(ids)
	return ids
}

// pickedTokens returns those of the ticked tokens that the conditions let pass,
// as they stand now. Whatever else was named is as if it were not there.
func (v *visit) pickedTokens(ids []pat.TokenID, conds ...pat.Cond) ([]pat.Token, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in := make([]int64, len(ids))
	for i, id := range ids {
		in[i] = int64(id)
	}
	list, _, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{
		Where: append(conds, is("id", pat.In, in)), Order: []pat.Order{{Field: "name"}}, Limit: len(in), Uncounted: true,
	})
	return list, err
}

// tokenBulk pauses the visitor's ticked tokens, or revokes them when that was
// confirmed. Neither asks for a password.
func (v *visit) tokenBulk() error {
	ids, act := picked(v.form), v.form["act"]
	if len(ids) == 0 || !slices.Contains(bulkActs, act) {
		var problems page.Problems
		problems.Add("picks", "bulk.none", nil)
		v.retyped(&problems)
		return v.listTokens(problems)
	}
	list, err := v.pickedTokens(ids, v.own()...)
	if err != nil {
		return err
	}
	view := bulkView{Act: act, Action: v.r.URL.RequestURI(), Back: listPath(v.r.URL.RawQuery), Section: "tokens", CSRF: v.token()}
	if v.retyped(&view.Problems) {
		view.Rows = v.bulkRows(list, tokenPath)
		return v.refuse(bulkPage, view.Section, http.StatusForbidden, view)
	}
	if act == "revoke" && v.form["sure"] == "" {
		view.Rows = v.bulkRows(list, tokenPath)
		return v.show(bulkPage, view.Section, view)
	}
	told, err := v.actOnEach(list, act, "")
	if err != nil {
		return err
	}
	if list, err = v.pickedTokens(ids, v.own()...); err != nil {
		return err
	}
	view.Done, view.Rows = true, v.bulkRows(list, tokenPath)
	view.tell(told)
	return v.show(bulkPage, view.Section, view)
}

func listPath(query string) string {
	if query == "" {
		return "/profile/tokens"
	}
	return web.LocalPath("/profile/tokens?"+query, "/profile/tokens")
}

func (v *visit) bulkRows(list []pat.Token, path func(pat.TokenID) string) []bulkRow {
	rows := make([]bulkRow, len(list))
	for i := range list {
		rows[i] = bulkRow{anyTokenRow: anyTokenRow{tokenRow: v.row(&list[i])}, Href: path(list[i].ID)}
	}
	return rows
}

// tell writes beside each token what became of it. One that is not in told was
// removed meanwhile.
func (b *bulkView) tell(told map[pat.TokenID]string) {
	for i := range b.Rows {
		b.Rows[i].Told = cmp.Or(told[b.Rows[i].ID], "bulk.ended")
	}
}

// actOnEach does it to one token after the other, each in a transaction of its
// own, and returns the message that says what became of each.
func (v *visit) actOnEach(list []pat.Token, act, why string) (map[pat.TokenID]string, error) {
	told := map[pat.TokenID]string{}
	for i := range list {
		key, err := v.actOn(&list[i], act, why)
		switch {
		case err == nil:
			told[list[i].ID] = key
		case pat.Is(err, pat.Conflict), pat.Is(err, pat.NotFound): // somebody was faster
			told[list[i].ID] = "bulk.ended"
		case pat.Is(err, pat.Unavailable):
			web.Note(v.r, err)
			told[list[i].ID] = "bulk.failed"
		default:
			return nil, err
		}
	}
	return told, nil
}

func (v *visit) actOn(t *pat.Token, act, why string) (string, error) {
	ctx := v.r.Context()
	switch {
	case !endedAt(t, v.now).IsZero():
		return "bulk.ended", nil
	case act == "revoke":
		return "bulk.revoked", v.f.Authority.RevokeToken(ctx, v.who, t.ID, why)
	case !t.PausedAt.IsZero():
		return "bulk.waspaused", nil
	}
	_, err := v.f.Authority.PauseToken(ctx, v.who, t.ID, why)
	return "bulk.paused", err
}

// anyBulk does to ticked tokens of anybody what an administrator wants, with a
// reason that each owner reads.
func (v *visit) anyBulk() error {
	ids, act := picked(v.form), v.form["act"]
	if len(ids) == 0 || !slices.Contains(bulkActs, act) {
		var problems page.Problems
		problems.Add("picks", "bulk.none", nil)
		v.retyped(&problems)
		return v.listAll(problems)
	}
	list, err := v.pickedTokens(ids)
	if err != nil {
		return err
	}
	view := bulkView{Act: act, Action: v.r.URL.RequestURI(), Back: v.listing("/admin/tokens", allFilters...).with(), Others: true, Section: "all", Reason: v.field("reason"), CSRF: v.token()}
	if v.form["sure"] != "" {
		reasonProblem(&view.Problems, view.Reason)
	}
	v.retyped(&view.Problems)
	var told map[pat.TokenID]string
	if view.Done = v.form["sure"] != "" && len(view.Problems) == 0; view.Done {
		if told, err = v.actOnEach(list, act, view.Reason); err != nil {
			return err
		}
		if list, err = v.pickedTokens(ids); err != nil {
			return err
		}
	}
	rows, err := v.anyRows(list)
	if err != nil {
		return err
	}
	for _, row := range rows {
		view.Rows = append(view.Rows, bulkRow{anyTokenRow: row, Href: row.Path()})
	}
	view.tell(told)
	if len(view.Problems) > 0 {
		return v.refuse(bulkPage, view.Section, http.StatusUnprocessableEntity, view)
	}
	return v.show(bulkPage, view.Section, view)
}
