package oauth_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"jeton/internal/web/oauth"
)

func TestMetadata(t *testing.T) {
	h := newHouse(t)
	r := httptest.NewRequest("GET", "/.well-known/oauth-authorization-server", nil)
	r.Host = "evil.example.org"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	const body = `{"issuer":"https://jeton.example.org",` +
		`"token_endpoint":"https://jeton.example.org/apiops/auth/token","token_endpoint_auth_methods_supported":["client_secret_post"],` +
		`"introspection_endpoint":"https://jeton.example.org/oauth2/introspect","introspection_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],` +
		`"revocation_endpoint":"https://jeton.example.org/oauth2/revoke","revocation_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],` +
		`"scopes_supported":["read","write","introspect","deploy"],"response_types_supported":[],"grant_types_supported":["client_credentials"]}`
	if w.Code != 200 || w.Body.String() != body {
		t.Errorf("answered %d %s\nwant %s", w.Code, w.Body, body)
	}
	if got := w.Header().Get("Cache-Control"); got != "public, max-age=300" {
		t.Errorf("Cache-Control is %q", got)
	}
	if w := h.post("/.well-known/oauth-authorization-server", ""); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST is answered %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestMetadataWithAnAuthorizationPage(t *testing.T) {
	h := newHouse(t, func(f *oauth.Face) {
		f.Grants = oauth.Grants{
			Authorize: "/authorize", Token: "/token", Types: []string{"authorization_code"},
			ResponseType: []string{"code"}, Challenges: []string{"S256"},
		}
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/.well-known/oauth-authorization-server/", nil))
	for _, part := range []string{
		`"authorization_endpoint":"https://jeton.example.org/authorize"`, `"response_types_supported":["code"]`,
		`"code_challenge_methods_supported":["S256"]`, `"authorization_response_iss_parameter_supported":true`, `"scopes_supported":["read","write","introspect"`,
	} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s is not in %s", part, w.Body)
		}
	}
}
