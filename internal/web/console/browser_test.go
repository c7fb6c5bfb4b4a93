package console_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// browserSwitch has the tests run that need a browser: "1" those of what people
// do, as `make test` does, "all" the look at every page too, as `make check` does.
const browserSwitch = "JETON_BROWSER"

// chromium starts a browser, which ends with the test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv(browserSwitch) == "" {
		t.Skip("set " + browserSwitch + " to run the tests that need Chromium")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		path, err = exec.LookPath("google-chrome")
	}
	if err != nil {
		t.Fatal("there is no chromium; scripts/deps installs it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-gpu", true),
		// A name that is no loopback address and needs no network.
		chromedp.Flag("host-resolver-rules", "MAP tokens.example 127.0.0.1"))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closed := chromedp.NewContext(ctx)
	t.Cleanup(closed)
	must(t, chromedp.Do(ctx))
	return ctx
}

// screen is one window of the browser, with cookies of its own.
type screen struct {
	t    *testing.T
	h    *house
	ctx  context.Context
	base string
}

// patience is how long a page may take, on a machine that does other things too.
const patience = 40 * time.Second

func (h *house) screen(t *testing.T, browser context.Context, width int64) *screen {
	t.Helper()
	ctx, closed := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closed)
	s := &screen{t: t, h: h, ctx: ctx, base: h.URL}
	must(t, chromedp.Do(ctx)) // a window lives as long as the context it was opened with
	s.do(chromedp.EmulateViewport(width, 900))
	return s
}

func (s *screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		s.t.Fatalf("%v at %s", err, s.where())
	}
}

// where says what the window shows, for messages.
func (s *screen) where() string {
	ctx, cancel := context.WithTimeout(s.ctx, time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	return text
}

// scripts turns the scripts of pages on and off.
func (s *screen) scripts(on bool) {
	s.t.Helper()
	_, err := chromedp.Call(s.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	must(s.t, err)
}

// forced says whether the system forces its colours upon pages.
func (s *screen) forced(on bool) {
	s.t.Helper()
	colours := map[bool]string{true: "active", false: "none"}[on]
	_, err := chromedp.Call(s.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: colours}},
	})
	must(s.t, err)
}

// keeps has the browser keep a choice, as the switches of the shell do.
func (s *screen) keeps(cookie, value string) {
	s.t.Helper()
	_, err := chromedp.Call(s.ctx, network.SetCookie, network.SetCookieParams{Name: cookie, Value: value, URL: s.base})
	must(s.t, err)
}

func (s *screen) open(path string) {
	s.t.Helper()
	s.do(chromedp.Navigate(s.base + path))
}

func (s *screen) fill(id, text string) {
	s.t.Helper()
	s.do(chromedp.SetValue(chromedp.ID(id), text))
}

// press clicks what the selector finds and waits for the page it leads to.
func (s *screen) press(selector string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Click(chromedp.CSS(selector))))
	if err != nil {
		s.t.Fatalf("press %s: %v at %s", selector, err, s.where())
	}
}

// eval evaluates an expression; it works without the page's scripts too.
func eval[T any](s *screen, expression string) T {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		s.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// is fails unless the expression is true on the page, or soon becomes so: a
// browser moves the focus when it gets to it.
func (s *screen) is(what, expression string) {
	s.t.Helper()
	for range 100 {
		if eval[bool](s, "Boolean("+expression+")") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Errorf("%s: %s is not so at %s", what, expression, s.where())
}

func (s *screen) text(selector string) string {
	s.t.Helper()
	return eval[string](s, fmt.Sprintf(`(document.querySelector(%q)?.innerText ?? "")`, selector))
}

// signIn signs in, unless somebody is.
func (s *screen) signIn(name string) {
	s.t.Helper()
	s.open("/signin?next=/profile/tokens")
	if !eval[bool](s, `document.getElementById("password") != null`) {
		return
	}
	s.fill("username", name)
	s.fill("password", pass)
	s.press("main form .btn.primary")
}

func (s *screen) signOut() {
	s.t.Helper()
	s.do(chromedp.Click(chromedp.CSS(".menu summary")))
	s.press(".menu form button")
}

// shot keeps a picture of the whole page.
func (s *screen) shot(file string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	longer := eval[bool](s, `document.documentElement.scrollHeight > innerHeight`) // else one from the right would be moved aside
	r, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &longer})
	must(s.t, err)
	must(s.t, os.WriteFile(file, small(s.t, r.Data), 0o600))
}
