package tokenapi

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// Each kind has an answer in both shapes, and none gives away what is inside.
func TestEveryKindIsAnswered(t *testing.T) {
	for kind := range pat.NumKinds {
		err := error(&pat.Error{Kind: kind, Message: `a "message"`, RetryAfter: 1500 * time.Millisecond, Cause: errors.New("SELECT secret")})
		for name, fail := range map[string]func(*httptest.ResponseRecorder){
			"token":      func(w *httptest.ResponseRecorder) { failToken(w, nil, err) },
			"management": func(w *httptest.ResponseRecorder) { failManagement(w, nil, err) },
		} {
			w := httptest.NewRecorder()
			fail(w)
			if w.Code < 400 || strings.Contains(w.Body.String(), "SELECT") || strings.Contains(w.Body.String(), `:""`) {
				t.Errorf("%s: %v is answered %d %s", name, kind, w.Code, w.Body)
			}
			waits := kind == pat.Throttled || kind == pat.Unavailable
			if got := w.Header().Get("Retry-After"); waits != (got == "2") {
				t.Errorf("%s: %v has Retry-After %q", name, kind, got)
			}
		}
	}
	w := httptest.NewRecorder()
	failToken(w, nil, errors.New("a fault"))
	if want := `{"error":"server_error","error_description":"An unexpected error occurred"}`; w.Code != 500 || w.Body.String() != want {
		t.Errorf("a fault is answered %d %s (57)", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	failManagement(w, nil, errors.New("a fault"))
	if want := `{"status":"FAILURE","resultMessage":"An unexpected error occurred"}`; w.Code != 500 || w.Body.String() != want {
		t.Errorf("a fault is answered %d %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	failToken(w, nil, pat.Fail(pat.Unavailable, "x"))
	if want := `{"error":"temporarily_unavailable","error_description":"The service cannot answer now"}`; w.Code != 503 || w.Body.String() != want || w.Header().Get("Retry-After") != "1" {
		t.Errorf("an outage is answered %d %s", w.Code, w.Body)
	}
}
