package oauth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/pat"
	"jeton/internal/web/oauth"
)

const inactive = `{"active":false}`

func TestIntrospectionTells(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	bob := h.AddUser(t, "jürgen@ex.org")
	tests := []struct {
		name   string
		scopes pat.Scopes
		life   int64
		want   string // %d: the token's id
	}{
		{"all of it", "read", 3600, `{"active":true,"scope":"read","username":"jürgen@ex.org","sub":"2","exp":1795356000,"iat":1795352400,"jti":"%d","token_type":"Bearer","iss":"https://jeton.example.org"}`},
		{"the implied read", "write", 3600, `{"active":true,"scope":"read write","username":"jürgen@ex.org","sub":"2","exp":1795356000,"iat":1795352400,"jti":"%d","token_type":"Bearer","iss":"https://jeton.example.org"}`},
		{"order and spelling as granted", "write read", 3600, `{"active":true,"scope":"write read","username":"jürgen@ex.org","sub":"2","exp":1795356000,"iat":1795352400,"jti":"%d","token_type":"Bearer","iss":"https://jeton.example.org"}`},
		{"no exp for one that never expires", "read", 0, `{"active":true,"scope":"read","username":"jürgen@ex.org","sub":"2","iat":1795352400,"jti":"%d","token_type":"Bearer","iss":"https://jeton.example.org"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			secret, tok := h.AddToken(t, bob, tt.scopes, tt.life)
			want(t, h.introspect(gate, secret), http.StatusOK, fmt.Sprintf(tt.want, tok.ID))
			want(t, h.introspect(gate, secret), http.StatusOK, fmt.Sprintf(tt.want, tok.ID)) // from memory too
		})
	}
	t.Run("no issuer without a public URL", func(t *testing.T) {
		h := newHouse(t, func(f *oauth.Face) { f.Public = false })
		secret, _ := h.AddToken(t, h.AddUser(t, "bob"), "read", 0)
		want(t, h.introspect(secret, secret), http.StatusOK, `{"active":true,"scope":"read","username":"bob","sub":"1","iat":1795352400,"jti":"1","token_type":"Bearer"}`)
	})
}

// Whatever is not a live token of this installation is answered in the same
// few bytes, and says nothing else.
func TestIntrospectionOfWhatIsNotLive(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	bob := h.AddUser(t, "bob")
	ctx, by := context.Background(), pat.Operator("test")
	live, _ := h.AddToken(t, bob, "read", 3600)
	revoked, tok := h.AddToken(t, bob, "read", 3600)
	if err := h.RevokeToken(ctx, by, tok.ID, ""); err != nil {
		t.Fatal(err)
	}
	disabled, _ := h.AddToken(t, h.AddUser(t, "dan"), "read", 3600)
	dan, _ := h.UserByName(ctx, by, "dan")
	if _, err := h.EditUser(ctx, by, dan.ID, pat.UserEdit{Disabled: new(true)}); err != nil {
		t.Fatal(err)
	}
	expired, _ := h.AddToken(t, bob, "read", 60)
	h.clock.Forward(time.Minute)
	tests := []struct{ name, token string }{
		{"revoked", revoked},
		{"expired", expired},
		{"of a disabled owner", disabled},
		{"unknown", pat.NewSecret("jtn").Reveal()},
		{"of another installation", pat.NewSecret("other").Reveal()},
		{"mistyped", live[:len(live)-1] + "!"},
		{"with a blank", live + " "},
		{"a JWT", "eyJhbGciOiJIUzI1NiJ9.e30.x"},
		{"empty", ""},
		{"blank", "  "},
		{"not UTF-8", "\xff\xfe"},
		{"NUL", "\x00"},
		{"very long", strings.Repeat("a", 50_000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { want(t, h.introspect(gate, tt.token), http.StatusOK, inactive) })
	}
	if w := h.introspect(gate, live); !strings.HasPrefix(w.Body.String(), `{"active":true`) {
		t.Errorf("the live one is %s", w.Body)
	}
}

func TestWhoMayIntrospect(t *testing.T) {
	h := newHouse(t)
	gate := h.AddUser(t, "gate@ex+a.org")
	secret, tok := h.AddToken(t, gate, "introspect", 0)
	plain, _ := h.AddToken(t, gate, "read write", 0)
	root, _ := h.AddToken(t, h.AddUser(t, "root", admin), "write", 0)
	other, _ := h.AddToken(t, h.AddUser(t, "bob"), "read", 0)
	const name = "gate@ex+a.org"
	encoded := url.QueryEscape(name)
	dots := strings.ReplaceAll(encoded, ".", "%2E") // openid-client encodes these too
	ask := "token=" + other
	tests := []struct {
		name, form string
		edit       func(*http.Request)
		status     int
		code       string // "": the token is told of
		challenge  string
	}{
		{"bearer", ask, bearing(secret), 200, "", ""},
		{"Basic, raw", ask, basic(name, secret), 200, "", ""},
		{"Basic, form-encoded", ask, basic(encoded, secret), 200, "", ""},
		{"Basic, form-encoded with the dot", ask, basic(dots, secret), 200, "", ""},
		{"Basic, by the token's id", ask, basic(fmt.Sprint(tok.ID), secret), 200, "", ""},
		{"Basic, client_id repeated", ask + "&client_id=" + encoded, basic(encoded, secret), 200, "", ""},
		{"bearer with a client_id", ask + "&client_id=x", bearing(secret), 200, "", ""},
		{"form", ask + "&client_id=" + encoded + "&client_secret=" + secret, set("X"), 200, "", ""},
		{"a hint", ask + "&token_type_hint=refresh_token", bearing(secret), 200, "", ""},

		{"nobody", ask, set("X"), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"a client_id alone", ask + "&client_id=" + encoded, set("X"), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"a cookie", ask, set("Cookie", "jeton_session="+secret), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"another's name", ask, basic("bob", secret), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"nobody's name", ask, basic("nobody", secret), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"no name", ask, basic("", secret), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"an administrator's password", ask, basic("root", authoritytest.Password), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"a password by form", ask + "&client_id=root&client_secret=" + url.QueryEscape(authoritytest.Password), set("X"), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"a token that is none", ask, bearing(pat.NewSecret("jtn").Reveal()), 401, "invalid_token", `Bearer realm="jeton", error="invalid_token"`},
		{"Basic of no form", ask, set("Authorization", "Basic !"), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"another scheme", ask, set("Authorization", "Digest x"), 401, "invalid_client", `Basic realm="jeton", charset="UTF-8"`},
		{"header and form", ask + "&client_id=x&client_secret=y", bearing(secret), 400, "invalid_request", ""},
		{"another name in the form", ask + "&client_id=bob", basic(name, secret), 400, "invalid_request", ""},
		{"two headers", ask, set("Authorization", "Bearer "+secret, "Bearer "+secret), 400, "invalid_request", ""},

		{"a plain token", ask, bearing(plain), 403, "insufficient_scope", `Bearer realm="jeton", error="insufficient_scope", scope="introspect"`},
		{"an administrator's plain token", ask, bearing(root), 403, "insufficient_scope", `Bearer realm="jeton", error="insufficient_scope", scope="introspect"`},
		{"a plain token, of what is none", "token=x", bearing(plain), 403, "insufficient_scope", `Bearer realm="jeton", error="insufficient_scope", scope="introspect"`},
		{"a plain token, of its owner's other", "token=" + secret, bearing(plain), 403, "insufficient_scope", `Bearer realm="jeton", error="insufficient_scope", scope="introspect"`},
		{"a plain token, of itself", "token=" + plain, bearing(plain), 200, "", ""},
		{"a plain token by Basic, of itself", "token=" + plain, basic(name, plain), 200, "", ""},

		{"no token", "", bearing(secret), 400, "invalid_request", ""},
		{"two tokens", ask + "&" + ask, bearing(secret), 400, "invalid_request", ""},
		{"a broken escape", "token=%zz", bearing(secret), 400, "invalid_request", ""},
		{"JSON", `{"token":"` + other + `"}`, func(r *http.Request) { bearing(secret)(r); set("Content-Type", "application/json")(r) }, 400, "invalid_request", ""},
		{"no content type", ask, func(r *http.Request) { bearing(secret)(r); r.Header.Del("Content-Type") }, 400, "invalid_request", ""},
		{"a charset", ask, func(r *http.Request) {
			bearing(secret)(r)
			set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")(r)
		}, 200, "", ""},
		{"the token in the query", ask, func(r *http.Request) { bearing(secret)(r); r.URL.RawQuery = "token=x" }, 400, "invalid_request", ""},
		{"credentials in the query", ask, func(r *http.Request) { r.URL.RawQuery = "client_id=x&client_secret=" + secret }, 400, "invalid_request", ""},
		{"a large body", ask + "&x=" + strings.Repeat("x", 64<<10), bearing(secret), 413, "invalid_request", ""},
		{"GET", "", func(r *http.Request) { bearing(secret)(r); r.Method = "GET" }, 405, "invalid_request", ""},
		{"an address that is none", ask + "&client_ip=here", bearing(secret), 400, "invalid_request", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.post("/oauth2/introspect", tt.form, tt.edit)
			if tt.code == "" {
				if w.Code != 200 || !strings.HasPrefix(w.Body.String(), `{"active":true,`) {
					t.Errorf("answered %d %s", w.Code, w.Body)
				}
				return
			}
			got := refused(t, w, tt.status, tt.code)
			if tt.challenge == "" != (got == nil) || got != nil && got[0] != tt.challenge {
				t.Errorf("the challenge is %q, want %q", got, tt.challenge)
			}
			if tt.status == 405 && w.Header().Get("Allow") != "POST" {
				t.Errorf("Allow is %q", w.Header().Get("Allow"))
			}
		})
	}
	for _, never := range []string{secret, plain, other, authoritytest.Password, "nobody"} {
		if strings.Contains(h.log.String(), never) {
			t.Errorf("the log has %q", never)
		}
	}
}

// A password is not even tried: no hash, no charge.
func TestIntrospectionTriesNoPassword(t *testing.T) {
	h := newHouse(t)
	h.AddUser(t, "root", admin)
	for range 200 { // far beyond what the throttle allows
		refused(t, h.post("/oauth2/introspect", "token=x", basic("root", "wrong")), 401, "invalid_client")
	}
	if _, err := h.Authenticate(context.Background(), []pat.Login{{Name: "root", Password: authoritytest.Password}}, pat.Via{}); err != nil {
		t.Errorf("the right password is refused: %v", err)
	}
}

func TestIntrospectionFollowsARevocation(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	bob := h.AddUser(t, "bob")
	for range 20 {
		secret, tok := h.AddToken(t, bob, "read", 3600)
		if w := h.introspect(gate, secret); !strings.HasPrefix(w.Body.String(), `{"active":true,`) {
			t.Fatalf("a new token is %s", w.Body)
		}
		if err := h.RevokeToken(context.Background(), pat.Operator("test"), tok.ID, ""); err != nil {
			t.Fatal(err)
		}
		want(t, h.introspect(gate, secret), 200, inactive)
	}
}

func TestIntrospectionIsAUse(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	secret, tok := h.AddToken(t, h.AddUser(t, "bob"), "read", 3600)
	h.post("/oauth2/introspect", "client_ip=2001:db8::7&token="+secret, bearing(gate))
	if err := h.Uses.Flush(context.Background(), h.Store); err != nil {
		t.Fatal(err)
	}
	got, err := h.Token(context.Background(), pat.Operator("test"), tok.ID)
	if err != nil || !got.LastUsedAt.Equal(h.clock.Now()) || got.LastUsedFrom.String() != "2001:db8::7" {
		t.Errorf("last used %v from %v, %v", got.LastUsedAt, got.LastUsedFrom, err)
	}
}

// When nobody can know, nobody is told that a token is live, or that it is not.
func TestIntrospectionThatCannotKnow(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	secret, _ := h.AddToken(t, h.AddUser(t, "bob"), "read", 3600)
	h.introspect(gate, secret)
	if err := h.Store.Close(); err != nil {
		t.Fatal(err)
	}
	h.clock.Forward(time.Minute)
	w := h.introspect(gate, secret)
	refused(t, w, 503, "temporarily_unavailable")
	if w.Header().Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
}

// A token that is bound to networks is live only from there, which is for
// whoever asks to tell.
func TestIntrospectionWithNetworks(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	secret, _, err := h.CreateToken(context.Background(), pat.Operator("test"), pat.TokenRequest{
		Owner: h.AddUser(t, "bob"), Scopes: "read", Origin: pat.OriginAPI,
		Networks: pat.Networks{netip.MustParsePrefix("10.0.0.0/8")},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, form string
		active     bool
	}{
		{"from within", "&client_ip=10.1.2.3", true},
		{"from within, as IPv6 writes it", "&client_ip=::ffff:10.1.2.3", true},
		{"from outside", "&client_ip=192.0.2.1", false},
		{"from nobody knows where", "", false},
		{"from an empty address", "&client_ip=", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.post("/oauth2/introspect", "token="+secret.Reveal()+tt.form, bearing(gate))
			if got := strings.HasPrefix(w.Body.String(), `{"active":true,`); w.Code != 200 || got != tt.active || !got && w.Body.String() != inactive {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
		})
	}
}

// A zone is left out of what is kept: it may hold anything, as long as a body.
func TestClientIPHasNoZone(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	secret, tok := h.AddToken(t, h.AddUser(t, "bob"), "read", 3600)
	ip := "client_ip=" + url.QueryEscape("fe80::1%"+strings.Repeat("<b>", 1000))
	if w := h.post("/oauth2/introspect", ip+"&token="+secret, bearing(gate)); w.Code != 200 || !strings.Contains(w.Body.String(), `"active":true`) {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	if err := h.Uses.Flush(t.Context(), h.Store); err != nil {
		t.Fatal(err)
	}
	use, err := h.TokenUse(t.Context(), pat.Operator("test"), tok.ID, time.Time{}, h.clock.Now().Add(time.Hour))
	if err != nil || len(use.Addresses) != 1 || use.Addresses[0].Address.String() != "fe80::1" {
		t.Errorf("kept are %v, %v", use.Addresses, err)
	}
}
