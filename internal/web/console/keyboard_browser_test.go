package console_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keys sends keys and nothing else.
func (s *screen) keys(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		s.do(chromedp.KeyEvent(k))
	}
}

// seen is whether the focus can be seen: it has a ring, its own or that of what
// it stands in, and nothing lies over it.
const seen = `(e => {
	if (e === document.body) return true; // the browser's own controls have it
	const ring = n => n && (getComputedStyle(n).outlineStyle != "none" && parseFloat(getComputedStyle(n).outlineWidth) >= 2);
	const at = e.getBoundingClientRect(), top = document.elementFromPoint(Math.max(at.left, 0) + Math.min(at.width, 40) / 2, at.top + Math.min(at.height, 40) / 2);
	return (ring(e) || ring(e.closest("label"))) && (e.contains(top) || top?.contains(e));
})(document.activeElement)`

// tabTo presses Tab until the focus is on what the expression holds for, and
// looks at each stop whether the focus can be seen.
func (s *screen) tabTo(what string) {
	s.t.Helper()
	for range 60 {
		s.keys(kb.Tab)
		s.is("the focus is seen on the way to "+what, seen) // soon: the skip link slides in
		if eval[bool](s, `Boolean((e => `+what+`)(document.activeElement))`) {
			return
		}
	}
	s.t.Fatalf("Tab does not lead to %s at %s", what, s.where())
}

const inDialog = `document.querySelector("dialog[open]")?.contains(document.activeElement)`

// The keyboard alone signs in, makes, rotates and revokes a token; the focus is
// seen at each step, and comes back after Escape.
func TestBrowserByKeyboard(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	s.open("/signin?next=/profile/tokens")
	s.is("the focus is on the name", `document.activeElement.id == "username"`)
	s.keys("ada", kb.Tab, pass)
	s.enter()
	s.is("the list", `location.pathname == "/profile/tokens"`)

	s.tabTo(`e.textContent == "Create API Token"`)
	s.keys(kb.Enter)
	s.is("the heading has the focus", inDialog+` && document.activeElement.tagName == "H2"`)
	s.keys(kb.Escape)
	s.is("Escape gives the focus back", `!document.querySelector("dialog") && document.activeElement.textContent == "Create API Token"`)

	s.keys(kb.Enter)
	s.tabTo(`e.id == "name"`)
	s.keys(kb.Enter)
	s.is("what is wrong is said in the dialog", inDialog+` && document.activeElement.id == "errors"`)
	s.tabTo(`e.id == "name"`)
	s.keys("typed")
	asked := s.asks(false)
	s.keys(kb.Escape)
	if asked() != 1 {
		t.Error("Escape does not ask before it closes what was typed")
	}
	s.is("it stays", inDialog+` && document.getElementById("name").value == "typed"`)
	s.keys(kb.Enter)
	s.is("the page with the value", `document.querySelector("h1").textContent == "Token created: typed" && document.activeElement.tagName == "H1" && !document.querySelector("dialog")`)
	s.is("the title", `document.title == "Token created: typed - Jeton"`)
	s.keys(kb.Tab)
	s.is("the value is selected", `document.activeElement.id == "secret" && document.activeElement.selectionEnd == 50`)
	first := eval[string](s, `document.getElementById("secret").value`)
	s.tabTo(`e.textContent == "I have stored it"`)
	s.enter()
	s.is("the list", `location.pathname == "/profile/tokens" && !document.documentElement.outerHTML.includes("`+first+`")`)

	s.tabTo(`e.ariaLabel == "Rotate typed"`)
	s.enter()
	s.tabTo(`e.name == "overlap"`)
	s.keys(kb.ArrowUp)
	s.tabTo(`e.textContent == "Make a new value"`)
	s.enter()
	s.is("the new value", `document.activeElement.tagName == "H1"`)
	second := eval[string](s, `document.getElementById("secret").value`)
	for name, secret := range map[string]string{"old": first, "new": second} {
		if got := h.status(t, secret); got != http.StatusOK {
			t.Errorf("the %s value: %d", name, got)
		}
	}
	s.tabTo(`e.textContent == "I have stored it"`)
	s.enter()

	s.tabTo(`e.ariaLabel == "Revoke typed"`)
	s.keys(kb.Enter)
	s.is("the focus is on Cancel", inDialog+` && document.activeElement.textContent == "Cancel"`)
	s.keys(kb.Escape)
	s.is("Escape gives the focus back", `!document.querySelector("dialog") && document.activeElement.ariaLabel == "Revoke typed"`)
	s.keys(kb.Enter)
	s.is("the dialog again", inDialog)
	s.tabTo(`e.textContent == "Revoke token"`)
	s.enter()
	if got := s.text(".chip"); got != "Revoked" {
		t.Errorf("chip %q", got)
	}
	s.tabTo(`e.tagName == "SUMMARY"`)
	s.keys(kb.Enter, kb.Tab, kb.Escape)
	s.is("Escape closes the menu", `!document.querySelector(".menu").open && document.activeElement.tagName == "SUMMARY"`)
}

// asks answers the questions of the window from now on, and returns how many
// there were.
func (s *screen) asks(yes bool) func() int {
	s.t.Helper()
	events := chromedp.Events(s.ctx, page.JavascriptDialogOpening)
	count := make(chan int, 1)
	go func() {
		for _, err := range events {
			if err == nil {
				_, _ = chromedp.Call(s.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: yes})
				count <- 1
			}
			return
		}
	}()
	return func() int { return <-count }
}

// A token is tried from the page that shows it, which sees the call come in.
func TestBrowserTestsAToken(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	strangers := watch(s)
	s.signIn("ada")
	s.open("/profile/tokens/new?name=ci")
	s.press("main form .btn.primary")
	s.is("it waits", `document.querySelector(".watch").checkVisibility() && document.querySelector(".watch").textContent.startsWith("Waiting")`)
	s.do(chromedp.Click(chromedp.CSS("[data-test] button")))
	s.is("the call is answered", `/^200 in \d+ ms$/.test(document.querySelector("[data-test] span").textContent)`)
	s.is("and seen", `/^First call .* from 127.0.0.1: accepted\.$/.test(document.querySelector(".watch").textContent)`)
	s.is("lines can be copied", `[...document.querySelectorAll("pre")].length == document.querySelectorAll(".snippet [data-copy]:not([hidden])").length`)
	asked := s.asks(true)
	s.open("/profile/tokens")
	if asked() != 1 {
		t.Error("leaving without the value is not asked about")
	}
	for _, to := range strangers() {
		t.Errorf("a request goes to %s", to)
	}
}

// A password that is asked for in between stays in the dialog too.
func TestBrowserConfirmsInTheDialog(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	s.signIn("ada")
	h.sleep(16 * 60e9)
	s.do(chromedp.Click(chromedp.CSS("main form[data-open] button")))
	s.is("the dialog", inDialog)
	s.fill("name", "late")
	s.do(chromedp.Click(chromedp.CSS("dialog .btn.primary")))
	s.is("the password is asked for", inDialog+` && document.querySelector("dialog #password")`)
	s.fill("password", pass)
	s.do(chromedp.Click(chromedp.CSS("dialog .btn.primary")))
	s.is("the value", `document.querySelector("h1").textContent == "Token created: late"`)
	s.asks(true) // leaving without the value
	s.open("/profile/tokens")
	if rows := eval[int](s, `document.querySelectorAll("tbody tr").length`); rows != 1 {
		t.Errorf("%d tokens", rows)
	}
}

// The link to a form fills it in again.
func TestBrowserCopiesALink(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	s.signIn("ada")
	s.open("/profile/tokens/new?name=ci&note=a+%26+b&expires=90d&scope=write&networks=10.0.0.0/8+192.0.2.1")
	s.do(chromedp.Click(chromedp.CSS("[data-link]")))
	s.is("the link", `document.querySelector(".link")`)
	link := eval[string](s, `document.querySelector(".link").value`)
	path, ok := strings.CutPrefix(link, h.URL)
	if want := "/profile/tokens/new?name=ci&note=a+%26+b&expires=90d&scope=write&networks=10.0.0.0%2F8+192.0.2.1"; !ok || path != want {
		t.Errorf("%s, want %s", link, want)
	}
}

// A dialog that was opened in an earlier session shows what was typed once more,
// in the dialog, and then does it.
func TestBrowserKeepsADialogAcrossSessions(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	s.signIn("ada")
	s.do(chromedp.Click(chromedp.CSS("main form[data-open] button")))
	s.is("the dialog", inDialog)
	s.fill("name", "typed")
	// Another tab signs out and in.
	if got := eval[string](s, `(async () => {
		const token = async (path) => (await (await fetch(path)).text()).match(/name="csrfmiddlewaretoken" value="([^"]+)"/)[1];
		const send = async (path, from, fields) => fetch(path, {method: "POST", body: new URLSearchParams({csrfmiddlewaretoken: await token(from), ...fields})});
		await send("/signout", "/profile", {});
		return (await send("/signin", "/signin", {username: "ada", password: "`+pass+`"})).url;
	})()`); !strings.HasSuffix(got, "/profile") {
		t.Fatalf("the other tab is at %s", got)
	}
	s.do(chromedp.Click(chromedp.CSS("dialog form.card .btn.primary")))
	s.is("what is wrong is told in the dialog", `document.activeElement.id == "errors" && document.activeElement.closest("dialog") && document.activeElement.innerText.includes("session has changed")`)
	s.is("what was typed is there", `document.getElementById("name").value == "typed"`)
	s.do(chromedp.Click(chromedp.CSS("dialog form.card .btn.primary")))
	s.is("the token is made", `document.querySelector("h1")?.textContent == "Token created: typed"`)
}
