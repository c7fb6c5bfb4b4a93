package console_test

import (
	"net/http"
	"strings"
	"testing"

	"jeton/internal/web"
)

// Whatever is no plain form of reasonable size makes nobody an administrator,
// though the code in it is right.
func TestSetUpTakesOnePlainForm(t *testing.T) {
	h := newHouse(t)
	good := "code=" + h.code + "&username=ada&password=correct+horse+staple&password2=correct+horse+staple"
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"too large", web.FormType, good + "&x=" + strings.Repeat("x", web.MaxBody), http.StatusRequestEntityTooLarge},
		{"a field twice", web.FormType, "code=x&" + good, http.StatusBadRequest},
		{"another type", "text/plain", good, http.StatusUnsupportedMediaType},
		{"no encoding", web.FormType, good + "&email=%4", http.StatusBadRequest},
		{"as it should be", web.FormType, good, http.StatusOK},
	}
	for _, tt := range tests {
		v := h.visitor(t)
		r, err := http.NewRequest("POST", h.URL+"/setup", strings.NewReader(tt.body))
		must(t, err)
		r.Header.Set("Content-Type", tt.contentType)
		v.do(r)
		if v.status != tt.status || !strings.HasPrefix(v.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s, want %d and a page", tt.name, v.status, v.header.Get("Content-Type"), tt.status)
		}
	}
}

// Somebody who guesses at the code leaves a trace that says what was tried,
// without the code.
func TestSetUpLogsWhyItRefuses(t *testing.T) {
	h := newHouse(t)
	h.visitor(t).post("/setup", "code", "ABCD-EFGH", "username", "ada", "password", pass, "password2", pass)
	line := h.log.String()
	if !strings.Contains(line, `error="unauthenticated: the set-up code is wrong`) || strings.Contains(line, "ABCD") || strings.Contains(line, "horse") {
		t.Errorf("a wrong code is logged as %s", line)
	}
}

func TestTheFirstPageLeadsOn(t *testing.T) {
	h := newHouse(t)
	for _, tt := range []struct {
		name string
		as   func() *visitor
		to   string
	}{
		{"without users to the set-up", func() *visitor { return h.visitor(t) }, "/setup"},
		{"nobody to the sign-in", func() *visitor { h = withAda(t); return h.visitor(t) }, "/signin"},
		{"somebody to the profile", func() *visitor { return h.signedIn(t, "ada") }, "/profile"},
	} {
		v := tt.as()
		if v.get("/"); v.status != http.StatusSeeOther || v.header.Get("Location") != tt.to {
			t.Errorf("%s: %d to %q", tt.name, v.status, v.header.Get("Location"))
		}
	}
}
