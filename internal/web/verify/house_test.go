package verify_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/web"
	"jeton/internal/web/verify"
)

// house is the face on a real authority, with a clock of its own.
type house struct {
	http.Handler
	*authoritytest.House
	face  *verify.Face
	clock *authoritytest.Clock
	real  func() time.Time
}

func (h *house) now() time.Time {
	if h.real != nil { // where sockets have deadlines, and where the clock is to cost what it costs
		return h.real()
	}
	return h.clock.Now()
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{clock: authoritytest.NewClock(time.Date(2026, 11, 22, 13, 0, 0, 123_456_000, time.UTC))}
	h.House = authoritytest.Open(t, h.now)
	h.Policy.Scopes = []string{"deploy", "report"}
	var faces web.Faces
	h.face = &verify.Face{Authority: h.Authority}
	h.face.Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.DiscardHandler), Now: h.now}
	h.Handler = floor.Wrap(&faces)
	return h
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
