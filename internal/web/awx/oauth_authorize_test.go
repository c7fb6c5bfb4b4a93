package awx_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const appAt = "https://app.example/cb?x=1"

// codeApp makes an application that obtains tokens by codes.
func (s *site) codeApp(t testing.TB, edits ...string) object {
	t.Helper()
	return s.app(t, append(edits, `"app1"`, `"An <app>","redirect_uris":"`+appAt+`"`, `"password"`, `"authorization-code"`)...)
}

// query is a good request for a code, with parameters spoilt.
func query(app object, edits ...string) url.Values {
	v := url.Values{
		"client_id": {app.str("client_id")}, "redirect_uri": {appAt}, "response_type": {"code"}, "scope": {"read"}, "state": {"a b&c"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(edits); i += 2 {
		v.Set(edits[i], edits[i+1])
		if edits[i+1] == "" {
			v.Del(edits[i])
		}
	}
	return v
}

func authorizeURL(v url.Values) string { return "/api/o/authorize/?" + v.Encode() }

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// answer fills in the form of the page as a browser does, and sends it.
func (b *browser) answer(page *httptest.ResponseRecorder, allow bool) *httptest.ResponseRecorder {
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page.Body.String(), -1) {
		form.Set(m[1], strings.NewReplacer("&amp;", "&", "&#43;", "+", "&lt;", "<", "&#34;", `"`).Replace(m[2]))
	}
	if allow {
		form.Set("allow", "Authorize")
	}
	return b.do("POST", "/api/o/authorize/", form.Encode(), asForm, "Origin: "+b.base, "Sec-Fetch-Site: same-origin")
}

// What is granted outlives the session: it takes more than its cookie.
func TestConsentOfAStaleSession(t *testing.T) {
	s := open(t)
	app := s.codeApp(t)
	b := s.browser()
	b.signIn(alice)
	s.wait(15 * time.Minute)
	w := b.do("GET", authorizeURL(query(app)), "")
	if got := w.Header().Get("Location"); w.Code != 302 || !strings.HasPrefix(got, "/api/login/?next=") {
		t.Fatalf("%d %s", w.Code, got)
	}
	b.signIn(alice)
	if w := b.do("GET", authorizeURL(query(app)), ""); w.Code != 200 {
		t.Errorf("once the password was typed: %d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestConsent(t *testing.T) {
	s := open(t)
	app := s.codeApp(t)
	b := s.browser()
	w := b.do("GET", authorizeURL(query(app)), "")
	if got := w.Header().Get("Location"); w.Code != 302 || got != "/api/login/?next="+url.QueryEscape(authorizeURL(query(app))) {
		t.Fatalf("without a session: %d %s", w.Code, got)
	}
	b.signIn(alice)
	w = b.do("GET", authorizeURL(query(app)), "")
	for _, want := range []string{
		"<h1>Allow An &lt;app&gt; to use your account?</h1>", "<strong>alice</strong>", "<strong>app.example</strong>", "<li>see whatever you may see here (<code>read</code>)</li>",
		`<button name="allow" value="Authorize">Allow</button>`, `name="state" value="a b&amp;c"`,
	} {
		expect(t, w, 200, want)
	}
	csp := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(csp, "form-action 'self' https://app.example;") || strings.Contains(w.Body.String(), "<script") {
		t.Errorf("CSP %s", csp)
	}
	six := s.app(t, `"app1"`, `"six","redirect_uris":"http://[::1]/cb"`, `"password"`, `"authorization-code"`)
	csp = b.do("GET", authorizeURL(query(six, "redirect_uri", "http://[::1]:4711/cb")), "").Header().Get("Content-Security-Policy")
	if !strings.Contains(csp, "form-action 'self' http:;") {
		t.Errorf("CSP %s", csp)
	}
	w = b.answer(w, false)
	if got := w.Header().Get("Location"); w.Code != 302 || got != appAt+"&error=access_denied&state=a+b%26c" {
		t.Errorf("denied: %d %s", w.Code, got)
	}
	s.face.Issuer = "https://jeton.example"
	w = b.answer(b.do("GET", authorizeURL(query(app)), ""), true)
	got := w.Header().Get("Location")
	if w.Code != 302 || !regexp.MustCompile(`^https://app\.example/cb\?x=1&code=code_\w{46}&state=a\+b%26c&iss=https%3A%2F%2Fjeton\.example$`).MatchString(got) {
		t.Fatalf("allowed: %d %s", w.Code, got)
	}
	to, err := url.Parse(got)
	check(t, err)
	form := url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {appAt}, "code_verifier": {verifier}}
	id, secret := app.str("client_id"), app.str("client_secret")
	wrong := url.Values{"grant_type": form["grant_type"], "code": form["code"], "redirect_uri": form["redirect_uri"]}
	expect(t, s.post(oauthToken, wrong.Encode(), id, secret), 400, `{"error": "invalid_grant"}`)
	w = s.post(oauthToken, form.Encode(), id, secret)
	expect(t, w, 200, `"scope": "read"`)
	token := parse(t, w).str("access_token")
	expect(t, s.do("GET", "/api/v2/me/", token, ""), 200, `"username":"alice"`)
	expect(t, s.post(oauthToken, form.Encode(), id, secret), 400, `{"error": "invalid_grant"}`)
	s.must(t, 401, "GET", "/api/v2/me/", token, "") // the code came back
}

// A browser follows the redirects of a form to where the form's page allows, and
// a sign-in may lead to an application at once.
func TestSigningInLeadsToTheApplication(t *testing.T) {
	s := open(t)
	app := s.codeApp(t)
	b := s.browser()
	login := func(next string) string { return "/api/login/?next=" + url.QueryEscape(next) }
	for _, tt := range []struct{ name, path, want string }{
		{"to an application", login(authorizeURL(query(app))), "form-action 'self' https://app.example;"},
		{"without the slash", login("/api/o/authorize?" + query(app).Encode()), "form-action 'self' https://app.example;"},
		{"to an address that is not its own", login(authorizeURL(query(app, "redirect_uri", "https://evil.example/"))), "form-action 'self';"},
		{"to no application", login(authorizeURL(query(app, "client_id", "x"))), "form-action 'self';"},
		{"to anywhere else", login("/api/v2/me/?" + query(app).Encode()), "form-action 'self';"},
		{"to nowhere", "/api/login/", "form-action 'self';"},
	} {
		if csp := b.do("GET", tt.path, "").Header().Get("Content-Security-Policy"); !strings.Contains(csp, tt.want) {
			t.Errorf("%s: %s", tt.name, csp)
		}
	}
	form := url.Values{"username": {"alice"}, "password": {"wrong"}, "next": {authorizeURL(query(app))}, "csrfmiddlewaretoken": {b.cookies["csrftoken"]}}
	w := b.do("POST", "/api/login/", form.Encode(), asForm)
	if csp := w.Header().Get("Content-Security-Policy"); w.Code != 401 || !strings.Contains(csp, "form-action 'self' https://app.example;") {
		t.Errorf("after a wrong password: %d %s", w.Code, csp)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	s := open(t)
	app := s.codeApp(t)
	open := s.codeApp(t, `"app1"`, `"open","redirect_uris":"`+appAt+`"`, "confidential", "public")
	byPassword := s.app(t, `"app1"`, `"pw","redirect_uris":"`+appAt+`"`)
	b := s.browser()
	b.signIn(alice)
	tests := []struct {
		name  string
		query url.Values
		error string // in the redirect; "": a page that says 400
	}{
		{"no client", query(app, "client_id", ""), ""},
		{"an unknown client", query(app, "client_id", "x"), ""},
		{"another address", query(app, "redirect_uri", "https://evil.example/"), ""},
		{"an address that is longer", query(app, "redirect_uri", appAt+"/x"), ""},
		{"an address that is none", query(app, "redirect_uri", "javascript:alert(1)"), ""},
		{"a parameter twice", url.Values{"client_id": {app.str("client_id"), "x"}}, ""},
		{"no response_type", query(app, "response_type", ""), "invalid_request"},
		{"implicit", query(app, "response_type", "token"), "unauthorized_client"},
		{"an unknown response_type", query(app, "response_type", "id_token"), "unsupported_response_type"},
		{"a bad scope", query(app, "scope", "fly"), "invalid_scope"},
		{"a scope for administrators", query(app, "scope", "introspect"), "invalid_scope"},
		{"a plain challenge", query(app, "code_challenge_method", "plain"), "invalid_request"},
		{"a challenge of no method", query(app, "code_challenge_method", ""), "invalid_request"},
		{"a challenge that is none", query(app, "code_challenge", "x"), "invalid_request"},
		{"a public application without a challenge", query(open, "code_challenge", "", "code_challenge_method", ""), "invalid_request"},
		{"a plain challenge of a public application", query(open, "code_challenge_method", "plain"), "invalid_request"},
		{"an application of passwords", query(byPassword), "unauthorized_client"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			form := url.Values{"allow": {"Authorize"}, "csrfmiddlewaretoken": {b.cookies["csrftoken"]}}
			for name, values := range tt.query {
				form[name] = values
			}
			for _, w := range []*httptest.ResponseRecorder{
				b.do("GET", authorizeURL(tt.query), ""), b.do("POST", "/api/o/authorize/", form.Encode(), asForm),
			} {
				to, _ := url.Parse(w.Header().Get("Location"))
				switch {
				case tt.error == "" && (w.Code != 400 || to.String() != "" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html")):
					t.Errorf("%d to %s", w.Code, to)
				case tt.error != "" && (w.Code != 302 || to.Host != "app.example" || to.Query().Get("error") != tt.error || to.Query().Get("state") != "a b&c" || to.Query().Has("code")):
					t.Errorf("%d to %s, want %s", w.Code, to, tt.error)
				}
			}
		})
	}
	t.Run("a challenge is not asked of a confidential application", func(t *testing.T) {
		expect(t, b.do("GET", authorizeURL(query(app, "code_challenge", "", "code_challenge_method", "")), ""), 200, "Allow")
	})
	t.Run("other methods", func(t *testing.T) {
		if w := s.bare("PUT", "/api/o/authorize/", ""); w.Code != 405 {
			t.Error(w.Code)
		}
	})
}

// TestConsentCannotBeForged sends the answer as another site would.
func TestConsentCannotBeForged(t *testing.T) {
	s := open(t)
	app := s.codeApp(t)
	b, other := s.browser(), s.browser()
	b.signIn(alice)
	other.signIn(eve)
	form := query(app, "allow", "Authorize")
	for name, try := range map[string]func() *httptest.ResponseRecorder{
		"without the token": func() *httptest.ResponseRecorder { return b.do("POST", "/api/o/authorize/", form.Encode(), asForm) },
		"with another session's": func() *httptest.ResponseRecorder {
			return b.do("POST", "/api/o/authorize/", form.Encode()+"&csrfmiddlewaretoken="+other.cookies["csrftoken"], asForm)
		},
		"from another site": func() *httptest.ResponseRecorder {
			return b.do("POST", "/api/o/authorize/", form.Encode()+"&csrfmiddlewaretoken="+b.cookies["csrftoken"], asForm, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site")
		},
	} {
		if w := try(); w.Code != 403 || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d %s", name, w.Code, w.Header())
		}
	}
	nobody := s.browser()
	if w := nobody.do("POST", "/api/o/authorize/", form.Encode(), asForm); w.Code != 302 || !strings.HasPrefix(w.Header().Get("Location"), "/api/login/?next=") {
		t.Errorf("%d %s", w.Code, w.Header())
	}
	token, _ := s.mint(t, alice, `{}`)
	if w := b.do("GET", authorizeURL(query(app)), "", "Authorization: Bearer "+token); w.Code != 302 || !strings.HasPrefix(w.Header().Get("Location"), "/api/login/") {
		t.Errorf("with a token: %d", w.Code)
	}
}

func TestSkipAuthorization(t *testing.T) {
	s := open(t)
	house := s.codeApp(t, `"organization":1`, `"organization":1,"skip_authorization":true`)
	open := s.codeApp(t, `"app1"`, `"open","skip_authorization":true,"redirect_uris":"`+appAt+`"`, "confidential", "public")
	b := s.browser()
	b.signIn(alice)
	if w := b.do("GET", authorizeURL(query(house)), ""); w.Code != 302 || !strings.Contains(w.Header().Get("Location"), "code=code_") {
		t.Errorf("%d %s", w.Code, w.Header())
	}
	expect(t, b.do("GET", authorizeURL(query(open)), ""), 200, "Anybody can claim to be this application")
}

// TestIndependentClient has golang.org/x/oauth2 obtain, use and renew a token.
func TestIndependentClient(t *testing.T) {
	s := open(t)
	app := s.codeApp(t)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	cfg := oauth2.Config{
		ClientID: app.str("client_id"), ClientSecret: app.str("client_secret"), RedirectURL: appAt, Scopes: []string{"read", "write"},
		Endpoint: oauth2.Endpoint{AuthURL: server.URL + "/api/o/authorize/", TokenURL: server.URL + "/api/o/token/"},
	}
	v := oauth2.GenerateVerifier()
	asked, err := url.Parse(cfg.AuthCodeURL("xyz", oauth2.S256ChallengeOption(v)))
	check(t, err)
	b := s.browser()
	b.signIn(alice)
	w := b.answer(b.do("GET", asked.RequestURI(), ""), true)
	to, err := url.Parse(w.Header().Get("Location"))
	check(t, err)
	if to.Query().Get("state") != "xyz" {
		t.Fatalf("%d %s", w.Code, to)
	}
	ctx := context.Background()
	tok, err := cfg.Exchange(ctx, to.Query().Get("code"), oauth2.VerifierOption(v))
	check(t, err)
	if tok.TokenType != "Bearer" || tok.Extra("scope") != "read write" {
		t.Errorf("got %v", tok.Extra("scope"))
	}
	res, err := cfg.Client(ctx, tok).Get(server.URL + "/api/v2/me/")
	check(t, err)
	check(t, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		t.Error(res.Status)
	}
	next, err := cfg.TokenSource(ctx, &oauth2.Token{RefreshToken: tok.RefreshToken}).Token()
	check(t, err)
	s.must(t, 401, "GET", "/api/v2/me/", tok.AccessToken, "")
	s.must(t, 200, "GET", "/api/v2/me/", next.AccessToken, "")
	if _, err := cfg.TokenSource(ctx, &oauth2.Token{RefreshToken: tok.RefreshToken}).Token(); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("a refresh token used twice: %v", err)
	}
}

// FuzzAuthorize asks with any query: never a fault of ours, and never a redirect
// but to the registered address or to the sign-in.
func FuzzAuthorize(f *testing.F) {
	s := open(f)
	app := s.codeApp(f)
	b := s.browser()
	b.signIn(alice)
	for _, seed := range []url.Values{query(app), query(app, "redirect_uri", "https://app.example/cb%0d%0aX: y"), query(app, "state", "\r\nX: y"), query(app, "scope", "\x00"), {}} {
		f.Add(seed.Encode())
	}
	f.Add("client_id=%zz&%ff")
	f.Fuzz(func(t *testing.T, text string) {
		r := httptest.NewRequest("GET", "/api/o/authorize/", nil)
		r.URL.RawQuery = text
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		to := w.Header().Get("Location")
		if w.Code >= 500 || to != "" && !strings.HasPrefix(to, appAt+"&") && !strings.HasPrefix(to, "/api/login/?next=") || strings.ContainsAny(to, "\r\n") {
			t.Errorf("%d to %q", w.Code, to)
		}
	})
}
