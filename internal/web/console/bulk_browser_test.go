package console_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// tick ticks the boxes of the first n rows.
func (s *screen) tick(n int) {
	s.t.Helper()
	for i := range n {
		s.do(chromedp.Click(chromedp.CSS(fmt.Sprintf("tbody tr:nth-child(%d) .pick", i+1))))
	}
}

// unhide shows what the script has hidden.
func (s *screen) unhide(selector string) {
	s.t.Helper()
	eval[bool](s, fmt.Sprintf(`(document.querySelector(%q).hidden = false, true)`, selector))
}

// Ticked tokens end, and no others, with script and without.
func TestBrowserRevokesTheTicked(t *testing.T) {
	chrome := chromium(t)
	for _, script := range []bool{false, true} {
		h := withAda(t)
		v := h.signedIn(t, "ada")
		for _, name := range []string{"a-first", "b-second", "c-third"} {
			v.create(name)
		}
		s := h.screen(t, chrome, 1280)
		s.scripts(script)
		s.signIn("ada")
		if script {
			s.is("no bar yet", `!document.getElementById("bulk").checkVisibility()`)
		} else {
			s.press("#bulk .danger")
			s.is("the summary has the focus", `document.activeElement.id == "errors" && document.title.startsWith("Error: ")`)
			s.is("it leads to the buttons", `document.querySelector(document.querySelector("#errors a").hash).getAttribute("aria-invalid") == "true"`)
		}
		s.open("/profile/tokens?sort=name")
		s.tick(2)
		if script {
			s.is("the bar counts", `document.querySelector("[data-picked]").textContent == "2 selected"`)
		}
		s.press("#bulk .danger")
		if got := s.text("h1"); got != "Revoke 2 tokens?" {
			t.Fatalf("h1 %q at %s", got, s.where())
		}
		s.is("the focus is on Cancel", `document.activeElement.textContent == "Cancel"`)
		s.press("main form .btn.bad")
		if got := s.text("tbody"); strings.Count(got, "revoked") != 2 || strings.Contains(got, "c-third") {
			t.Errorf("the result: %s", got)
		}
		s.open("/profile/tokens")
		s.is("one is left", `document.querySelectorAll("tbody tr").length == 1 && document.body.innerText.includes("c-third")`)
	}
}

// With script a second click cannot take away the page with the value.
func TestBrowserSendsAFormOnce(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	s := h.screen(t, chrome, 1280)
	s.signIn("ada")
	s.open("/profile/tokens/new?name=once")
	s.is("the button", `!document.querySelector("form.create .btn.primary").disabled`)
	s.press("form.create .btn.primary")
	if got := s.text("h1"); got != "Token created: once" {
		t.Errorf("h1 %q", got)
	}
}
