package awx_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const asBrowser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// TestWhoGetsAPage holds apart people and programs.
func TestWhoGetsAPage(t *testing.T) {
	s := open(t)
	tests := []struct {
		name, query, accept string
		page                bool
	}{
		{"a browser", "", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
		{"HTML", "", "text/html", true},
		{"anything", "", "*/*", false},
		{"nothing said", "", "", false},
		{"JSON", "", "application/json", false},
		{"JSON before HTML", "", "application/json, text/html", false},
		{"JSON rather than HTML", "", "text/html;q=0.5, application/json", false},
		{"no HTML", "", "text/html;q=0, */*", false},
		{"format=api", "?format=api", "*/*", true},
		{"format=json", "?format=json", "text/html", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			if tt.accept != "" {
				h.Set("Accept", tt.accept)
			}
			w := s.send(request{"GET", "/api/v2/ping/" + tt.query, "", "", h})
			kind := "application/json"
			if tt.page {
				kind = "text/html; charset=utf-8"
			}
			if got := w.Header().Get("Content-Type"); got != kind || w.Code != 200 {
				t.Errorf("%d %s", w.Code, got)
			}
		})
	}
}

func TestPages(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{"description":"<script>alert(1)</script> \"/api/v2/x/\" &"}`)
	b := s.browser()
	b.signIn(alice)
	tests := []struct {
		name, path string
		status     int
		want, not  string
	}{
		{"markup stays text", "/api/v2/tokens/1/", 200, "&lt;script&gt;alert(1)", "<script"},
		{"paths can be followed", "/api/v2/tokens/1/", 200, `<a href="/api/v2/users/2/">/api/v2/users/2/</a>`, ""},
		{"a path that somebody wrote cannot", "/api/v2/tokens/1/", 200, "/api/v2/x/", `href="/api/v2/x/`},
		{"the view has its name, methods and status", "/api/v2/tokens/1/", 200, "<h1>OAuth Token Detail</h1>", ""},
		{"the way out", "/api/v2/tokens/", 200, `Signed in as alice`, "/api/login/"},
		{"another's", "/api/v2/users/1/", 403, "You do not have permission", ""},
		{"nothing there", "/api/v2/nothing/", 404, "<h1>Not Found</h1>", ""},
		{"a filter that is none", "/api/v2/tokens/?foo=%3Cb%3E", 400, "400 Bad Request", "<b>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.do("GET", tt.path, "", asBrowser)
			body := w.Body.String()
			if w.Code != tt.status || !strings.Contains(body, tt.want) || tt.not != "" && strings.Contains(body, tt.not) {
				t.Errorf("%d %s", w.Code, body)
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'self'") {
				t.Errorf("policy %q", csp)
			}
		})
	}
	t.Run("nobody is told how to sign in", func(t *testing.T) {
		w := s.browser().do("GET", "/api/v2/me/?x=1", "", asBrowser)
		says(t, w, 401, `<a href="/api/login/?next=%2Fapi%2Fv2%2Fme%2F%3Fx%3D1">Sign in</a>`)
	})
}

func TestSignInPage(t *testing.T) {
	s := open(t)
	field := func(b *browser, form string) string {
		return form + "&csrfmiddlewaretoken=" + b.cookies["csrftoken"]
	}
	tests := []struct {
		name   string
		do     func(b *browser) (status int, location, body string)
		status int
		want   string // where it leads, or what it says
	}{
		{"149 a wrong password", post(func(b *browser) string { return field(b, "username=alice&password=wrong") }), 401, "Wrong username or password."},
		{"an unknown user", post(func(b *browser) string { return field(b, "username=nobody&password=wrong") }), 401, "Wrong username or password."},
		{"a disabled user", post(func(b *browser) string { return field(b, credentials(frank, "")) }), 401, "Wrong username or password."},
		{"no token", post(func(*browser) string { return credentials(alice, "") }), 403, "was not made for this browser"},
		{"another token", post(func(*browser) string {
			return credentials(alice, "") + "&csrfmiddlewaretoken=" + strings.Repeat("0", 64)
		}), 403, "was not made for this browser"},
		{"no cookie", post(func(b *browser) string { f := field(b, credentials(alice, "")); b.cookies = nil; return f }), 403, "was not made for this browser"},
		{"from another site", post(func(b *browser) string { return field(b, credentials(alice, "")) }, "Sec-Fetch-Site: cross-site"), 403, "from another site"},
		{"no form", post(func(*browser) string { return "{}" }, asJSON), 415, ""},
		{"the token in the form", post(func(b *browser) string { return field(b, credentials(alice, "/api/v2/me/")) }), 302, "/api/v2/me/"},
		{"to another site", post(func(b *browser) string { return field(b, credentials(alice, "//evil.example/")) }), 302, "/api/"},
		{"to another site by a backslash", post(func(b *browser) string { return field(b, credentials(alice, `/\evil.example/`)) }), 302, "/api/"},
		{"to an address", post(func(b *browser) string { return field(b, credentials(alice, "https://evil.example/")) }), 302, "/api/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := s.browser()
			b.do("GET", "/api/login/", "", asBrowser)
			status, location, body := tt.do(b)
			switch {
			case status != tt.status:
				t.Errorf("%d %s", status, body)
			case status == 302 && location != tt.want, status != 302 && (!strings.Contains(body, tt.want) || !strings.Contains(body, "<h1>")):
				t.Errorf("%s %s", location, body)
			case status != 302 && b.cookies["jeton_session"] != "":
				t.Error("a session")
			}
		})
	}
	t.Run("JSON cannot be had of a form", func(t *testing.T) {
		says(t, s.browser().do("GET", "/api/login/", "", "Accept: application/json"), 406, "Could not satisfy")
	})
	t.Run("another site cannot sign out", func(t *testing.T) {
		b := s.browser()
		b.signIn(eve)
		for _, method := range []string{"GET", "POST"} {
			says(t, b.do(method, "/api/logout/", "", "Sec-Fetch-Site: cross-site"), 403, "<h1>")
		}
		b.do("HEAD", "/api/logout/", "")
		b.do("GET", "/api/logout/", "", "Sec-Purpose: prefetch")
		expect(t, b.do("GET", "/api/v2/me/", ""), 200, `"username":"eve"`)
	})
	t.Run("too many tries", func(t *testing.T) {
		b := s.browser()
		b.do("GET", "/api/login/", "")
		for range 12 {
			b.do("POST", "/api/login/", field(b, "username=dave&password=wrong"), asForm)
		}
		w := b.do("POST", "/api/login/", field(b, credentials(dave, "")), asForm)
		says(t, w, 429, "Too many tries. Wait "+w.Header().Get("Retry-After")+" seconds")
	})
}

// says checks an answer that has more to it than want.
func says(t *testing.T, w *httptest.ResponseRecorder, status int, want string) {
	t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), want) {
		t.Errorf("%d %s, want %d and %s in it", w.Code, w.Body, status, want)
	}
}

// post sends the form that body makes.
func post(body func(b *browser) string, headers ...string) func(b *browser) (int, string, string) {
	return func(b *browser) (int, string, string) {
		w := b.do("POST", "/api/login/", body(b), append([]string{asForm}, headers...)...)
		return w.Code, w.Header().Get("Location"), w.Body.String()
	}
}
