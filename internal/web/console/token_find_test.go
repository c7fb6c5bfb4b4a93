package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestWhichTokenThisIs(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	theirs := bea.created("of-bea")
	ada := h.signedIn(t, "ada")
	admins := ada.created("of-ada")
	foreign := pat.NewSecret("ghp").Reveal()
	unknown := pat.NewSecret("jtn").Reveal()
	find := func(v *visitor, value string) {
		t.Helper()
		v.get("/profile/tokens/find")
		v.want(http.StatusOK, "Which token is this?")
		v.post("/profile/tokens/find", "value", value)
		if v.header.Get("Cache-Control") != "no-store" {
			t.Error("the answer may be kept")
		}
		if len(value) > 10 {
			v.wantNot(strings.TrimSpace(value))
		}
		v.wantNot(theirs, admins, theirs[:len(theirs)-4])
	}
	for _, around := range []string{"%", "  %\n", "Bearer %", "bearer\t%", `"Bearer %"`, "Authorization: Bearer %", "'%',", "`%`", "“%”", " \u200b%"} {
		find(bea, strings.Replace(around, "%", theirs, 1))
		bea.want(http.StatusOK, "It is yours", `href="/profile/tokens/1"`, `action="/profile/tokens/1/pause"`, `href="/profile/tokens/1/revoke"`)
	}
	for _, value := range []string{foreign, theirs[:len(theirs)-1] + "!", theirs[:30], theirs + "x", "hello", theirs[:10] + "\x00" + theirs[11:], "Bearer"} {
		find(bea, value)
		bea.want(http.StatusOK, "Not a token of this system")
		bea.wantNot("Report")
	}
	find(bea, unknown)
	bea.want(http.StatusOK, "No token has this value")
	find(ada, theirs)
	ada.want(http.StatusOK, "It belongs to <bdi>bea</bdi>", `href="/admin/tokens/1"`, "of-bea")
	find(bea, admins)
	bea.want(http.StatusOK, "Not one of yours", "Report it")
	bea.wantNot("of-ada", "ada@", "<bdi>ada</bdi>", "/tokens/2")
	for _, empty := range []string{"", "  ", `""`} {
		bea.get("/profile/tokens/find")
		bea.post("/profile/tokens/find", "value", empty)
		bea.want(http.StatusUnprocessableEntity, "Paste a token.", "<title>Error: ")
	}
	bea.get("/profile/tokens/1/revoke")
	bea.post("/profile/tokens/1/revoke")
	find(bea, theirs)
	bea.want(http.StatusOK, "It is yours", "It has ended already", `href="/profile/tokens/1"`)
	bea.wantNot("/revoke", "/pause")
	for _, secret := range []string{theirs, admins, foreign, unknown} {
		if strings.Contains(h.log.String(), secret) {
			t.Error("the log has a value")
		}
	}
}

// Whoever finds a token stops it, and its owner reads where it was.
func TestAFoundTokenIsReported(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	secret := ada.created("of-ada")
	bea := h.signedIn(t, "bea")
	found := func() string {
		t.Helper()
		bea.get("/profile/tokens/find")
		bea.post("/profile/tokens/find", "value", secret)
		bea.want(http.StatusOK, "Not one of yours")
		return bea.hidden("proof")
	}
	proof := found()
	bea.post("/profile/tokens/report", "proof", proof, "reason", " ")
	bea.want(http.StatusUnprocessableEntity, "Enter a reason.", "Report it")
	for name, junk := range map[string]string{"none": "", "another": proof[:len(proof)-2] + "xx", "no base64": "!" + proof, "short": proof[:20]} {
		bea.get("/profile/tokens/find")
		if bea.post("/profile/tokens/report", "proof", junk, "reason", "x"); bea.status != http.StatusUnprocessableEntity {
			t.Errorf("a proof that is %s: %d", name, bea.status)
		}
	}
	ada.get("/profile/tokens/find")
	ada.post("/profile/tokens/report", "proof", proof, "reason", "x") // it is bea's
	ada.want(http.StatusUnprocessableEntity, "Paste the token again")
	h.sleep(15 * time.Minute)
	bea.get("/profile/tokens/find")
	bea.post("/profile/tokens/report", "proof", proof, "reason", "x")
	bea.want(http.StatusUnprocessableEntity, "Paste the token again")
	h.accepts(t, secret, "a token before it is reported")
	proof = found()
	bea.post("/profile/tokens/report", "proof", proof, "reason", "in a public gist")
	bea.follow()
	bea.want(http.StatusOK, "Reported. The token is paused")
	h.refuses(t, secret, "a reported token")
	ada.get("/profile/tokens/1")
	ada.want(http.StatusOK, "Paused", "Reported as found, and paused", "in a public gist", "<bdi>bea</bdi>")
	ada.get("/profile/notices")
	ada.want(http.StatusOK, "Token reported", "in a public gist")
	proof = found()
	must(t, h.RevokeToken(context.Background(), operator, 1, ""))
	bea.post("/profile/tokens/report", "proof", proof, "reason", "again")
	bea.want(http.StatusConflict)
}

// Guessing is bounded, and keeps nobody from signing in.
func TestGuessesOfTokensAreBounded(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	secret := bea.created("mine")
	bea.get("/profile/tokens/find")
	for range 10 {
		bea.post("/profile/tokens/find", "value", pat.NewSecret("jtn").Reveal())
		bea.want(http.StatusOK, "No token has this value")
	}
	bea.post("/profile/tokens/find", "value", secret)
	bea.want(http.StatusTooManyRequests, "Too many tries.")
	if bea.header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	h.signedIn(t, "bea")
}

// FuzzPasted pastes whatever there is.
func FuzzPasted(f *testing.F) {
	h := withAda(f)
	v := h.signedIn(f, "ada")
	v.get("/profile/tokens/find")
	page := v.body
	f.Add("Bearer jtn_x")
	f.Add("\x00\xff\"'`")
	f.Add(pat.NewSecret("jtn").Reveal())
	f.Fuzz(func(t *testing.T, value string) {
		v.t = t
		v.view.body = page
		switch v.post("/profile/tokens/find", "value", value); v.status {
		case http.StatusOK, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("%d", v.status)
		}
	})
}
