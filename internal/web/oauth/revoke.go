package oauth

import (
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// revoke serves RFC 7009. The client may be the token itself, its owner or an
// administrator, and prove it by a token or, as at the token endpoint, by name and
// password; or it is an application, which ends what it was granted itself. A
// token that is not there, or not theirs, is answered alike and stays as it is.
// The answer is an object, since some clients want JSON here.
func (f *Face) revoke(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	end, err := f.revoker(r, form)
	if err != nil {
		return err
	}
	token, err := tokenOf(form)
	if err != nil {
		return err
	}
	if err := end(token); err != nil {
		return err
	}
	web.Bytes(w, http.StatusOK, jsonType, []byte("{}"))
	return nil
}

// revoker says who asks, and returns what ends a token in their name.
func (f *Face) revoker(r *http.Request, form web.Form) (func(text string) error, error) {
	c, err := readClient(r, form)
	public := err == errNoClient && form["client_id"] != "" && r.Header["Authorization"] == nil
	if public { // an application without a secret has an id and nothing else
		c, err = client{logins: []pat.Login{{Name: form["client_id"]}}}, nil
	}
	if err != nil {
		return nil, err
	}
	ctx, via := r.Context(), web.ViaOf(r)
	isApp, err := f.Authority.IsApplication(ctx, c.logins)
	switch {
	case err != nil:
		return nil, err
	case isApp:
		app, err := f.Authority.AuthenticateApplication(ctx, c.logins, via)
		return func(text string) error { return f.Authority.RevokeGranted(ctx, app, text, via) }, err
	case public:
		return nil, errNoClient
	}
	who, err := f.authenticate(r, c, via)
	return func(text string) error { return f.Authority.RevokeSecret(ctx, who, text) }, err
}
