package console

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var userOncePage = page.Parse(templates, "templates/admin_user_once.html")

// onceView shows a password the only time that it is shown.
type onceView struct {
	User     userRow
	Password string
	URL      page.Code // where the user signs in
	New      bool      // it is the user's first
	Revoked  int       // tokens that were revoked with it
}

// onceValue draws a password for somebody else to sign in with at first: 26
// characters of 5 bits in groups, as they will be typed from a sheet of paper.
func onceValue() string {
	text := strings.ToLower(rand.Text())
	return text[:7] + "-" + text[7:13] + "-" + text[13:19] + "-" + text[19:]
}

// userForm shows the form for a user, or by the address for a service account.
func (v *visit) userForm() error {
	return v.show(userNewPage, "users", userForm{
		Service: v.query("kind") == "service", Number: formNumber(), CSRF: v.token(), Languages: v.f.Words.Languages(),
	})
}

// createUser adds a user. A person gets a one-time value for a password, which
// the answer to the form shows; sent again, by a reload, the form makes nothing.
// A service account gets none.
func (v *visit) createUser() error {
	form := v.typedUser()
	form.Service, form.Disabled = v.form["kind"] == "service", v.form["disabled"] != ""
	if v.retyped(&form.Problems) {
		return v.refuse(userNewPage, "users", http.StatusUnprocessableEntity, form)
	}
	req := pat.UserRequest{
		Name: form.Username, FirstName: form.FirstName, LastName: form.LastName, Email: form.Email, Language: form.Language,
		Admin: form.Admin, Auditor: form.Auditor, Service: form.Service, Disabled: form.Disabled,
		Form: numberOf(v.form),
	}
	if !req.Service {
		req.Password = onceValue()
	}
	ask := func() error { return v.confirm(userNew, "confirm.user.new", form.Username) }
	if !v.isFresh() {
		if err := v.f.Authority.CheckUser(v.r.Context(), v.who, req); err != nil {
			return v.refuseUser(form, err)
		}
		return ask()
	}
	u, err := v.f.Authority.CreateUser(v.r.Context(), v.who, req)
	switch {
	case errors.Is(err, pat.ErrFormUsed):
		return v.alreadyUsed(v.form)
	case isStale(err):
		return ask()
	case err != nil:
		return v.refuseUser(form, err)
	case u.Service:
		return v.done("madeaccount", userPath(u.ID))
	}
	return v.show(userOncePage, "users", onceView{User: v.userRow(&u), Password: req.Password, URL: v.signInURL(), New: true})
}

// refuseUser shows the form for a user again, as it was typed.
func (v *visit) refuseUser(form userForm, err error) error {
	web.Note(v.r, err)
	var ok bool
	if form.Problems, ok = problemsOfUser(err, form.Username); !ok {
		return err
	}
	return v.refuse(userNewPage, "users", http.StatusUnprocessableEntity, form)
}

func (v *visit) signInURL() page.Code { return page.Code(v.f.URL + "/signin") }
