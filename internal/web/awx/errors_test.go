package awx

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// TestFailKinds walks the kinds: each has a status, a JSON object, and nothing
// of its cause in it.
func TestFailKinds(t *testing.T) {
	tests := [pat.NumKinds]struct {
		status int
		retry  string
	}{
		pat.Internal:        {500, ""},
		pat.Invalid:         {400, ""},
		pat.Unauthenticated: {401, ""},
		pat.Forbidden:       {403, ""},
		pat.NotFound:        {404, ""},
		pat.Conflict:        {400, ""},
		pat.Throttled:       {429, "3"},
		pat.Unavailable:     {503, "3"},
	}
	for k, want := range tests {
		kind := pat.Kind(k)
		t.Run(kind.String(), func(t *testing.T) {
			err := &pat.Error{Kind: kind, Message: "why", RetryAfter: 2100 * time.Millisecond, Cause: errors.New("hidden")}
			w := httptest.NewRecorder()
			fail(w, httptest.NewRequest("GET", "/api/", nil), err)
			body := w.Body.String()
			if w.Code != want.status || w.Header().Get("Retry-After") != want.retry {
				t.Errorf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
			}
			if !strings.HasPrefix(body, "{") || strings.Contains(body, "hidden") || strings.Contains(body, "%s") {
				t.Errorf("body %s", body)
			}
		})
	}
}

func TestFailFloor(t *testing.T) {
	tests := []struct {
		err    error
		status int
		body   string
	}{
		{web.ErrPath, 404, `{"detail":"Not found."}`},
		{web.ErrPathSize, 414, `{"detail":"The address is too long."}`},
		{web.ErrHeaders, 431, `{"detail":"The request headers are too large."}`},
		{errors.New("hidden"), 500, `{"detail":"A server error has occurred."}`},
	}
	for _, tt := range tests {
		t.Run(tt.err.Error(), func(t *testing.T) {
			w := httptest.NewRecorder()
			fail(w, httptest.NewRequest("GET", "/api/", nil), tt.err)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

// TestWireErrorsOrder checks that the domain's errors are told in AWX's order.
func TestWireErrorsOrder(t *testing.T) {
	err := &pat.Error{Kind: pat.Invalid, Fields: []pat.Field{{Name: "owner", Message: "no room"}, {Name: "password", Message: "Password max length is 128"}, {Name: "username", Message: "no"}}}
	w := httptest.NewRecorder()
	fail(w, httptest.NewRequest("GET", "/api/", nil), err)
	want := `{"username":["` + badUsername + `"],"password":["Password max length is 128"],"__all__":["No room."]}`
	if w.Body.String() != want {
		t.Errorf("%s\nwant %s", w.Body, want)
	}
}

func TestStamp(t *testing.T) {
	whole := time.Date(2026, 11, 22, 16, 2, 30, 0, time.FixedZone("", 3*3600))
	for at, want := range map[time.Time]string{
		whole:                       "2026-11-22T13:02:30Z",
		whole.Add(time.Microsecond): "2026-11-22T13:02:30.000001Z",
	} {
		if got := stamp(at); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
