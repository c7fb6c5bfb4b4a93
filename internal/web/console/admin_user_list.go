package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var userListPage = page.Parse(templates, "templates/admin_user_list.html", "templates/admin_parts.html", "templates/admin_user_parts.html", "templates/names.html", "templates/token_rows.html")

// userListView is the list of the users.
type userListView struct {
	Kinds  []listShow
	Kind   string
	Search string
	Hidden []keptField
	Rows   []userRow
	Sorts  map[string]sortLink
	Pages  pages
	Sizes  []pageChoice
	Admin  bool
}

// pageChoice is one of how many a page can show.
type pageChoice struct {
	N    int
	Href string
	Now  bool
}

// pageSizes are how many users a page can show; the first is usual.
var pageSizes = []int{pageSize, 50, 100}

// userRow is a user as lists show one.
type userRow struct {
	ID                      pat.UserID
	Name, Full, Email       string
	Admin, Auditor, Service bool
	Disabled                bool
	Tokens                  int       // live ones
	UsedAt                  time.Time // the last use of a live one
	LastLogin, CreatedAt    time.Time
	Now                     time.Time
}

// Path is the page of the user.
func (r userRow) Path() string { return userPath(r.ID) }

func (v *visit) userRow(u *pat.User) userRow {
	return userRow{
		ID: u.ID, Name: u.Name, Full: joinNames(u.FirstName, u.LastName), Email: u.Email, Admin: u.Admin, Auditor: u.Auditor, Service: u.Service,
		Disabled: !u.DisabledAt.IsZero(), LastLogin: v.at(u.LastLoginAt), CreatedAt: v.at(u.CreatedAt), Now: v.now,
	}
}

func joinNames(first, last string) string { return strings.TrimSpace(first + " " + last) }

// userKinds are the filters of the list; the first is the list without one.
var userKinds = []string{"all", "admins", "auditors", "services", "disabled"}

func userKindConditions(kind string) []pat.Cond {
	switch kind {
	case "admins":
		return []pat.Cond{is("admin", pat.Equal, true)}
	case "auditors":
		return []pat.Cond{is("auditor", pat.Equal, true)}
	case "services":
		return []pat.Cond{is("service", pat.Equal, true)}
	case "disabled":
		return []pat.Cond{{Field: "disabled", Op: pat.IsNull, Not: true}}
	}
	return nil
}

// userSorts are the columns that the list can go by.
var userSorts = map[string]string{"username": "username", "email": "email", "login": "last_login", "created": "created"}

func (v *visit) userList() error {
	l := v.listing("/admin/users", "kind", "q", "per")
	view := userListView{Kind: l.get("kind"), Search: l.get("q"), Admin: v.who.Admin}
	if userKindConditions(view.Kind) == nil {
		view.Kind = userKinds[0]
		l.is.Del("kind")
	}
	l.sized(&view)
	sort, order := l.order(userSorts, "username")
	list, total, err := v.f.Authority.Users(v.r.Context(), v.who, pat.Query{
		Where: userConditions(&view), Order: order, Limit: l.size, Offset: l.offset(),
	})
	if err != nil {
		return err
	}
	if len(list) == 0 && l.page > 1 {
		return v.seeOther(l.with())
	}
	if total <= pageSize {
		view.Sizes = nil // there is nothing to choose
	}
	view.Hidden, view.Sorts, view.Pages = l.hidden("q"), l.sorts(userSorts, sort), l.pages(len(list), total)
	if view.Rows, err = v.userRows(list); err != nil {
		return err
	}
	if err := v.countUsers(&view, l); err != nil {
		return err
	}
	return v.show(userListPage, "users", view)
}

// userConditions are those of the filter and of the search.
func userConditions(view *userListView) []pat.Cond {
	conds := userKindConditions(view.Kind)
	if view.Search == "" {
		return conds
	}
	part := func(field string) pat.Cond {
		return pat.Cond{Field: field, Op: pat.Contains, Value: view.Search, Fold: true}
	}
	return append(conds, pat.Cond{Any: []pat.Cond{part("username"), part("first_name"), part("last_name"), part("email")}})
}

// sized reads how many a page shows.
func (l *listing) sized(view *userListView) {
	for _, n := range pageSizes[1:] {
		if l.get("per") == strconv.Itoa(n) {
			l.size = n
		}
	}
	if l.size == pageSize {
		l.is.Del("per")
	}
	for i, n := range pageSizes {
		per := ""
		if i > 0 {
			per = strconv.Itoa(n)
		}
		view.Sizes = append(view.Sizes, pageChoice{n, l.with("per", per), n == l.size})
	}
}

func (v *visit) countUsers(view *userListView, l listing) error {
	for _, kind := range userKinds {
		_, n, err := v.f.Authority.Users(v.r.Context(), v.who, pat.Query{Where: userKindConditions(kind)})
		if err != nil {
			return err
		}
		param := kind
		if kind == userKinds[0] {
			param = ""
		}
		view.Kinds = append(view.Kinds, listShow{Key: kind, Count: n, Now: kind == view.Kind, Href: l.with("kind", param, "q", "", "sort", "")})
	}
	return nil
}

// liveOf selects a user's live tokens.
func (v *visit) liveOf(id pat.UserID) []pat.Cond {
	return append(v.shown("active"), is("owner", pat.Equal, int64(id)))
}

// userRows are the users with the number of their live tokens and when one was
// last used.
func (v *visit) userRows(list []pat.User) ([]userRow, error) {
	ids, rows := make([]pat.UserID, len(list)), make([]userRow, len(list))
	for i := range list {
		ids[i], rows[i] = list[i].ID, v.userRow(&list[i])
	}
	live, err := v.f.Authority.LiveUse(v.r.Context(), v.who, ids)
	for _, use := range live {
		row := &rows[slices.Index(ids, use.Owner)]
		row.Tokens, row.UsedAt = use.Tokens, v.at(use.LastAt)
	}
	return rows, err
}

// userRowLive is the one row of userRows.
func (v *visit) userRowLive(u *pat.User) (userRow, error) {
	rows, err := v.userRows([]pat.User{*u})
	return rows[0], err
}
