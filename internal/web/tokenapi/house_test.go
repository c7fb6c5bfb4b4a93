package tokenapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	"jeton/internal/web/tokenapi"
)

// house is the face on a real authority, with a clock of its own.
type house struct {
	http.Handler
	*authority.Authority
	clock atomic.Int64 // microseconds
	hosts atomic.Int64
}

func (h *house) now() time.Time { return time.UnixMicro(h.clock.Load()).UTC() }

func (h *house) sleep(d time.Duration) { h.clock.Add(d.Microseconds()) }

func newHouse(t *testing.T) *house {
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
	hasher, err := password.New(password.Options{Slots: 2, Memory: 64, Passes: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.Authority = &authority.Authority{
		Store: db, Live: live, Passwords: hasher, Memory: password.NewMemory(h.now),
		Throttle: throttle.New(throttle.Options{Now: h.now}), Uses: &authority.Uses{},
		Now: h.now, Policy: pat.DefaultPolicy(), Log: slog.New(slog.DiscardHandler),
	}
	var faces web.Faces
	(&tokenapi.Face{Authority: h.Authority}).Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.DiscardHandler), Now: h.now}
	h.Handler = floor.Wrap(&faces)
	return h
}

// user makes a user with a password.
func (h *house) user(t *testing.T, name, password string) pat.UserID {
	t.Helper()
	u, err := h.CreateUser(context.Background(), pat.Operator("test"), pat.UserRequest{Name: name, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// do sends a request from an address that nobody had before, so that no
// attempt at a password is in another's way.
func (h *house) do(method, path, body string, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	n := h.hosts.Add(1)
	r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:4711", n/250, n%250+1)
	if body != "" {
		r.Header.Set("Content-Type", web.FormType)
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

// streamed returns an edit that hides the length of the body.
func streamed(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(r.Body), -1 }
