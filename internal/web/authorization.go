package web

import (
	"net/http"
	"strings"

	"jeton/internal/pat"
)

// Scheme is how a request presents its credential.
type Scheme int

const (
	NoScheme    Scheme = iota // there is no Authorization header
	Bearer                    // RFC 6750
	Basic                     // RFC 7617
	OtherScheme               // one that nothing here understands
)

// Authorization is what the Authorization header of a request says. A request
// that has the header is judged by it alone: a cookie beside it is ignored.
type Authorization struct {
	Scheme Scheme
	Token  string      // Bearer: what a secret is parsed from
	Logins []pat.Login // Basic: the distinct readings, one to three, the likeliest first
}

var errCredentials = pat.Refuse(pat.ReasonMalformed)

// ParseAuthorization reads the credential of a request. It fails with
// Unauthenticated and ReasonMalformed when there are two headers, and when
// what follows Bearer or Basic is not in their form; the scheme is told even then.
func ParseAuthorization(r *http.Request) (Authorization, error) {
	values := r.Header["Authorization"]
	switch len(values) {
	case 0:
		return Authorization{}, nil
	case 1:
		return parseAuthorization(values[0])
	}
	return Authorization{Scheme: OtherScheme}, errCredentials
}

// parseAuthorization reads one header: a scheme in any case, one or more
// blanks, and one word.
func parseAuthorization(header string) (Authorization, error) {
	scheme, rest, _ := strings.Cut(header, " ")
	rest = strings.Trim(rest, " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		if !isToken68(rest) {
			return Authorization{Scheme: Bearer}, errCredentials
		}
		return Authorization{Scheme: Bearer, Token: rest}, nil
	case strings.EqualFold(scheme, "Basic"):
		logins := parseBasic(rest)
		if logins == nil {
			return Authorization{Scheme: Basic}, errCredentials
		}
		return Authorization{Scheme: Basic, Logins: logins}, nil
	}
	return Authorization{Scheme: OtherScheme}, nil
}

// isToken68 reports whether text is a token68 of RFC 9110 §11.2.
func isToken68(text string) bool {
	body := strings.TrimRight(text, "=")
	for i := range len(body) {
		if !token68[body[i]] {
			return false
		}
	}
	return body != ""
}

var token68 = func() (is [256]bool) {
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
	for _, c := range []byte(set) {
		is[c] = true
	}
	return is
}()
