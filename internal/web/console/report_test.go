package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/web"
)

const reportPath = "/report"

// takesReports lets anybody report a token.
func (h *house) takesReports(t testing.TB) {
	t.Helper()
	h.rule(t, pat.Setting{Key: "public_reports", Value: true})
}

// Whoever has found a token stops it without an account, and its owner reads where
// it was.
func TestAStrangerReportsAToken(t *testing.T) {
	h := withAda(t)
	h.takesReports(t)
	ada := h.signedIn(t, "ada")
	secret := ada.created("of-ada")
	v := h.visitor(t)
	for _, from := range []string{"/signin", "/help"} {
		v.get(from)
		v.want(http.StatusOK, `href="/report"`, "Report a leaked token")
	}
	v.get(reportPath)
	v.want(http.StatusOK, "Report a leaked token", "Paste a token", "(optional)")
	v.wantNot(`role="status"`)
	report := func(value, where string) {
		t.Helper()
		v.get(reportPath)
		v.post(reportPath, "value", value, "where", where)
		v.wantNot("of-ada", "<bdi>ada</bdi>", "/tokens/", secret[4:])
		if v.header.Get("Cache-Control") != "no-store" {
			t.Error("the answer may be kept")
		}
	}
	report(secret[:len(secret)-1]+"!", "in a public gist")
	v.want(http.StatusOK, "Not a token of this system", "in a public gist</textarea>")
	report("", "in a public gist")
	v.want(http.StatusUnprocessableEntity, "Paste a token.", "<title>Error: ", "in a public gist</textarea>")
	report(secret, strings.Repeat("x", 501))
	v.want(http.StatusUnprocessableEntity, "Use at most 500 characters.", `href="#where"`)
	h.accepts(t, secret, "a token before it is reported")
	report(" \"Bearer "+secret+"\"\n", "in a <public> gist")
	v.want(http.StatusOK, "Reported", "The token was paused, and its owner told.", `role="status"`)
	v.wantNot("gist")
	h.refuses(t, secret, "a reported token")

	report(secret, "again")
	v.want(http.StatusOK, "There is nothing left to do")
	again := v.body
	must(t, h.RevokeToken(context.Background(), operator, 1, ""))
	for name, value := range map[string]string{"one that ended": secret, "one that never was": pat.NewSecret("jtn").Reveal()} {
		if report(value, "again"); v.body != again {
			t.Errorf("%s has another answer:\n%s\n%s", name, v.body, again)
		}
	}
	ada.get("/profile/notices")
	ada.want(http.StatusOK, "Token reported", "in a &lt;public&gt; gist", "by somebody who did not sign in")
	ada.wantNot("again")
	ada.get("/profile/tokens/1")
	ada.want(http.StatusOK, "Reported as found, and paused", "in a &lt;public&gt; gist", "by somebody who did not sign in")
	ada.get("/admin/audit?act=token.reported")
	ada.want(http.StatusOK, "by somebody who did not sign in", "in a &lt;public&gt; gist", "127.0.0.1")
	if strings.Contains(h.log.String(), secret) || strings.Contains(h.log.String(), "gist") {
		t.Error("the log has the value or what was said of it")
	}
}

// A finder's words are shown as they are, also where the system has the same.
func TestAFinderDoesNotSoundLikeTheSystem(t *testing.T) {
	h := withAda(t)
	h.takesReports(t)
	ada := h.signedIn(t, "ada")
	v := h.visitor(t)
	for _, why := range []string{"leaked", "password reset", pat.WhyOwnerDeleted} {
		secret := ada.created("of-ada-" + why[:1])
		v.get(reportPath)
		v.post(reportPath, "value", secret, "where", why)
		v.want(http.StatusOK, "Reported")
		ada.get("/profile/notices")
		ada.want(http.StatusOK, "<bdi>"+why+"</bdi>")
	}
}

func TestReportsNeedTheFormOfThisSite(t *testing.T) {
	h := withAda(t)
	h.takesReports(t)
	secret := h.signedIn(t, "ada").created("of-ada")
	v := h.visitor(t)
	v.get(reportPath)
	token := v.hidden(web.CSRFField)
	for _, tt := range []struct {
		name, token string
		edit        func(*http.Request)
	}{
		{"no token", "", func(*http.Request) {}},
		{"a token of nobody's", strings.Repeat("a", 64), func(*http.Request) {}},
		{"without the cookie", token, func(r *http.Request) { v.http.Jar = nil }},
		{"from another site", token, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
		{"from another origin", token, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }},
	} {
		kept := v.http.Jar
		v.edit = tt.edit
		v.send(reportPath, url.Values{web.CSRFField: {tt.token}, "value": {secret}})
		if v.status != http.StatusForbidden {
			t.Errorf("%s: %d", tt.name, v.status)
		}
		v.edit, v.http.Jar = func(*http.Request) {}, kept
	}
	h.accepts(t, secret, "a token of forged reports")
}

func TestWithoutTheRuleThereIsNoReport(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	secret := ada.created("of-ada")
	v := h.visitor(t)
	nowhere := func() {
		t.Helper()
		for _, from := range []string{"/signin", "/help"} {
			v.get(from)
			v.want(http.StatusOK)
			v.wantNot(reportPath)
		}
		v.get(reportPath)
		v.want(http.StatusNotFound)
		v.get("/signin")
		v.post(reportPath, "value", secret)
		v.want(http.StatusNotFound)
		v.send(reportPath, url.Values{"value": {secret}})
		v.want(http.StatusNotFound)
	}
	nowhere()
	h.takesReports(t)
	v.get(reportPath)
	v.want(http.StatusOK)
	h.rule(t, pat.Setting{Key: "public_reports", Value: false})
	v.post(reportPath, "value", secret) // with the form of before
	v.want(http.StatusNotFound)
	nowhere()
	h.accepts(t, secret, "a token where nobody may report")
}

// Whoever has signed in has the page that knows more.
func TestMembersAreLedToTheirOwnReport(t *testing.T) {
	h := withAda(t)
	h.takesReports(t)
	bea := h.signedIn(t, "bea")
	secret := bea.created("of-bea")
	bea.get(reportPath)
	bea.want(http.StatusSeeOther)
	bea.follow()
	bea.want(http.StatusOK, "Which token is this?")
	bea.post(reportPath, "value", secret)
	bea.want(http.StatusSeeOther)
	h.accepts(t, secret, "a token of no report")
}

func TestReportsAreBounded(t *testing.T) {
	h := withAda(t)
	h.takesReports(t)
	secret := h.signedIn(t, "ada").created("of-ada")
	v := h.visitor(t)
	report := func(value string) *view {
		v.get(reportPath)
		return v.post(reportPath, "value", value, "where", "in a gist")
	}
	for range 10 {
		report(pat.NewSecret("jtn").Reveal())
		v.want(http.StatusOK, "There is nothing left to do")
	}
	for range 2 {
		report(secret)
		v.want(http.StatusTooManyRequests, "Too many tries. Wait ", "in a gist</textarea>", `href="#value"`)
		if v.header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
	}
	h.accepts(t, secret, "a token of a bounded report")
	h.signedIn(t, "bea")
}
