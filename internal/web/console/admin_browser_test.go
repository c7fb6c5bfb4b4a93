package console_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// An administrator tightens the policy, looks at what breaks it, and takes the
// list along, in a browser that runs no script.
func TestBrowserAdministratorWithoutScript(t *testing.T) {
	chrome := chromium(t)
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	secret := bea.created("nightly", never...)
	s := h.screen(t, chrome, 1280)
	s.scripts(false)
	s.signIn("ada")
	s.open("/admin/policy")
	s.fill("max_lifetime", "90")
	s.press(`main form[action="/admin/policy"] .btn.primary`)
	s.is("what breaks it", `document.querySelector("h1").innerText == "Before the policy changes" && document.querySelector("tbody a.name").innerText == "nightly"`)
	s.press(`main form [value="pause"]`)
	s.is("it was saved", `document.querySelector("[role=status]").innerText.includes("The policy was saved.")`)
	s.is("how many", `document.querySelector("main").innerText.includes("1 was paused")`)
	s.open("/admin/policy")
	s.is("it is in force", `document.getElementById("max_lifetime").value == "90"`)
	h.refuses(t, secret, "a paused token")
	s.open("/admin/tokens?view=breaks")
	s.is("it is listed", `document.querySelector("tbody .name").innerText == "nightly"`)

	s.open("/admin/tokens?view=never")
	text := s.downloads("main a[download]")
	if !strings.Contains(text, "nightly") || strings.Contains(text, secret) || !strings.HasPrefix(text, "id,user,username,name,") {
		t.Errorf("the table: %s", text)
	}
}

// Colours and shadows are gone where the system forces its own: what is chosen
// has a border then, which it has not otherwise.
func TestBrowserShowsWhatIsChosenInForcedColours(t *testing.T) {
	chrome := chromium(t)
	s := withAda(t).screen(t, chrome, 1280)
	s.signIn("ada")
	for path, chosen := range map[string]string{
		"/admin/policy": `.top nav [aria-current]`, "/admin/tokens": `.filters [aria-current]`, "/help": `.switch [aria-pressed="true"]`,
	} {
		s.open(path)
		width := func() string {
			return eval[string](s, "getComputedStyle(document.querySelector(`"+chosen+"`)).borderBottomWidth")
		}
		usual := width()
		s.forced(true)
		if got := width(); got != "2px" || got == usual {
			t.Errorf("%s is %s wide, and usually %s", chosen, got, usual)
		}
		s.forced(false)
	}
}

// downloads follows a link to a file, with the browser's own cookies, and
// returns what the file has.
func (s *screen) downloads(selector string) string {
	s.t.Helper()
	dir := s.t.TempDir()
	window, err := chromedp.Call(s.ctx, target.GetTargetInfo, target.GetTargetInfoParams{})
	must(s.t, err)
	_, err = chromedp.Call(s.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: window.TargetInfo.BrowserContextID,
	})
	must(s.t, err)
	s.do(chromedp.Click(chromedp.CSS(selector)))
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if found, _ := filepath.Glob(filepath.Join(dir, "*.csv")); len(found) == 1 {
			text, err := os.ReadFile(found[0])
			must(s.t, err)
			return string(text)
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("nothing was saved from %s", s.where())
	return ""
}
