package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var listPage = page.Parse(templates, "templates/token_list.html", "templates/token_rows.html", "templates/token_urgent.html", "templates/picks.html")

const pageSize = 25

// listView is the list of tokens, as the address of the page asks for it.
type listView struct {
	Shows  []listShow // the counters, each a filter
	Show   string
	Search string
	Sort   string
	Rows   tokenRows
	Sorts  map[string]sortLink // by column
	Total  int
	// From and To are the places of the first and last row, from 1.
	From, To       int
	Previous, Next string
	Any            bool // there are tokens at all
	Live           int
	Ended          int
	Urgent         *urgentView // the token that ends first, where that is within a week
	Forbidden      bool        // policy lets the visitor make none
	Action         string      // where the form for ticked tokens goes
	CSRF           string
	Problems       page.Problems
}

// listShow is one counter.
type listShow struct {
	Key   string
	Count int
	Href  string
	Now   bool
}

// sortLink leads to the list in another order.
type sortLink struct {
	Href string
	Aria string // the value of aria-sort, "" where the list goes by another column
}

// shows are the filters, in the order in which they stand. The first is the
// list without any.
var shows = []string{"active", "soon", "never", "unused", "ended"}

// sorts are the columns that the list can go by, and what they are called in
// the domain. The id breaks ties.
var sorts = map[string]string{"name": "name", "expires": "expires", "used": "last_used", "created": "created"}

func is(field string, op pat.Op, value any) pat.Cond {
	return pat.Cond{Field: field, Op: op, Value: value}
}

// own selects the owner's tokens that the conditions let pass.
func (v *visit) own(conds ...pat.Cond) []pat.Cond {
	return append([]pat.Cond{is("owner", pat.Equal, int64(v.owner()))}, conds...)
}

// shown are the conditions of a filter.
func (v *visit) shown(show string) []pat.Cond {
	live := []pat.Cond{is("revoked", pat.IsNull, nil), is("expires", pat.Greater, v.now)}
	switch show {
	case "soon":
		return append(live, is("expires", pat.LessEq, v.now.Add(soon)))
	case "never":
		return append(live, is("never", pat.Equal, true))
	case "unused":
		before := v.now.Add(-unused)
		return append(live, is("created", pat.LessEq, before), pat.Cond{Any: []pat.Cond{
			is("last_used", pat.IsNull, nil), is("last_used", pat.LessEq, before),
		}})
	case "ended":
		return []pat.Cond{{Any: []pat.Cond{
			{Field: "revoked", Op: pat.IsNull, Not: true}, is("expires", pat.LessEq, v.now),
		}}}
	}
	return live
}

// liveTokens asks for the first of the visitor's live tokens, those that expire
// soonest.
func (v *visit) liveTokens(limit int) pat.Query {
	return pat.Query{Where: v.own(v.shown("active")...), Order: []pat.Order{{Field: "expires"}}, Limit: limit}
}

// listQuery is what the address of the list asks for.
type listQuery struct {
	show, search, sort string
	page               int
}

func (v *visit) listQuery() listQuery {
	q := listQuery{show: shows[0], search: strings.TrimSpace(cutRunes(v.query("q"), 100)), sort: v.query("sort"), page: 1}
	for _, s := range shows {
		if v.query("show") == s {
			q.show = s
		}
	}
	if sorts[strings.TrimPrefix(q.sort, "-")] == "" {
		q.sort = "expires"
		if q.show == "ended" {
			q.sort = "-created"
		}
	}
	if n, err := strconv.Atoi(v.query("page")); err == nil && n > 1 && n < 1_000_000 {
		q.page = n
	}
	return q
}

func cutRunes(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}

// href is the address of the list with something changed.
func (q listQuery) href(change func(*listQuery)) string {
	change(&q)
	values := url.Values{}
	set := func(name, value, without string) {
		if value != without {
			values.Set(name, value)
		}
	}
	set("show", q.show, shows[0])
	set("q", q.search, "")
	set("sort", q.sort, "expires")
	set("page", strconv.Itoa(q.page), "1")
	if len(values) == 0 {
		return "/profile/tokens"
	}
	return "/profile/tokens?" + values.Encode()
}

// conditions are those of the filter and of the search.
func (v *visit) conditions(q listQuery) []pat.Cond {
	conds := v.shown(q.show)
	if q.search != "" {
		part := func(field string, fold bool) pat.Cond {
			return pat.Cond{Field: field, Op: pat.Contains, Value: q.search, Fold: fold}
		}
		conds = append(conds, pat.Cond{Any: []pat.Cond{part("name", true), part("description", true), part("last_four", false)}})
	}
	return v.own(conds...)
}

func (v *visit) tokenList() error { return v.listTokens(nil) }

// listTokens shows the list, with what is wrong with the form for ticked tokens.
func (v *visit) listTokens(problems page.Problems) error {
	q := v.listQuery()
	column, desc := strings.CutPrefix(q.sort, "-") // the whole of it where there is none
	ctx := v.r.Context()
	list, total, err := v.f.Authority.Tokens(ctx, v.who, pat.Query{
		Where: v.conditions(q), Order: []pat.Order{{Field: sorts[column], Desc: desc}}, Limit: pageSize, Offset: (q.page - 1) * pageSize,
	})
	if err != nil {
		return err
	}
	if len(list) == 0 && q.page > 1 {
		return v.seeOther(q.href(func(q *listQuery) { q.page = 1 }))
	}
	policy, err := v.f.Authority.OwnPolicy(ctx, v.who)
	if err != nil {
		return err
	}
	view := listView{
		Show: q.show, Search: q.search, Sort: q.sort, Rows: v.rows(list), Sorts: q.sortLinks(),
		Total: total, From: (q.page-1)*pageSize + 1, To: (q.page-1)*pageSize + len(list),
		Forbidden: policy.CheckCreator(v.who) != nil,
	}
	if err := v.sparks(view.Rows); err != nil {
		return err
	}
	if q.page > 1 {
		view.Previous = q.href(func(q *listQuery) { q.page-- })
	}
	if view.To < total {
		view.Next = q.href(func(q *listQuery) { q.page++ })
	}
	if err := v.count(&view, q); err != nil {
		return err
	}
	if view.Urgent, err = v.endsNext(); err != nil {
		return err
	}
	view.CSRF, view.Problems = v.token(), problems
	view.Action = q.href(func(*listQuery) {})
	view.Action = strings.Replace(view.Action, "/profile/tokens", "/profile/tokens/bulk", 1)
	if len(problems) > 0 {
		return v.refuse(listPage, "tokens", http.StatusUnprocessableEntity, view)
	}
	return v.show(listPage, "tokens", view)
}

// count fills in the counters.
func (v *visit) count(view *listView, q listQuery) error {
	for _, show := range shows {
		_, n, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{Where: v.own(v.shown(show)...)})
		if err != nil {
			return err
		}
		switch show {
		case "active":
			view.Live = n
		case "ended":
			view.Ended = n
		}
		view.Shows = append(view.Shows, listShow{
			Key: show, Count: n, Now: show == q.show,
			Href: q.href(func(q *listQuery) { *q = listQuery{show: show, sort: "expires", page: 1} }),
		})
	}
	view.Any = view.Live+view.Ended > 0
	return nil
}

// sortLinks are the links in the heads of the columns. A second click turns the
// order around.
func (q listQuery) sortLinks() map[string]sortLink {
	links := map[string]sortLink{}
	for column := range sorts {
		link := sortLink{Href: q.href(func(q *listQuery) { q.sort, q.page = column, 1 })}
		switch q.sort {
		case column:
			link = sortLink{q.href(func(q *listQuery) { q.sort, q.page = "-"+column, 1 }), "ascending"}
		case "-" + column:
			link.Aria = "descending"
		}
		links[column] = link
	}
	return links
}
