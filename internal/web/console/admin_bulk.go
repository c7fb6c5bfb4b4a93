package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var (
	bulkFormPage = page.Parse(templates, "templates/admin_bulk.html", "templates/reason.html")
	bulkRunPage  = page.Parse(templates, "templates/admin_bulk_run.html", "templates/token_rows.html")
)

// Where something is done to many tokens of anybody.
const (
	bulkPath   = "/admin/tokens/bulk"
	pickedPath = "/admin/tokens/picked"
)

// bulkShown is how many tokens of a selection the preview shows.
const bulkShown = 10

// bulkFormView is the form that selects tokens: those of a view of the list, and
// of them those for which all that is filled in holds.
type bulkFormView struct {
	Action string
	View   string // "" for the list without a filter
	Search string
	Owner  *ownerOf
	// Ends and Idle are days: of tokens that expire before, and unused since.
	Ends, Idle string

	Act           string
	Acts          []string
	Before, After string // when they were issued, to the minute
	Unused        string
	From, Scope   string
	Never         bool
	Reason        string
	CSRF          string
	Problems      page.Problems
}

// narrowed reports whether the list is narrowed by more than an owner.
func (b *bulkFormView) narrowed() bool {
	return b.View != "" || b.Search != "" || b.Ends != "" || b.Idle != ""
}

// minute is how a browser sends a date with a time of the day.
const minute = "2006-01-02T15:04"

func (v *visit) bulkFormView() (*bulkFormView, listing, error) {
	l := v.listing(bulkPath, allFilters...)
	view := &bulkFormView{Action: l.with("sort", ""), Search: l.get("q"), Ends: v.dayText(l, "ends"), Idle: v.dayText(l, "idle"), Act: "revoke", CSRF: v.token()}
	for _, act := range pat.BulkActs {
		view.Acts = append(view.Acts, string(act))
	}
	if name := l.get("view"); name != allViews[0] && slices.Contains(allViews, name) {
		view.View = name
	}
	var err error
	view.Owner, err = v.ownerAsked(l)
	return view, l, err
}

func (v *visit) bulkForm() error {
	view, _, err := v.bulkFormView()
	if err != nil {
		return err
	}
	if !view.narrowed() && view.Owner == nil {
		view.Before = v.at(v.now).Format(minute) // all that there is by now
	}
	return v.show(bulkFormPage, "all", view)
}

// bulkPreview selects the tokens and leads to the selection. Nothing is done yet.
func (v *visit) bulkPreview() error {
	view, l, err := v.bulkFormView()
	if err != nil {
		return err
	}
	req, err := v.bulkRequest(view, l)
	if err != nil {
		return err
	}
	if len(view.Problems) == 0 {
		var b pat.Bulk
		if b, _, err = v.f.Authority.PreviewBulk(v.r.Context(), v.who, req, 0); err == nil {
			return v.seeOther(bulkPath + "/" + strconv.FormatInt(int64(b.ID), 10))
		}
		if !pat.Is(err, pat.Invalid) {
			return err
		}
		problem := "err.bulk.none"
		if len(pat.AsError(err).Fields) > 0 {
			problem = "err.bulk.many"
		}
		view.Problems.Add("before", problem, map[string]any{"N": pat.MaxBulk})
	}
	return v.refuse(bulkFormPage, "all", http.StatusUnprocessableEntity, view)
}

// bulkRequest is what the form asks for; what is wrong with it is in Problems.
func (v *visit) bulkRequest(view *bulkFormView, l listing) (pat.BulkRequest, error) {
	view.Act, view.Reason, view.Never = v.form["act"], v.field("reason"), v.form["never"] != ""
	view.Before, view.After, view.Unused = v.field("before"), v.field("after"), v.field("unused")
	view.From, view.Scope = v.field("from"), v.field("scope")
	req := pat.BulkRequest{Act: pat.BulkAct(view.Act), Reason: view.Reason, NeverExpires: view.Never, Scope: pat.Scopes(view.Scope)}
	if !slices.Contains(pat.BulkActs, req.Act) {
		view.Problems.Add("act", "err.act", nil)
	}
	at := func(field, text string) (t time.Time) {
		if text != "" {
			var err error
			if t, err = time.ParseInLocation(minute, cutRunes(text, len(minute)), v.zone); err != nil {
				view.Problems.Add(field, "err.time", nil)
			}
		}
		return t
	}
	req.CreatedBefore, req.CreatedAfter, req.UnusedSince = at("before", view.Before), at("after", view.After), at("unused", view.Unused)
	if view.From != "" {
		nets, err := pat.ParseNetworks(strings.Fields(view.From))
		if err != nil {
			view.Problems.Add("from", "err.from", nil)
		}
		req.UsedFrom = nets
	}
	if strings.ContainsAny(view.Scope, " \t") {
		view.Problems.Add("scope", "err.scope.one", nil)
	}
	reasonProblem(&view.Problems, view.Reason)
	if view.Owner != nil {
		req.Owner = view.Owner.ID
	}
	if v.retyped(&view.Problems) || len(view.Problems) > 0 || !view.narrowed() {
		return req, nil
	}
	var err error
	req.Where, _, err = v.allMatching(l, cmp.Or(view.View, allViews[0])) // what the list shows
	return req, err
}

// bulkRunView is a selection: before it is run, on the way, or done.
type bulkRunView struct {
	Act, Reason                string
	Count, Gone, Changed, Left int
	Rows                       []anyTokenRow // the first
	Broken                     bool          // it was selected since it breaks the policy
	Path, CSRF                 string
}

func (v *visit) bulkOfPath() (pat.Bulk, error) {
	id, err := v.pathID()
	if err != nil {
		return pat.Bulk{}, err
	}
	return v.f.Authority.Bulk(v.r.Context(), v.who, pat.BulkID(id))
}

func (v *visit) bulkShow() error {
	b, err := v.bulkOfPath()
	if err != nil {
		return err
	}
	list, err := v.pickedTokens(b.Tokens[:min(bulkShown, len(b.Tokens))])
	if err != nil {
		return err
	}
	rows, err := v.anyRows(list)
	if err != nil {
		return err
	}
	why := b.Reason
	if key := whyKey(why); key != "" {
		why = v.speak.Say(key, nil)
	}
	return v.show(bulkRunPage, "all", bulkRunView{
		Act: string(b.Act), Reason: why, Count: len(b.Tokens), Gone: b.Done, Changed: b.Changed, Left: b.Left(), Broken: b.Reason == brokenWhy,
		Rows: rows, Path: bulkPath + "/" + strconv.FormatInt(int64(b.ID), 10), CSRF: v.token(),
	})
}

// bulkRun goes on with the selection, and leads back to it: a reload of that
// page does nothing.
func (v *visit) bulkRun() error {
	b, err := v.bulkOfPath()
	if err != nil {
		return err
	}
	if b.Left() > 0 {
		if err := v.runBulk(b.ID); err != nil {
			return err
		}
	}
	return v.seeOther(bulkPath + "/" + strconv.FormatInt(int64(b.ID), 10))
}

// toTokens and toAllTokens lead from where forms go to the pages they come from.
func (v *visit) toTokens() error    { return v.seeOther("/profile/tokens") }
func (v *visit) toAllTokens() error { return v.seeOther("/admin/tokens") }
