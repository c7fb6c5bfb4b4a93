package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// shapes are the keys of an error, by face.
var shapes = map[string][]string{
	"oauth":    {"error", "error_description"},
	"apinizer": {"resultMessage", "status"},
	"awx":      {"detail"},
	"health":   {"status"},
}

// Every refusal of an API path is JSON in the shape of its face, whatever is
// wrong, down to what the floor refuses.
func TestErrorsHaveTheShapeOfTheirFace(t *testing.T) {
	t.Parallel()
	s := open(t, settings(t))
	paths := []struct{ path, shape, methods string }{
		{"/apiops/auth/token", "oauth", "POST"},
		{"/apiops/auth", "oauth", ""},
		{"/apiops/auth/nothing", "oauth", ""},
		{"/apiops", "apinizer", ""},
		{"/apiops/nothing", "apinizer", ""},
		{"/apiops/test/healthcheck", "apinizer", "GET HEAD"},
		{"/apiops/test/hello/x", "apinizer", "GET HEAD"},
		{"/api/nothing/", "awx", ""},
		{"/api/v2/nothing/", "awx", ""},
		{"/api/v3/", "awx", ""},
		{"/api//v2/me/", "awx", ""},
		{"/api/v2/tokens/x/", "awx", ""},
		{"/api/", "awx", "GET HEAD OPTIONS"},
		{"/api/v2/", "awx", "GET HEAD OPTIONS"},
		{"/api/v2/ping/", "awx", "GET HEAD OPTIONS"},
		{"/api/v2/me/", "awx", "GET HEAD OPTIONS"},
		{"/api/v2/users/", "awx", "GET HEAD OPTIONS POST"},
		{"/api/v2/users/1/", "awx", "GET HEAD OPTIONS PUT PATCH DELETE"},
		{"/api/v2/users/ada/personal_tokens/", "awx", "GET HEAD OPTIONS POST"},
		{"/api/v2/tokens/", "awx", "GET HEAD OPTIONS POST"},
		{"/api/v2/tokens/1/", "awx", "GET HEAD OPTIONS PUT PATCH DELETE"},
		{"/healthz", "health", "GET HEAD"},
		{"/readyz", "health", "GET HEAD"},
	}
	long, large := strings.Repeat("x", 9<<10), strings.Repeat("x", 17<<10)
	for _, p := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			status := http.StatusMethodNotAllowed
			switch {
			case p.methods == "":
				status = http.StatusNotFound
			case slices.Contains(strings.Fields(p.methods), method):
				continue
			}
			a := s.ada.do(t, method, p.path, "")
			checkRefusal(t, method+" "+p.path, a, status, shapes[p.shape])
			if status == http.StatusMethodNotAllowed && a.header.Get("Allow") == "" {
				t.Errorf("%s %s: there is no Allow", method, p.path)
			}
		}
		checkRefusal(t, "a long address beneath "+p.path, s.ada.do(t, "GET", p.path+"/"+long, ""), http.StatusRequestURITooLong, shapes[p.shape])
		checkRefusal(t, "a long query at "+p.path, s.ada.do(t, "GET", p.path+"?q="+long, ""), http.StatusRequestURITooLong, shapes[p.shape])
		checkRefusal(t, "large headers at "+p.path, s.ada.do(t, "GET", p.path, "", func(r *http.Request) { r.Header.Set("X-Large", large) }), http.StatusRequestHeaderFieldsTooLarge, shapes[p.shape])
	}
	checkBodies(t, s)
	checkVerify(t, s, long, large)
}

// checkBodies sends bodies that are too large, broken or of the wrong type.
func checkBodies(t *testing.T, s *site) {
	huge := strings.Repeat("x", 70<<10)
	for _, path := range []string{"/api/v2/users/", "/api/v2/tokens/", "/api/v2/users/ada/personal_tokens/"} {
		checkRefusal(t, "a large body at "+path, s.ada.do(t, "POST", path, `{"description":"`+huge+`"}`), http.StatusRequestEntityTooLarge, shapes["awx"])
		checkRefusal(t, "broken JSON at "+path, s.ada.do(t, "POST", path, `{`), http.StatusBadRequest, shapes["awx"])
		checkRefusal(t, "a form at "+path, s.ada.form(t, path, "x=1"), http.StatusUnsupportedMediaType, shapes["awx"])
		checkRefusal(t, "nobody at "+path, s.do(t, "POST", path, `{}`), http.StatusUnauthorized, shapes["awx"])
	}
	checkRefusal(t, "a large form", s.form(t, "/apiops/auth/token", "x="+huge), http.StatusRequestEntityTooLarge, shapes["oauth"])
	checkRefusal(t, "a broken form", s.form(t, "/apiops/auth/token", "%zz"), http.StatusBadRequest, shapes["oauth"])
	checkRefusal(t, "a wrong password", s.form(t, "/apiops/auth/token", "grant_type=client_credentials&client_id=ada&client_secret=x"), http.StatusUnauthorized, shapes["oauth"])
	checkRefusal(t, "no token", s.do(t, "GET", "/apiops/test/hello/x", ""), http.StatusUnauthorized, shapes["apinizer"])
}

// checkVerify knows that /verify takes any method, path and body.
func checkVerify(t *testing.T, s *site, long, large string) {
	for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS", "BREW"} {
		checkRefusal(t, method+" /verify", s.do(t, method, "/verify", ""), http.StatusUnauthorized, shapes["oauth"])
		checkRefusal(t, method+" /verify/x", s.do(t, method, "/verify/x", ""), http.StatusUnauthorized, shapes["oauth"])
	}
	checkRefusal(t, "a long address", s.ada.do(t, "GET", "/verify/"+long, ""), http.StatusRequestURITooLong, shapes["oauth"])
	checkRefusal(t, "large headers", s.ada.do(t, "GET", "/verify", "", func(r *http.Request) { r.Header.Set("X-Large", large) }), http.StatusRequestHeaderFieldsTooLarge, shapes["oauth"])
	checkRefusal(t, "an unknown parameter", s.ada.do(t, "GET", "/verify?x=1", ""), http.StatusBadRequest, shapes["oauth"])
	if a := s.ada.do(t, "POST", "/verify", strings.Repeat("x", 70<<10)); a.status != http.StatusOK {
		t.Errorf("a body that nobody reads: %s", a)
	}
}

// checkRefusal wants JSON with just these keys, all of them texts that are not
// empty, and the headers that the floor gives every refusal.
func checkRefusal(t *testing.T, what string, a *answer, status int, keys []string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: %s, want %d", what, a, status)
		return
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	if a.header.Get("X-Request-Id") == "" {
		t.Errorf("%s: there is no request id, so that the log cannot be searched for it", what)
	}
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("%s: the type is %q", what, kind)
	}
	if strings.HasPrefix(what, "HEAD ") {
		return
	}
	var body map[string]string
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Errorf("%s: %s: %v", what, a, err)
		return
	}
	for _, key := range keys {
		if body[key] == "" || len(body) != len(keys) {
			t.Errorf("%s: %s has not just the keys %v", what, a, keys)
		}
	}
}
