package awx_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestRefusals(t *testing.T) {
	s := open(t)
	expired, _ := s.mint(t, alice, `{"expires":"2026-11-22T13:03:00Z"}`)
	s.wait(time.Minute)
	deleted, url := s.mint(t, alice, `{}`)
	s.must(t, 204, "DELETE", url, alice, "")
	good, _ := s.mint(t, alice, `{}`)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	frozen, _ := s.mint(t, eve, `{}`)
	s.must(t, 200, "PATCH", "/api/v2/users/3/", admin, `{"is_active":false}`)
	plain := http.Header{"Content-Type": {"text/plain"}}
	tests := []struct {
		name   string
		q      request
		status int
		want   string
	}{
		{"044 no credentials", request{"POST", pt, "", `{}`, nil}, 401, noIdentity},
		{"046 a wrong password", request{"POST", pt, "=Basic YWxpY2U6d3Jvbmc=", `{}`, nil}, 401, noIdentity},
		{"047 an unknown user", request{"POST", pt, "=Basic bm9ib2R5OndoYXRldmVy", `{}`, nil}, 401, noIdentity},
		{"048 an unknown bearer", request{"POST", pt, "=Bearer " + pat.NewSecret("jtn").Reveal(), `{}`, nil}, 401, noIdentity},
		{"048 a bearer that is no secret", request{"POST", pt, "=Bearer x", `{}`, nil}, 401, noIdentity},
		{"049 an expired bearer", request{"GET", pt, expired, "", nil}, 401, noIdentity},
		{"050 a deleted bearer", request{"GET", pt, deleted, "", nil}, 401, noIdentity},
		{"051 the scheme Token", request{"GET", pt, "=Token " + good, "", nil}, 401, noIdentity},
		{"051 no scheme", request{"GET", pt, "=" + good, "", nil}, 401, noIdentity},
		{"052 a disabled user with a password", request{"GET", pt, frank, "", nil}, 401, noIdentity},
		{"053 a disabled user with a bearer", request{"GET", "/api/v2/me/", frozen, "", nil}, 401, noIdentity},
		{"two credentials", request{"GET", pt, "", "", http.Header{"Authorization": {"Bearer " + good, "Bearer " + good}}}, 401, noIdentity},
		{"116 the scheme in lower case", request{"GET", pt, "=bearer  " + good, "", nil}, 200, `"count":`},
		{"117 a bearer in the query", request{"GET", "/api/v2/me/?access_token=" + good, "", "", nil}, 401, noIdentity},
		{"117 a bearer in the query of a POST", request{"POST", pt + "?access_token=" + good, "", `{}`, nil}, 401, noIdentity},
		{"054 another's, GET", request{"GET", "/api/v2/users/1/personal_tokens/", alice, "", nil}, 403, forbidden},
		{"054 another's, POST", request{"POST", "/api/v2/users/1/personal_tokens/", alice, `{"scope":1}`, nil}, 403, forbidden},
		{"054 an auditor may not make one", request{"POST", pt, dave, `{"scope":1}`, nil}, 403, forbidden},
		{"054 another's by name is not found", request{"GET", "/api/v2/users/admin/personal_tokens/", alice, "", nil}, 404, notFound},
		{"055 an unknown id", request{"GET", "/api/v2/users/99/personal_tokens/", alice, "", nil}, 404, noUser},
		{"055 an unknown name", request{"GET", "/api/v2/users/nobody/personal_tokens/", alice, "", nil}, 404, noUser},
		{"055 an id beyond all ids", request{"GET", "/api/v2/users/99999999999999999999/personal_tokens/", admin, "", nil}, 404, noUser},
		{"056 for an administrator too", request{"POST", "/api/v2/users/99/personal_tokens/", admin, `{}`, nil}, 404, noUser},
		{"055 for nobody", request{"GET", "/api/v2/users/nobody/personal_tokens/", "", "", nil}, 401, noIdentity},
		{
			"057 bad JSON",
			request{"POST", pt, alice, `{bad`, nil},
			400,
			`{"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\nPossible cause: trailing comma."}`,
		},
		{"058 a list", request{"POST", pt, alice, `[]`, nil}, 400, `{"detail":"JSON parse error - not a JSON object"}`},
		{"059 null", request{"POST", pt, alice, `null`, nil}, 400, `{"__all__":["This field may not be null."]}`},
		{"060 another type", request{"POST", pt, alice, `{}`, plain}, 415, badType},
		{"060 another type without a body", request{"POST", pt, alice, "", plain}, 201, `"scope":"write"`},
		{"061 a form", request{"POST", pt, alice, "scope=read", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}, 415, badType},
		{"060 no type", request{"POST", pt, alice, `{}`, http.Header{"Content-Type": nil}}, 415, badType},
		{"062 a charset", request{"POST", pt, alice, `{}`, http.Header{"Content-Type": {"application/json; charset=utf-8"}}}, 201, `"scope":"write"`},
		{"063 the type before the credentials", request{"POST", pt, "", `{}`, plain}, 415, badType},
		{"063 JSON before the credentials", request{"POST", pt, "", `[]`, nil}, 400, `{"detail":"JSON parse error - not a JSON object"}`},
		{"064 PUT", request{"PUT", pt, alice, `{}`, nil}, 405, `{"detail":"Method \"PUT\" not allowed."}`},
		{"065 DELETE", request{"DELETE", pt, alice, "", nil}, 405, `{"detail":"Method \"DELETE\" not allowed."}`},
		{"065 a method of their own", request{"FOO", pt, alice, "", nil}, 405, `{"detail":"Method \"FOO\" not allowed."}`},
		{"066 DELETE by nobody", request{"DELETE", pt, "", "", nil}, 401, noIdentity},
		{"109 POST on one token", request{"POST", "/api/v2/tokens/1/", alice, `{}`, nil}, 405, `{"detail":"Method \"POST\" not allowed."}`},
		{"067 no slash, GET", request{"GET", strings.TrimSuffix(pt, "/"), alice, "", nil}, 200, `"count":`},
		{"067 no slash, POST", request{"POST", strings.TrimSuffix(pt, "/"), alice, `{}`, nil}, 201, `"user":2`},
		{"068 no slash at the list of all", request{"POST", "/api/v2/tokens", alice, `{}`, nil}, 201, `"user":2`},
		{
			"069 a body too large",
			request{"POST", pt, alice, `{"description":"` + strings.Repeat("x", 65536) + `"}`, nil},
			413,
			`{"detail":"The request body is too large."}`,
		},
		{"111 a read token makes none", request{"POST", pt, read, `{}`, nil}, 403, forbidden},
		{"111 nor asks whether there is such a user", request{"POST", "/api/v2/users/99/personal_tokens/", read, `{}`, nil}, 403, forbidden},
		{"111 nor learns the methods", request{"PUT", pt, read, `{}`, nil}, 403, forbidden},
		{"an unknown path", request{"GET", "/api/v2/nothing/", "", "", nil}, 404, notFound},
		{"a token that is no number", request{"GET", "/api/v2/tokens/abc/", "", "", nil}, 404, notFound},
		{"two slashes", request{"GET", "/api//v2/", "", "", nil}, 404, notFound},
		{"146 the gateway, POST", request{"POST", "/api/gateway/v1/tokens/", alice, `{}`, nil}, 404, notFound},
		{"146 the gateway, OPTIONS", request{"OPTIONS", "/api/gateway/v1/tokens/", "", "", nil}, 404, notFound},
		{"no text of its own for XML", request{"GET", pt, alice, "", http.Header{"Accept": {"application/xml"}}}, 406, `{"detail":"Could not satisfy the request Accept header."}`},
		{"an unknown format", request{"GET", pt + "?format=xml", alice, "", nil}, 404, notFound},
		{"indented", request{"GET", "/api/", "", "", http.Header{"Accept": {"application/json; indent=4"}}}, 200, "{\n    \"description\": \"AWX"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.send(tt.q)
			expect(t, w, tt.status, tt.want)
			challenge := ""
			if tt.status == 401 {
				challenge = "Bearer realm=api authorization_url=/api/o/authorize/" // 045
			}
			if got := w.Header().Get("WWW-Authenticate"); got != challenge {
				t.Errorf("WWW-Authenticate: %q", got)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type: %q", got)
			}
		})
	}
	for _, secret := range []string{expired, deleted, good, read, frozen, passwordOf(alice), "bm9ib2R5"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%.8s… is in the log", secret)
		}
	}
}

// TestAllow checks what the awx client reads its verbs from.
func TestAllow(t *testing.T) {
	s := open(t)
	const one, list, readOnly = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS", "GET, POST, HEAD, OPTIONS", "GET, HEAD, OPTIONS"
	tests := []struct {
		name, method, path, as string
		status                 int
		allow                  string
	}{
		{"064 a method that is not allowed", "PUT", pt, alice, 405, list},
		{"anonymous", "GET", pt, "", 401, list},
		{"another's", "GET", "/api/v2/users/1/personal_tokens/", alice, 403, list},
		{"another's by name", "GET", "/api/v2/users/admin/personal_tokens/", alice, 404, ""},
		{"an unknown name", "GET", "/api/v2/users/nobody/personal_tokens/", alice, 404, ""},
		{"088 OPTIONS", "OPTIONS", pt, alice, 200, list},
		{"089 OPTIONS by nobody", "OPTIONS", pt, "", 401, list},
		{"OPTIONS of another's", "OPTIONS", "/api/v2/users/1/personal_tokens/", alice, 403, list},
		{"OPTIONS of nobody's", "OPTIONS", "/api/v2/users/99/personal_tokens/", alice, 404, list},
		{"108 OPTIONS of a token that is missing", "OPTIONS", "/api/v2/tokens/1/", alice, 200, one},
		{"108 OPTIONS of a user who is missing", "OPTIONS", "/api/v2/users/99/", alice, 200, one},
		{"OPTIONS of another user", "OPTIONS", "/api/v2/users/1/", alice, 403, one},
		{"OPTIONS of users", "OPTIONS", "/api/v2/users/", alice, 200, list},
		{"OPTIONS of tokens", "OPTIONS", "/api/v2/tokens/", alice, 200, list},
		{"OPTIONS of me", "OPTIONS", "/api/v2/me/", alice, 200, readOnly},
		{"OPTIONS of ping by nobody", "OPTIONS", "/api/v2/ping/", "", 200, readOnly},
		{"POST to ping", "POST", "/api/v2/ping/", "", 405, readOnly},
		{"087 HEAD", "HEAD", pt, alice, 200, list},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do(tt.method, tt.path, tt.as, "")
			if got := w.Header().Get("Allow"); w.Code != tt.status || got != tt.allow {
				t.Errorf("%d, Allow: %q, want %d, %q", w.Code, got, tt.status, tt.allow)
			}
		})
	}
}

// TestScope holds the scope of a token against what its bearer may do.
func TestScope(t *testing.T) {
	s := open(t)
	read, readURL := s.mint(t, alice, `{"scope":"read"}`)
	write, writeURL := s.mint(t, alice, `{"scope":"write"}`)
	super, _ := s.mint(t, admin, `{"scope":"read"}`)
	tests := []struct {
		name, method, path, as, body string
		status                       int
	}{
		{"110 a read token reads", "GET", "/api/v2/me/", read, "", 200},
		{"112 a read token does not change itself", "PATCH", readURL, read, `{}`, 403},
		{"112 a read token does not delete itself", "DELETE", readURL, read, "", 403},
		{"113 a write token reads", "GET", pt, write, "", 200},
		{"113 a write token writes", "POST", pt, write, `{}`, 201},
		{"114 an administrator's read token does not write", "POST", "/api/v2/users/", super, `{}`, 403},
		{"a write token widens no other", "PATCH", readURL, write, `{"scope":"write"}`, 403},
		{"a password does", "PATCH", readURL, alice, `{"scope":"write"}`, 200},
		{"107 a write token deletes itself", "DELETE", writeURL, write, "", 204},
		{"107 and is none any more", "GET", "/api/v2/me/", write, "", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { s.must(t, tt.status, tt.method, tt.path, tt.as, tt.body) })
	}
	t.Run("115 what a read token may do to a user", func(t *testing.T) {
		expect(t, s.do("GET", "/api/v2/users/2/", super, ""), 200, `"user_capabilities":{"edit":false,"delete":false}`)
		expect(t, s.do("GET", "/api/v2/users/2/", admin, ""), 200, `"user_capabilities":{"edit":true,"delete":true}`)
	})
	t.Run("122 tokens outlive a password", func(t *testing.T) {
		token, _ := s.mint(t, mail, `{}`)
		s.must(t, 200, "PATCH", "/api/v2/users/6/", admin, `{"password":"qzvw-7781-kj%"}`)
		s.must(t, 200, "GET", "/api/v2/me/", token, "")
	})
	t.Run("123 the tokens of a deleted user", func(t *testing.T) {
		token, url := s.mint(t, eve, `{}`)
		s.must(t, 204, "DELETE", "/api/v2/users/3/", admin, "")
		s.must(t, 401, "GET", "/api/v2/me/", token, "")
		expect(t, s.do("GET", url, admin, ""), 404, noToken)
	})
}

// TestThrottled checks the answer to too many wrong passwords.
func TestThrottled(t *testing.T) {
	s := open(t)
	for range 20 {
		w := s.do("GET", "/api/v2/me/", "=Basic YWxpY2U6d3Jvbmc=", "")
		if w.Code == 401 {
			continue
		}
		seconds := w.Header().Get("Retry-After")
		expect(t, w, 429, `{"detail":"Request was throttled. Expected available in `+seconds+` seconds."}`)
		if seconds == "" {
			t.Error("no Retry-After")
		}
		return
	}
	t.Error("never throttled")
}
