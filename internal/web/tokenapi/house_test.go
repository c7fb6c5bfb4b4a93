package tokenapi_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/web"
	"jeton/internal/web/tokenapi"
)

// house is the face on a real authority, with a clock of its own.
type house struct {
	http.Handler
	*authoritytest.House
	clock *authoritytest.Clock
	hosts atomic.Int64
}

func newHouse(t *testing.T) *house {
	t.Helper()
	clock := authoritytest.NewClock(time.Date(2026, 11, 22, 13, 0, 0, 123_456_000, time.UTC))
	h := &house{House: authoritytest.Open(t, clock.Now), clock: clock}
	var faces web.Faces
	(&tokenapi.Face{Authority: h.Authority}).Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.DiscardHandler), Now: clock.Now}
	h.Handler = floor.Wrap(&faces)
	return h
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
