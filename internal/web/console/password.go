package console

import (
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var passwordPage = page.Parse(templates, "templates/password.html")

// passwordView is what the page shows on which the password is changed. None of
// the passwords is ever shown again.
type passwordView struct {
	Username, CSRF string
	Least          int64 // characters
	Tokens         int   // live ones, which can be revoked with it
	Revoke         bool
	Problems       page.Problems
}

func (v *visit) passwordView() (passwordView, error) {
	policy, err := v.f.Authority.OwnPolicy(v.r.Context(), v.who)
	if err != nil {
		return passwordView{}, err
	}
	n, err := v.countRevocable()
	return passwordView{Username: v.who.Name, CSRF: v.token(), Least: policy.PasswordMinLength, Tokens: n, Revoke: v.form["revoke"] != ""}, err
}

func (v *visit) passwordForm() error {
	view, err := v.passwordView()
	if err != nil {
		return err
	}
	return v.show(passwordPage, "security", view)
}

// changePassword has the present password judged, which makes the session
// fresh, and sets the new one, which ends the user's other sessions.
func (v *visit) changePassword() error {
	view, err := v.passwordView()
	if err != nil {
		return err
	}
	if v.retypedSecret(&view.Problems, "current") {
		return v.refuse(passwordPage, "security", http.StatusForbidden, view)
	}
	now, new := v.form["current"], v.form["new"]
	if now == "" {
		view.Problems.Add("current", "password.current.empty", nil)
	}
	if new == "" {
		view.Problems.Add("new", "password.new.empty", nil)
	}
	if len(view.Problems) > 0 {
		return v.refuse(passwordPage, "security", http.StatusUnprocessableEntity, view)
	}
	if err := v.prove(now); err != nil {
		web.Note(v.r, err)
		problems, ok := passwordProblems(err, "current", "confirm.bad")
		if !ok {
			return err
		}
		view.Problems, view.CSRF = problems, v.token()
		return v.refuse(passwordPage, "security", v.passwordStatus(err), view)
	}
	view.CSRF = v.token() // the session has another secret by now
	_, err = v.f.Authority.EditUser(v.r.Context(), v.who, v.who.User, pat.UserEdit{Password: &new})
	switch {
	case err == nil && view.Revoke:
		if err := v.revokeAll(v.who.User, pat.WhyPassword); err != nil { // the password is another all the same
			web.Note(v.r, err)
			return v.done("passwordalone", "/profile/security/tokens")
		}
		return v.done("passwordrevoked", "/profile/security")
	case err == nil:
		return v.done("password", "/profile/security")
	}
	for _, f := range pat.AsError(err).Fields {
		if f.Name == "password" && view.Problems.Of("new") == nil {
			view.Problems.Add("new", "err.password", nil)
		}
	}
	if len(view.Problems) == 0 {
		return err
	}
	return v.refuse(passwordPage, "security", http.StatusUnprocessableEntity, view)
}
