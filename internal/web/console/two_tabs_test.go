package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Two tabs of one browser have one session: what was done in the one does not
// make a dead end of the other.
func TestTwoTabsSignInAndOut(t *testing.T) {
	h := withAda(t)
	v := h.visitor(t)
	v.get("/signin")
	old := v.hidden(web.CSRFField)
	v.post("/signin", "username", "ada", "password", pass)
	v.want(http.StatusSeeOther)
	v.post("/signin", web.CSRFField, old, "username", "ada", "password", pass, "next", "/profile/tokens")
	v.want(http.StatusSeeOther)
	if to := v.header.Get("Location"); to != "/profile/tokens" {
		t.Errorf("the second tab leads to %s", to)
	}
	v.post("/signin", web.CSRFField, old, "username", "bea", "password", pass)
	v.want(http.StatusForbidden) // another user is not signed in by a form of before
	v.get("/profile")
	v.want(http.StatusOK, "ada")
	old = v.hidden(web.CSRFField)
	for range 2 {
		v.post("/signout", web.CSRFField, old)
		v.want(http.StatusSeeOther)
	}
	v.follow()
	v.want(http.StatusOK, "You are signed out.")
	v.edit = func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	v.post("/signout")
	v.want(http.StatusForbidden)
}

// What cannot be seen is no name, and what breaks a line is none in a name.
func TestNamesAreSeen(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	for _, name := range []string{"\u200b", "\u202e", "\u2066\u2069", "\x00", "\x07", " \t "} {
		v.create(name)
		v.want(http.StatusUnprocessableEntity, "Enter a token name.")
		v.wantNot("already have")
	}
	v.create("one\nline\x00")
	v.want(http.StatusOK, "Token created: <bdi>one line</bdi>")
	v.get("/profile/tokens/1/edit")
	v.post("/profile/tokens/1/edit", "name", "\u200e\u200b")
	v.want(http.StatusUnprocessableEntity, "Enter a token name.")
	_, _, err := h.CreateToken(context.Background(), pat.Principal{User: 1, Name: "ada", Credential: pat.ByPassword}, pat.TokenRequest{
		Owner: 1, Name: "\u200b", Description: "\u202e", Scopes: "read", Origin: pat.OriginAPI,
	})
	must(t, err)
	v.get("/profile/tokens/2")
	v.want(http.StatusOK, "Unnamed (") // a link to it can be seen
	for _, name := range []string{strings.Repeat("😀", 100), "مريم", "<b>bold</b>"} {
		v.create(name)
		v.want(http.StatusOK, "Token created:")
	}
}

// The reasons that pages give by themselves are told in the reader's language.
func TestReasonsOfPagesAreTranslated(t *testing.T) {
	h := withAda(t)
	ada, bea := h.signedIn(t, "ada"), h.signedIn(t, "bea")
	bea.create("first")
	bea.get("/profile/security/tokens")
	bea.post("/profile/security/tokens", "count", "1")
	bea.want(http.StatusSeeOther)
	bea.create("second")
	bea.get("/profile/password")
	bea.post("/profile/password", "current", pass, "new", pass+" new", "revoke", "1")
	bea.want(http.StatusSeeOther)
	bea.create("third")
	ada.acts("/admin/users/2/disable")
	ada.acts("/admin/users/2/enable", "revoke", "1")
	for path, says := range map[string]string{
		"/admin/tokens/1": "Der Inhaber hat alle widerrufen", "/admin/tokens/2": "Das Passwort wurde geändert",
		"/admin/tokens/3": "bevor der Benutzer wieder aktiviert wurde",
	} {
		ada.edit = func(r *http.Request) { r.Header.Set("Accept-Language", "de") }
		ada.get(path)
		ada.want(http.StatusOK, says)
		ada.wantNot("all revoked by the owner", "password changed", "enabled without")
	}
}
