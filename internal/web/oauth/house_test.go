package oauth_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/oauth"
)

// house is the face on a real authority, with a clock of its own.
type house struct {
	http.Handler
	*authoritytest.House
	clock *authoritytest.Clock
	log   strings.Builder
}

func newHouse(t testing.TB, edit ...func(*oauth.Face)) *house {
	t.Helper()
	clock := authoritytest.NewClock(time.Date(2026, 11, 22, 13, 0, 0, 923_456_000, time.UTC))
	h := &house{House: authoritytest.Open(t, clock.Now), clock: clock}
	h.Policy.Scopes = []string{"deploy"}
	face := &oauth.Face{
		Authority: h.Authority, Issuer: "https://jeton.example.org", Public: true,
		Grants: oauth.Grants{Token: "/apiops/auth/token", Types: []string{"client_credentials"}, AuthMethods: []string{"client_secret_post"}},
		Feed:   h.Index, Now: clock.Now,
	}
	for _, e := range edit {
		e(face)
	}
	var faces web.Faces
	face.Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.NewTextHandler(&h.log, nil)), Now: clock.Now}
	h.Handler = floor.Wrap(&faces)
	return h
}

func admin(r *pat.UserRequest) { r.Admin = true }

// gateway makes a token by which other people's tokens may be asked about.
func (h *house) gateway(t testing.TB) string {
	t.Helper()
	secret, _ := h.AddToken(t, h.AddUser(t, "gateway"), "introspect", 0)
	return secret
}

// post sends a form.
func (h *house) post(path, form string, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Header.Set("Content-Type", web.FormType)
	for _, e := range edit {
		e(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// introspect asks about a token as the bearer of another.
func (h *house) introspect(bearer, token string) *httptest.ResponseRecorder {
	return h.post("/oauth2/introspect", "token="+url.QueryEscape(token), bearing(bearer))
}

func bearing(secret string) func(*http.Request) { return set("Authorization", "Bearer "+secret) }

func basic(name, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(name, password) }
}

// set returns an edit that sets a header.
func set(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[name] = values }
}

// want checks status and body of an answer.
func want(t *testing.T, w *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if w.Code != status || w.Body.String() != body {
		t.Errorf("answered %d %s, want %d %s", w.Code, w.Body, status, body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("the content type is %q", got)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
}

// refused checks a refusal and returns its challenges.
func refused(t *testing.T, w *httptest.ResponseRecorder, status int, code string) []string {
	t.Helper()
	if w.Code != status || !strings.HasPrefix(w.Body.String(), `{"error":"`+code+`","error_description":"`) || strings.Contains(w.Body.String(), `:""`) {
		t.Errorf("answered %d %s, want %d %s", w.Code, w.Body, status, code)
	}
	return w.Header()["Www-Authenticate"]
}
