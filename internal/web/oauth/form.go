package oauth

import (
	"net/http"

	"jeton/internal/web"
)

// readForm reads the form of a request. It fails on any other content type,
// since RFC 6749 §5.2 calls that invalid_request too, and on secrets in the
// query, where logs would keep them.
func readForm(r *http.Request) (web.Form, error) {
	body, err := web.ReadBody(r, web.MaxBody)
	switch {
	case err != nil:
		return nil, err
	case !isForm(r):
		return nil, invalid("Content-Type must be " + web.FormType)
	}
	if err := checkQuery(r); err != nil {
		return nil, err
	}
	return web.ParseForm(string(body))
}

// isForm is IsType for forms; most clients write the type just so.
func isForm(r *http.Request) bool {
	if v := r.Header["Content-Type"]; len(v) == 1 && v[0] == web.FormType {
		return true
	}
	return web.IsType(r, web.FormType)
}

// inForm are the parameters that must never stand in an address.
var inForm = []string{"token", "client_id", "client_secret", "access_token"}

// checkQuery refuses those in the query. Whatever else stands there is not read.
func checkQuery(r *http.Request) error {
	sent, err := web.InQuery(r, inForm)
	if sent {
		return invalid("Send parameters in the body, never in the query string")
	}
	return err
}

// tokenOf returns the token that a form asks about. One that is empty is no
// token of ours; one that is not there is a mistake of the client's.
func tokenOf(form web.Form) (string, error) {
	token, ok := form["token"]
	if !ok {
		return "", invalid("Missing parameter: token")
	}
	return token, nil
}
