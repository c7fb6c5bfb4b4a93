package oauth_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/index"
	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/store/sqlite"
	"jeton/internal/throttle"
	"jeton/internal/web"
	"jeton/internal/web/oauth"
)

const goodPassword = "correct horse battery"

// house is the face on a real authority, with a clock of its own.
type house struct {
	http.Handler
	*authority.Authority
	live  *index.Index
	clock atomic.Int64 // microseconds
	log   strings.Builder
}

func (h *house) now() time.Time        { return time.UnixMicro(h.clock.Load()).UTC() }
func (h *house) sleep(d time.Duration) { h.clock.Add(d.Microseconds()) }

func newHouse(t testing.TB, edit ...func(*oauth.Face)) *house {
	t.Helper()
	h := &house{}
	h.clock.Store(time.Date(2026, 11, 22, 13, 0, 0, 923_456_000, time.UTC).UnixMicro())
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "jeton.db"), sqlite.Options{Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if h.live, err = index.Open(ctx, index.Options{Source: db, Now: h.now}); err != nil {
		t.Fatal(err)
	}
	hasher, err := password.New(password.Options{Slots: 2, Memory: 64, Passes: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.Authority = &authority.Authority{
		Store: db, Live: h.live, Passwords: hasher, Memory: password.NewMemory(h.now),
		Throttle: throttle.New(throttle.Options{Now: h.now}), Uses: &authority.Uses{},
		Now: h.now, Policy: pat.DefaultPolicy(), Log: slog.New(slog.DiscardHandler),
	}
	h.Policy.Scopes = []string{"deploy"}
	face := &oauth.Face{
		Authority: h.Authority, Issuer: "https://jeton.example.org", Public: true,
		Grants: oauth.Grants{Token: "/apiops/auth/token", Types: []string{"client_credentials"}, AuthMethods: []string{"client_secret_post"}},
		Feed:   h.live, Now: h.now,
	}
	for _, e := range edit {
		e(face)
	}
	var faces web.Faces
	face.Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.NewTextHandler(&h.log, nil)), Now: h.now}
	h.Handler = floor.Wrap(&faces)
	return h
}

// user makes a user.
func (h *house) user(t testing.TB, name string, edit ...func(*pat.UserRequest)) pat.UserID {
	t.Helper()
	req := pat.UserRequest{Name: name, Password: goodPassword}
	for _, e := range edit {
		e(&req)
	}
	u, err := h.CreateUser(context.Background(), pat.Operator("test"), req)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

func admin(r *pat.UserRequest) { r.Admin = true }

// token makes a token of a user, for life seconds; 0 is for ever.
func (h *house) token(t testing.TB, owner pat.UserID, scopes pat.Scopes, life int64) (string, pat.Token) {
	t.Helper()
	secret, tok, err := h.CreateToken(context.Background(), pat.Operator("test"), pat.TokenRequest{
		Owner: owner, Scopes: scopes, Expiry: pat.Expiry{After: life, Never: life == 0}, Origin: pat.OriginAPI,
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal(), tok
}

// gateway makes a token by which other people's tokens may be asked about.
func (h *house) gateway(t testing.TB) string {
	t.Helper()
	secret, _ := h.token(t, h.user(t, "gateway"), "introspect", 0)
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
