package console

import (
	"context"
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
	"jeton/internal/words"
)

var (
	userPageOf  = page.Parse(templates, "templates/admin_user.html", "templates/admin_user_parts.html", "templates/names.html", "templates/token_rows.html")
	userNewPage = page.Parse(templates, "templates/admin_user_new.html", "templates/admin_user_parts.html", "templates/names.html")
)

// accounts are what administrators do to the accounts of others.
type accounts interface {
	CheckUser(ctx context.Context, by pat.Principal, req pat.UserRequest) error
	CheckUserEdit(ctx context.Context, by pat.Principal, id pat.UserID, edit pat.UserEdit) error
	CreateUser(ctx context.Context, by pat.Principal, req pat.UserRequest) (pat.User, error)
	DeleteUser(ctx context.Context, by pat.Principal, id pat.UserID) error
	PolicyOf(ctx context.Context, by pat.Principal, owner pat.UserID) (*pat.Policy, error)
}

// userTable are the pages about people and service accounts.
func (f *Face) userTable() web.Table {
	return web.Table{
		"/admin/users":                 {http.MethodGet: f.overseer((*visit).userList)},
		userNew:                        {http.MethodGet: f.admin((*visit).userForm), http.MethodPost: f.adminKeeping((*visit).createUser)},
		"/admin/users/{id}":            {http.MethodGet: f.overseer((*visit).userPage), http.MethodPost: f.adminKeeping((*visit).saveUser)},
		"/admin/users/{id}/{act}":      {http.MethodGet: f.admin((*visit).userActForm), http.MethodPost: f.adminKeeping((*visit).doUserAct)},
		"/admin/users/{id}/tokens/new": {http.MethodGet: f.admin((*visit).accountTokenForm), http.MethodPost: f.adminKeeping((*visit).createAccountToken)},
		"/admin/tokens/{id}/edit":      {http.MethodGet: f.admin((*visit).accountEditForm), http.MethodPost: f.adminKeeping((*visit).editAccountToken)},
		"/admin/tokens/{id}/rotate":    {http.MethodGet: f.admin((*visit).accountRotateForm), http.MethodPost: f.adminKeeping((*visit).rotateAccountToken)},
	}
}

// userNew is where users are made.
const userNew = "/admin/users/new"

// userForm is what can be typed about a user.
type userForm struct {
	Username, FirstName, LastName, Email, Language string
	Admin, Auditor, Service, Disabled              bool

	Was          []keptField // what stood in the fields before they were edited
	Languages    []words.Language
	Number, CSRF string
	Problems     page.Problems
}

// userView is the page of a user.
type userView struct {
	userForm
	User     userRow
	Mine     bool // the visitor's own account
	Change   bool // the visitor may change it
	Sessions int
	Tokens   []anyTokenRow // the first live ones
}

// someUser returns the user of the path.
func (v *visit) someUser() (pat.User, error) {
	id, err := v.pathID()
	if err != nil {
		return pat.User{}, err
	}
	return v.f.Authority.User(v.r.Context(), v.who, pat.UserID(id))
}

func (v *visit) userPage() error {
	u, err := v.someUser()
	if err != nil {
		return err
	}
	form := userForm{
		Username: u.Name, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Language: u.Language,
		Admin: u.Admin, Auditor: u.Auditor,
	}
	if !v.f.Words.Has(u.Language) {
		form.Language = "" // that is how the field shows it
	}
	form.Was = form.was()
	view, err := v.userView(&u, form)
	if err != nil {
		return err
	}
	return v.show(userPageOf, "users", view)
}

// userView is the page of a user with the form as it is, or as it was typed.
func (v *visit) userView(u *pat.User, form userForm) (view userView, err error) {
	view = userView{userForm: form, Mine: u.ID == v.who.User, Change: v.who.Admin}
	view.Service, view.CSRF, view.Languages = u.Service, v.token(), v.f.Words.Languages()
	if view.User, err = v.userRowLive(u); err != nil {
		return view, err
	}
	list, err := v.f.Sessions.List(v.r.Context(), v.who, u.ID)
	if err != nil {
		return view, err
	}
	view.Sessions = len(list)
	tokens, _, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{
		Where: v.liveOf(u.ID), Order: []pat.Order{{Field: "expires"}}, Limit: firstTokens, Uncounted: true,
	})
	if err != nil {
		return view, err
	}
	view.Tokens, err = v.anyRows(tokens)
	return view, err
}

// typedUser is what was typed.
func (v *visit) typedUser() userForm {
	f := userForm{
		Username: v.field("username"), FirstName: v.field("first_name"), LastName: v.field("last_name"), Email: v.field("email"),
		Language: v.form["language"], Admin: v.form["admin"] != "", Auditor: v.form["auditor"] != "",
		Languages: v.f.Words.Languages(), Number: v.number(), CSRF: v.token(),
	}
	if f.Language != "" && !v.f.Words.Has(f.Language) {
		f.Language = ""
	}
	return f
}

// userProblems are the messages about the fields that the domain refuses.
var userProblems = map[string]string{
	"username": "err.username", "first_name": "err.long", "last_name": "err.long", "email": "err.email", "is_superuser": "err.service.admin",
}

// problemsOfUser says what the domain has refused. The last administrator, who
// stays one, is no fault of a field.
func problemsOfUser(err error, name string) (page.Problems, bool) {
	e := pat.AsError(err)
	if e.Kind != pat.Conflict {
		return problemsOf(err, userProblems)
	}
	if len(e.Fields) == 0 {
		return page.Problems{{Key: "err.last"}}, true
	}
	return page.Problems{{Field: "username", Key: "err.username.taken", Args: words.Args{"Name": name}}}, true
}

// saveUser changes names, email, language and roles, as far as they were edited.
// Roles, and the address that may one day be sent what opens the account, ask for
// the password.
func (v *visit) saveUser() error {
	u, err := v.someUser()
	if err != nil {
		return err
	}
	form := v.typedUser()
	edit := v.userEdit(&form)
	if v.retyped(&form.Problems) {
		return v.refuseUserPage(&u, form)
	}
	ask := func() error { return v.confirm(userPath(u.ID), "confirm.user", u.Name) }
	var now pat.User
	if (differs(edit.Admin, u.Admin) || differs(edit.Auditor, u.Auditor) || differs(edit.Email, u.Email)) && !v.isFresh() {
		if err = v.f.Authority.CheckUserEdit(v.r.Context(), v.who, u.ID, edit); err == nil {
			return ask()
		}
	} else {
		now, err = v.f.Authority.EditUser(v.r.Context(), v.who, u.ID, edit)
	}
	switch {
	case isStale(err):
		return ask()
	case err == nil && now.ID == v.who.User && !now.Admin && !now.Auditor:
		return v.done("saved", "/profile") // this page is not theirs any more
	case err == nil:
		return v.done("saved", userPath(u.ID))
	}
	web.Note(v.r, err)
	var ok bool
	if form.Problems, ok = problemsOfUser(err, form.Username); !ok {
		return err
	}
	return v.refuseUserPage(&u, form)
}

// refuseUserPage shows the page of a user with the form as it was typed.
func (v *visit) refuseUserPage(u *pat.User, form userForm) error {
	view, err := v.userView(u, form)
	if err != nil {
		return err
	}
	return v.refuse(userPageOf, "users", http.StatusUnprocessableEntity, view)
}
