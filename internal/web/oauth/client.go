package oauth

import (
	"net/http"
	"slices"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// client is the credential of whoever asks, by one of three mechanisms.
type client struct {
	bearer string
	logins []pat.Login // by header or by form
}

// readClient finds the client's credential. An Authorization header decides
// alone: with any beside a secret in the form there are two mechanisms, of which
// RFC 6749 §2.3 allows one. A client_id in the form may repeat the name in the
// header; beside a bearer token, which names its owner, it says nothing.
func readClient(r *http.Request, form web.Form) (client, error) {
	id, secret := form["client_id"], form["client_secret"]
	if len(r.Header["Authorization"]) > 1 {
		return client{}, invalid("More than one Authorization header")
	}
	a, err := web.ParseAuthorization(r)
	switch {
	case a.Scheme == web.NoScheme && (id == "" || secret == ""):
		return client{}, errNoClient
	case a.Scheme == web.NoScheme:
		return client{logins: []pat.Login{{Name: id, Password: secret}}}, nil
	case secret != "":
		return client{}, invalid("Send credentials by header or by form, not by both")
	case err != nil:
		return client{}, err
	case a.Scheme == web.Bearer:
		return client{bearer: a.Token}, nil
	case a.Scheme != web.Basic:
		return client{}, errNoClient
	case id != "" && !slices.ContainsFunc(a.Logins, func(l pat.Login) bool { return l.Name == id }):
		return client{}, invalid("The client_id is not the one in the Authorization header")
	}
	return client{logins: a.Logins}, nil
}

var errNoClient = pat.Refuse(pat.ReasonMissing)

// verify returns who asks, by a secret and nothing else.
func (f *Face) verify(r *http.Request, c client, via pat.Via) (pat.Principal, error) {
	if c.bearer != "" {
		return f.Authority.Verify(r.Context(), c.bearer, "", via)
	}
	return f.Authority.VerifyClient(r.Context(), c.logins, via)
}

// authenticate returns who asks, by a secret or a password.
func (f *Face) authenticate(r *http.Request, c client, via pat.Via) (pat.Principal, error) {
	if c.bearer != "" {
		return f.Authority.Verify(r.Context(), c.bearer, "", via)
	}
	return f.Authority.AuthenticateClient(r.Context(), c.logins, via)
}
