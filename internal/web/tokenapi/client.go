package tokenapi

import (
	"net/http"
	"slices"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// client is who asks for a token, by one of two mechanisms.
type client struct {
	logins []pat.Login
	basic  bool // by header, else by form
}

// inQuery are the parameters that must never stand in an address, since
// addresses end up in logs (RFC 6749 §2.3.1).
var inQuery = []string{"client_id", "client_secret", "username", "password", "access_token"}

// checkQuery refuses credentials in the query. Whatever else stands there is
// not read.
func checkQuery(r *http.Request) error {
	sent, err := web.InQuery(r, inQuery)
	if sent {
		return invalid("Credentials must not be sent in the query string")
	}
	return err
}

// readClient finds the client's credential. An Authorization header decides
// alone: with any beside a secret in the form there are two mechanisms, of
// which RFC 6749 §2.3 allows one. A client_id in the form may repeat the name.
func readClient(r *http.Request, form web.Form) (client, error) {
	id, secret := form["client_id"], form["client_secret"]
	if len(r.Header["Authorization"]) > 1 {
		return client{}, invalid("More than one Authorization header")
	}
	a, err := web.ParseAuthorization(r)
	switch {
	case a.Scheme == web.NoScheme:
		return client{logins: []pat.Login{{Name: id, Password: secret}}}, nil
	case secret != "", id != "" && !slices.ContainsFunc(a.Logins, func(l pat.Login) bool { return l.Name == id }):
		return client{}, invalid("Send credentials by header or by form, not by both")
	case err != nil || a.Scheme != web.Basic:
		return client{}, errInvalidClient
	}
	return client{logins: a.Logins, basic: true}, nil
}

// complete names the parameter that is missing. A request without both is no
// attempt at a password and is not counted as one.
func (c *client) complete() error {
	switch first := c.logins[0]; {
	case first.Name == "":
		return invalid("Missing parameter: client_id")
	case first.Password == "":
		return invalid("Missing parameter: client_secret")
	}
	return nil
}

// refused returns the answer to err from the authority. By form it is the one
// that Apinizer's clients know; by header RFC 6749 §5.2 has its own.
func (c *client) refused(err error) error {
	if !c.basic || !pat.Is(err, pat.Unauthenticated) {
		return err
	}
	return errInvalidClient
}
