package console_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"jeton/internal/words/wordstest"
)

// Everything that matters works in a browser that runs no script.
func TestBrowserWithoutScript(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	s.scripts(false)
	s.signIn("ada")
	s.is("signed in", `location.pathname == "/profile/tokens"`)
	s.press("main form .btn.primary")
	s.is("the form", `document.activeElement.id == "name"`)

	s.is("no date yet", `!document.getElementById("date").checkVisibility() && !document.getElementById("sure").checkVisibility()`)
	s.do(chromedp.Click(chromedp.CSS(".is-custom")))
	s.is("a date for Custom", `document.getElementById("date").checkVisibility()`)
	least, most := eval[string](s, `document.getElementById("date").min`), eval[string](s, `document.getElementById("date").max`)
	if least != "2026-11-25" || most != "9999-12-31" {
		t.Errorf("the date lies between %s and %s", least, most)
	}
	s.do(chromedp.Click(chromedp.CSS(".is-never")))
	s.is("the box for Never Expires", `document.getElementById("sure").checkVisibility() && !document.getElementById("date").checkVisibility()`)

	s.fill("note", "kept")
	s.press("main form .btn.primary")
	s.is("the summary has the focus", `document.activeElement.id == "errors"`)
	s.is("the title says so", `document.title.startsWith("Error: ")`)
	s.is("each message leads to its field", `[...document.querySelectorAll("#errors a")].length == 2 && [...document.querySelectorAll("#errors a")].every(a => document.querySelector(a.hash)?.getAttribute("aria-invalid") == "true")`)
	s.is("what was typed is kept", `document.getElementById("note").value == "kept"`)

	s.fill("name", "ci-deploy")
	s.do(chromedp.Click(chromedp.CSS(`input[name="expiration"][value="30"]`)))
	s.do(chromedp.Click(chromedp.CSS(`input[name="access"][value="write"]`)))
	s.press("main form .btn.primary")
	if got := s.text("h1"); got != "Token created: ci-deploy" {
		t.Fatalf("h1 %q at %s", got, s.where())
	}
	secret := eval[string](s, `document.querySelector('[aria-label="Token value"]').value`)
	if !strings.HasPrefix(secret, "jtn_") || len(secret) != 50 {
		t.Errorf("a value of %d characters", len(secret))
	}
	if status, body := h.call(t, secret); status != http.StatusOK || body != "Hello Ada" {
		t.Errorf("the value: %d %s", status, body)
	}
	s.do(chromedp.Reload()) // sends the form again
	s.is("a reload shows no value", `!document.documentElement.outerHTML.includes("`+secret+`") && document.body.innerText.includes("This form was already used.")`)
	s.open("/profile/tokens")
	s.is("there is one token", `document.querySelectorAll("tbody tr").length == 1`)

	s.press("tbody .danger")
	s.is("the focus is on Cancel", `document.activeElement.textContent == "Cancel"`)
	s.press("main form .btn.bad")
	if got := s.text(".chip"); got != "Revoked" {
		t.Errorf("chip %q", got)
	}
	h.refuses(t, secret, "a revoked value")
}

// Back to the page of a value has no value, with script and without: nothing has
// kept it.
func TestBrowserGoesBackToNoValue(t *testing.T) {
	chrome := chromium(t)
	for _, scripts := range []bool{true, false} {
		h := withAda(t)
		s := h.screen(t, chrome, 1280)
		s.scripts(scripts)
		s.signIn("ada")
		s.open("/profile/tokens/new?name=once")
		s.press("main form .btn.primary")
		secret := eval[string](s, `document.getElementById("secret").value`)
		s.press("[data-stored]")
		s.is("the list", `location.pathname == "/profile/tokens"`)
		if err := chromedp.Do(s.ctx, chromedp.NavigateBack()); err != nil && !strings.Contains(err.Error(), "ERR_CACHE_MISS") {
			t.Fatal(err) // the browser has no page to show and offers to send the form again
		}
		s.is("another page than the list", `location.pathname != "/profile/tokens"`)
		if page := eval[string](s, `document.documentElement.outerHTML`); strings.Contains(page, secret) {
			t.Errorf("scripts are %v: Back shows the value", scripts)
		}
	}
}

// The button says "Copied." only when the value is on the clipboard, with and
// without a connection that browsers call secure.
func TestBrowserCopies(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(h.URL, "http://"), ":")
	for name, base := range map[string]string{"secure": h.URL, "plain": "http://tokens.example:" + port} {
		s := h.screen(t, chrome, 1280)
		s.base = base
		s.signIn("ada")
		s.open("/profile/tokens/new?name=" + name)
		s.press("main form .btn.primary")
		secret := eval[string](s, `document.getElementById("secret").value`)
		if plain := !eval[bool](s, "isSecureContext"); plain != (name == "plain") {
			t.Fatalf("%s: is plain %v", name, plain)
		}
		s.do(chromedp.Click(chromedp.CSS(`[data-copy="secret"]`)))
		s.do(chromedp.WaitReady(chromedp.CSS(`body`)))
		said := eval[string](s, `new Promise(done => setTimeout(() => done(document.querySelector('[data-copy="secret"]').textContent), 300))`)
		switch {
		case said == "Copied.":
			if got := clipboard(t, h, s); got != secret {
				t.Errorf("%s: the clipboard has %d characters and not the value", name, len(got))
			}
		case strings.Contains(said, "Ctrl+C"):
			s.is("the value is selected", `document.activeElement.id == "secret" && document.activeElement.selectionEnd == `+strconv.Itoa(len(secret)))
		default:
			t.Errorf("%s: the button says %q", name, said)
		}
	}
}

// clipboard reads the clipboard from a page that may: one without the policy of
// the console's.
func clipboard(t *testing.T, h *house, s *screen) string {
	t.Helper()
	_, err := chromedp.CallBrowser(s.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "clipboard-read"}, Setting: browser.PermissionSettingGranted,
		BrowserContextID: chromedp.FromContext(s.ctx).BrowserContextID,
	})
	must(t, err)
	s.do(chromedp.Navigate(h.URL + "/apiops/test/hello/Ada"))
	return eval[string](s, `navigator.clipboard.readText()`)
}

// A stranger reports a token on a telephone, in a browser that runs no script.
func TestBrowserReportWithoutScript(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	h.takesReports(t)
	secret := h.signedIn(t, "ada").created("of-ada")
	s := h.screen(t, chrome, 320)
	s.scripts(false)
	s.open("/signin")
	s.press(`main a[href="/report"]`)
	s.is("the field has the focus", `document.activeElement.id == "value"`)
	s.reports(secret[:49])
	s.is("the answer has the focus", `document.activeElement.getAttribute("role") == "status"`)
	s.is("what was said is kept, the value is not", `document.getElementById("where").value && !document.getElementById("value").value`)
	s.fill("value", secret)
	s.press("main form .btn.primary")
	s.is("it is reported", `document.activeElement.innerText.startsWith("Reported")`)
	s.is("nothing is kept", `!document.getElementById("where").value && !document.getElementById("value").value`)
	h.refuses(t, secret, "a reported token")
}

// enter presses Enter and waits for the page it leads to.
func (s *screen) enter() {
	s.t.Helper()
	before := eval[float64](s, "performance.timeOrigin")
	s.do(chromedp.KeyEvent(kb.Enter))
	for range 200 {
		if eval[bool](s, `document.readyState == "complete"`) && eval[float64](s, "performance.timeOrigin") != before {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("Enter leads nowhere from %s", s.where())
}

// Every page and state holds to the rules of all pages: in each language, on a
// narrow screen, and, where axe-core is at hand, to WCAG 2.2 AA in both themes.
func TestBrowserTour(t *testing.T) {
	chrome := chromium(t)
	if os.Getenv(browserSwitch) != "all" {
		t.Skip("set " + browserSwitch + "=all to look at every page")
	}
	h := withAda(t)
	furnish(t, h)
	axe := axeScript(t)
	for _, tag := range []string{"en", "tr", "de", wordstest.Mirrored} {
		s := h.screen(t, chrome, 320)
		strangers := watch(s)
		s.keeps("jeton_language", tag)
		s.tour(func(p stop) {
			p.go_(s)
			s.holds(tag, p.name)
			s.accessible(axe, tag, p.name)
		})
		s.signIn("ada")
		s.fits(tag)
		for _, to := range strangers() {
			t.Errorf("%s: a request goes to %s", tag, to)
		}
	}
}

// holds checks what is so of every page.
func (s *screen) holds(tag, name string) {
	s.t.Helper()
	what := tag + " " + name
	s.is(what+": language", `document.documentElement.lang == "`+tag+`"`)
	s.is(what+": direction", `document.documentElement.dir == "`+map[bool]string{true: "rtl", false: "ltr"}[tag == wordstest.Mirrored]+`"`)
	s.is(what+": one h1", `document.querySelectorAll("h1").length == 1`)
	s.is(what+": landmarks", `["header", "main", "footer"].every(n => document.querySelectorAll("body > " + n).length == 1)`)
	s.is(what+": ids are unique", `(ids => ids.length == new Set(ids).size)([...document.querySelectorAll("[id]")].map(e => e.id))`)
	if over := eval[string](s, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .scroll, .away, .skip")).map(e => e.tagName + "." + e.className).slice(0, 5).join(" ")`); eval[bool](s, `document.documentElement.scrollWidth > innerWidth`) {
		s.t.Errorf("%s: scrolls sideways: %s", what, over)
	}
}

// fits checks that nothing is cut off from the widest pages, whatever the width.
func (s *screen) fits(tag string) {
	s.t.Helper()
	for _, width := range []int64{320, 640, 700, 992, 1000, 1200, 1280} {
		s.do(chromedp.EmulateViewport(width, 900))
		for _, path := range []string{"/profile", "/profile/tokens", "/profile/tokens/1", "/profile/security", "/admin/tokens", "/admin/audit", "/admin/users", "/admin/users/3"} {
			s.open(path)
			s.is(fmt.Sprint(tag, " at ", width), `[document.documentElement, ...document.querySelectorAll(".card")].every(e => e.scrollWidth <= e.clientWidth + 1)`)
			s.is(fmt.Sprint(tag, " at ", width, ": labels of one line"), `document.documentElement.dir == "rtl" || [...document.querySelectorAll(".grid > .field > label")].every(e => e.offsetHeight < 2 * parseFloat(getComputedStyle(e).fontSize))`)
		}
	}
}

// watch collects the addresses outside of the site that a window asks for.
func watch(s *screen) func() []string {
	events := chromedp.Events(s.ctx, network.RequestWillBeSent)
	found := make(chan []string, 1)
	stop := make(chan struct{})
	go func() {
		var all []string
		for e, err := range events {
			if err != nil {
				break
			}
			if !strings.HasPrefix(e.Request.URL, s.base+"/") && !strings.HasPrefix(e.Request.URL, "data:") { // its own pictures
				all = append(all, e.Request.URL)
			}
			select {
			case <-stop:
				found <- all
				return
			default:
			}
		}
		found <- all
	}()
	return func() []string {
		close(stop)
		s.open("/help")
		return <-found
	}
}

// axeScript is axe-core, "" where it is not at hand: scripts/axe fetches it.
func axeScript(t *testing.T) string {
	t.Helper()
	path := os.Getenv("JETON_AXE")
	if path == "" {
		t.Log("JETON_AXE is not set: no scan for accessibility")
		return ""
	}
	script, err := os.ReadFile(path)
	must(t, err)
	return string(script)
}

func (s *screen) accessible(axe, tag, name string) {
	s.t.Helper()
	if axe == "" || tag == "tr" || tag == "de" { // the same pages as in English
		return
	}
	s.do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
	for _, theme := range []string{"light", "dark"} {
		eval[bool](s, `(document.documentElement.dataset.theme = "`+theme+`", true)`)
		found := eval[string](s, `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 120) + " " + n.failureSummary).join(" | ")).join("\n"))`)
		if found != "" {
			s.t.Errorf("%s %s %s: %s", tag, name, theme, found)
		}
	}
}
