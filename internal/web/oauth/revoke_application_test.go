package oauth_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"jeton/internal/pat"
)

// Applications that find this endpoint in the metadata end here what they were
// granted, and nothing else.
func TestRevocationByAnApplication(t *testing.T) {
	h := newHouse(t)
	ctx, root := context.Background(), pat.Operator("test")
	app := func(name string, typ pat.ClientType) (pat.Application, string) {
		secret, a, err := h.CreateApplication(ctx, root, pat.ApplicationRequest{Name: name, Type: typ, Grant: pat.GrantPassword})
		if err != nil {
			t.Fatal(err)
		}
		if typ == pat.Public {
			return a, ""
		}
		return a, secret.Reveal()
	}
	mine, secret := app("mine", pat.Confidential)
	other, othersSecret := app("other", pat.Confidential)
	public, _ := app("public", pat.Public)
	bob := h.AddUser(t, "bob")
	granted := func(a pat.Application) pat.Pair {
		pair, err := h.CreateApplicationToken(ctx, root, pat.TokenRequest{Owner: bob, Application: a.ID, Scopes: "read", Origin: pat.OriginAPI})
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	access := func(p pat.Pair) string { return p.Access.Reveal() }
	refresh := func(p pat.Pair) string { return p.Refresh.Reveal() }
	for _, tt := range []struct {
		name   string
		of     pat.Application
		token  func(pat.Pair) string
		form   url.Values
		edit   func(*http.Request)
		status int
		ended  bool
	}{
		{"its token, by Basic", mine, access, nil, basic(mine.ClientID, secret), 200, true},
		{"its token, by form", mine, access, url.Values{"client_id": {mine.ClientID}, "client_secret": {secret}}, set("X"), 200, true},
		{"its refresh token", mine, refresh, nil, basic(mine.ClientID, secret), 200, true},
		{"one without a secret", public, access, url.Values{"client_id": {public.ClientID}}, set("X"), 200, true},

		{"another application's", mine, access, nil, basic(other.ClientID, othersSecret), 200, false},
		{"another application's refresh token", mine, refresh, nil, basic(other.ClientID, othersSecret), 200, false},
		{"another's, without a secret", mine, access, url.Values{"client_id": {public.ClientID}}, set("X"), 200, false},
		{"a wrong secret", mine, access, nil, basic(mine.ClientID, "wrong"), 401, false},
		{"no secret where there is one", mine, access, url.Values{"client_id": {mine.ClientID}}, set("X"), 401, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pair := granted(tt.of)
			form := url.Values{"token": {tt.token(pair)}}
			for key, values := range tt.form {
				form[key] = values
			}
			w := h.post("/oauth2/revoke", form.Encode(), tt.edit)
			if tt.status == http.StatusOK {
				want(t, w, http.StatusOK, "{}")
			} else {
				refused(t, w, tt.status, "invalid_client")
			}
			_, err := h.Verify(ctx, access(pair), "", pat.Via{})
			if ended := pat.Is(err, pat.Unauthenticated); ended != tt.ended {
				t.Errorf("ended: %v, want %v", ended, tt.ended)
			}
		})
	}
	personal, _ := h.AddToken(t, bob, "read", 3600)
	want(t, h.post("/oauth2/revoke", "token="+personal, basic(mine.ClientID, secret)), http.StatusOK, "{}")
	if _, err := h.Verify(ctx, personal, "", pat.Via{}); err != nil {
		t.Errorf("an application ended a personal token: %v", err)
	}
}
