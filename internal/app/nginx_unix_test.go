//go:build unix

package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// nginx, set up as the documentation says, lets nobody pass whom Jeton does not.
func TestNginx(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	bob := g.site.ada.newUser(t, "bob@example.org")
	read := g.site.ada.personal(t, bob.ID, `{"scope":"read"}`)
	write := g.site.ada.personal(t, bob.ID, `{"scope":"write"}`)
	reader, writer := g.bearer(read.Token), g.bearer(write.Token)

	t.Run("a token is let through, with its owner", func(t *testing.T) {
		got := g.pass(t, reader, "GET", "/some/page?scope=none&scope=write&x=1", "")
		checkIdentity(t, got, "bob@example.org", bob.ID, read.ID, "read")
		checkIdentity(t, g.pass(t, reader, "HEAD", "/some/page", ""), "bob@example.org", bob.ID, read.ID, "read")
		checkIdentity(t, g.pass(t, writer, "POST", "/form", `{"a":1}`), "bob@example.org", bob.ID, write.ID, "read write")
		checkIdentity(t, g.pass(t, writer, "DELETE", "/form", ""), "bob@example.org", bob.ID, write.ID, "read write")
		checkIdentity(t, g.pass(t, writer, "PUT", "/large", strings.Repeat("x", 200<<10)), "bob@example.org", bob.ID, write.ID, "read write")
	})
	t.Run("a failure of the service is passed on", func(t *testing.T) {
		if a := reader.do(t, "GET", "/broken", ""); a.status != http.StatusInternalServerError || a.body != "served" {
			t.Errorf("the service's 500 is passed on as %s", a)
		}
	})
	t.Run("nobody is refused", func(t *testing.T) {
		a := g.refuse(t, g.client, http.StatusUnauthorized, "GET", "/", "")
		if got := a.header.Get("WWW-Authenticate"); got != `Bearer realm="jeton"` {
			t.Errorf("the challenge is %q", got)
		}
		g.refuse(t, g.client, http.StatusUnauthorized, "POST", "/", "{}")
		a = g.refuse(t, g.bearer(read.Token+"x"), http.StatusUnauthorized, "GET", "/", "")
		if got := a.header.Get("WWW-Authenticate"); !strings.Contains(got, `error="invalid_token"`) {
			t.Errorf("the challenge to a token that is none is %q", got)
		}
		g.refuse(t, g.basic("ada", adminPassword), http.StatusUnauthorized, "GET", "/", "")
		g.refuse(t, reader, http.StatusNotFound, "GET", "/_jeton", "")
	})
	t.Run("a token that may only read does not write", func(t *testing.T) {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			g.refuse(t, reader, http.StatusForbidden, method, "/", "")
		}
		for _, name := range []string{"X-Original-Method", "X-Forwarded-Method", "X-HTTP-Method-Override"} {
			g.refuse(t, reader, http.StatusForbidden, "POST", "/?scope=read", "{}", header(name, "GET"))
		}
	})
	t.Run("what a client forges is replaced", func(t *testing.T) {
		forge := func(r *http.Request) {
			for _, name := range []string{"X-Auth-User", "X-Auth-User-Id", "X-Auth-Token-Id", "X-Auth-Scope"} {
				r.Header[name] = []string{"1", "admin"}
				r.Header[strings.ToLower(name)] = []string{"2"}
			}
		}
		checkIdentity(t, g.pass(t, reader, "GET", "/", "", forge), "bob@example.org", bob.ID, read.ID, "read")
		g.refuse(t, g.client, http.StatusUnauthorized, "GET", "/", "", forge)
	})
	t.Run("a token revoked a moment ago is refused", func(t *testing.T) {
		for range 20 {
			tok := g.site.ada.personal(t, bob.ID, `{"scope":"read"}`)
			g.pass(t, g.bearer(tok.Token), "GET", "/", "")
			g.site.ada.must(t, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/v2/tokens/%d/", tok.ID), "")
			g.refuse(t, g.bearer(tok.Token), http.StatusUnauthorized, "GET", "/", "")
		}
		g.site.ada.must(t, http.StatusOK, "PATCH", fmt.Sprintf("/api/v2/users/%d/", bob.ID), `{"is_active":false}`)
		g.refuse(t, writer, http.StatusUnauthorized, "GET", "/", "")
		g.site.ada.must(t, http.StatusOK, "PATCH", fmt.Sprintf("/api/v2/users/%d/", bob.ID), `{"is_active":true}`)
		g.pass(t, writer, "GET", "/", "")
	})
	t.Run("nobody passes while Jeton is down", func(t *testing.T) {
		if err := g.site.stop(); err != nil {
			t.Fatal(err)
		}
		for _, c := range []*client{writer, g.client} {
			a := g.refuse(t, c, http.StatusServiceUnavailable, "GET", "/", "")
			if a.header.Get("Retry-After") == "" {
				t.Error("there is no Retry-After")
			}
		}
	})
}

// checkIdentity wants the four headers once each, and no token.
func checkIdentity(t *testing.T, r *http.Request, name string, user, token int64, scope string) {
	t.Helper()
	for header, want := range map[string]string{
		"X-Auth-User": name, "X-Auth-User-Id": fmt.Sprint(user), "X-Auth-Token-Id": fmt.Sprint(token), "X-Auth-Scope": scope,
	} {
		if got := r.Header[header]; len(got) != 1 || got[0] != want {
			t.Errorf("%s reaches the service as %q, want %q", header, got, want)
		}
	}
	if got := r.Header["Authorization"]; got != nil {
		t.Errorf("the service is sent the token")
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}
