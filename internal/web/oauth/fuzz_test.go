package oauth_test

import (
	"net/http"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// Whatever a stranger sends, the answer is neither a fault nor a live token.
func FuzzIntrospect(f *testing.F) {
	h := newHouse(f)
	gate := h.gateway(f)
	for _, seed := range [][3]string{
		{"/oauth2/introspect", "token=x", "Bearer " + gate},
		{"/oauth2/introspect", "token=%ff&client_id=a&client_secret=b", ""},
		{"/oauth2/introspect", "token=a&token=b;c", "Basic YTpi"},
		{"/oauth2/introspect/batch", `{"tokens":["a",1]}`, "bearer x"},
		{"/oauth2/revoke", "token=" + pat.NewSecret("jtn").Reveal(), "Basic Og=="},
		{"/oauth2/revoke/", "\x00", "Digest \xff"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, path, body, authorization string) {
		switch path {
		case "/oauth2/introspect", "/oauth2/introspect/batch", "/oauth2/revoke":
		default:
			path = "/oauth2/introspect"
		}
		w := h.post(path, body, func(r *http.Request) {
			if authorization != "" {
				r.Header["Authorization"] = []string{authorization}
			}
			if strings.HasPrefix(body, "{") {
				r.Header.Set("Content-Type", "application/json")
			}
		})
		if w.Code >= 500 || strings.Contains(w.Body.String(), `"active":true`) || strings.Contains(w.Body.String(), gate) {
			t.Errorf("%s with %q and %q is answered %d %s", path, body, authorization, w.Code, w.Body)
		}
	})
}
