package verify

import (
	"net/http"
	"net/url"
	"strings"

	"jeton/internal/pat"
)

// auto stands for the scope that the forwarded method needs.
const auto = "auto"

// demand returns the scope word that the query asks for, or "" when it asks
// for none. It fails with Invalid.
//
// At /verify itself the query is the proxy's own, so that anything unknown in
// it is a slip, and perhaps a demand that would go unheard: refused. Beneath it
// stands the path of the original request with the query of the client, as
// Envoy appends them, and other parameters are the client's business. Two
// scopes are refused in either place, so no client adds one of its own.
func demand(r *http.Request) (string, error) {
	exact := r.URL.Path == root
	word, asked := "", false
	for rest := r.URL.RawQuery; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		switch {
		case err == nil && key == "scope" && !asked:
			if word, err = url.QueryUnescape(value); err != nil || !isWord(word) {
				return "", pat.FailField("scope", "name one scope, or auto")
			}
			asked = true
		case err == nil && key == "scope":
			return "", pat.FailField("scope", "ask for one scope only")
		case exact && pair != "":
			return "", pat.Fail(pat.Invalid, "the only parameter is scope")
		}
	}
	if word == auto {
		return forMethod(r, exact), nil
	}
	return word, nil
}

// isWord reports whether text is one scope.
func isWord(text string) bool {
	s, err := pat.ParseScopes(text)
	return err == nil && s != "" && string(s) == text && !strings.Contains(text, " ")
}

// forMethod returns the scope that the original request's method needs. Every
// forwarded method counts, whoever wrote it, and the strictest wins: Caddy and
// Traefik set the one header and pass on what a client forged in the other,
// nginx the other way round. Beneath /verify the request's own method is the
// original one and counts too; at /verify itself it says nothing, and without a
// forwarded method the demand is write.
func forMethod(r *http.Request, exact bool) string {
	need := pat.ScopeForMethod(r.Method)
	forwarded := 0
	if exact {
		need = pat.ScopeRead
	}
	judge := func(method string) {
		if pat.ScopeForMethod(method) != pat.ScopeRead {
			need = pat.ScopeWrite
		}
	}
	for _, header := range methodHeaders {
		for _, method := range r.Header[header] {
			forwarded++
			judge(method)
		}
	}
	for _, header := range overrideHeaders {
		for _, method := range r.Header[header] {
			judge(method)
		}
	}
	if exact && forwarded == 0 {
		return pat.ScopeWrite
	}
	return need
}
