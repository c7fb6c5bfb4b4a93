package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var allTokensPage = page.Parse(templates, "templates/admin_token_list.html", "templates/admin_parts.html", "templates/token_rows.html", "templates/picks.html")

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
	More   bool // there may be more that break the policy than were found
	Never  int  // live ones without an end
	Live   int
	CSV    string // the same as a table, where the API has it
	Admin  bool
	// Ends and Idle are days: tokens that expire before, and unused since.
	Ends, Idle string
	Filters    []keptField
	Action     string // where the form for ticked tokens goes
	Bulk       string // the page on which something is done to all that match
	CSRF       string
	Problems   page.Problems
}

// anyTokenRow is a token and whose it is.
type anyTokenRow struct {
	tokenRow
	Owner  ownerOf
	Breaks string // the rule of the policy that it breaks, where that was looked for
}

// Path is the page of the token for administrators.
func (r anyTokenRow) Path() string { return anyTokenPath(r.ID) }

func anyTokenPath(id pat.TokenID) string { return "/admin/tokens/" + strconv.FormatInt(int64(id), 10) }

// ownerOf is a user as lists name one. The name of a deleted one is "", and it is
// not known whether that was a service account.
type ownerOf struct {
	ID       pat.UserID
	Name     string
	Disabled bool
	Service  bool
}

// allViews are the saved views. The first is the list without a filter.
var allViews = []string{"live", "never", "unused", "soon", "anywhere", "full", "breaks", "paused", "disabled", "ended"}

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
	case "anywhere":
		return append(live, is("networks", pat.IsNull, nil))
	case "full":
		return append(live, is("scope", pat.In, fullAccess))
	case "live":
		return live
	}
	return v.shown(view)
}

// fullAccess are the lists of scopes that pages call full access.
var fullAccess = []string{"write", "read write", "write read"}

// breaksPath is the view of the tokens that break the policy.
const breaksPath = "/admin/tokens?view=breaks"

// allFilters are the parameters of the list.
var allFilters = []string{"view", "q", "owner", "ends", "idle"}

func (v *visit) allTokens() error { return v.listAll(nil) }

// listAll shows the list, with what is wrong with the form for ticked tokens.
func (v *visit) listAll(problems page.Problems) error {
	l, now := v.allListing()
	sort, order := l.order(allSorts, usualOrder(now))
	where, breaks, err := v.allMatching(l, now)
	if err != nil {
		return err
	}
	list, total, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{
		Where: where, Order: order, Limit: pageSize, Offset: l.offset(),
	})
	if err != nil {
		return err
	}
	if len(list) == 0 && l.page > 1 {
		return v.seeOther(l.with())
	}
	view := allTokensView{
		More:   !breaks.Complete,
		Search: l.get("q"), Hidden: l.hidden("q"), Clear: l.path, Sorts: l.sorts(allSorts, sort), Pages: l.pages(len(list), total),
		CSV: v.csvOf(l, now), Admin: v.who.Admin, Ends: l.get("ends"), Idle: l.get("idle"), Filters: l.hidden("ends", "idle", "page"),
	}
	if view.Rows, err = v.anyRows(list); err != nil {
		return err
	}
	for i := range view.Rows {
		view.Rows[i].Breaks = breaks.Rules[view.Rows[i].ID]
	}
	if view.Owner, err = v.ownerAsked(l); err != nil {
		return err
	}
	if err := v.countAll(&view, l, now, total); err != nil {
		return err
	}
	view.CSRF, view.Problems = v.token(), problems
	if now != "ended" {
		view.Action, view.Bulk = strings.Replace(l.with(), l.path, pickedPath, 1), strings.Replace(l.with("sort", ""), l.path, bulkPath, 1)
	}
	if len(problems) > 0 {
		return v.refuse(allTokensPage, "all", http.StatusUnprocessableEntity, view)
	}
	return v.show(allTokensPage, "all", view)
}

// allListing is what the address asks for, and the name of its view.
func (v *visit) allListing() (listing, string) {
	l := v.listing("/admin/tokens", allFilters...)
	now := l.get("view")
	if !slices.Contains(allViews, now) {
		now = allViews[0]
		l.is.Del("view")
	}
	return l, now
}

// usualOrder is how a view is sorted when the address does not say.
func usualOrder(view string) string {
	if view == "ended" {
		return "-created"
	}
	return "expires"
}

// ownerAsked is the user to whose tokens the list is narrowed, nil for none.
func (v *visit) ownerAsked(l listing) (*ownerOf, error) {
	id := l.id("owner")
	if id == 0 {
		return nil, nil
	}
	owners, err := v.owners([]int64{id})
	if err != nil {
		return nil, err
	}
	return new(owners.of(pat.UserID(id))), nil
}

// allMatching are all conditions of the list, and what was found for the view
// "breaks".
func (v *visit) allMatching(l listing, view string) ([]pat.Cond, pat.Breaks, error) {
	conds := v.allConditions(l, view)
	if view != "breaks" {
		return conds, pat.Breaks{Complete: true}, nil
	}
	breaks, err := v.f.Authority.PolicyBreaks(v.r.Context(), v.who)
	return append(conds, oneOf(breaks.IDs)), breaks, err
}

// allConditions are those of the view, the owner and the search.
func (v *visit) allConditions(l listing, view string) []pat.Cond {
	conds := v.allShown(view)
	if id := l.id("owner"); id != 0 {
		conds = append(conds, is("owner", pat.Equal, id))
	}
	if at, ok := v.dayOf(l, "ends"); ok {
		conds = append(conds, is("expires", pat.Less, at))
	}
	if at, ok := v.dayOf(l, "idle"); ok {
		conds = append(conds, is("created", pat.Less, at), pat.Cond{Any: []pat.Cond{
			is("last_used", pat.IsNull, nil), is("last_used", pat.Less, at),
		}})
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
// What breaks the policy is looked for only when it is asked for.
func (v *visit) countAll(view *allTokensView, l listing, now string, total int) error {
	for _, key := range allViews {
		if key == "breaks" {
			show := listShow{Key: key, Count: -1, Now: key == now, Href: l.with("view", key, "sort", "", "q", "")}
			if show.Now {
				show.Count = total
			}
			view.Views = append(view.Views, show)
			continue
		}
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
	row := anyTokenRow{tokenRow: v.row(t), Owner: owner}
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

// dayOf is when a day begins that a parameter names, in the visitor's zone.
func (v *visit) dayOf(l listing, name string) (time.Time, bool) {
	at, err := time.ParseInLocation(isoDate, l.get(name), v.zone)
	return pat.Micro(at.UTC()), err == nil
}

// dayText is the filter as it was sent, "" where it is no day and narrows nothing.
func (v *visit) dayText(l listing, name string) string {
	if _, ok := v.dayOf(l, name); !ok {
		return ""
	}
	return l.get(name)
}

// oneOf is the condition that a token is one of these.
func oneOf(tokens []pat.TokenID) pat.Cond {
	ids := []int64{0} // no token's
	for _, id := range tokens {
		ids = append(ids, int64(id))
	}
	return is("id", pat.In, ids)
}
