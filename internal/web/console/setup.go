package console

import (
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var (
	setupPage = page.Parse(templates, "templates/setup.html", "templates/names.html")
	donePage  = page.Parse(templates, "templates/done.html")
)

// setupView is what the set-up page shows: what was typed, but for the code
// and the passwords, and what is wrong with it.
type setupView struct {
	Username, FirstName, LastName, Email string
	Problems                             page.Problems
	CSRF                                 string
	Unsafe                               bool
}

func (v *visit) setupForm() error {
	open, err := v.f.Authority.SetupOpen(v.r.Context())
	switch {
	case err != nil:
		return err
	case !open:
		return v.seeOther("/")
	}
	return v.show(setupPage, "", setupView{CSRF: v.token(), Unsafe: v.unsafe()})
}

// setup makes the first administrator, who is then signed in like anybody else:
// by the password.
func (v *visit) setup() error {
	view := setupView{
		Username: v.field("username"), FirstName: v.field("first_name"), LastName: v.field("last_name"), Email: v.field("email"),
		CSRF: v.token(), Unsafe: v.unsafe(),
	}
	password := v.form["password"]
	if password != v.form["password2"] {
		view.Problems.Add("password2", "setup.differ", nil)
		return v.refuse(setupPage, "", http.StatusUnprocessableEntity, view)
	}
	user, err := v.f.Authority.SetUp(v.r.Context(), v.field("code"), pat.UserRequest{
		Name: view.Username, FirstName: view.FirstName, LastName: view.LastName, Email: view.Email, Password: password,
		Language: v.f.Site.Kept(v.r, languageCookie),
	}, web.ViaOf(v.r))
	if err == nil {
		return v.show(donePage, "", struct{ Username, URL string }{user.Name, v.f.URL})
	}
	web.Note(v.r, err)
	var ok bool
	if view.Problems, ok = problemsOf(err, setupProblems); !ok {
		return err
	}
	return v.refuse(setupPage, "", answers[pat.AsError(err).Kind].status, view)
}

// setupProblems are the messages about the fields that the domain refuses.
var setupProblems = map[string]string{
	"code": "setup.code.wrong", "username": "err.username", "first_name": "err.long", "last_name": "err.long",
	"email": "err.email", "password": "err.password",
}

// problemsOf says what is wrong with a form, in the order in which the domain
// does. It reports whether people can mend it: any other error is to be answered
// as such.
func problemsOf(err error, keys map[string]string) (page.Problems, bool) {
	e := pat.AsError(err)
	var all page.Problems
	switch e.Kind {
	case pat.Throttled, pat.Unavailable:
		all.Add("", "err.wait", map[string]any{"N": web.RetryAfter(e)})
		return all, true
	case pat.Invalid, pat.Conflict, pat.Unauthenticated, pat.Forbidden:
		for _, f := range e.Fields {
			key, ok := keys[f.Name]
			if !ok {
				return nil, false
			}
			if all.Of(f.Name) == nil {
				all.Add(f.Name, key, nil)
			}
		}
	}
	return all, len(all) > 0
}
