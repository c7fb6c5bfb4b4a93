package awx

import (
	"net/http"
	"slices"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// client says which application sent the form. An Authorization header decides
// alone: beside it the form may repeat the client's id, and may not have a
// secret (RFC 6749 §2.3 allows one way to authenticate). A public application
// has an id and nothing else.
func (f *Face) client(r *http.Request, form web.Form) (pat.Application, error) {
	id, secret := form["client_id"], form["client_secret"]
	a, err := web.ParseAuthorization(r)
	logins := a.Logins
	switch {
	case a.Scheme == web.NoScheme && id == "":
		return pat.Application{}, errNoClient
	case a.Scheme == web.NoScheme:
		logins = []pat.Login{{Name: id, Password: secret}}
	case err != nil || a.Scheme != web.Basic:
		return pat.Application{}, errNoClient
	case secret != "", id != "" && !slices.ContainsFunc(logins, func(l pat.Login) bool { return l.Name == id }):
		return pat.Application{}, &grantFailure{http.StatusBadRequest, "invalid_request", "Authenticate the client by header or by form, not by both."}
	}
	return f.Authority.AuthenticateApplication(r.Context(), logins, web.ViaOf(r))
}

var errNoClient = pat.Refuse(pat.ReasonMissing)

// revokeGranted serves POST /api/o/revoke_token/ (RFC 7009). An application
// revokes what it was granted itself; whatever else it sends is answered alike
// and left alone. The hint is not needed: both kinds tell themselves apart.
//
// The answer is an empty object where AWX has no body at all: there are clients
// that read one in any case.
func (f *Face) revokeGranted(w http.ResponseWriter, r *http.Request) error {
	form, err := readGrantForm(r)
	if err != nil {
		return err
	}
	if form["token"] == "" {
		return &grantFailure{http.StatusBadRequest, "invalid_request", "Missing token parameter."}
	}
	app, err := f.client(r, form)
	if err != nil {
		return err
	}
	if err := f.Authority.RevokeGranted(r.Context(), app, form["token"], web.ViaOf(r)); err != nil {
		return err
	}
	return writeSpaced(w, http.StatusOK, web.Object{})
}
