package console_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jeton/internal/pat"
	"jeton/internal/words/wordstest"
)

// stop is a page, or a state of one.
type stop struct {
	name string
	go_  func(s *screen)
}

// strangersTour are the pages for whoever is not signed in.
var strangersTour = []stop{
	{"signin", func(s *screen) { s.open("/signin") }},
	{"signin-refused", func(s *screen) {
		s.open("/signin")
		s.fill("username", "ada")
		s.fill("password", "wrong horse staple")
		s.press("main form .btn.primary")
	}},
	{"help", func(s *screen) { s.open("/help") }},
	{"help-tokens", func(s *screen) { s.open("/help/tokens") }},
	{"help-scopes", func(s *screen) { s.open("/help/scopes") }},
	{"help-expiry", func(s *screen) { s.open("/help/expiry") }},
	{"help-rotation", func(s *screen) { s.open("/help/rotation") }},
	{"help-networks", func(s *screen) { s.open("/help/networks") }},
	{"help-sessions", func(s *screen) { s.open("/help/sessions") }},
	{"help-api", func(s *screen) { s.open("/help/api") }},
	{"help-gateways", func(s *screen) { s.open("/help/gateways") }},
	{"report", func(s *screen) { s.open(reportPath) }},
	{"report-empty", func(s *screen) { s.open(reportPath); s.press("main form .btn.primary") }},
	{"report-foreign", func(s *screen) { s.reports("ghp_0123456789") }},
	{"report-none", func(s *screen) { s.reports(pat.NewSecret("jtn").Reveal()) }},
	{"report-done", func(s *screen) { s.reports(s.h.lost(s.t)) }},
	{"report-throttled", func(s *screen) {
		for range 10 {
			_, err := s.h.ReportSecret(context.Background(), pat.NewSecret("jtn").Reveal(), "", pat.Via{Address: netip.MustParseAddr("127.0.0.1")})
			if err != nil {
				break
			}
		}
		s.reports(pat.NewSecret("jtn").Reveal())
		s.is("it is throttled", `document.getElementById("errors") && document.getElementById("where").value`)
		s.h.sleep(10 * time.Minute)
	}},
	{"nothing", func(s *screen) { s.open("/nowhere") }},
}

// reports fills in and sends the form for whoever has found a value.
func (s *screen) reports(value string) {
	s.t.Helper()
	s.open(reportPath)
	s.fill("value", value)
	s.fill("where", "In the log of a build: https://ci.example.org/builds/1742")
	s.press("main form .btn.primary")
}

// lost is the value of a token in use, which furnish has made.
func (h *house) lost(t *testing.T) string {
	t.Helper()
	_, err := h.ResumeToken(context.Background(), operator, h.found.ID)
	must(t, err)
	return h.foundValue.Reveal()
}

// membersTour are the pages for whoever is signed in, in the house of furnish.
var membersTour = []stop{
	{"profile", func(s *screen) { s.open("/profile") }},
	{"password", func(s *screen) { s.open("/profile/password") }},
	{"password-empty", func(s *screen) { s.open("/profile/password"); s.press("main form .btn.primary") }},
	{"security", func(s *screen) { s.open("/profile/security") }},
	{"confirm", func(s *screen) { s.open("/confirm") }},
	{"tokens", func(s *screen) { s.open("/profile/tokens") }},
	{"notices", func(s *screen) { s.open("/profile/notices") }},
	{"tokens-dialog", func(s *screen) {
		s.open("/profile/tokens")
		s.do(chromedp.Click(chromedp.CSS("main form[data-open] button")))
		s.is("the dialog", inDialog)
	}},
	{"tokens-revoke-dialog", func(s *screen) {
		s.open("/profile/tokens")
		s.do(chromedp.Click(chromedp.CSS("tbody [data-open]")))
		s.is("the dialog", inDialog)
	}},
	{"tokens-ended", func(s *screen) { s.open("/profile/tokens?show=ended") }},
	{"tokens-none", func(s *screen) { s.open("/profile/tokens?q=nothing") }},
	{"new", func(s *screen) { s.open("/profile/tokens/new") }},
	{"new-filled", func(s *screen) {
		s.open("/profile/tokens/new?name=ci-deploy&note=Shop+pipeline&expires=45d&scope=write+shine&networks=10.0.0.0/8")
	}},
	{"new-empty", func(s *screen) {
		s.open("/profile/tokens/new?expires=never")
		s.press("main form .btn.primary")
	}},
	{"new-again", func(s *screen) { // a form of an earlier session
		s.open("/profile/tokens/new?name=typed")
		eval[bool](s, `(document.querySelector("main form [name=csrfmiddlewaretoken]").value = "a".repeat(64), true)`)
		s.press("main form .btn.primary")
		s.is("it is shown again", `document.getElementById("errors") && document.getElementById("name").value == "typed"`)
	}},
	{"token", func(s *screen) { s.open("/profile/tokens/1") }},
	{"token-90", func(s *screen) { s.open("/profile/tokens/1?days=90") }},
	{"token-ending", func(s *screen) { s.open("/profile/tokens/2") }},
	{"token-ended", func(s *screen) { s.open("/profile/tokens/6") }},
	{"edit-only", func(s *screen) { s.open("/profile/tokens/1/edit?networks=10.1.2.3") }},
	{"edit", func(s *screen) { s.open("/profile/tokens/1/edit") }},
	{"rotate", func(s *screen) { s.open("/profile/tokens/1/rotate") }},
	{"revoke", func(s *screen) { s.open("/profile/tokens/1/revoke") }},
	{"tokens-none-ticked", func(s *screen) {
		s.open("/profile/tokens")
		s.unhide("#bulk")
		s.press("#bulk .danger")
	}},
	{"tokens-ticked", func(s *screen) { s.open("/profile/tokens"); s.tick(2) }},
	{"bulk-revoke", func(s *screen) { s.open("/profile/tokens"); s.tick(2); s.press("#bulk .danger") }},
	{"revoke-ended", func(s *screen) { s.open("/profile/tokens/6/revoke") }},
	{"leaked", func(s *screen) { s.open("/profile/tokens/6/leaked") }},
	{"find", func(s *screen) { s.open("/profile/tokens/find") }},
	{"find-foreign", func(s *screen) {
		s.open("/profile/tokens/find")
		s.fill("value", "ghp_0123456789")
		s.press("main form .btn.primary")
	}},
	{"find-empty", func(s *screen) { s.open("/profile/tokens/find"); s.press("main form .btn.primary") }},
	{"revoke-all", func(s *screen) { s.open("/profile/security/tokens") }},
	{"revoke-all-wrong", func(s *screen) { s.open("/profile/security/tokens"); s.press("main form .btn.bad") }},
	{"all-ticked", func(s *screen) { s.open("/admin/tokens"); s.tick(2); s.press("#bulk .danger") }},
	{"all-bulk", func(s *screen) { s.open("/admin/tokens/bulk?view=never") }},
	{"all-bulk-wrong", func(s *screen) { s.open("/admin/tokens/bulk"); s.press("main form .btn.primary") }},
	{"all-bulk-preview", func(s *screen) {
		s.open("/admin/tokens/bulk")
		s.fill("reason", "Issued before the break-in")
		s.press("main form .btn.primary")
	}},
	{"all", func(s *screen) { s.open("/admin/tokens") }},
	{"all-token", func(s *screen) { s.open("/admin/tokens/1") }},
	{"all-revoke", func(s *screen) { s.open("/admin/tokens/1/revoke"); s.press("main form .btn.bad") }},
	{"users", func(s *screen) { s.open("/admin/users?per=50") }},
	{"users-none", func(s *screen) { s.open("/admin/users?q=nothing") }},
	{"user-new", func(s *screen) { s.open("/admin/users/new") }},
	{"user-new-refused", func(s *screen) {
		s.open("/admin/users/new")
		s.fill("username", "BEA")
		s.press("main form.card .btn.primary")
	}},
	{"user", func(s *screen) { s.open("/admin/users/2") }},
	{"user-own", func(s *screen) { s.open("/admin/users/1") }},
	{"user-disable", func(s *screen) { s.open("/admin/users/3/disable") }},
	{"user-enable", func(s *screen) { s.open("/admin/users/4/enable") }},
	{"user-signout", func(s *screen) { s.open("/admin/users/2/signout") }},
	{"user-reset", func(s *screen) { s.open("/admin/users/4/reset") }},
	{"user-revoke", func(s *screen) { s.open("/admin/users/3/revoke"); s.press("main form.card .btn.bad") }},
	{"user-delete", func(s *screen) { s.open("/admin/users/4/delete"); s.press("main form.card .btn.bad") }},
	{"user-once", func(s *screen) {
		s.open("/admin/users/2/reset")
		s.press("main form.card .btn.primary")
		eval[bool](s, `document.getElementById("secret").dispatchEvent(new Event("copy"))`) // else it asks before it is left
	}},
	{"account-new", func(s *screen) { s.open("/admin/users/new?kind=service") }},
	{"account", func(s *screen) { s.open("/admin/users/3") }},
	{"account-token-new", func(s *screen) { s.open("/admin/users/3/tokens/new") }},
	{"account-token", func(s *screen) { s.open("/admin/tokens/9") }},
	{"account-token-rotate", func(s *screen) { s.open("/admin/tokens/9/rotate") }},
	{"all-end", func(s *screen) { s.open("/admin/tokens/1/end"); s.press("main form .btn.primary") }},
	{"all-breaks", func(s *screen) { s.open("/admin/tokens?view=breaks") }},
	{"policy", func(s *screen) { s.open("/admin/policy") }},
	{"policy-refused", func(s *screen) {
		s.open("/admin/policy")
		s.fill("password_min_length", "7")
		s.press(`main form[action="/admin/policy"] .btn.primary`)
	}},
	{"policy-preview", func(s *screen) {
		s.open("/admin/policy/stricter?role=superuser&rule=max_lifetime")
		s.fill("max_lifetime", "5")
		s.press("main form .btn.primary")
	}},
	{"policy-stricter", func(s *screen) { s.open("/admin/policy/stricter?user=2&rule=max_lifetime") }},
	{"audit", func(s *screen) { s.open("/admin/audit") }},
	{"audit-filter", func(s *screen) { s.open("/admin/audit?token=nightly-sync&address=10.0.0.0/33") }},
	{"audit-event", func(s *screen) { s.open("/admin/audit/3") }},
}

// furnish fills a house with what a user has after a while. The clock of the
// house stands later then.
func furnish(t *testing.T, h *house) {
	t.Helper()
	ctx := context.Background()
	ada := pat.Principal{User: 1, Name: "ada", Admin: true, Credential: pat.ByPassword, Via: pat.Via{Face: "console", Address: netip.MustParseAddr("10.1.2.3")}}
	const day = 24 * 60 * 60
	mint := func(req pat.TokenRequest) pat.TokenID {
		req.Owner, req.Origin = 1, pat.OriginConsole
		_, tok, err := h.CreateToken(ctx, ada, req)
		must(t, err)
		return tok.ID
	}
	used := mint(pat.TokenRequest{Name: "nightly-sync", Description: "Copies orders to the warehouse", Scopes: "read", Expiry: pat.Expiry{After: 35 * day}})
	nets, err := pat.ParseNetworks([]string{"10.0.0.0/8", "2001:db8::/32"})
	must(t, err)
	ci := mint(pat.TokenRequest{Name: "ci-deploy", Description: "Shop pipeline", Scopes: "write", Expiry: pat.Expiry{After: 90 * day}, Networks: nets})
	mint(pat.TokenRequest{Name: "terraform", Scopes: "write", Expiry: pat.Expiry{Never: true}})
	mint(pat.TokenRequest{Name: "لوحة القاهرة", Description: "A name from the right", Scopes: "read write", Expiry: pat.Expiry{After: 365 * day}})
	mint(pat.TokenRequest{Scopes: "read", Expiry: pat.Expiry{After: 60 * day}})
	gone := mint(pat.TokenRequest{Name: "laptop", Scopes: "write", Expiry: pat.Expiry{After: 300 * day}})
	trial := mint(pat.TokenRequest{Name: "trial", Scopes: "read", Expiry: pat.Expiry{After: 40 * day}})
	for d := range 29 {
		for range (d*7)%23 + 3 {
			h.Uses.Accepted(used, h.now(), netip.MustParseAddr("10.1.2.3"))
		}
		if d%6 == 5 {
			h.Uses.Refused(used, h.now(), netip.MustParseAddr("203.0.113.9"), pat.ReasonScope)
		}
		h.Uses.Accepted(ci, h.now(), netip.MustParseAddr("2001:db8::17"))
		h.flush(t)
		h.sleep(24 * time.Hour)
	}
	must(t, h.RevokeToken(ctx, ada, gone, "leaked"))
	_, err = h.PauseToken(ctx, operator, trial, "Asked for by the data team")
	must(t, err)
	_, _, err = h.RotateToken(ctx, ada, ci, pat.Rotation{Overlap: day, Origin: pat.OriginConsole})
	must(t, err)
	furnishUsers(t, h, ada)
	h.Uses.Accepted(used, h.now(), netip.MustParseAddr("10.1.2.3"))
	h.flush(t)
	h.sleep(4 * time.Minute)
	h.Uses.Accepted(ci, h.now(), netip.MustParseAddr("2001:db8::17"))
	h.sleep(2 * time.Minute)
	for _, agent := range []string{"curl/8.5.0", firefoxOnWindows, "Wget"} {
		h.signedInWith(t, "ada", agent)
	}
}

const firefoxOnWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"

// furnishUsers adds a service account, 3, with tokens, 9 and one that strangers
// find, a user who was disabled, 4, with another, and an auditor, 5.
func furnishUsers(t *testing.T, h *house, ada pat.Principal) {
	t.Helper()
	ctx := context.Background()
	robot, err := h.CreateUser(ctx, ada, pat.UserRequest{Name: "warehouse-sync", FirstName: "Orders to the warehouse", Service: true})
	must(t, err)
	cem, err := h.CreateUser(ctx, ada, pat.UserRequest{Name: "cem", FirstName: "Cem", LastName: "Işık", Email: "cem.isik@example.org", Language: "tr", Auditor: true, Password: pass})
	must(t, err)
	for _, owner := range []pat.UserID{robot.ID, cem.ID} {
		_, tok, err := h.CreateToken(ctx, ada, pat.TokenRequest{Owner: owner, Name: "orders", Scopes: "write", Expiry: pat.Expiry{After: 90 * 24 * 60 * 60}, Origin: pat.OriginConsole})
		must(t, err)
		h.Uses.Accepted(tok.ID, h.now(), netip.MustParseAddr("10.1.2.9"))
	}
	_, err = h.EditUser(ctx, ada, cem.ID, pat.UserEdit{Disabled: new(true)})
	must(t, err)
	_, err = h.CreateUser(ctx, ada, pat.UserRequest{Name: "dora", FirstName: "Dora", LastName: "Weiß", Email: "dora@example.org", Auditor: true, Password: pass})
	must(t, err)
	h.foundValue, h.found, err = h.CreateToken(ctx, ada, pat.TokenRequest{Owner: robot.ID, Name: "label-printer", Scopes: "read", Expiry: pat.Expiry{After: 90 * 24 * 60 * 60}, Origin: pat.OriginConsole})
	must(t, err)
	h.takesReports(t)
}

// TestScreenshots keeps pictures of every page and state, for people to look
// at: `make screenshots`. JETON_TOUR is a regular expression that chooses some, as
// en/dark-narrow/tokens-ended is one.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("JETON_SCREENSHOTS")
	if folder == "" {
		t.Skip("make screenshots sets where they go")
	}
	chosen := regexp.MustCompile(os.Getenv("JETON_TOUR"))
	t.Setenv(browserSwitch, "1")
	browser := chromium(t)
	for _, tag := range []string{"en", "tr", "de", wordstest.Mirrored} {
		for _, theme := range []string{"light", "dark"} {
			for _, size := range []struct {
				name  string
				width int64
			}{{"wide", 1280}, {"narrow", 360}} {
				if tag == wordstest.Mirrored && theme == "dark" {
					continue // one look at the mirrored pages is enough
				}
				kind := tag + "/" + theme + "-" + size.name
				some := func(name string) bool { return chosen.MatchString(kind + "/" + name) }
				all := slices.Concat(setupTour, strangersTour, newcomersTour, auditorsTour, membersTour, answersTour)
				if !slices.ContainsFunc(all, func(p stop) bool { return some(p.name) }) {
					continue
				}
				dir := filepath.Join(folder, kind)
				must(t, os.MkdirAll(dir, 0o755))
				shoot(t, browser, dir, tag, theme, size.width, some)
			}
		}
	}
}

// shoot takes the pictures of the states that some chooses.
func shoot(t *testing.T, browser context.Context, dir, tag, theme string, width int64, some func(name string) bool) {
	t.Helper()
	h := withAda(t)
	furnish(t, h)
	s := h.screen(t, browser, width)
	s.keeps("jeton_theme", theme)
	s.keeps("jeton_language", tag)
	count := 0
	s.tour(func(p stop) {
		count++
		if !some(p.name) {
			return
		}
		p.go_(s)
		if tag != wordstest.Mirrored { // people are not offered the language of tests
			eval[bool](s, `(document.querySelector("button[value='`+wordstest.Mirrored+`']")?.remove(), true)`)
		}
		s.shot(filepath.Join(dir, fmt.Sprintf("%03d-%s.png", count, p.name)))
	})
}

// tour has each state of the console visited, in the house that furnish has filled
// and, for those of the set-up, in one of its own. It ends with nobody signed in.
func (s *screen) tour(visit func(p stop)) {
	s.t.Helper()
	h := s.h
	s.at(newHouse(s.t))
	all := func(stops []stop) {
		for _, p := range stops {
			visit(p)
		}
	}
	all(setupTour)
	s.at(h)
	all(strangersTour)
	h.rule(s.t, pat.Setting{Subject: pat.Subject{User: 2}, Key: "who_may_create"})
	if _, err := h.Authenticate(context.Background(), []pat.Login{{Name: "bea", Password: pass}}, pat.Via{}); err != nil {
		h.edits(s.t, 2, pat.UserEdit{Password: new(pass)}) // as it was
	}
	s.signIn("bea")
	all(newcomersTour)
	s.signOut()
	s.signIn("dora")
	all(auditorsTour)
	s.signOut()
	s.signIn("ada")
	all(membersTour)
	all(answersTour)
}

// at goes on in another house.
func (s *screen) at(h *house) { s.h, s.base = h, h.URL }
