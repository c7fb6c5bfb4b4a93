package verify

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// Each kind refuses: no fault of ours lets anyone in, nor is it told.
func TestEveryKindRefuses(t *testing.T) {
	want := [pat.NumKinds]int{500, 400, 401, 403, 500, 500, 429, 503}
	for kind := range pat.NumKinds {
		w := httptest.NewRecorder()
		err := &pat.Error{Kind: kind, Message: "m", RetryAfter: 1500 * time.Millisecond, Cause: errors.New("SELECT secret")}
		fail(w, httptest.NewRequest("GET", "/verify", nil), err)
		if w.Code != want[kind] || strings.Contains(w.Body.String(), "SELECT") || strings.Contains(w.Body.String(), `:""`) {
			t.Errorf("%v is answered %d %s", kind, w.Code, w.Body)
		}
		waits := kind == pat.Throttled || kind == pat.Unavailable
		if got := w.Header().Get("Retry-After"); waits != (got == "2") {
			t.Errorf("%v has Retry-After %q", kind, got)
		}
	}
	w := httptest.NewRecorder()
	fail(w, httptest.NewRequest("GET", "/verify", nil), errors.New("a fault"))
	if w.Code != http.StatusInternalServerError || w.Body.String() != `{"error":"server_error","error_description":"An unexpected error occurred"}` {
		t.Errorf("a fault is answered %d %s", w.Code, w.Body)
	}
}
