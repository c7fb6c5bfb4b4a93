package app_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"jeton/internal/pat"
)

const readToken = `{"scope":"read"}`

var useLines = []line{
	owned(110, "a read token reads", readToken, func(t *testing.T, w *world, secret, _ string) {
		equal(t, "me", w.got(t, 200, "GET", "/api/v2/me/", secret, "").ids(), []int{2})
	}),
	owned(111, "a read token makes none", readToken, func(t *testing.T, w *world, secret, _ string) {
		w.expect(t, question{"POST", personalPath, secret, `{}`, nil}, 403, noPermission)
	}),
	owned(112, "a read token neither changes nor deletes itself", readToken, func(t *testing.T, w *world, secret, url string) {
		w.expect(t, question{"PATCH", url, secret, `{}`, nil}, 403, noPermission)
		w.expect(t, question{"DELETE", url, secret, "", nil}, 403, noPermission)
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
	}),
	owned(113, "a write token reads and makes", `{"scope":"write"}`, func(t *testing.T, w *world, secret, _ string) {
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
		w.got(t, 201, "POST", personalPath, secret, `{}`)
	}),
	{114, "an administrator's read token reads only", func(t *testing.T, w *world) {
		secret, _ := w.mint(t, "admin", readToken)
		w.expect(t, question{"POST", "/api/v2/users/", secret, `{"username":"x","password":"` + adminPassword + `"}`, nil}, 403, noPermission)
		w.expect(t, question{"DELETE", "/api/v2/users/6/", secret, "", nil}, 403, noPermission)
		w.got(t, 200, "GET", "/api/v2/users/6/", secret, "")
	}},
	owned(115, "under a read token nothing is offered", readToken, func(t *testing.T, w *world, secret, url string) {
		w.expect(t, get("/api/v2/me/", secret), 200, `"user_capabilities":{"edit":false,"delete":false}`)
		for _, path := range []string{personalPath, "/api/v2/tokens/", url, "/api/v2/users/2/"} {
			actions := w.got(t, 200, "OPTIONS", path, secret, "").object("actions")
			if len(actions) != 1 || actions["GET"] == nil {
				t.Errorf("%s offers more than GET", path)
			}
		}
	}),
	owned(116, "the scheme may be in small letters", `{}`, func(t *testing.T, w *world, secret, _ string) {
		w.expect(t, get("/api/v2/me/", "=bearer "+secret), 200, `"count":1`)
	}),
	// AWX takes it, and so leaves tokens in logs.
	owned(117, "a bearer in the query is none", `{}`, func(t *testing.T, w *world, secret, _ string) {
		w.expect(t, get("/api/v2/me/?access_token="+secret, ""), 401, noCredentials)
		w.expect(t, question{"POST", personalPath + "?access_token=" + secret, "", `{}`, nil}, 401, noCredentials)
	}),
	owned(118, "use is marked and is no change", `{}`, func(t *testing.T, w *world, secret, url string) {
		before := w.got(t, 200, "GET", url, "alice", "")
		equal(t, "last_used", before["last_used"], nil)
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
		if err := w.Authority.Uses.Flush(t.Context(), w.Authority.Store); err != nil {
			t.Fatal(err)
		}
		after := w.got(t, 200, "GET", url, "alice", "")
		instant(t, after.text("last_used"))
		equal(t, "modified", after["modified"], before["modified"])
	}),
	// In AWX a bad bearer leaves the word to the cookie. Here any Authorization
	// header decides alone: what a program is told does not depend on what
	// a browser happens to carry along.
	{119, "a bad bearer is refused, whatever the cookie", func(t *testing.T, w *world) {
		b := w.browser(t)
		b.signIn(t, "alice")
		b.expect(t, "GET", "/api/v2/me/", "", 200, `"username":"alice"`)
		b.expect(t, "GET", "/api/v2/me/", "", 401, noCredentials, "Authorization: Bearer "+pat.NewSecret("jtn").Reveal())
	}},
	{120, "a session writes with its CSRF token only", func(t *testing.T, w *world) {
		b := w.browser(t)
		b.signIn(t, "alice")
		b.expect(t, "POST", "/api/v2/tokens/", `{}`, 403, `{"detail":"CSRF Failed: CSRF token missing."}`)
		b.expect(t, "POST", "/api/v2/tokens/", `{}`, 201, `"user":2`, "X-CSRFToken: "+b.cookie("csrftoken"))
	}},
	owned(121, "a bearer beside a session needs no CSRF token", `{}`, func(t *testing.T, w *world, secret, _ string) {
		b := w.browser(t)
		b.signIn(t, "eve")
		b.expect(t, "POST", "/api/v2/tokens/", `{}`, 201, `"user":2`, "Authorization: Bearer "+secret)
	}),
	{122, "tokens outlive a password", func(t *testing.T, w *world) {
		name, url := w.person(t)
		secret, _ := w.mint(t, name, `{}`)
		w.got(t, 200, "PATCH", url, "admin", `{"password":"another horse staple"}`)
		w.expect(t, get("/api/v2/me/", name), 401, noCredentials)
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
	}},
	{123, "a deleted user's tokens are none", func(t *testing.T, w *world) {
		name, url := w.person(t)
		secret, token := w.mint(t, name, `{}`)
		w.got(t, 204, "DELETE", url, "admin", "")
		w.expect(t, get("/api/v2/me/", secret), 401, noCredentials)
		w.expect(t, get(token, "admin"), 404, noToken)
	}},
}

// browser is a client that keeps cookies.
type browser struct {
	*client
	jar *cookiejar.Jar
}

func (w *world) browser(t testing.TB) *browser {
	t.Helper()
	c := newClient(t, w.client.url)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c.http.Jar = jar
	return &browser{c, jar}
}

// cookie is the value of one.
func (b *browser) cookie(name string) string {
	at, _ := url.Parse(b.url)
	for _, c := range b.jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) expect(t *testing.T, method, path, body string, status int, want string, headers ...string) *answer {
	t.Helper()
	a := b.do(t, method, path, body, func(r *http.Request) {
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Set(name, value)
		}
	})
	if a.status != status || status >= 400 && want != "" && a.body != want || !strings.Contains(a.body, want) {
		t.Errorf("%s %s: %s\nwant %d %s", method, path, a, status, want)
	}
	return a
}

// signIn signs in as awxkit does, by the form.
func (b *browser) signIn(t *testing.T, name string) *answer {
	t.Helper()
	b.expect(t, "GET", "/api/", "", 200, "")
	return b.expect(t, "POST", "/api/login/", formOf("username", name, "password", adminPassword, "next", "/api/"), 302, "",
		"Content-Type: application/x-www-form-urlencoded", "X-CSRFToken: "+b.cookie("csrftoken"), "Referer: "+b.url+"/api/login/")
}
