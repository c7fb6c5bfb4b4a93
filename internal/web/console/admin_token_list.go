package console

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var allTokensPage = page.Parse(templates, "templates/admin_token_list.html", "templates/admin_parts.html", "templates/token_rows.html")

// allTokensView is the list of everybody's tokens.
type allTokensView struct {
	Views  []listShow // saved views, each a link
	Search string
	Hidden []keptField
	Owner  *ownerOf // of whom all are, when the address says so
	Clear  string
	Rows   []anyTokenRow
	Sorts  map[string]sortLink
	Pages  pages
	Never  int // live ones without an end
	Live   int
	CSV    string // the same as a table, where the API has it
	Admin  bool
}

// anyTokenRow is a token and whose it is.
type anyTokenRow struct {
	tokenRow
	Owner ownerOf
}

// Path is the page of the token for administrators.
func (r anyTokenRow) Path() string { return anyTokenPath(r.ID) }

func anyTokenPath(id pat.TokenID) string { return "/admin/tokens/" + strconv.FormatInt(int64(id), 10) }

// ownerOf is a user as lists name one. The name of a deleted one is "".
type ownerOf struct {
	ID       pat.UserID
	Name     string
	Disabled bool
	Service  bool
}

// allViews are the saved views. The first is the list without a filter.
var allViews = []string{"live", "never", "unused", "soon", "paused", "disabled", "ended"}

// allSorts are the columns that the list can go by.
var allSorts = map[string]string{"name": "name", "expires": "expires", "used": "last_used", "created": "created", "owner": "owner.username"}

// allShown are the conditions of a view.
func (v *visit) allShown(view string) []pat.Cond {
	live := v.shown("active")
	switch view {
	case "paused":
		return append(live, pat.Cond{Field: "paused", Op: pat.IsNull, Not: true})
	case "disabled":
		return append(live, pat.Cond{Field: "owner.disabled", Op: pat.IsNull, Not: true})
	case "live":
		return live
	}
	return v.shown(view)
}

func (v *visit) allTokens() error {
	l := v.listing("/admin/tokens", "view", "q", "owner")
	now := l.get("view")
	if !slices.Contains(allViews, now) {
		now = allViews[0]
		l.is.Del("view")
	}
	usual := "expires"
	if now == "ended" {
		usual = "-created"
	}
	sort, order := l.order(allSorts, usual)
	list, total, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{
		Where: v.allConditions(l, now), Order: order, Limit: pageSize, Offset: l.offset(),
	})
	if err != nil {
		return err
	}
	if len(list) == 0 && l.page > 1 {
		return v.seeOther(l.with())
	}
	view := allTokensView{
		Search: l.get("q"), Hidden: l.hidden("q"), Clear: l.path, Sorts: l.sorts(allSorts, sort), Pages: l.pages(len(list), total),
		CSV: v.csvOf(now, l.id("owner")), Admin: v.who.Admin,
	}
	if view.Rows, err = v.anyRows(list); err != nil {
		return err
	}
	if id := l.id("owner"); id != 0 {
		owners, err := v.owners([]int64{id})
		if err != nil {
			return err
		}
		view.Owner = new(owners.of(pat.UserID(id)))
	}
	if err := v.countAll(&view, l, now); err != nil {
		return err
	}
	return v.show(allTokensPage, "all", view)
}

// allConditions are those of the view, the owner and the search.
func (v *visit) allConditions(l listing, view string) []pat.Cond {
	conds := v.allShown(view)
	if id := l.id("owner"); id != 0 {
		conds = append(conds, is("owner", pat.Equal, id))
	}
	if q := l.get("q"); q != "" {
		part := func(field string, fold bool) pat.Cond {
			return pat.Cond{Field: field, Op: pat.Contains, Value: q, Fold: fold}
		}
		conds = append(conds, pat.Cond{Any: []pat.Cond{
			part("name", true), part("description", true), part("last_four", false), part("owner.username", true),
		}})
	}
	return conds
}

// countAll fills in the counters. They are of all owners, or of the one asked for.
func (v *visit) countAll(view *allTokensView, l listing, now string) error {
	for _, key := range allViews {
		conds := v.allShown(key)
		if id := l.id("owner"); id != 0 {
			conds = append(conds, is("owner", pat.Equal, id))
		}
		_, n, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{Where: conds})
		if err != nil {
			return err
		}
		switch key {
		case "live":
			view.Live = n
		case "never":
			view.Never = n
		}
		param := key
		if key == allViews[0] {
			param = ""
		}
		view.Views = append(view.Views, listShow{Key: key, Count: n, Now: key == now, Href: l.with("view", param, "sort", "", "q", "")})
	}
	return nil
}

func (v *visit) anyRows(list []pat.Token) ([]anyTokenRow, error) {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = int64(list[i].Owner)
	}
	owners, err := v.owners(ids)
	if err != nil {
		return nil, err
	}
	rows := make([]anyTokenRow, len(list))
	for i := range list {
		rows[i] = v.anyRow(&list[i], owners.of(list[i].Owner))
	}
	return rows, nil
}

func (v *visit) anyRow(t *pat.Token, owner ownerOf) anyTokenRow {
	row := anyTokenRow{v.row(t), owner}
	if owner.Disabled && !row.Ended {
		row.State = "blocked"
	}
	return row
}

type owners map[pat.UserID]ownerOf

// of returns the user; without a name one who was deleted.
func (o owners) of(id pat.UserID) ownerOf {
	if owner, ok := o[id]; ok {
		return owner
	}
	return ownerOf{ID: id}
}

// owners finds the names of the users.
func (v *visit) owners(ids []int64) (owners, error) {
	found := owners{}
	if len(ids) == 0 {
		return found, nil
	}
	list, _, err := v.f.Authority.Users(v.r.Context(), v.who, pat.Query{
		Where: []pat.Cond{is("id", pat.In, ids)}, Limit: len(ids), Uncounted: true,
	})
	for i := range list {
		u := &list[i]
		found[u.ID] = ownerOf{u.ID, u.Name, !u.DisabledAt.IsZero(), u.Service}
	}
	return found, err
}

// csvOf is where the API has the view as a table; "" where it has no such filter.
func (v *visit) csvOf(view string, owner int64) string {
	q := url.Values{"format": {"csv"}, "status": {"live"}}
	switch view {
	case "live":
		q.Del("status")
		q.Set("status__in", "live,paused")
	case "never":
		q.Del("status")
		q.Set("status__in", "live,paused")
		q.Set("never", "true")
	case "soon":
		q.Del("status")
		q.Set("status__in", "live,paused")
		q.Set("expires__lte", v.now.Add(soon).Format(time.RFC3339))
	case "paused":
		q.Set("status", "paused")
	case "ended":
		q.Del("status")
		q.Set("status__in", "expired,revoked")
	default:
		return ""
	}
	if owner != 0 {
		q.Set("user", strconv.FormatInt(owner, 10))
	}
	return "/api/v2/tokens/?" + q.Encode()
}
