package console

import (
	"net/http"

	"jeton/internal/web"
)

// signer serves the form of the sign-in. Whoever has signed in meanwhile in
// another tab is led on: the form is that of an earlier time, and what it asks
// for is so already.
func (f *Face) signer(serve func(*visit) error) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.visit(w, r)
		if err != nil {
			return err
		}
		form, err := v.sent()
		if err != nil {
			return err
		}
		err = v.take(form)
		switch {
		case err == nil:
			return serve(v)
		case !v.who.Known() || form["username"] != v.who.Name:
			return err
		}
		v.form = form
		if k := v.kept(); !k.IsZero() {
			return v.goOn(k)
		}
		return v.seeOther(web.LocalPath(form["next"], afterSignIn))
	}
}

// leaver serves the sign-out. Whoever has signed out already in another tab has
// nothing that a forged form could end.
func (f *Face) leaver(serve func(*visit) error) web.HandlerFunc {
	signed := f.anyone(serve)
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.visit(w, r)
		if err != nil {
			return err
		}
		if v.who.Known() {
			return signed(w, r)
		}
		if err := f.Site.CheckOrigin(r); err != nil {
			return err
		}
		return v.signOut()
	}
}
