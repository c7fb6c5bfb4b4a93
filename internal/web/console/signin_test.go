package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Whatever keeps somebody out is told in the same words, in the same page.
func TestRefusedSignInsLookAlike(t *testing.T) {
	h := withAda(t)
	h.adds(t, pat.UserRequest{Name: "cay", Password: pass, Disabled: true})
	h.adds(t, pat.UserRequest{Name: "job", Service: true})
	var first string
	same := regexp.MustCompile(`value="[^"]*"`)
	for _, tt := range []struct{ name, user, password string }{
		{"a wrong password", "ada", "wrong horse staple"},
		{"an unknown user", "dan", pass},
		{"a disabled user", "cay", pass},
		{"a service account", "job", pass},
	} {
		v := h.visitor(t)
		v.get("/signin")
		v.post("/signin", "username", tt.user, "password", tt.password)
		v.want(http.StatusForbidden, "Wrong username or password.", "<title>Error: Sign in - Jeton</title>", `value="`+tt.user+`"`)
		v.wantNot(tt.password)
		page := same.ReplaceAllString(v.body, "")
		if first == "" {
			first = page
		}
		if page != first {
			t.Errorf("%s: another page than for a wrong password:\n%s\n%s", tt.name, page, first)
		}
		if strings.Contains(h.log.String(), "dan") || strings.Contains(h.log.String(), tt.password) {
			t.Errorf("%s: the log has the name or the password", tt.name)
		}
	}
}

func TestSignInAsksBeforeItTries(t *testing.T) {
	h := withAda(t)
	v := h.visitor(t)
	v.get("/signin")
	v.post("/signin")
	v.want(http.StatusUnprocessableEntity, "Enter your username.", "Enter your password.", `href="#username"`, `aria-invalid="true"`, `aria-describedby="password-error"`)
}

func TestTooManyTriesAreToldInWords(t *testing.T) {
	h := withAda(t)
	v := h.visitor(t)
	for range 100 {
		v.get("/signin")
		v.post("/signin", "username", "ada", "password", "wrong horse staple")
		if v.status != http.StatusForbidden {
			break
		}
	}
	v.want(http.StatusTooManyRequests, "Too many tries. Wait ", "then try again.")
	if v.header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
}

func TestSignInLeadsBack(t *testing.T) {
	h := withAda(t)
	for _, tt := range []struct{ next, to string }{
		{"", "/profile"},
		{"/profile/tokens?show=ended", "/profile/tokens?show=ended"},
		{"//evil.example", "/profile"},
		{"https://evil.example/", "/profile"},
		{`/\evil.example`, "/profile"},
	} {
		v := h.visitor(t)
		v.get("/signin?next=" + url.QueryEscape(tt.next))
		v.post("/signin", "username", "ada", "password", pass, "next", v.hidden("next"))
		if v.status != http.StatusSeeOther || v.header.Get("Location") != tt.to {
			t.Errorf("next %q: %d to %q", tt.next, v.status, v.header.Get("Location"))
		}
	}
	v := h.visitor(t)
	v.get("/profile/tokens/new?name=ci-deploy&expires=90d")
	v.follow()
	v.post("/signin", "username", "ada", "password", pass, "next", v.hidden("next"))
	if v.follow(); v.status != http.StatusOK || !strings.Contains(v.body, `value="ci-deploy"`) {
		t.Errorf("a filled link does not survive the sign-in: %d %s", v.status, v.body)
	}
}

func TestRememberedSignInsLast(t *testing.T) {
	h := withAda(t)
	for _, tt := range []struct {
		remember string
		after    time.Duration
		status   int
	}{
		{"", 29 * time.Minute, http.StatusOK},
		{"", 31 * time.Minute, http.StatusSeeOther},
		{"1", 29 * 24 * time.Hour, http.StatusOK},
		{"1", 31 * 24 * time.Hour, http.StatusSeeOther},
	} {
		v := h.visitor(t)
		v.get("/signin")
		v.post("/signin", "username", "ada", "password", pass, "remember", tt.remember)
		h.sleep(tt.after)
		if v.get("/profile"); v.status != tt.status {
			t.Errorf("remember %q, after %s: %d, want %d", tt.remember, tt.after, v.status, tt.status)
		}
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile")
	cookies := v.http.Jar.Cookies(mustURL(t, h.URL))
	v.post("/signout")
	v.want(http.StatusSeeOther)
	v.follow()
	v.want(http.StatusOK, "You are signed out.")
	v.http.Jar.SetCookies(mustURL(t, h.URL), cookies)
	if v.get("/profile"); v.status != http.StatusSeeOther {
		t.Errorf("the ended session still opens the profile: %d", v.status)
	}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	must(t, err)
	return u
}

// A form that does not come from a page of the session's changes nothing.
func TestForgedFormsAreRefused(t *testing.T) {
	h := withAda(t)
	forms := []string{
		"/signout", "/preferences", "/confirm", "/profile", "/profile/password", "/profile/security/end",
		"/profile/security/end-others", "/profile/tokens/new", "/profile/tokens/1/edit", "/profile/tokens/1/revoke",
	}
	v := h.signedIn(t, "ada")
	v.create("own")
	v.get("/profile")
	token := v.hidden(web.CSRFField)
	for _, path := range forms {
		for _, tt := range []struct {
			name, token string
			edit        func(*http.Request)
		}{
			{"no token", "", func(*http.Request) {}},
			{"a token of nobody's", strings.Repeat("a", 64), func(*http.Request) {}},
			{"from another site", token, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
			{"from another origin", token, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }},
		} {
			v.edit = tt.edit
			v.send(path, url.Values{web.CSRFField: {tt.token}, "name": {"x"}, "expiration": {"30"}, "access": {"read"}})
			if v.status != http.StatusForbidden {
				t.Errorf("%s, %s: %d", path, tt.name, v.status)
			}
			v.edit = func(*http.Request) {}
		}
	}
	if v.get("/profile"); v.status != http.StatusOK {
		t.Errorf("a forged form has ended the session: %d", v.status)
	}
	if v.get("/profile/tokens"); !strings.Contains(v.body, "1–1 of 1") || !strings.Contains(v.body, ">own</a>") {
		t.Errorf("a forged form has made, changed or ended a token: %s", v.body)
	}
}

// A page by plain http from another machine says what is wrong, and works.
func TestPlainHTTPIsToldInWords(t *testing.T) {
	h := withAda(t)
	for host, told := range map[string]bool{
		"127.0.0.1:8080": false, "localhost": false, "[::1]:8080": false, "a.localhost:1": false,
		"tokens.example.org": true, "192.0.2.7:8080": true, "127.0.0.1.example.org": true,
	} {
		v := h.visitor(t)
		v.edit = func(r *http.Request) { r.Host = host }
		v.get("/signin")
		if got := strings.Contains(v.body, "This connection is not encrypted"); got != told {
			t.Errorf("%s: told %v", host, got)
		}
	}
}

// An error is a page like any other: it says what to do, in the visitor's
// language, and leads on.
func TestErrorsArePages(t *testing.T) {
	h := withAda(t)
	for _, tt := range []struct {
		name, path string
		status     int
		says       string
	}{
		{"no such page", "/nowhere", http.StatusNotFound, "There is nothing here"},
		{"no such token", "/profile/tokens/999", http.StatusNotFound, "There is nothing here"},
		{"no number", "/profile/tokens/x", http.StatusNotFound, "There is nothing here"},
		{"only for forms", "/signout", http.StatusMethodNotAllowed, "This address only takes forms."},
		{"a page of administrators", "/admin/users", http.StatusNotFound, "There is nothing here"},
	} {
		v := h.signedIn(t, "bea")
		v.get(tt.path)
		v.want(tt.status, tt.says, "<title>Error: ", `href="/help"`, `<span class="visitor" dir="auto">bea</span>`)
		if v.get("/profile"); v.status != http.StatusOK {
			t.Errorf("%s: the session is over: %d", tt.name, v.status)
		}
	}
	v := h.signedIn(t, "bea")
	must(t, h.db.Close())
	v.get("/profile")
	v.want(http.StatusServiceUnavailable, "<title>Error: ", `href="/help"`)
	v.wantNot("sqlite", "closed", ">bea<") // the CSRF token may well have "bea"
}
