package console

import (
	"crypto/rand"
	"encoding/base64"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// formNumber draws the number of a form.
func formNumber() string {
	var random [18]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// maxFormNumber bounds a number that comes back, in bytes.
const maxFormNumber = 64

// numberOf is the number of the form, "" where it has none of ours.
func numberOf(form web.Form) pat.Form {
	if n := form["number"]; len(n) <= maxFormNumber {
		return pat.Form(n)
	}
	return ""
}

// used returns the form of a request that repeats one which made a secret, else
// nil. It is asked before the CSRF token is compared, which a password proved in
// between has changed: such a request changes nothing, whoever sent it.
func (v *visit) used(form web.Form) (web.Form, error) {
	if v.r.URL.Path == "/confirm" {
		form = web.Form{"number": form[keptPrefix+"number"]}
	}
	if _, used := v.f.forms.page(usedForm{v.who.User, form["number"]}); used {
		return form, nil
	}
	made, err := v.f.Authority.UsedForm(v.r.Context(), v.who, numberOf(form))
	if err != nil || made == 0 {
		return nil, err
	}
	return form, nil
}

// alreadyUsed leads to what the form has made. It cannot show the value: a form
// that was sent twice by a double click is not told from a reload.
func (v *visit) alreadyUsed(form web.Form) error {
	if at, used := v.f.forms.page(usedForm{v.who.User, form["number"]}); used {
		return v.done("used", at)
	}
	made, err := v.f.Authority.UsedForm(v.r.Context(), v.who, numberOf(form))
	if err != nil {
		return err
	}
	at := tokenPath(made)
	if t, err := v.f.Authority.Token(v.r.Context(), v.who, made); err == nil && t.Owner != v.who.User {
		at = anyTokenPath(made)
	}
	return v.done("usedtoken", at)
}
