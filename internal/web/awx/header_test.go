package awx_test

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var took = regexp.MustCompile(`^\d+\.\d{3}s$`)

// TestHeadersOfEveryView checks what every answer has to carry, and that every
// error is a JSON object. It asks as those who may not change a thing.
func TestHeadersOfEveryView(t *testing.T) {
	s := open(t)
	s.mint(t, admin, `{}`)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	for pattern := range s.face.Views() {
		if strings.HasPrefix(pattern, "/api/log") || strings.HasPrefix(pattern, "/api/o/") {
			continue // pages and OAuth have rules of their own
		}
		for _, id := range []string{"1", "999"} {
			path := strings.Replace(pattern, "{id}", id, 1)
			allow := s.do("OPTIONS", path, admin, "").Header().Get("Allow")
			open := s.do("GET", path, "", "").Code != 401
			for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "LINK"} {
				for _, as := range []string{"", read, "=Basic YWxpY2U6d3Jvbmc="} {
					w := s.do(method, path, as, "")
					checkHeaders(t, method+" "+path, w)
					if got := w.Header().Get("Allow"); got != allow {
						t.Errorf("%s %s: Allow %q, to OPTIONS %q", method, path, got, allow)
					}
					known := as == read && !open
					if told := w.Header().Get("X-API-Product-Version") == "24.6.1"; told != known {
						t.Errorf("148 %s %s as %.9q: the version is told: %v, want %v", method, path, as, told, known)
					}
				}
			}
		}
	}
}

func checkHeaders(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	for key, want := range map[string]string{
		"X-API-Product-Name": "AWX", "X-API-Node": "jeton", "Content-Language": "en", "Content-Type": "application/json",
		"Vary": "Accept, Accept-Language, Origin, Cookie", "Access-Control-Expose-Headers": "X-API-Request-Id",
	} {
		if h.Get(key) != want {
			t.Errorf("%s: %s is %q, want %q", what, key, h.Get(key), want)
		}
	}
	if !took.MatchString(h.Get("X-API-Time")) || !took.MatchString(h.Get("X-API-Total-Time")) || h.Get("X-API-Request-Id") == "" {
		t.Errorf("%s: X-API-Time %q, X-API-Request-Id %q", what, h.Get("X-API-Time"), h.Get("X-API-Request-Id"))
	}
	var o map[string]any
	if body := w.Body.Bytes(); w.Code >= 400 && len(body) > 0 && json.Unmarshal(body, &o) != nil {
		t.Errorf("148 %s: %d %s", what, w.Code, body)
	}
}

// A refusal before the caller is known tells no version.
func TestNoVersionBeforeTheCallerIsKnown(t *testing.T) {
	s := open(t)
	for _, q := range []request{
		{"POST", pt, alice, `{bad`, nil},
		{"POST", pt, alice, `x`, map[string][]string{"Content-Type": {"text/plain"}}},
		{"GET", "/api/v2/nothing/", alice, "", nil},
	} {
		if got := s.send(q).Header().Get("X-API-Product-Version"); got != "" {
			t.Errorf("%s %s %s: %q", q.method, q.path, q.body, got)
		}
	}
}
