package awx_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Of RFC 7636, appendix B.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// post sends a form, with Basic where name is not empty.
func (s *site) post(path, form, name, secret string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if name != "" {
		r.SetBasicAuth(name, secret)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// bare sends a request of what the document does not tell: an empty 405 among
// it, which AWX has here.
func (s *site) bare(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

const oauthToken = "/api/o/token/"

// asUser is the form of the password grant.
func asUser(name string, more ...string) string {
	v := url.Values{"grant_type": {"password"}, "username": {name}, "password": {passwordOf(name)}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v.Encode()
}

func TestOAuthRoot(t *testing.T) {
	s := open(t)
	expect(t, s.do("GET", "/api/o/", "", ""), 200, `{"authorize":"/api/o/authorize/","token":"/api/o/token/","revoke_token":"/api/o/revoke_token/"}`)
	for path, allow := range map[string]string{"/api/o/": "GET, HEAD, OPTIONS", oauthToken: "POST, OPTIONS", "/api/o/revoke_token/": "POST, OPTIONS"} {
		for _, method := range []string{"OPTIONS", "PATCH"} {
			w := s.bare(method, path, "")
			if got := w.Header().Get("Allow"); got != allow || method == "PATCH" && (w.Code != 405 || w.Body.Len() > 0) {
				t.Errorf("%s %s: %d %q, Allow %q", method, path, w.Code, w.Body, got)
			}
		}
	}
	for _, path := range []string{"/api/o/nothing/", "/o/token/", "/api/gateway/v1/tokens/"} {
		if w := s.post(path, "", "", ""); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestPasswordGrant(t *testing.T) {
	s := open(t)
	app := s.app(t)
	id, secret := app.str("client_id"), app.str("client_secret")
	w := s.post(oauthToken, asUser(alice, "scope", "write"), id, secret) // as awx login --conf.client_id does
	form := regexp.MustCompile(`^\{"access_token": "jtn_\w{46}", "expires_in": 31536000, "token_type": "Bearer", "scope": "write", "refresh_token": "refresh_\w{46}"\}$`)
	if w.Code != 200 || !form.MatchString(w.Body.String()) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache", "X-Api-Product-Name": ""} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	o := parse(t, w)
	expect(t, s.do("GET", "/api/v2/me/", o.str("access_token"), ""), 200, `"username":"alice"`)
	expect(t, s.do("GET", "/api/v2/tokens/1/", alice, ""), 200, `"application":1,`)
	s.must(t, 401, "GET", "/api/v2/me/", o.str("refresh_token"), "")
	expect(t, s.post(oauthToken, asUser(alice), id, secret), 200, `"scope": "read write"`)
	expect(t, s.post(oauthToken, asUser(alice, "client_id", id, "client_secret", secret), "", ""), 200, `"access_token"`)
	expect(t, s.post(oauthToken, asUser(alice, "client_id", id), id, secret), 200, `"access_token"`)
}

// TestTokenRefusals has the lines of the token endpoint that refuse.
func TestTokenRefusals(t *testing.T) {
	s := open(t)
	byPassword := s.app(t)
	byCode := s.app(t, `"app1"`, `"code","redirect_uris":"https://app.example/cb"`, `"password"`, `"authorization-code"`)
	open := s.app(t, `"app1"`, `"open"`, "confidential", "public")
	id, secret := byPassword.str("client_id"), byPassword.str("client_secret")
	const grantType, invalidClient = `{"error": "unsupported_grant_type"}`, `{"error": "invalid_client"}`
	tests := []struct {
		name, form, id, secret string
		status                 int
		want                   string
	}{
		{"an unknown scope", asUser(alice, "scope", "fly"), id, secret, 400, `{"error": "invalid_scope"}`},
		{"a scope twice", asUser(alice, "scope", "read read"), id, secret, 400, `{"error": "invalid_scope"}`},
		{"a scope for administrators", asUser(alice, "scope", "introspect"), id, secret, 400, `{"error": "invalid_scope"}`},
		{"a wrong password", asUser(alice, "password", "x"), id, secret, 400, `{"error": "invalid_grant", "error_description": "Invalid credentials given."}`},
		{"nobody", asUser(alice, "username", "nobody"), id, secret, 400, `{"error": "invalid_grant", "error_description": "Invalid credentials given."}`},
		{"an inactive user", asUser(frank), id, secret, 400, `{"error": "invalid_grant", "error_description": "Invalid credentials given."}`},
		{"no username", "grant_type=password&password=x", id, secret, 400, `{"error": "invalid_request", "error_description": "Request is missing username parameter."}`},
		{"no password", "grant_type=password&username=x", id, secret, 400, `{"error": "invalid_request", "error_description": "Request is missing password parameter."}`},
		{"a wrong secret", asUser(alice), id, "x", 401, invalidClient},
		{"no secret", asUser(alice, "client_id", id), "", "", 401, invalidClient},
		{"no client", asUser(alice), "", "", 401, invalidClient},
		{"an unknown client", asUser(alice), "x", secret, 401, invalidClient},
		{"a user for a client", asUser(alice), alice, passwordOf(alice), 401, invalidClient},
		{"two ways at once", asUser(alice, "client_secret", secret), id, secret, 400, `{"error": "invalid_request", "error_description": "Authenticate the client by header or by form, not by both."}`},
		{"a grant of others", asUser(alice), byCode.str("client_id"), byCode.str("client_secret"), 400, `{"error": "unauthorized_client"}`},
		{"a code for one by password", "grant_type=authorization_code&code=x", id, secret, 400, `{"error": "unauthorized_client"}`},
		{"client_credentials", "grant_type=client_credentials", id, secret, 400, `{"error": "unauthorized_client"}`},
		{"no grant", "", id, secret, 400, grantType},
		{"an empty grant", "grant_type=", id, secret, 400, grantType},
		{"an unknown grant", "grant_type=implicit", id, secret, 400, grantType},
		{"an unknown grant before the client", "grant_type=implicit", id, "x", 400, grantType},
		{"an unknown refresh token", "grant_type=refresh_token&refresh_token=x", id, secret, 400, `{"error": "invalid_grant"}`},
		{"no refresh token", "grant_type=refresh_token", id, secret, 400, `{"error": "invalid_request", "error_description": "Missing refresh token parameter."}`},
		{"no code", "grant_type=authorization_code", id, secret, 400, `{"error": "invalid_request", "error_description": "Missing code parameter."}`},
		{"an unknown code", "grant_type=authorization_code&code=x", byCode.str("client_id"), byCode.str("client_secret"), 400, `{"error": "invalid_grant"}`},
		{"a parameter twice", "grant_type=password&username=a&username=b", id, secret, 400, `{"error": "invalid_request", "error_description": "A parameter is given twice."}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.post(oauthToken, tt.form, tt.id, tt.secret)
			expect(t, w, tt.status, tt.want)
			if got := w.Header().Get("WWW-Authenticate"); (got == `Bearer error="invalid_client"`) != (tt.status == 401) {
				t.Errorf("WWW-Authenticate: %q", got)
			}
			s.wait(time.Hour) // the throttle is for another test
		})
	}
	expect(t, s.post(oauthToken, asUser(alice, "client_id", open.str("client_id")), "", ""), 200, `"access_token"`)
	expect(t, s.bare("POST", oauthToken, `{"grant_type":"password"}`), 400, grantType)
	expect(t, s.post(oauthToken+"?grant_type=password", asUser(alice), id, secret), 400, `{"error": "invalid_request", "error_description": "URL query parameters are not allowed"}`)
	if w := s.bare("GET", oauthToken, ""); w.Code != 405 || w.Body.Len() > 0 || w.Header().Get("Allow") != "POST, OPTIONS" {
		t.Errorf("GET: %d %q", w.Code, w.Body)
	}
	if strings.Contains(s.log.String(), secret) || strings.Contains(s.log.String(), passwordOf(alice)) {
		t.Error("a secret is in the log")
	}
}

func TestTokenEndpointIsThrottled(t *testing.T) {
	s := open(t)
	app := s.app(t)
	id, secret := app.str("client_id"), app.str("client_secret")
	codes := map[int]int{}
	for range 15 {
		codes[s.post(oauthToken, asUser(alice, "password", "x"), id, secret).Code]++
	}
	if codes[400] != 10 || codes[429] != 5 {
		t.Errorf("passwords: %v", codes)
	}
	clear(codes)
	for range 15 {
		codes[s.post(oauthToken, asUser(eve), id, "x").Code]++
	}
	if codes[401] != 10 || codes[429] != 5 {
		t.Errorf("client secrets: %v", codes)
	}
	w := s.post(oauthToken, asUser(eve), id, "x")
	expect(t, w, 429, `{"error": "rate_limit_exceeded", "error_description": "Too many attempts."}`)
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestRefreshGrant(t *testing.T) {
	s := open(t)
	app := s.app(t)
	id, secret := app.str("client_id"), app.str("client_secret")
	refresh := func(text, scope string) *httptest.ResponseRecorder {
		return s.post(oauthToken, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {text}, "scope": {scope}}.Encode(), id, secret)
	}
	first := parse(t, s.post(oauthToken, asUser(alice, "scope", "read"), id, secret))
	expect(t, refresh(first.str("refresh_token"), "write"), 400, `{"error": "invalid_scope"}`)
	w := refresh(first.str("refresh_token"), "")
	expect(t, w, 200, `"scope": "read"`)
	second := parse(t, w)
	s.must(t, 401, "GET", "/api/v2/me/", first.str("access_token"), "")
	s.must(t, 200, "GET", "/api/v2/me/", second.str("access_token"), "")
	expect(t, s.do("GET", "/api/v2/tokens/", alice, ""), 200, `{"count":1,`)
	// Used again: the whole family ends.
	expect(t, refresh(first.str("refresh_token"), ""), 400, `{"error": "invalid_grant"}`)
	s.must(t, 401, "GET", "/api/v2/me/", second.str("access_token"), "")
	expect(t, refresh(second.str("refresh_token"), ""), 400, `{"error": "invalid_grant"}`)

	third := parse(t, s.post(oauthToken, asUser(alice), id, secret))
	s.do("DELETE", "/api/v2/tokens/3/", alice, "")
	expect(t, refresh(third.str("refresh_token"), ""), 400, `{"error": "invalid_grant"}`) // not, as in AWX, a 500

	fourth := parse(t, s.post(oauthToken, asUser(alice), id, secret))
	s.wait(2_628_000 * time.Second)
	w = refresh(fourth.str("refresh_token"), "")
	expect(t, w, 403, `The refresh token has expired.`)
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/html") {
		t.Error(got)
	}

	minted := s.must(t, 201, "POST", "/api/v2/tokens/", alice, `{"application":1,"scope":"read"}`)
	expect(t, refresh(minted.str("refresh_token"), "read"), 200, `"scope": "read"`)
}

func TestRevokeToken(t *testing.T) {
	s := open(t)
	app, other := s.app(t), s.app(t, "app1", "other")
	personal, _ := s.mint(t, alice, `{}`)
	pair := parse(t, s.post(oauthToken, asUser(alice), app.str("client_id"), app.str("client_secret")))
	revoke := func(by object, token string) *httptest.ResponseRecorder {
		return s.post("/api/o/revoke_token/", url.Values{"token": {token}, "token_type_hint": {"access_token"}}.Encode(), by.str("client_id"), by.str("client_secret"))
	}
	for _, q := range []struct {
		by    object
		token string
	}{{app, personal}, {other, pair.str("access_token")}, {other, pair.str("refresh_token")}, {app, "unknown"}} {
		w := revoke(q.by, q.token)
		expect(t, w, 200, `{}`)
		if w.Header().Get("Content-Type") != "application/json" {
			t.Error(w.Header())
		}
	}
	s.must(t, 200, "GET", "/api/v2/me/", personal, "")
	s.must(t, 200, "GET", "/api/v2/me/", pair.str("access_token"), "")
	expect(t, revoke(app, pair.str("refresh_token")), 200, `{}`)
	s.must(t, 401, "GET", "/api/v2/me/", pair.str("access_token"), "")
	expect(t, revoke(app, ""), 400, `{"error": "invalid_request", "error_description": "Missing token parameter."}`)
	app["client_secret"] = "x"
	w := revoke(app, personal)
	expect(t, w, 401, `{"error": "invalid_client"}`)
	if w.Header().Get("WWW-Authenticate") != `Bearer error="invalid_client"` {
		t.Error(w.Header())
	}
}

// FuzzTokenEndpoint sends any form: never a fault of ours, and never a token,
// since nothing in it is right.
func FuzzTokenEndpoint(f *testing.F) {
	s := open(f)
	app := s.app(f)
	for _, seed := range []string{
		"", "grant_type=password&username=alice&password=x", "grant_type=refresh_token&refresh_token=refresh_0", "grant_type=authorization_code&code=code_%00&code_verifier=x",
		"grant_type=password&username=%ff&password=%00&scope=read%20%22", "grant_type=client_credentials&scope=%e2%82%ac", "a=b&a=c", "%zz", "grant_type[]=x;y",
	} {
		f.Add(seed, "token", true)
		f.Add(seed, "revoke_token", false)
	}
	f.Fuzz(func(t *testing.T, form, path string, basic bool) {
		name, secret := "", ""
		if basic {
			name, secret = app.str("client_id"), app.str("client_secret")
		}
		if path != "revoke_token" {
			path = "token"
		}
		w := s.post("/api/o/"+path+"/", form, name, secret)
		sound(t, w)
		if w.Code == http.StatusOK && path == "token" {
			t.Errorf("%q: %s", form, w.Body)
		}
	})
}
