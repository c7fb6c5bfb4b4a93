package console

import (
	"net/http"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// setupView is what the set-up page shows: what was typed, but for the code
// and the passwords, and what is wrong with it.
type setupView struct {
	Username, FirstName, LastName, Email string
	Errors                               map[string]string // by field
	Alert                                string
}

func (f *Face) setupForm(w http.ResponseWriter, r *http.Request) error {
	open, err := f.Authority.SetupOpen(r.Context())
	switch {
	case err != nil:
		return err
	case !open:
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return setupPage.Write(w, http.StatusOK, setupView{})
}

// setup makes the first administrator. The one-time code keeps strangers and
// other sites out: there is no session that a forged form could use.
func (f *Face) setup(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	field := func(name string) string { return strings.TrimSpace(form[name]) }
	view := setupView{Username: field("username"), FirstName: field("first_name"), LastName: field("last_name"), Email: field("email")}
	password := form["password"]
	if password != form["password2"] {
		view.Errors = map[string]string{"password2": "The two passwords differ."}
		return setupPage.Write(w, http.StatusUnprocessableEntity, view)
	}
	user, err := f.Authority.SetUp(r.Context(), field("code"), pat.UserRequest{
		Name: view.Username, FirstName: view.FirstName, LastName: view.LastName, Email: view.Email, Password: password,
	}, web.ViaOf(r))
	if err == nil {
		return donePage.Write(w, http.StatusOK, struct{ Username, URL string }{user.Name, f.URL})
	}
	web.Note(r, err)
	return view.refuse(w, err)
}

// refuse shows the form again when the fault is one that people can mend.
func (v setupView) refuse(w http.ResponseWriter, err error) error {
	e := pat.AsError(err)
	status := answers[e.Kind].status
	if e.Kind == pat.Unauthenticated {
		status = http.StatusForbidden // a 401 would have to name a way to authenticate
	}
	switch e.Kind {
	case pat.Invalid, pat.Unauthenticated:
		v.Errors = map[string]string{}
		for _, field := range e.Fields {
			v.Errors[field.Name] = sentence(field.Message)
		}
	case pat.Throttled, pat.Unavailable:
		v.Alert = sentence(e.Message)
	default:
		return err
	}
	return setupPage.Write(w, status, v)
}

// sentence makes a message of the domain into one for a page.
func sentence(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
