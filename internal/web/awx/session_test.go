package awx_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/session"
)

func TestSessionCSRF(t *testing.T) {
	s := open(t)
	b, other := s.browser(), s.browser()
	b.signIn(alice)
	other.signIn(eve)
	good, foreign := b.cookies["csrftoken"], other.cookies["csrftoken"]
	post := func(headers ...string) func() (int, string) {
		return func() (int, string) {
			w := b.do("POST", "/api/v2/tokens/", `{}`, append(headers, asJSON)...)
			return w.Code, w.Body.String()
		}
	}
	planted := func(token string) func() (int, string) {
		return func() (int, string) {
			defer func(cookies map[string]string) { b.cookies = cookies }(maps.Clone(b.cookies))
			b.cookies["csrftoken"] = token
			return post("X-CSRFToken: " + token)()
		}
	}
	const (
		missing = `{"detail":"CSRF Failed: CSRF token missing."}`
		wrong   = `{"detail":"CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect."}`
		length  = `{"detail":"CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."}`
		origin  = `{"detail":"CSRF Failed: Origin checking failed."}`
	)
	tests := []struct {
		name   string
		do     func() (int, string)
		status int
		want   string
	}{
		{"120 none", post(), 403, missing},
		{"empty", post("X-CSRFToken: "), 403, length},
		{"too short", post("X-CSRFToken: " + good[1:]), 403, length},
		{"too long", post("X-CSRFToken: " + good + "0"), 403, length},
		{"forged", post("X-CSRFToken: " + strings.Repeat("0", 64)), 403, wrong},
		{"another session's", post("X-CSRFToken: " + foreign), 403, wrong},
		{"forged, in cookie and header alike", planted(strings.Repeat("0", 64)), 403, wrong},
		{"another session's, in cookie and header alike", planted(foreign), 403, wrong},
		{"good, from another site", post("X-CSRFToken: "+good, "Sec-Fetch-Site: cross-site"), 403, origin},
		{"good, from a neighbour", post("X-CSRFToken: "+good, "Sec-Fetch-Site: same-site"), 403, origin},
		{"good, from another origin", post("X-CSRFToken: "+good, "Origin: https://evil.example"), 403, origin},
		{"good, from no origin", post("X-CSRFToken: "+good, "Origin: null"), 403, origin},
		{"good, from this site", post("X-CSRFToken: "+good, "Sec-Fetch-Site: same-origin", "Origin: http://example.com"), 201, `"token":`},
		{"120 good", post("X-CSRFToken: " + good), 201, `"token":`},
		{"a form instead of JSON", func() (int, string) {
			w := b.do("POST", "/api/v2/tokens/", "scope=read", asForm, "X-CSRFToken: "+good)
			return w.Code, w.Body.String()
		}, 415, badType},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if status, body := tt.do(); status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("%d %s, want %d %s", status, body, tt.status, tt.want)
			}
		})
	}
	t.Run("a lost csrftoken comes back with the next answer", func(t *testing.T) {
		delete(b.cookies, "csrftoken")
		b.do("GET", "/api/", "")
		if b.cookies["csrftoken"] != good {
			t.Error(b.cookies)
		}
	})
}

// TestSessionBesideAuthorization holds that the header decides alone: line 121
// of the checklist, and line 119 turned round.
func TestSessionBesideAuthorization(t *testing.T) {
	s := open(t)
	token, _ := s.mint(t, eve, `{}`)
	b := s.browser()
	b.signIn(alice)
	tests := []struct {
		name, authorization string
		status              int
		want                string
	}{
		{"121 a good bearer needs no CSRF token", "Bearer " + token, 201, `"user":3`},
		{"119 a bad bearer is refused", "Bearer " + pat.NewSecret("jtn").Reveal(), 401, noIdentity},
		{"a bad password is refused", "Basic YWxpY2U6d3Jvbmc=", 401, noIdentity},
		{"a scheme that nobody knows is refused", "Token " + token, 401, noIdentity},
		{"an empty header is refused", "", 401, noIdentity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.do("POST", "/api/v2/tokens/", `{}`, asJSON, b.csrf(), "Authorization: "+tt.authorization)
			expect(t, w, tt.status, tt.want)
			if w.Header().Get("Session-Timeout") != "" || len(w.Result().Cookies()) != 0 {
				t.Errorf("a session beside the header: %v", w.Header())
			}
		})
	}
	t.Run("a session's secret is no bearer", func(t *testing.T) {
		expect(t, b.do("GET", "/api/v2/me/", "", "Authorization: Bearer "+b.cookies["jeton_session"]), 401, noIdentity)
	})
}

func TestWhatEndsASession(t *testing.T) {
	tests := []struct {
		name   string
		do     func(t *testing.T, s *site, b *browser)
		status int
		want   string
	}{
		{"29 minutes unseen do not", func(_ *testing.T, s *site, _ *browser) { s.wait(29 * time.Minute) }, 200, `"username":"alice"`},
		{"30 minutes unseen", func(_ *testing.T, s *site, _ *browser) { s.wait(session.Idle) }, 401, noIdentity},
		{"12 hours in all", func(t *testing.T, s *site, b *browser) {
			for range 24 {
				s.must(t, 200, "GET", "/api/v2/ping/", "", "")
				expect(t, b.do("GET", "/api/v2/me/", ""), 200, "")
				s.wait(29 * time.Minute)
			}
			expect(t, b.do("GET", "/api/v2/me/", ""), 200, "")
			s.wait(25 * time.Minute)
		}, 401, noIdentity},
		{"signing out", func(t *testing.T, _ *site, b *browser) {
			kept := maps.Clone(b.cookies)
			expect(t, b.do("POST", "/api/logout/", ""), 302, "")
			b.cookies = kept
		}, 401, noIdentity},
		{"being disabled", func(t *testing.T, s *site, _ *browser) {
			s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"is_active":false}`)
		}, 401, noIdentity},
		{"being deleted", func(t *testing.T, s *site, _ *browser) {
			s.must(t, 204, "DELETE", "/api/v2/users/2/", admin, "")
		}, 401, noIdentity},
		{"a password that an administrator sets", func(t *testing.T, s *site, _ *browser) {
			s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"password":"qzvw-7781-kj%"}`)
		}, 401, noIdentity},
		{"a password of one's own does not", func(t *testing.T, _ *site, b *browser) {
			expect(t, b.do("PATCH", "/api/v2/users/2/", `{"password":"qzvw-7781-kj%"}`, asJSON, b.csrf()), 200, "")
		}, 200, `"username":"alice"`},
		{"signing in anew elsewhere does not", func(_ *testing.T, s *site, _ *browser) { s.browser().signIn(alice) }, 200, `"username":"alice"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t)
			b := s.browser()
			b.signIn(alice)
			tt.do(t, s, b)
			expect(t, b.do("GET", "/api/v2/me/", ""), tt.status, tt.want)
		})
	}
}

// TestDemotedSession holds that a session has the rights of its user as they
// are now.
func TestDemotedSession(t *testing.T) {
	s := open(t)
	s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"is_superuser":true}`)
	b := s.browser()
	b.signIn(alice)
	expect(t, b.do("GET", "/api/v2/users/1/", ""), 200, "")
	s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"is_superuser":false}`)
	expect(t, b.do("GET", "/api/v2/users/1/", ""), 403, forbidden)
}

// TestFixation holds that nobody goes on with a session that was there before
// the sign-in.
func TestFixation(t *testing.T) {
	s := open(t)
	mallory, victim := s.browser(), s.browser()
	mallory.signIn(eve)
	planted := mallory.cookies["jeton_session"]
	victim.cookies["jeton_session"] = planted
	victim.signIn(alice)
	if got := victim.cookies["jeton_session"]; got == planted || got == "" {
		t.Fatal("the session of before the sign-in is gone on with")
	}
	expect(t, mallory.do("GET", "/api/v2/me/", ""), 401, noIdentity)
	expect(t, victim.do("GET", "/api/v2/me/", ""), 200, `"username":"alice"`)
	invented := strings.Repeat("A", 43)
	victim.cookies["jeton_session"] = invented
	victim.signIn(alice)
	if victim.cookies["jeton_session"] == invented {
		t.Error("a secret that the browser brought is taken over")
	}
}

func TestCookiesFollowTheScheme(t *testing.T) {
	s := open(t)
	b := s.browser()
	b.base = "https://example.com" // httptest makes that a TLS connection
	expect(t, b.signIn(alice), 302, "")
	c := b.set["__Host-jeton_session"]
	if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Fatalf("over https: %+v of %v", c, b.cookies)
	}
	if !b.set["csrftoken"].Secure || b.set["csrftoken"].HttpOnly || b.set["jeton_session"] != nil {
		t.Errorf("over https: %+v", b.set)
	}
	expect(t, b.do("GET", "/api/v2/me/", ""), 200, "")
	b.base = "http://example.com" // where a browser would not send it, and nobody reads it
	expect(t, b.do("GET", "/api/v2/me/", ""), 401, noIdentity)
	b.base = "https://example.com"
	b.cookies = map[string]string{"jeton_session": b.cookies["__Host-jeton_session"]} // which a neighbour could plant
	expect(t, b.do("GET", "/api/v2/me/", ""), 401, noIdentity)
}

// What a session may do only shortly after the password was typed is refused in
// words that tell what to do.
func TestAStaleSessionIsToldWhatToDo(t *testing.T) {
	s := open(t)
	b := s.browser()
	b.signIn(admin)
	s.wait(15 * time.Minute)
	for _, tt := range []struct{ name, method, path, body string }{
		{"make a token", "POST", "/api/v2/tokens/", `{}`},
		{"appoint an administrator", "PATCH", "/api/v2/users/2/", `{"is_superuser":true}`},
		{"add an administrator", "POST", "/api/v2/users/", `{"username":"x","password":"quilted-badger-7716","is_superuser":true}`},
		{"set a password", "PATCH", "/api/v2/users/2/", `{"password":"quilted-badger-7716"}`},
		{"change the policy", "PATCH", "/api/v2/settings/policy/", `{"allow_never":false}`},
		{"change the settings", "PATCH", "/api/v2/settings/authentication/", `{"LOCAL_PASSWORD_MIN_LENGTH":13}`},
	} {
		w := b.do(tt.method, tt.path, tt.body, asJSON, "X-CSRFToken: "+b.cookies["csrftoken"])
		if w.Code != 403 || w.Body.String() != `{"detail":"Type your password again first; it was too long ago."}` {
			t.Errorf("%s: %d %s", tt.name, w.Code, w.Body)
		}
	}
}
