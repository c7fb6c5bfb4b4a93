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

// number is that of the form that was sent, or one more where it had none.
func (v *visit) number() string {
	if n := numberOf(v.form); n != "" {
		return string(n)
	}
	return formNumber()
}

// used returns the form of a request that repeats one which made a secret, else
// nil. It is asked before the CSRF token is compared, which a password proved in
// between has changed: such a request changes nothing, whoever sent it.
func (v *visit) used(form web.Form) (web.Form, error) {
	if v.r.URL.Path == "/confirm" {
		form = web.Form{"number": form[keptPrefix+"number"]}
	}
	made, err := v.f.Authority.UsedForm(v.r.Context(), v.who, numberOf(form))
	if err != nil || made.IsZero() {
		return nil, err
	}
	return form, nil
}

// alreadyUsed leads to what the form has made. It cannot show the value: a form
// that was sent twice by a double click is not told from a reload.
func (v *visit) alreadyUsed(form web.Form) error {
	ctx := v.r.Context()
	made, err := v.f.Authority.UsedForm(ctx, v.who, numberOf(form))
	if err != nil {
		return err
	}
	if made.Account != 0 {
		u, err := v.f.Authority.User(ctx, v.who, made.Account)
		switch {
		case pat.Is(err, pat.NotFound):
			return v.done("usedgone", "/admin/users")
		case err != nil:
			return err
		case u.Service:
			return v.done("usedservice", userPath(u.ID))
		}
		return v.done("usedaccount", userPath(u.ID))
	}
	switch t, err := v.f.Authority.Token(ctx, v.who, made.Token); {
	case pat.Is(err, pat.NotFound):
		return v.done("usedgone", afterSignIn)
	case err == nil && t.Owner != v.who.User:
		return v.done("usedtoken", anyTokenPath(made.Token))
	}
	return v.done("usedtoken", tokenPath(made.Token))
}
