package verify_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
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
	"jeton/internal/web/verify"
)

// house is the face on a real authority, with a clock of its own.
type house struct {
	http.Handler
	*authority.Authority
	live  *index.Index
	face  *verify.Face
	clock atomic.Int64 // microseconds
	real  func() time.Time
}

func (h *house) now() time.Time {
	if h.real != nil { // where sockets have deadlines, and where the clock is to cost what it costs
		return h.real()
	}
	return time.UnixMicro(h.clock.Load()).UTC()
}

func (h *house) sleep(d time.Duration) { h.clock.Add(d.Microseconds()) }

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{}
	h.clock.Store(time.Date(2026, 11, 22, 13, 0, 0, 123_456_000, time.UTC).UnixMicro())
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "jeton.db"), sqlite.Options{Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	live, err := index.Open(ctx, index.Options{Source: db, Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	h.live = live
	hasher, err := password.New(password.Options{Slots: 2, Memory: 64, Passes: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.Authority = &authority.Authority{
		Store: db, Live: live, Passwords: hasher, Memory: password.NewMemory(h.now),
		Throttle: throttle.New(throttle.Options{Now: h.now}), Uses: &authority.Uses{},
		Now: h.now, Policy: pat.DefaultPolicy(), Log: slog.New(slog.DiscardHandler),
	}
	h.Policy.Scopes = []string{"deploy", "report"}
	var faces web.Faces
	h.face = &verify.Face{Authority: h.Authority}
	h.face.Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.DiscardHandler), Now: h.now}
	h.Handler = floor.Wrap(&faces)
	return h
}

// token makes a token of a user.
func (h *house) token(t testing.TB, owner pat.UserID, scopes pat.Scopes, life int64) (string, pat.Token) {
	t.Helper()
	secret, tok, err := h.CreateToken(context.Background(), pat.Operator("test"), pat.TokenRequest{
		Owner: owner, Scopes: scopes, Expiry: pat.Expiry{After: life}, Origin: pat.OriginAPI,
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal(), tok
}

// user makes a user.
func (h *house) user(t testing.TB, name string) pat.UserID {
	t.Helper()
	u, err := h.CreateUser(context.Background(), pat.Operator("test"), pat.UserRequest{Name: name, Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// ask sends a request with a bearer token, or none.
func (h *house) ask(method, target, bearer string, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	for _, e := range edit {
		e(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// set returns an edit that sets a header.
func set(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[name] = values }
}
