package oauth

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// Each kind is a refusal, never a verdict, and no fault of ours is told.
func TestEveryKindRefuses(t *testing.T) {
	want := [pat.NumKinds]int{500, 400, 401, 403, 500, 500, 429, 503}
	for kind := range pat.NumKinds {
		w := httptest.NewRecorder()
		err := &pat.Error{Kind: kind, Message: "m", RetryAfter: 1500 * time.Millisecond, Cause: errors.New("SELECT secret")}
		failFor("write")(w, httptest.NewRequest("POST", revokePath, nil), err)
		if w.Code != want[kind] || strings.Contains(w.Body.String(), "SELECT") || strings.Contains(w.Body.String(), `:""`) || strings.Contains(w.Body.String(), "active") {
			t.Errorf("%v is answered %d %s", kind, w.Code, w.Body)
		}
		waits := kind == pat.Throttled || kind == pat.Unavailable
		if got := w.Header().Get("Retry-After"); waits != (got == "2") {
			t.Errorf("%v has Retry-After %q", kind, got)
		}
	}
}

func TestTextIsJSON(t *testing.T) {
	for text, want := range map[string]string{
		"read write": `"read write"`, "jürgen": `"jürgen"`, `a"b\c`: `"a\"b\\c"`, "a\nb": `"a\nb"`, "": `""`,
	} {
		if got := string(appendText(nil, text)); got != want {
			t.Errorf("%q is written %s", text, got)
		}
	}
}
