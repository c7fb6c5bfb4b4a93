package console

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// overseers is what administrators and auditors see beyond their own.
type overseers interface {
	Users(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.User, int, error)
	LiveUse(ctx context.Context, by pat.Principal, owners []pat.UserID) ([]pat.LiveUse, error)
	Activity(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Activity, int, error)
	ActivityByID(ctx context.Context, by pat.Principal, id pat.EventID) (pat.Activity, error)
}

var errNoPage = pat.Fail(pat.NotFound, "no such page")

// overseer serves a page to administrators and auditors. For anybody else who is
// signed in it does not exist.
func (f *Face) overseer(serve func(*visit) error) web.HandlerFunc {
	return f.member(func(v *visit) error {
		if !v.who.Admin && !v.who.Auditor {
			return errNoPage
		}
		return v.orEnded(serve(v))
	})
}

// admin serves a page to administrators, and does not exist for anybody else.
func (f *Face) admin(serve func(*visit) error) web.HandlerFunc {
	return f.member(forAdmins(serve))
}

// adminKeeping is admin for a form that is not lost with the session.
func (f *Face) adminKeeping(serve func(*visit) error) web.HandlerFunc {
	return f.memberKeeping(forAdmins(serve))
}

func forAdmins(serve func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if !v.who.Admin {
			return errNoPage
		}
		return v.orEnded(serve(v))
	}
}

// adminTable are the pages of administrators. Whatever takes a form shows one
// too: a refusal by method would tell others that the page exists.
func (f *Face) adminTable() web.Table {
	return web.Table{
		"/admin/tokens":            {http.MethodGet: f.overseer((*visit).allTokens)},
		bulkPath:                   {http.MethodGet: f.admin((*visit).bulkForm), http.MethodPost: f.adminKeeping((*visit).bulkPreview)},
		bulkPath + "/{id}":         {http.MethodGet: f.admin((*visit).bulkShow), http.MethodPost: f.admin((*visit).bulkRun)},
		pickedPath:                 {http.MethodGet: f.admin((*visit).toAllTokens), http.MethodPost: f.adminKeeping((*visit).anyBulk)},
		"/admin/tokens/{id}":       {http.MethodGet: f.overseer((*visit).anyToken)},
		"/admin/tokens/{id}/end":   {http.MethodGet: f.admin((*visit).tokenEndForm), http.MethodPost: f.adminKeeping((*visit).tokenEnd)},
		"/admin/tokens/{id}/{act}": {http.MethodGet: f.admin((*visit).tokenActForm), http.MethodPost: f.adminKeeping((*visit).tokenAct)},
		"/admin/policy":            {http.MethodGet: f.overseer((*visit).policy), http.MethodPost: f.adminKeeping((*visit).savePolicy)},
		"/admin/policy/stricter":   {http.MethodGet: f.admin((*visit).stricterForm), http.MethodPost: f.adminKeeping((*visit).saveStricter)},
		"/admin/audit":             {http.MethodGet: f.overseer((*visit).audit)},
		"/admin/audit/{id}":        {http.MethodGet: f.overseer((*visit).auditEvent)},
	}
}

// pathID reads the id in the path.
func (v *visit) pathID() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, errNoPage
	}
	return id, nil
}

// listing is what the address of a list asks for: filters, order and page. All
// of it is in the address, so that a view of the list is a link.
type listing struct {
	path string
	is   url.Values // without what is so at first
	page int
	size int // records a page shows
}

// maxFilter bounds the value of a filter, in characters.
const maxFilter = 150

// listing reads the parameters that the list has.
func (v *visit) listing(path string, names ...string) listing {
	l := listing{path: path, is: url.Values{}, page: 1, size: pageSize}
	for _, name := range append(names, "sort") {
		if value := strings.TrimSpace(cutRunes(v.query(name), maxFilter)); value != "" {
			l.is.Set(name, value)
		}
	}
	if n, err := strconv.Atoi(v.query("page")); err == nil && n > 1 && n < 1_000_000 {
		l.page = n
	}
	return l
}

func (l listing) get(name string) string { return l.is.Get(name) }

// id reads a filter that is an id; 0 when there is none.
func (l listing) id(name string) int64 {
	id, err := strconv.ParseInt(l.get(name), 10, 64)
	if err != nil || id < 1 {
		return 0
	}
	return id
}

// with is the address of the first page of the list with parameters changed.
func (l listing) with(pairs ...string) string {
	is := maps.Clone(l.is)
	for i := 0; i < len(pairs); i += 2 {
		is.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			is.Del(pairs[i])
		}
	}
	if len(is) == 0 {
		return l.path
	}
	return l.path + "?" + is.Encode()
}

// order is the order asked for among the columns, which are fields by name, else
// the usual one. A minus turns it around.
func (l listing) order(columns map[string]string, usual string) (string, []pat.Order) {
	sort := l.get("sort")
	if columns[strings.TrimPrefix(sort, "-")] == "" {
		sort = usual
	}
	column, desc := strings.CutPrefix(sort, "-")
	return sort, []pat.Order{{Field: columns[column], Desc: desc}}
}

// sorts are the links in the heads of the columns.
func (l listing) sorts(columns map[string]string, now string) map[string]sortLink {
	links := map[string]sortLink{}
	for column := range columns {
		switch now {
		case column:
			links[column] = sortLink{l.with("sort", "-"+column), "ascending"}
		case "-" + column:
			links[column] = sortLink{l.with("sort", column), "descending"}
		default:
			links[column] = sortLink{Href: l.with("sort", column)}
		}
	}
	return links
}

// pages is where in a list a page is.
type pages struct {
	From, To, Total int
	Previous, Next  string
}

func (l listing) pages(shown, total int) pages {
	p := pages{From: l.offset() + 1, To: l.offset() + shown, Total: total}
	if l.page > 1 {
		p.Previous = l.with("page", strconv.Itoa(l.page-1))
	}
	if p.To < total {
		p.Next = l.with("page", strconv.Itoa(l.page+1))
	}
	return p
}

// offset is how many records come before the page.
func (l listing) offset() int { return (l.page - 1) * l.size }

// hidden are the parameters that a search form carries along.
func (l listing) hidden(but ...string) (fields []keptField) {
	for _, name := range slices.Sorted(maps.Keys(l.is)) {
		if !slices.Contains(but, name) {
			fields = append(fields, keptField{name, l.get(name)})
		}
	}
	return fields
}
