package awx_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// browser keeps cookies, and sends what it is told besides.
type browser struct {
	s       *site
	cookies map[string]string
	set     map[string]*http.Cookie // as last set, with their attributes
	base    string
}

func (s *site) browser() *browser {
	return &browser{s: s, cookies: map[string]string{}, set: map[string]*http.Cookie{}, base: "http://example.com"}
}

// do sends a request with the browser's cookies and the headers, given as
// "Name: value".
func (b *browser) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, b.base+path, strings.NewReader(body))
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.s.handler.ServeHTTP(w, r)
	b.s.conform(r, w)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name], b.set[c.Name] = c.Value, c
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

const (
	asForm = "Content-Type: application/x-www-form-urlencoded"
	asJSON = "Content-Type: application/json"
)

func credentials(name, next string) string {
	return url.Values{"username": {name}, "password": {passwordOf(name)}, "next": {next}}.Encode()
}

// signIn signs in as awxkit does.
func (b *browser) signIn(name string) *httptest.ResponseRecorder {
	b.do("GET", "/api/", "")
	return b.do("POST", "/api/login/", credentials(name, "/api/"), asForm, "X-CSRFToken: "+b.cookies["csrftoken"], "Referer: http://example.com/api/login/")
}

// csrf is the header that a script or a client sends.
func (b *browser) csrf() string { return "X-CSRFToken: " + b.cookies["csrftoken"] }

// TestAwxkitSession replays what the awx client does with a name and a
// password: lines 134, 149 and 120 of the checklist among it.
func TestAwxkitSession(t *testing.T) {
	s := open(t)
	b := s.browser()
	w := b.do("GET", "/api/", "", "Accept: */*", "User-Agent: python-requests/2.31.0")
	expect(t, w, 200, `"available_versions":{"v2":"/api/v2/"}`)
	before := b.cookies["csrftoken"]
	if before == "" || b.set["csrftoken"].HttpOnly {
		t.Fatalf("csrftoken: %v", b.set["csrftoken"])
	}
	b.do("GET", "/api/v2/", "")
	b.do("GET", "/api/", "")
	if b.cookies["csrftoken"] != before {
		t.Error("another csrftoken, while a form of the first may be open")
	}
	w = b.do("POST", "/api/login/", credentials(alice, "/api/"), asForm, b.csrf(), "Referer: http://example.com/api/login/", "Accept: */*")
	expect(t, w, 302, "")
	h := w.Header()
	name := h.Get("X-API-Session-Cookie-Name")
	if h.Get("Location") != "/api/" || h.Get("Session-Timeout") != "1800" || name != "jeton_session" || b.cookies["userLoggedIn"] != "true" {
		t.Errorf("headers: %v", h)
	}
	c := b.set[name]
	if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 1800 || c.Secure {
		t.Fatalf("session cookie: %+v", c)
	}
	if b.cookies["csrftoken"] == before {
		t.Error("the csrftoken of before the sign-in")
	}
	for range 2 {
		expect(t, b.do("GET", "/api/", ""), 200, "")
	}
	w = b.do("GET", "/api/v2/me/", "")
	expect(t, w, 200, `"username":"alice"`)
	if w.Header().Get("Session-Timeout") != "1800" || w.Header().Get("X-API-Product-Version") != "24.6.1" || b.set[name].MaxAge != 1800 {
		t.Errorf("headers of a session: %v", w.Header())
	}
	expect(t, b.do("POST", "/api/v2/tokens/", `{"description":"D"}`, asJSON), 403, `{"detail":"CSRF Failed: CSRF token missing."}`)
	w = b.do("POST", "/api/v2/tokens/", `{"description":"D"}`, asJSON, b.csrf(), "Referer: http://example.com/api/v2/tokens/")
	expect(t, w, 201, `"description":"D"`)
	expect(t, b.do("DELETE", parse(t, w).str("url"), "", b.csrf()), 204, "")
	secret := b.cookies[name]
	w = b.do("GET", "/api/logout/", "")
	expect(t, w, 302, "")
	if w.Header().Get("Location") != "/api/" || b.cookies["userLoggedIn"] != "false" || b.cookies[name] != "" {
		t.Errorf("after the sign-out: %v", b.cookies)
	}
	b.cookies[name] = secret
	expect(t, b.do("GET", "/api/v2/me/", ""), 401, noIdentity)
	for _, hidden := range []string{secret, passwordOf(alice)} {
		if strings.Contains(s.log.String(), hidden) {
			t.Error("a secret is in the log")
		}
	}
}

// A session that begins here is a sign-in from a device like any other; a name and
// a password that come with a request begin none.
func TestASessionTellsOfItsDevice(t *testing.T) {
	s := open(t)
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(alice+":"+passwordOf(alice)))
	tells := func(what, want string) {
		t.Helper()
		body := s.browser().do("GET", "/api/v2/activity_stream/?act=session.new_device", "", basic, "User-Agent: curl/8.5.0").Body.String()
		if !strings.HasPrefix(body, want) {
			t.Errorf("after %s: %s", what, body)
		}
	}
	s.browser().signIn(alice)
	tells("the first", `{"count":0,`)
	b := s.browser()
	b.do("GET", "/api/", "")
	b.do("POST", "/api/login/", credentials(alice, "/api/"), asForm, b.csrf(), "Referer: http://example.com/api/login/", "User-Agent: python-requests/2.31.0")
	tells("another", `{"count":1,`)
}
