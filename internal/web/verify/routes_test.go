package verify_test

import (
	"net/http"
	"strings"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/web/verify"
)

func TestParseRoutes(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"one route", "* / * auto", ""},
		{"comments and blank lines", "# all of it\n\n  api.example.org  /v1/ GET,HEAD read # to look\n* / * write\n", ""},
		{"no route at all", "# nothing\n", "there is no route"},
		{"three words", "* / *", "line 1: write four words"},
		{"a host in capitals", "API.example.org / * read", "line 1: host"},
		{"a host with a port", "api.example.org:443 / * read", "line 1: host"},
		{"a part of a host", "*.example.org / * read", "line 1: host"},
		{"a path without a slash", "* v1 * read", "line 1: path"},
		{"a path with dots", "* /a/../b * read", "line 1: path"},
		{"an escaped path", "* /a%20b * read", "line 1: path"},
		{"methods in lower case", "* / get read", "line 1: methods"},
		{"a method that is empty", "* / GET, read", "line 1: methods"},
		{"two scopes", "* / * read,\"write", "line 1: scope"},
		{"one that never counts", "* / * read\napi.example.org /v1 * write", "line 2: it never counts"},
		{"methods that never count", "* /a GET,PUT read\n* /a/b PUT write", "line 2: it never counts"},
		{"methods of which one counts", "* /a GET,PUT read\n* /a/b PUT,POST write", ""},
		{"a longer path first", "* /a/b * write\n* /a * read", ""},
		{"everything that is wrong at once", "x\n* / * read\n* b * read", "line 3: path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := verify.ParseRoutes(tt.text)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	_, err := verify.ParseRoutes("x\n* / * read\n* b * read")
	if err == nil || !strings.Contains(err.Error(), "line 1: write four words") {
		t.Errorf("the first of two mistakes is left out: %v", err)
	}
}

const table = `
api.example.org  /public   GET,HEAD  *
api.example.org  /deploy   *         deploy
api.example.org  /report   POST      deploy
api.example.org  /report   *         report
api.example.org  /         *         auto
admin.example.org /        *         write
`

func TestRoutes(t *testing.T) {
	h := newHouse(t)
	routes, err := verify.ParseRoutes(table)
	if err != nil {
		t.Fatal(err)
	}
	h.face.Routes = routes
	owner := h.AddUser(t, "alice")
	secrets := map[string]string{}
	for _, scopes := range []string{"read", "write", "deploy", "report"} {
		secrets[scopes], _ = h.AddToken(t, owner, pat.Scopes(scopes), 3600)
	}
	told := func(host, method, uri string) []func(*http.Request) {
		return []func(*http.Request){set("X-Forwarded-Host", host), set("X-Forwarded-Method", method), set("X-Forwarded-Uri", uri)}
	}
	var many []string
	for i := range 70 {
		many = append(many, "M"+strings.Repeat("X", i))
	}
	tests := []struct {
		name, scopes, target string
		edit                 []func(*http.Request)
		status               int
	}{
		{"any live token for what is public", "deploy", "/verify", told("api.example.org", "GET", "/public/a?x=1"), 200},
		{"but not to write there", "deploy", "/verify", told("api.example.org", "POST", "/public/a"), 403},
		{"the scope of the route", "deploy", "/verify", told("api.example.org", "POST", "/deploy/now"), 200},
		{"write covers it", "write", "/verify", told("api.example.org", "POST", "/deploy/now"), 200},
		{"read does not", "read", "/verify", told("api.example.org", "GET", "/deploy/now"), 403},
		{"a longer word is another path", "read", "/verify", told("api.example.org", "GET", "/deployment"), 200},
		{"auto", "read", "/verify", told("api.example.org", "GET", "/"), 200},
		{"auto, writing", "read", "/verify", told("api.example.org", "PUT", "/"), 403},
		{"another host", "read", "/verify", told("admin.example.org", "GET", "/"), 403},
		{"host with port and in capitals", "read", "/verify", told("API.example.org:443", "GET", "/"), 200},
		{"a host that no route has", "write", "/verify", told("evil.example.org", "GET", "/"), 403},
		{"no host", "write", "/verify", []func(*http.Request){set("X-Forwarded-Uri", "/"), set("X-Forwarded-Method", "GET")}, 403},
		{"no path", "write", "/verify", []func(*http.Request){set("X-Forwarded-Host", "api.example.org")}, 400},
		{"no method is write", "read", "/verify", []func(*http.Request){set("X-Forwarded-Host", "api.example.org"), set("X-Forwarded-Uri", "/")}, 403},
		{"the query demands besides", "deploy", "/verify?scope=write", told("api.example.org", "GET", "/deploy"), 403},
		{"the query does not lower it", "read", "/verify?scope=read", told("api.example.org", "GET", "/deploy"), 403},
		{"a forged path beside the proxy's", "read", "/verify", append(told("api.example.org", "GET", "/deploy"), set("X-Original-Uri", "/")), 403},
		{"the other way round", "read", "/verify", append(told("api.example.org", "GET", "/"), set("X-Original-Uri", "/deploy")), 403},
		{"a forged host", "read", "/verify", append(told("admin.example.org", "GET", "/"), set("X-Original-Host", "api.example.org")), 403},
		{"a method overridden", "read", "/verify", append(told("api.example.org", "GET", "/"), set("X-Http-Method-Override", "delete")), 403},
		{"dots", "read", "/verify", told("api.example.org", "GET", "/a/../deploy/now"), 403},
		{"escaped dots", "read", "/verify", told("api.example.org", "GET", "/a/%2e%2e/deploy/now"), 403},
		{"dots that lead away", "read", "/verify", told("api.example.org", "GET", "/deploy/../a"), 403},
		{"two slashes", "read", "/verify", told("api.example.org", "GET", "//deploy"), 403},
		{"an escaped letter", "read", "/verify", told("api.example.org", "GET", "/%64eploy"), 403},
		{"escaped twice", "read", "/verify", told("api.example.org", "GET", "/%2564eploy"), 403},
		{"a backslash", "read", "/verify", told("api.example.org", "GET", `/a\..\deploy`), 403},
		{"a parameter in a segment", "read", "/verify", told("api.example.org", "GET", "/deploy;x=1/now"), 403},
		{"dots behind a bad escape", "read", "/verify", told("api.example.org", "GET", "/public/%zz/%2e%2e/%2e%2e/deploy"), 403},
		{"dots behind a bad escape, escaped twice", "read", "/verify", told("api.example.org", "GET", "/public/%25zz/%252e%252e/%252e%252e/deploy"), 403},
		{"half an escape at the end", "read", "/verify", told("api.example.org", "GET", "/a/%2e%2e/deploy/%2"), 403},
		{"a # before the dots", "read", "/verify", told("api.example.org", "GET", "/public#/../deploy"), 403},
		{"a # behind the path", "read", "/verify", told("api.example.org", "GET", "/deploy#/../../public"), 403},
		{"another spelling", "read", "/verify", told("api.example.org", "GET", "/Deploy/now"), 403},
		{"another spelling, escaped", "read", "/verify", told("api.example.org", "GET", "/d%45ploy"), 403},
		{"another spelling where it is allowed", "deploy", "/verify", told("api.example.org", "GET", "/PUBLIC/a"), 403},
		{"a method in lower case", "report", "/verify", told("api.example.org", "post", "/report/x"), 403},
		{"a method in lower case, beneath", "report", "http://api.example.org/verify/report/x", []func(*http.Request){func(r *http.Request) { r.Method = "post" }}, 403},
		{"a method with a blank", "report", "/verify", told("api.example.org", "POST ", "/report/x"), 403},
		{"a whole URL", "read", "/verify", told("api.example.org", "GET", "http://api.example.org/deploy"), 403},
		{"more than can be looked up", "write", "/verify", append(told("api.example.org", "GET", "/a"), set("X-Original-Method", many...)), 400},
		{"as many hosts", "write", "/verify", append(told("api.example.org", "GET", "/a"), set("X-Original-Host", strings.Join(many, ","))), 400},
		{"beneath: the request's own facts", "read", "http://api.example.org/verify/deploy", nil, 403},
		{"beneath: it may pass", "deploy", "http://api.example.org/verify/deploy/x?scope=1", nil, 403},
		{"beneath: the client's query adds nothing", "read", "http://api.example.org/verify/deploy?scope=read", nil, 403},
		{"beneath: passes", "deploy", "http://api.example.org/verify/deploy/x?y=1", nil, 200},
		{"beneath: no host of the table", "write", "http://other.example.org/verify/", nil, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.ask("GET", tt.target, secrets[tt.scopes], tt.edit...)
			if w.Code != tt.status {
				t.Errorf("answered %d %s, want %d", w.Code, w.Body, tt.status)
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q", got)
			}
			if without := h.ask("GET", tt.target, "", tt.edit...); without.Code == 200 {
				t.Error("passes without a token")
			}
		})
	}
	w := h.ask("GET", "/verify?scope=write", secrets["read"], told("api.example.org", "GET", "/deploy")...)
	if got := w.Header().Get("WWW-Authenticate"); !strings.Contains(got, `scope="write deploy"`) {
		t.Errorf("the challenge is %q", got)
	}
}

// A browser without a token is told 401 like anybody else: where people sign in
// is the business of the service behind the proxy.
func TestBrowserIsNotRedirected(t *testing.T) {
	h := newHouse(t)
	w := h.ask("GET", "/verify?scope=auto", "", set("Accept", "text/html,application/xhtml+xml"), set("Cookie", "a=b"), set("X-Forwarded-Method", "GET"))
	if w.Code != http.StatusUnauthorized || w.Header().Get("Location") != "" || w.Header().Get("WWW-Authenticate") == "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("answered %d %v", w.Code, w.Header())
	}
}

// FuzzRoutes: whatever stands in the headers, a token that only may read never
// passes where the path proper is beneath /deploy.
func FuzzRoutes(f *testing.F) {
	f.Add("X-Original-Uri", "/")
	f.Add("X-Http-Method", "GET")
	f.Add("X-Original-Host", "admin.example.org")
	h := newHouse(f)
	routes, err := verify.ParseRoutes(table)
	if err != nil {
		f.Fatal(err)
	}
	h.face.Routes = routes
	secret, _ := h.AddToken(f, h.AddUser(f, "alice"), "read", 3600)
	f.Fuzz(func(t *testing.T, name, value string) {
		switch http.CanonicalHeaderKey(name) {
		case "X-Forwarded-Uri", "X-Forwarded-Host", "X-Forwarded-Method", "Authorization":
			return // which the proxy sets
		}
		w := h.ask("GET", "/verify", secret, set("X-Forwarded-Uri", "/deploy"), set("X-Forwarded-Host", "api.example.org"), set("X-Forwarded-Method", "GET"), set(name, value))
		if w.Code < 400 {
			t.Errorf("%s: %q: answered %d", name, value, w.Code)
		}
	})
}
