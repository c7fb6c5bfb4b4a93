package tokenapi_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

const path = "/apiops/auth/token"

// answer is what a client reads.
type answer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    *int64 `json:"expires_in"`
	Scope        string `json:"scope"`
	RefreshToken *any   `json:"refresh_token"`
}

func form(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString("&" + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()[1:]
}

func basic(text string) func(*http.Request) {
	return set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(text)))
}

// grant is the body of a request whose credential is in the header.
const grant = "grant_type=client_credentials"

func read(t *testing.T, w *httptest.ResponseRecorder) answer {
	t.Helper()
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return a
}

// checkHeaders holds for every answer of the endpoint (items 30, 31, 55, 58).
func checkHeaders(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Type": "application/json;charset=UTF-8", "Cache-Control": "no-store", "Pragma": "no-cache", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if w.Header().Get("X-Request-Id") == "" {
		t.Error("there is no request id")
	}
}

func TestTokenIsGranted(t *testing.T) {
	const odd = "p+w &d%25=süß:x"
	h := newHouse(t)
	h.AddUser(t, "alice")
	h.AddUser(t, "jürgen@ex.org", func(u *pat.UserRequest) { u.Password = odd })
	alice := form("grant_type", "client_credentials", "client_id", "alice", "client_secret", "correct horse battery")
	tests := []struct {
		name, body string
		edit       func(*http.Request)
		scope      string
	}{
		{"by form (24)", alice, nil, "write"},
		{"with Accept (34)", alice, set("Accept", "application/json"), "write"},
		{"with a charset", alice, set("Content-Type", web.FormType+"; charset=UTF-8"), "write"},
		{"in chunks", alice, streamed, "write"},
		{"with extra parameters (38)", alice + "&audience=x&foo=", nil, "write"},
		{"with a scope", alice + "&scope=read", nil, "read"},
		{"with two scopes, in their order", alice + "&scope=write+read", nil, "write read"},
		{"with an empty scope", alice + "&scope=", nil, "write"},
		{"with a query that holds no credential", alice, func(r *http.Request) { r.URL.RawQuery = "lang=tr" }, "write"},
		{"with the slash (73)", alice, func(r *http.Request) { r.URL.Path += "/" }, "write"},
		{"with odd characters, form-encoded (39)", form("grant_type", "client_credentials", "client_id", "jürgen@ex.org", "client_secret", odd), nil, "write"},
		{"with odd characters, in Latin-1", "grant_type=client_credentials&client_id=j%FCrgen%40ex.org&client_secret=p%2Bw+%26d%2525%3Ds%FC%DF%3Ax", nil, "write"},
		{"by Basic (37)", grant, basic("alice:correct horse battery"), "write"},
		{"by Basic, form-encoded", grant, basic("alice:correct+horse+battery"), "write"},
		{"by Basic, raw with odd characters", grant, basic("jürgen@ex.org:" + odd), "write"},
		{"by Basic, encoded with odd characters", grant, basic(url.QueryEscape("jürgen@ex.org") + ":" + url.QueryEscape(odd)), "write"},
		{"by Basic, in Latin-1", grant, basic("j\xfcrgen@ex.org:p+w &d%25=s\xfc\xdf:x"), "write"},
		{"by Basic, with the name in the form too", grant + "&client_id=alice", basic("alice:correct horse battery"), "write"},
		{"by basic in small letters", grant, set("Authorization", "basic "+base64.StdEncoding.EncodeToString([]byte("alice:correct horse battery"))), "write"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			edit := []func(*http.Request){}
			if tt.edit != nil {
				edit = append(edit, tt.edit)
			}
			w := h.do("POST", path, tt.body, edit...)
			a := read(t, w)
			checkHeaders(t, w)
			if !regexp.MustCompile(`^jtn_[0-9A-Za-z]{46}$`).MatchString(a.AccessToken) || seen[a.AccessToken] || a.TokenType != "Bearer" || a.RefreshToken != nil {
				t.Errorf("%s", w.Body)
			}
			seen[a.AccessToken] = true
			if a.ExpiresIn == nil || *a.ExpiresIn != 3600 || a.Scope != tt.scope {
				t.Errorf("%s, want 3600 seconds and the scope %s", w.Body, tt.scope)
			}
			if w := hello(h, a.AccessToken); w.Code != 200 {
				t.Errorf("the token is answered %d %s", w.Code, w.Body)
			}
		})
	}
}

func hello(h *house, secret string) *httptest.ResponseRecorder {
	return h.do("GET", "/apiops/test/hello/John", "", set("Authorization", "Bearer "+secret))
}

func TestExpiresInIsWhenItStops(t *testing.T) {
	h := newHouse(t)
	h.AddUser(t, "alice")
	a := read(t, h.do("POST", path, grant, basic("alice:correct horse battery")))
	h.clock.Forward(time.Duration(*a.ExpiresIn)*time.Second - time.Microsecond)
	if w := hello(h, a.AccessToken); w.Code != 200 {
		t.Errorf("before it expires: %d %s", w.Code, w.Body)
	}
	h.clock.Forward(time.Microsecond)
	if w := hello(h, a.AccessToken); w.Code != 401 {
		t.Errorf("when it has expired: %d %s", w.Code, w.Body)
	}
	h.Policy.Lifetime = map[pat.Origin]int64{}
	if a := read(t, h.do("POST", path, grant, basic("alice:correct horse battery"))); a.ExpiresIn != nil {
		t.Errorf("a token that never expires has expires_in %d (29)", *a.ExpiresIn)
	}
}

func TestTokenIsRefused(t *testing.T) {
	h := newHouse(t)
	h.AddUser(t, "alice")
	mallory := h.AddUser(t, "mallory")
	ended := true
	if _, err := h.EditUser(context.Background(), pat.Operator("test"), mallory, pat.UserEdit{Disabled: &ended}); err != nil {
		t.Fatal(err)
	}
	login := form("client_id", "alice", "client_secret", "correct horse battery")
	good := grant + "&" + login
	const bad = `{"error":"unauthorized_client","error_description":"Bad credentials"}`
	const both = `{"error":"invalid_request","error_description":"Send credentials by header or by form, not by both"}`
	const inQuery = `{"error":"invalid_request","error_description":"Credentials must not be sent in the query string"}`
	const otherType = `{"error":"invalid_request","error_description":"Content-Type must be application/x-www-form-urlencoded"}`
	const unsupported = `{"error":"unsupported_grant_type","error_description":"GrantType value must be client_credentials!"}`
	const twice = `{"error":"invalid_request","error_description":"a parameter is given twice"}`
	const client = `{"error":"invalid_client","error_description":"Bad credentials"}`
	missing := func(name string) string {
		return `{"error":"invalid_request","error_description":"Missing parameter: ` + name + `"}`
	}
	query := func(q string) func(*http.Request) { return func(r *http.Request) { r.URL.RawQuery = q } }
	type edits = []func(*http.Request)
	tests := []struct {
		name, method, body string
		edit               edits
		status             int
		want               string
		header             string // "Name: value" that the answer has
	}{
		{"another grant (45)", "POST", "grant_type=authorization_code&" + login, nil, 400, unsupported, ""},
		{"a refresh (46)", "POST", "grant_type=refresh_token&" + login, nil, 400, unsupported, ""},
		{"the password grant", "POST", "grant_type=password&" + login, nil, 400, unsupported, ""},
		{"the grant in capitals", "POST", "grant_type=CLIENT_CREDENTIALS&" + login, nil, 400, unsupported, ""},
		{"no grant (47)", "POST", login, nil, 400, missing("grant_type"), ""},
		{"an empty grant (47)", "POST", "grant_type=&" + login, nil, 400, missing("grant_type"), ""},
		{"no name (48)", "POST", grant + "&client_secret=x", nil, 400, missing("client_id"), ""},
		{"an empty name (48)", "POST", grant + "&client_id=&client_secret=x", nil, 400, missing("client_id"), ""},
		{"no password (48)", "POST", grant + "&client_id=alice", nil, 400, missing("client_secret"), ""},
		{"an empty password (48)", "POST", grant + "&client_id=alice&client_secret=", nil, 400, missing("client_secret"), ""},
		{"an empty password by Basic", "POST", grant, edits{basic("alice:")}, 400, missing("client_secret"), ""},
		{"neither", "POST", grant, nil, 400, missing("client_id"), ""},
		{"a wrong password (41)", "POST", grant + "&client_id=alice&client_secret=wrong", nil, 401, bad, ""},
		{"an unknown name (42)", "POST", grant + "&client_id=nobody&client_secret=wrong", nil, 401, bad, ""},
		{"a disabled user (43)", "POST", grant + "&" + form("client_id", "mallory", "client_secret", "correct horse battery"), nil, 401, bad, ""},
		{"a name in another case", "POST", grant + "&" + form("client_id", "Alice", "client_secret", "correct horse battery"), nil, 401, bad, ""},
		{"a parameter twice (49)", "POST", good + "&client_id=alice", nil, 400, twice, ""},
		{"an unknown parameter twice", "POST", good + "&x=1&x=1", nil, 400, twice, ""},
		{"Basic and form (50)", "POST", good, edits{basic("alice:correct horse battery")}, 400, both, ""},
		{"Basic and another name in the form", "POST", grant + "&client_id=bob", edits{basic("alice:correct horse battery")}, 400, both, ""},
		{"Basic that is none, and form", "POST", good, edits{set("Authorization", "Basic !")}, 400, both, ""},
		{"a bearer and form", "POST", good, edits{set("Authorization", "Bearer abc")}, 400, both, ""},
		{"a bearer alone", "POST", grant, edits{set("Authorization", "Bearer abc")}, 401, client, `Www-Authenticate: Basic realm="jeton", charset="UTF-8"`},
		{"a wrong password by Basic (51)", "POST", grant, edits{basic("alice:wrong")}, 401, client, `Www-Authenticate: Basic realm="jeton", charset="UTF-8"`},
		{"an unknown name by Basic", "POST", grant, edits{basic("nobody:wrong")}, 401, client, `Www-Authenticate: Basic realm="jeton", charset="UTF-8"`},
		{"Basic that is none", "POST", grant, edits{set("Authorization", "Basic !")}, 401, client, `Www-Authenticate: Basic realm="jeton", charset="UTF-8"`},
		{"two headers", "POST", grant, edits{set("Authorization", "Basic YTpi", "Basic YTpi")}, 400, `{"error":"invalid_request","error_description":"More than one Authorization header"}`, ""},
		{"credentials in the query (52)", "POST", grant, edits{query(login)}, 400, inQuery, ""},
		{"a password in the query beside a good form", "POST", good, edits{query("client_secret=x")}, 400, inQuery, ""},
		{"JSON (53)", "POST", `{"grant_type":"client_credentials","client_id":"alice","client_secret":"correct horse battery"}`, edits{set("Content-Type", "application/json")}, 400, otherType, ""},
		{"a form without its type", "POST", good, edits{set("Content-Type")}, 400, otherType, ""},
		{"nothing at all", "POST", "", nil, 400, otherType, ""},
		{"a broken escape", "POST", good + "&x=%zz", nil, 400, `{"error":"invalid_request","error_description":"the form is not well encoded"}`, ""},
		{"an unknown scope", "POST", good + "&scope=admin", nil, 400, `{"error":"invalid_scope","error_description":"unknown scope 'admin'; there are: read, write"}`, ""},
		{"a scope twice", "POST", good + "&scope=read+read", nil, 400, `{"error":"invalid_scope","error_description":"name each scope once: read"}`, ""},
		{"a scope that is none", "POST", good + "&scope=%22%C3%BC", nil, 400, `{"error":"invalid_scope","error_description":"a scope is a word of printable ASCII without quotes and backslashes"}`, ""},
		{"a body too large", "POST", good + "&x=" + strings.Repeat("x", web.MaxBody), nil, 413, `{"error":"invalid_request","error_description":"the request body is too large"}`, ""},
		{"a body too large in chunks", "POST", good + "&x=" + strings.Repeat("x", web.MaxBody), edits{streamed}, 413, `{"error":"invalid_request","error_description":"the request body is too large"}`, ""},
		{"a compressed body", "POST", good, edits{set("Content-Encoding", "gzip")}, 415, `{"error":"invalid_request","error_description":"send the body without a content encoding"}`, ""},
		{"GET (54)", "GET", "", nil, 405, `{"error":"invalid_request","error_description":"this path does not have the method"}`, "Allow: POST"},
		{"PUT", "PUT", good, nil, 405, `{"error":"invalid_request","error_description":"this path does not have the method"}`, "Allow: POST"},
		{"OPTIONS", "OPTIONS", "", nil, 405, `{"error":"invalid_request","error_description":"this path does not have the method"}`, "Allow: POST"},
		{"a path beneath", "POST", good, edits{func(r *http.Request) { r.URL.Path += "/x" }}, 404, `{"error":"invalid_request","error_description":"there is nothing at this path"}`, ""},
		{"headers too large", "POST", good, edits{set("X-Pad", strings.Repeat("x", web.MaxHeaders))}, 431, `{"error":"invalid_request","error_description":"the request headers are too large"}`, ""},
	}
	allowed := regexp.MustCompile(`"error_description":"[\x20-\x21\x23-\x5b\x5d-\x7e]*"`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.do(tt.method, path, tt.body, tt.edit...)
			if w.Code != tt.status || w.Body.String() != tt.want {
				t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, tt.status, tt.want)
			}
			checkHeaders(t, w)
			if !allowed.MatchString(w.Body.String()) {
				t.Errorf("a description in characters that it may not have: %s (56)", w.Body)
			}
			name, value, _ := strings.Cut(tt.header, ": ")
			if name != "" && !slices.Equal(w.Header()[name], []string{value}) {
				t.Errorf("%s is %q, want %q", name, w.Header()[name], value)
			}
			if name != "Www-Authenticate" && w.Header()["Www-Authenticate"] != nil {
				t.Errorf("a challenge of %q", w.Header()["Www-Authenticate"])
			}
		})
	}
	if tokens, n, err := h.Tokens(context.Background(), pat.Operator("test"), pat.Query{}); err != nil || n != 0 {
		t.Errorf("refusals made %d tokens: %v, %v", n, tokens, err)
	}
}

func TestTokenIsThrottled(t *testing.T) {
	h := newHouse(t)
	h.AddUser(t, "alice")
	here := func(r *http.Request) { r.RemoteAddr = "203.0.113.5:1" }
	for range 20 { // no attempts: nothing is charged
		h.do("POST", path, grant+"&client_id=alice&client_secret=", here)
	}
	var w *httptest.ResponseRecorder
	for range 12 {
		w = h.do("POST", path, grant, basic("alice:wrong"), here)
	}
	var got struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		RetryAfter  int64  `json:"retry_after"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 429 || got.Error != "rate_limit_exceeded" || got.RetryAfter < 1 || got.Description == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if retry := w.Header().Get("Retry-After"); retry == "" || !strings.Contains(w.Body.String(), `"retry_after":`+retry+"}") {
		t.Errorf("Retry-After is %q beside %s", retry, w.Body)
	}
	checkHeaders(t, w)
	if w := h.do("POST", path, grant, basic("alice:correct horse battery"), here); w.Code != 429 {
		t.Errorf("the right password from the same source: %d", w.Code)
	}
	h.clock.Forward(time.Duration(got.RetryAfter) * time.Second)
	if w := h.do("POST", path, grant, basic("alice:correct horse battery"), here); w.Code != 200 {
		t.Errorf("after Retry-After: %d %s", w.Code, w.Body)
	}
}
