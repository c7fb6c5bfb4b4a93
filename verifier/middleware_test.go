package verifier_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"jeton/internal/pat"
	"jeton/verifier"
)

// greet answers with what the middleware has let through.
var greet = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	who, ok := verifier.TokenFrom(r.Context())
	if !ok {
		http.Error(w, "nobody", http.StatusTeapot)
		return
	}
	_, _ = w.Write([]byte(who.Username + " may " + who.Scope))
})

func TestMiddleware(t *testing.T) {
	const realm = `Bearer realm="orders"`
	read, write, deploy, dead := "", "", "", pat.NewSecret(pat.DefaultPrefix).Reveal()
	tests := []struct {
		name      string
		method    string
		need      []string
		header    func() []string
		status    int
		body      string
		challenge string
	}{
		{"read reads", "GET", nil, func() []string { return []string{"Bearer " + read} }, 200, "ada may read", ""},
		{"read heads", "HEAD", nil, func() []string { return []string{"Bearer " + read} }, 200, "", ""},
		{"the scheme in small letters, two blanks", "GET", nil, func() []string { return []string{"bearer  " + read} }, 200, "ada may read", ""},
		{"write reads", "GET", nil, func() []string { return []string{"Bearer " + write} }, 200, "ada may read write", ""},
		{"write writes", "POST", nil, func() []string { return []string{"Bearer " + write} }, 200, "ada may read write", ""},
		{"read does not write", "DELETE", nil, func() []string { return []string{"Bearer " + read} }, 403, `"insufficient_scope"`, realm + `, error="insufficient_scope", scope="write"`},
		{"a word of its own", "POST", []string{"deploy"}, func() []string { return []string{"Bearer " + deploy} }, 200, "ada may deploy", ""},
		{"write covers the word", "POST", []string{"deploy"}, func() []string { return []string{"Bearer " + write} }, 200, "ada may read write", ""},
		{"nothing covers introspect", "POST", []string{"introspect"}, func() []string { return []string{"Bearer " + write} }, 403, `"insufficient_scope"`, realm + `, error="insufficient_scope", scope="introspect"`},
		{"all words are needed", "POST", []string{"deploy", "read"}, func() []string { return []string{"Bearer " + deploy} }, 403, `"insufficient_scope"`, realm + `, error="insufficient_scope", scope="deploy read"`},
		{"no header", "GET", nil, func() []string { return nil }, 401, `"unauthorized"`, realm},
		{"Basic", "GET", nil, func() []string { return []string{"Basic " + read} }, 401, `"unauthorized"`, realm},
		{"a scheme that begins alike", "GET", nil, func() []string { return []string{"BearerX " + read} }, 401, `"unauthorized"`, realm},
		{"no scheme", "GET", nil, func() []string { return []string{read} }, 401, `"unauthorized"`, realm},
		{"an empty token", "GET", nil, func() []string { return []string{"Bearer "} }, 401, `"invalid_token"`, realm + `, error="invalid_token"`},
		{"a token that is not live", "GET", nil, func() []string { return []string{"Bearer " + dead} }, 401, `"invalid_token"`, realm + `, error="invalid_token"`},
		{"two tokens in one", "GET", nil, func() []string { return []string{"Bearer " + read + ", Bearer " + read} }, 401, `"invalid_token"`, realm + `, error="invalid_token"`},
		{"two headers", "GET", nil, func() []string { return []string{"Bearer " + read, "Bearer " + read} }, 400, `"invalid_request"`, ""},
	}
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		v := j.open(t, func(o *verifier.Options) { o.Realm = "orders" })
		read, write, deploy = j.mint(1), j.mint(2), j.mint(3)
		j.set(func() {
			j.live[write] = strings.Replace(j.live[write], `"read"`, `"read write"`, 1)
			j.live[deploy] = strings.Replace(j.live[deploy], `"read"`, `"deploy"`, 1)
		})
		for _, tt := range tests {
			r := httptest.NewRequest(tt.method, "/orders?access_token="+read, nil)
			r.Header["Authorization"] = tt.header()
			w := httptest.NewRecorder()
			v.Middleware(greet, tt.need...).ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.body) || w.Header().Get("WWW-Authenticate") != tt.challenge {
				t.Errorf("%s: answered %d %s, %q", tt.name, w.Code, w.Body, w.Header().Get("WWW-Authenticate"))
			}
			if tt.status >= 400 && (w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/json") {
				t.Errorf("%s: headers %v", tt.name, w.Header())
			}
		}
		j.set(func() { j.down = true })
		r := httptest.NewRequest("GET", "/orders", nil)
		r.Header.Set("Authorization", "Bearer "+j.mint(9))
		w := httptest.NewRecorder()
		v.Middleware(greet).ServeHTTP(w, r)
		if w.Code != 503 || w.Header().Get("Retry-After") != "1" || strings.Contains(w.Body.String(), errDown.Error()) {
			t.Errorf("without Jeton it is answered %d %s", w.Code, w.Body)
		}
	})
}

// The address is that which the API says, and nothing that a client sends.
func TestMiddlewareSendsTheAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		secret := j.mint(12)
		for _, edit := range []func(*verifier.Options){func(*verifier.Options) {}, func(o *verifier.Options) { o.ClientIP = verifier.PeerIP }} {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = "[::ffff:192.0.2.9]:1234"
			r.Header.Set("X-Forwarded-For", "10.0.0.1")
			r.Header.Set("Authorization", "Bearer "+secret)
			j.open(t, edit).Middleware(greet).ServeHTTP(httptest.NewRecorder(), r)
		}
		if got := j.asking[0].Get("client_ip") + "," + j.asking[1].Get("client_ip"); got != ",192.0.2.9" {
			t.Errorf("Jeton was told %q", got)
		}
		if got := verifier.PeerIP(&http.Request{RemoteAddr: "@"}); got != (netip.Addr{}) {
			t.Errorf("a Unix socket's peer is %v", got)
		}
	})
}

func TestTokenFromNowhere(t *testing.T) {
	if got, ok := verifier.TokenFrom(context.Background()); ok || got.Allows(verifier.ScopeRead) {
		t.Errorf("there is %+v", got)
	}
}

func TestCredentialFromFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "secret")
	credential := verifier.FromFile(name)
	if _, err := credential(t.Context()); err == nil {
		t.Error("a file that is not there passes")
	}
	for _, want := range []string{"one", "two"} {
		if err := os.WriteFile(name, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := credential(t.Context()); got != want || err != nil {
			t.Errorf("the credential is %q, %v", got, err)
		}
	}
}

func TestScopesOfMethods(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "get", ""} {
		if got, want := verifier.ScopeForMethod(method), pat.ScopeForMethod(method); got != want {
			t.Errorf("%s needs %s here and %s there", method, got, want)
		}
	}
	for _, have := range []string{"", "read", "write", "read write", "introspect", "deploy", "rewrite reader"} {
		for _, need := range []string{"", "read", "write", "introspect", "deploy"} {
			t.Run(have+" for "+need, func(t *testing.T) {
				there := pat.Scopes(have)
				here := verifier.Token{Scope: there.Effective()}
				if got, want := here.Allows(need), there.Allows(need) || need == "read" && there.Has("write"); got != want {
					t.Errorf("allowed: %v here, %v there", got, want)
				}
			})
		}
	}
}
