package oauth_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/pat"
)

func TestRevocation(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	bob, eve := h.AddUser(t, "bob"), h.AddUser(t, "eve")
	root := h.AddUser(t, "root", admin)
	made := func(owner pat.UserID, scopes pat.Scopes) string {
		secret, _ := h.AddToken(t, owner, scopes, 3600)
		return secret
	}
	bobs, eves, roots, reader := made(bob, "write"), made(eve, "write"), made(root, "write"), made(bob, "read")
	rootReader := made(root, "read")
	itself := func(secret string) func(*http.Request) { return bearing(secret) }
	tests := []struct {
		name   string
		token  func() string
		edit   func(token string) func(*http.Request)
		form   string
		status int
		code   string
		ended  bool
	}{
		{"a token ends itself", func() string { return made(bob, "write") }, itself, "", 200, "", true},
		{"one that only reads ends itself", func() string { return made(bob, "read") }, itself, "", 200, "", true},
		{"one that only introspects ends itself", func() string { return made(bob, "introspect") }, itself, "", 200, "", true},
		{"itself by Basic", func() string { return made(bob, "read") }, func(s string) func(*http.Request) { return basic("bob", s) }, "", 200, "", true},
		{"its owner by another token", func() string { return made(bob, "read") }, always(bearing(bobs)), "", 200, "", true},
		{"its owner by password", func() string { return made(bob, "read") }, always(basic("bob", authoritytest.Password)), "", 200, "", true},
		{"its owner by form", func() string { return made(bob, "read") }, always(set("X")), "&client_id=bob&client_secret=" + url.QueryEscape(authoritytest.Password), 200, "", true},
		{"an administrator", func() string { return made(bob, "read") }, always(bearing(roots)), "", 200, "", true},
		{"a hint", func() string { return made(bob, "read") }, always(bearing(bobs)), "&token_type_hint=access_token", 200, "", true},
		{"a hint that nobody knows", func() string { return made(bob, "read") }, always(bearing(bobs)), "&token_type_hint=x", 200, "", true},

		{"another's", func() string { return made(bob, "read") }, always(bearing(eves)), "", 200, "", false},
		{"another's, by password", func() string { return made(bob, "read") }, always(basic("eve", authoritytest.Password)), "", 200, "", false},
		{"with a token that only reads", func() string { return made(bob, "read") }, always(bearing(reader)), "", 403, "insufficient_scope", false},
		{"an administrator's that only reads", func() string { return made(bob, "read") }, always(bearing(rootReader)), "", 403, "insufficient_scope", false},
		{"with a token that only introspects", func() string { return made(bob, "read") }, always(bearing(gate)), "", 403, "insufficient_scope", false},
		{"nobody", func() string { return made(bob, "read") }, always(set("X")), "", 401, "invalid_client", false},
		{"a name alone", func() string { return made(bob, "read") }, always(set("X")), "&client_id=bob", 401, "invalid_client", false},
		{"a wrong password", func() string { return made(bob, "read") }, always(basic("bob", "wrong")), "", 401, "invalid_client", false},
		{"its secret for another's name", func() string { return made(bob, "read") }, func(s string) func(*http.Request) { return basic("eve", s) }, "", 401, "invalid_client", false},
		{"a token that is none", func() string { return made(bob, "read") }, always(bearing(pat.NewSecret("jtn").Reveal())), "", 401, "invalid_token", false},
		{"a parameter twice", func() string { return made(bob, "read") }, always(bearing(bobs)), "&token=x", 400, "invalid_request", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := tt.token()
			w := h.post("/oauth2/revoke", "token="+token+tt.form, tt.edit(token))
			if tt.code == "" {
				want(t, w, 200, "{}")
			} else {
				refused(t, w, tt.status, tt.code)
			}
			_, err := h.Verify(context.Background(), token, "", pat.Via{})
			if ended := pat.Is(err, pat.Unauthenticated); ended != tt.ended {
				t.Errorf("ended: %v, want %v", ended, tt.ended)
			}
		})
	}
}

func always(edit func(*http.Request)) func(string) func(*http.Request) {
	return func(string) func(*http.Request) { return edit }
}

// Whether there is such a token is not told, nor is its end an error.
func TestRevocationOfNothing(t *testing.T) {
	h := newHouse(t)
	bob := h.AddUser(t, "bob")
	by, _ := h.AddToken(t, bob, "write", 3600)
	gone, tok := h.AddToken(t, bob, "read", 3600)
	if err := h.RevokeToken(context.Background(), pat.Operator("test"), tok.ID, "lost"); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{gone, pat.NewSecret("jtn").Reveal(), pat.NewSecret("other").Reveal(), "x", ""} {
		want(t, h.post("/oauth2/revoke", "token="+url.QueryEscape(token), bearing(by)), 200, "{}")
	}
	refused(t, h.post("/oauth2/revoke", "", bearing(by)), 400, "invalid_request")
	if tok, _ = h.Token(context.Background(), pat.Operator("test"), tok.ID); tok.RevokedWhy != "lost" {
		t.Errorf("revoked anew: %q", tok.RevokedWhy)
	}
}

// Passwords are throttled here as they are everywhere.
func TestRevocationIsThrottled(t *testing.T) {
	h := newHouse(t)
	h.AddUser(t, "bob")
	for range 200 {
		w := h.post("/oauth2/revoke", "token=x", basic("bob", "wrong"))
		if w.Code == http.StatusTooManyRequests {
			refused(t, w, 429, "rate_limit_exceeded")
			if w.Header().Get("Retry-After") == "" {
				t.Error("there is no Retry-After")
			}
			return
		}
	}
	t.Error("200 wrong passwords are not throttled")
}

// The trail says who ended a token, and with what.
func TestRevocationIsInTheTrail(t *testing.T) {
	h := newHouse(t)
	secret, tok := h.AddToken(t, h.AddUser(t, "bob"), "read", 3600)
	h.post("/oauth2/revoke", "token="+secret, bearing(secret))
	events, err := h.Store.Events(context.Background(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if last.Act != pat.TokenRevoked || last.ObjectID != int64(tok.ID) || last.Token != tok.ID || last.Via.Face != "oauth" || last.Via.RequestID == "" {
		t.Errorf("the last event is %+v", last)
	}
}
