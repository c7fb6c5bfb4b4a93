package console_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jeton/internal/pat"
)

// setupTour are the pages of a house without users.
var setupTour = []stop{
	{"setup", func(s *screen) { s.open("/setup") }},
	{"setup-refused", func(s *screen) {
		s.open("/setup")
		s.setsUp("XXXX-XXXX-XXXX-XXXX", "another horse staple")
	}},
	{"setup-done", func(s *screen) { s.open("/setup"); s.setsUp(s.h.code, pass) }},
}

// newcomersTour are the pages for whoever has no tokens yet and administers nothing.
var newcomersTour = []stop{
	{"tokens-first", func(s *screen) { s.open("/profile/tokens") }},
	{"notices-none", func(s *screen) { s.open("/profile/notices") }},
	{"find-other", func(s *screen) { s.finds(s.h.lost(s.t)) }},
	{"find-other-unexplained", func(s *screen) { s.finds(s.h.lost(s.t)); s.press("main form .btn.bad") }},
	{"new-forbidden", func(s *screen) {
		s.h.rule(s.t, pat.Setting{Subject: pat.Subject{User: 2}, Key: "who_may_create", Value: "nobody"})
		s.open("/profile/tokens/new")
	}},
}

// auditorsTour are the pages for whoever sees all and changes nothing.
var auditorsTour = []stop{
	{"all-auditor", func(s *screen) { s.open("/admin/tokens") }},
	{"user-auditor", func(s *screen) { s.open("/admin/users/3") }},
	{"policy-auditor", func(s *screen) { s.open("/admin/policy") }},
}

// answersTour are what pages say to ada when something was done, or could not
// be. Those that move the clock, or end the session, come last.
var answersTour = []stop{
	{"menu", func(s *screen) { s.open("/profile"); s.do(chromedp.Click(chromedp.CSS(".menu summary"))) }},
	{"profile-saved", func(s *screen) { s.open("/profile"); s.press("main form .btn.primary") }},
	{"profile-refused", func(s *screen) { s.open("/profile"); s.fill("email", "ada"); s.press("main form .btn.primary") }},
	{"security-others", func(s *screen) { s.h.signedIn(s.t, "ada"); s.open("/profile/security") }},
	{"password-alone", func(s *screen) {
		s.open("/profile/password")
		s.fill("current", pass)
		s.fill("new", pass)
		s.do(chromedp.Click(chromedp.CSS("[name=revoke]")))
		s.h.noRun = true
		s.press("main form .btn.primary")
		s.h.noRun = false
	}},
	{"token-right", func(s *screen) { s.open("/profile/tokens/4") }},
	{"token-paused", func(s *screen) { s.open("/profile/tokens/7") }},
	{"new-link", func(s *screen) {
		s.open("/profile/tokens/new?name=ci-deploy")
		s.do(chromedp.Click(chromedp.CSS("[data-link]")))
		s.is("the link", `document.querySelector(".link")`)
	}},
	{"new-taken", func(s *screen) { s.open("/profile/tokens/new?name=nightly-sync"); s.press("main form .btn.primary") }},
	{"edit-wrong", func(s *screen) {
		s.open("/profile/tokens/1/edit")
		s.fill("networks", "10.0.0.0/33")
		s.press("main form .btn.primary")
	}},
	{"edit-ended", func(s *screen) {
		s.open(s.spare() + "/edit")
		s.h.clears(s.t, spareName)
		s.press("main form .btn.primary")
	}},
	{"rotated", func(s *screen) { s.open(s.spare() + "/rotate"); s.press("main form .btn.primary"); s.stored() }},
	{"revoke-again", func(s *screen) { s.open("/profile/tokens/1/revoke"); s.forgets(); s.press("main form .btn.bad") }},
	{"revoked", func(s *screen) { s.open(s.spare() + "/revoke"); s.press("main form .btn.bad") }},
	{"bulk-again", func(s *screen) {
		s.open("/profile/tokens")
		s.tick(2)
		s.press("#bulk .danger")
		s.forgets()
		s.press("main form .btn.bad")
	}},
	{"bulk-done", func(s *screen) {
		s.spare()
		s.open("/profile/tokens?q=" + spareName)
		s.tick(1)
		s.press("#bulk .danger")
		s.press("main form .btn.bad")
	}},
	{"find-theirs", func(s *screen) { s.finds(s.h.lost(s.t)) }},
	{"find-none", func(s *screen) { s.finds(pat.NewSecret("jtn").Reveal()) }},
	{"all-of", func(s *screen) { s.open("/admin/tokens?owner=3") }},
	{"all-pause", func(s *screen) { s.open("/admin/tokens/1/pause") }},
	{"all-resume", func(s *screen) { s.open("/admin/tokens/7/resume") }},
	{"all-token-ended", func(s *screen) { s.open("/admin/tokens/6") }},
	{"all-ticked-unexplained", func(s *screen) {
		s.open("/admin/tokens")
		s.tick(2)
		s.press("#bulk .danger")
		s.press("main form .btn.bad")
	}},
	{"all-bulk-done", func(s *screen) {
		s.spare()
		s.open("/admin/tokens/bulk?q=" + spareName)
		s.fill("reason", "Issued before the break-in")
		s.press("main form .btn.primary")
		s.press("main form .btn.bad")
	}},
	{"all-bulk-none", func(s *screen) {
		s.open("/admin/tokens/bulk?q=nothing")
		s.fill("reason", "Issued before the break-in")
		s.press("main form .btn.primary")
	}},
	{"policy-some", func(s *screen) {
		s.h.rule(s.t, pat.Setting{Subject: pat.Subject{Role: pat.RoleService}, Key: "max_named_tokens", Value: int64(20)})
		s.open("/admin/policy?rule=max_lifetime")
		eval[bool](s, `(document.querySelector("main details").open = true)`)
	}},
	{"policy-same", func(s *screen) {
		s.open("/admin/policy")
		s.press(`main form[action="/admin/policy"] .btn.primary`)
	}},
	{"policy-meantime", func(s *screen) {
		s.open("/admin/policy")
		s.fill("max_named_tokens", "500")
		s.h.rule(s.t, pat.Setting{Key: "max_unnamed_tokens", Value: int64(5000)})
		s.h.rule(s.t, pat.Setting{Key: "max_unnamed_tokens", Value: int64(10000)})
		s.press(`main form[action="/admin/policy"] .btn.primary`)
	}},
	{"audit-none", func(s *screen) { s.open("/admin/audit?who=nobody") }},
	{"audit-policy", func(s *screen) { s.open("/admin/audit?act=policy.changed"); s.press("tbody a.name") }},
	{"created", func(s *screen) {
		s.h.clears(s.t, "release-bot")
		s.open("/profile/tokens/new?name=release-bot&expires=30d")
		s.press("main form .btn.primary")
		s.stored()
	}},
	{"confirm-what", func(s *screen) { s.asked() }},
	{"confirm-wrong", func(s *screen) {
		s.asked()
		s.fill("password", "wrong horse staple")
		s.press("main form .btn.primary")
	}},
	{"confirm-late", func(s *screen) {
		s.asked()
		s.fill("password", pass)
		s.h.slow = time.Minute
		s.press("main form .btn.primary")
		s.h.slow = 0
		s.h.rule(s.t, pat.Setting{Subject: pat.Subject{Role: pat.RoleSuperuser}, Key: "reauthentication_window", Value: int64(15 * 60)})
	}},
	{"signin-kept", func(s *screen) {
		s.open("/profile/tokens/new?name=typed")
		s.loses()
		s.press("main form .btn.primary")
	}},
	{"signin-dropped", func(s *screen) {
		s.signIn("ada")
		s.open("/profile/password")
		s.fill("current", pass)
		s.loses()
		s.press("main form .btn.primary")
	}},
	{"signed-out", func(s *screen) { s.signIn("ada"); s.signOut() }},
	{"fail-form", func(s *screen) { s.open("/signin"); s.forgets(); s.press("main form .btn.primary") }},
}

// setsUp fills in and sends the form for the first administrator.
func (s *screen) setsUp(code, again string) {
	s.t.Helper()
	for id, text := range map[string]string{"code": code, "username": "ada", "password": pass, "password2": again} {
		s.fill(id, text)
	}
	s.press("main form .btn.primary")
}

// finds asks which token a value is of.
func (s *screen) finds(value string) {
	s.t.Helper()
	s.open("/profile/tokens/find")
	s.fill("value", value)
	s.press("main form .btn.primary")
}

// spareName is the name of a token that stops may use up.
const spareName = "label-printer-2"

// spare makes ada such a token, and returns the path of its page.
func (s *screen) spare() string {
	s.t.Helper()
	s.h.clears(s.t, spareName)
	ada := pat.Principal{User: 1, Name: "ada", Admin: true, Credential: pat.ByPassword, Via: pat.Via{Face: "console"}}
	_, tok, err := s.h.CreateToken(context.Background(), ada, pat.TokenRequest{Owner: 1, Name: spareName, Scopes: "read", Expiry: pat.Expiry{After: 30 * 24 * 60 * 60}, Origin: pat.OriginConsole})
	must(s.t, err)
	return fmt.Sprint("/profile/tokens/", tok.ID)
}

// clears revokes ada's tokens of a name.
func (h *house) clears(t *testing.T, name string) {
	t.Helper()
	list, _, err := h.Tokens(context.Background(), operator, pat.Query{Where: []pat.Cond{
		{Field: "name", Op: pat.Equal, Value: name}, {Field: "revoked", Op: pat.IsNull},
	}, Limit: 100})
	must(t, err)
	for i := range list {
		must(t, h.RevokeToken(context.Background(), operator, list[i].ID, ""))
	}
}

// stored says that the value on the page was copied: else it asks before it is
// left.
func (s *screen) stored() {
	s.t.Helper()
	eval[bool](s, `document.getElementById("secret").dispatchEvent(new Event("copy"))`)
}

// forgets makes the form of the page one of an earlier session.
func (s *screen) forgets() {
	s.t.Helper()
	eval[bool](s, `(document.querySelectorAll("main form [name=csrfmiddlewaretoken]").forEach(f => { f.value = "a".repeat(64) }), true)`)
}

// loses ends the browser's session.
func (s *screen) loses() {
	s.t.Helper()
	s.keeps("jeton_session", pat.NewSessionSecret().Reveal())
}

// asked has the password asked for again, before a token is made.
func (s *screen) asked() {
	s.t.Helper()
	s.h.rule(s.t, pat.Setting{Subject: pat.Subject{Role: pat.RoleSuperuser}, Key: "reauthentication_window", Value: int64(60)})
	s.h.sleep(time.Minute)
	s.open("/profile/tokens/new?name=typed&expires=30d")
	s.press("main form .btn.primary")
	s.is("the password is asked for", `document.querySelector("form[action='/confirm']")`)
}
