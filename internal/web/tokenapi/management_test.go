package tokenapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestHealthcheck(t *testing.T) {
	h := newHouse(t)
	for _, p := range []string{"/apiops/test/healthcheck", "/apiops/test/healthcheck/"} {
		w := h.do("GET", p, "", set("Authorization", "Bearer bad"))
		if w.Code != 200 || w.Body.String() != "OK" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s (69)", p, w.Code, w.Body)
		}
	}
}

func TestHello(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	owner := h.AddUser(t, "alice")
	make := func(scope pat.Scopes, life int64) string {
		t.Helper()
		s, _, err := h.CreateToken(ctx, pat.Operator("test"), pat.TokenRequest{Owner: owner, Scopes: scope, Expiry: pat.Expiry{After: life}, Origin: pat.OriginAPIOps})
		if err != nil {
			t.Fatal(err)
		}
		return s.Reveal()
	}
	good, expired := make("read", 3600), make("read", 1)
	h.clock.Forward(2 * time.Second)
	revoked, tok, err := h.CreateToken(ctx, pat.Operator("test"), pat.TokenRequest{Owner: owner, Scopes: "write", Origin: pat.OriginAPIOps})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.RevokeToken(ctx, pat.Operator("test"), tok.ID, ""); err != nil {
		t.Fatal(err)
	}
	const (
		empty     = `{"status":"FAILURE","resultMessage":"Empty Key! Client must be authenticated to access this resource."}`
		invalid   = `{"status":"FAILURE","resultMessage":"Token is not valid!"}`
		old       = `{"status":"FAILURE","resultMessage":"Token was expired!"}`
		plain     = `Bearer realm="jeton"`
		badToken  = `Bearer realm="jeton", error="invalid_token"`
		forbidden = `{"status":"FAILURE","resultMessage":"User does not have required permission for this operation!"}`
	)
	h.Policy.Scopes = []string{"deploy"}
	tests := []struct {
		name, method, path string
		authorization      []string
		status             int
		body, challenge    string
	}{
		{"a live token (70)", "GET", "/apiops/test/hello/John", []string{"Bearer " + good}, 200, "Hello John", ""},
		{"the scheme in another case (65)", "GET", "/apiops/test/hello/John", []string{"BEARER " + good}, 200, "Hello John", ""},
		{"with the slash", "GET", "/apiops/test/hello/John/", []string{"Bearer " + good}, 200, "Hello John", ""},
		{"a name with escapes", "GET", "/apiops/test/hello/J%C3%BCrgen%2F%3Cb%3E", []string{"Bearer " + good}, 200, "Hello Jürgen/<b>", ""},
		{"a write token", "GET", "/apiops/test/hello/John", []string{"Bearer " + make("write", 60)}, 200, "Hello John", ""},
		{"a token that may do something else only", "GET", "/apiops/test/hello/John", []string{"Bearer " + make("deploy", 60)}, 400, forbidden, ""},
		{"no header (60)", "GET", "/apiops/test/hello/John", nil, 401, empty, plain},
		{"an unknown token (61)", "GET", "/apiops/test/hello/John", []string{"Bearer " + pat.NewSecret("jtn").Reveal()}, 401, invalid, badToken},
		{"a malformed token (61)", "GET", "/apiops/test/hello/John", []string{"Bearer x"}, 401, invalid, badToken},
		{"a token in another case (65)", "GET", "/apiops/test/hello/John", []string{"Bearer " + strings.ToUpper(good)}, 401, invalid, badToken},
		{"a revoked token (61)", "GET", "/apiops/test/hello/John", []string{"Bearer " + revoked.Reveal()}, 401, invalid, badToken},
		{"an expired token (62)", "GET", "/apiops/test/hello/John", []string{"Bearer " + expired}, 401, old, badToken},
		{"a token without its scheme", "GET", "/apiops/test/hello/John", []string{good}, 401, invalid, badToken},
		{"a password", "GET", "/apiops/test/hello/John", []string{"Basic YWxpY2U6eA=="}, 401, invalid, badToken},
		{"two headers", "GET", "/apiops/test/hello/John", []string{"Bearer " + good, "Bearer " + good}, 401, invalid, badToken},
		{"a token in the query (66)", "GET", "/apiops/test/hello/John?access_token=" + good, nil, 401, empty, plain},
		{"no name", "GET", "/apiops/test/hello/", []string{"Bearer " + good}, 404, `{"status":"FAILURE","resultMessage":"there is nothing at this path"}`, ""},
		{"an unknown path", "GET", "/apiops/projects", []string{"Bearer " + good}, 404, `{"status":"FAILURE","resultMessage":"there is nothing at this path"}`, ""},
		{"another method", "POST", "/apiops/test/hello/John", []string{"Bearer " + good}, 405, `{"status":"FAILURE","resultMessage":"this path does not have the method"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.do(tt.method, tt.path, "", set("Authorization", tt.authorization...))
			if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("Www-Authenticate") != tt.challenge {
				t.Errorf("%d %s, challenge %q\nwant %d %s, challenge %q (64)", w.Code, w.Body, w.Header().Get("Www-Authenticate"), tt.status, tt.body, tt.challenge)
			}
			want := "text/plain;charset=UTF-8"
			if tt.status != 200 {
				want = "application/json;charset=UTF-8"
			}
			if got := w.Header().Get("Content-Type"); got != want {
				t.Errorf("the content type is %s, want %s", got, want)
			}
		})
	}
	ended := true
	if _, err := h.EditUser(ctx, pat.Operator("test"), owner, pat.UserEdit{Disabled: &ended}); err != nil {
		t.Fatal(err)
	}
	if w := hello(h, good); w.Code != 401 || w.Body.String() != invalid {
		t.Errorf("a disabled owner's token: %d %s (68)", w.Code, w.Body)
	}
}
