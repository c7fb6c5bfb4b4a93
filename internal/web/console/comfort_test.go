package console_test

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// transferred is how many bytes a browser is sent of an asset.
func (h *house) transferred(t *testing.T, path string) int {
	t.Helper()
	r, err := http.NewRequest("GET", h.URL+path, nil)
	must(t, err)
	r.Header.Set("Accept-Encoding", "gzip, br") // by which the client leaves it as it comes
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	if got := answer.Header.Get("Vary"); got != "Accept-Encoding" {
		t.Errorf("%s: Vary: %q", path, got)
	}
	return len(body)
}

// The page that shows a value is told of the first calls with it, written or
// not, and so is nobody else.
func TestTheFirstCallIsWatched(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci", "access", "write")
	v.want(http.StatusOK, `data-watch="/profile/tokens/1/first"`, "Waiting for the first call…")
	const path = "/profile/tokens/1/first"
	v.get(path)
	v.want(http.StatusOK, `{"text":"","done":false}`)
	if got := v.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	h.Uses.Refused(1, h.now(), netip.MustParseAddr("203.0.113.9"), pat.ReasonNetwork)
	v.get(path)
	v.want(http.StatusOK, "from 203.0.113.9 was refused: Network not allowed.", `"done":false`)
	h.call(t, secret)
	h.sleep(3 * time.Second)
	for range 2 {
		v.get(path)
		v.want(http.StatusOK, `{"text":"First call 3 seconds ago from 127.0.0.1: accepted.","done":true}`)
		h.flush(t)
	}
	bea := h.signedIn(t, "bea")
	for name, other := range map[string]*visitor{"somebody else": bea, "nobody": h.visitor(t)} {
		if other.get(path); other.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, other.status)
		}
	}
	if v.get("/profile/tokens/99/first"); v.status != http.StatusNotFound {
		t.Errorf("no token: %d", v.status)
	}
}

// Owners are told what an administrator did to their tokens, and why.
func TestOwnersReadNotices(t *testing.T) {
	h := withAda(t)
	ada, bea := h.signedIn(t, "ada"), h.signedIn(t, "bea")
	bea.get("/profile/notices")
	bea.want(http.StatusOK, "No notices")
	bea.wantNot(`class="count"`)
	bea.create("ci")
	ada.get("/admin/tokens/1/revoke")
	ada.post("/admin/tokens/1/revoke", "reason", "seen <b>in public</b>")
	ada.want(http.StatusSeeOther)
	bea.get("/profile/tokens")
	bea.want(http.StatusOK, `<b class="count">1<span class="away"> unread</span></b>`)
	bea.get("/profile/notices")
	bea.want(http.StatusOK, "Token revoked", "seen &lt;b&gt;in public&lt;/b&gt;", `<a href="/profile/tokens/1" dir="auto">ci</a>`, "<bdi>ada</bdi>", ">New<")
	bea.wantNot("127.0.0.1") // from where an administrator acts is not theirs to know
	bea.post("/profile/notices/read", "to", bea.hidden("to"))
	bea.follow()
	bea.want(http.StatusOK, "Token revoked")
	bea.wantNot(`class="count"`, ">New<", "Mark all as read")
	bea.post("/profile/notices/read", "to", "x")
	bea.want(http.StatusUnprocessableEntity)
	bea.get("/profile/tokens/1")
	bea.want(http.StatusOK, "Revoked", "seen &lt;b&gt;in public&lt;/b&gt;")
	ada.get("/profile/notices")
	ada.want(http.StatusOK)
	ada.wantNot("Token revoked")
}

var noticeItem = regexp.MustCompile(`<li[ >]`)

func TestNoticesArePaged(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "bea")
	v.create("ci")
	ctx := context.Background()
	for range 15 {
		_, err := h.PauseToken(ctx, operator, 1, "")
		must(t, err)
		_, err = h.ResumeToken(ctx, operator, 1)
		must(t, err)
	}
	v.get("/profile/notices")
	older := regexp.MustCompile(`href="(/profile/notices\?before=\d+)"`).FindStringSubmatch(v.body)
	if n := len(noticeItem.FindAllString(v.body, -1)); n != 25 || older == nil {
		t.Fatalf("%d on the first page, then %v", n, older)
	}
	v.get(older[1])
	v.want(http.StatusOK, "on the command line")
	if n := len(noticeItem.FindAllString(v.body, -1)); n != 5 {
		t.Errorf("%d on the second page", n)
	}
}

// What the use of a token and the clock bring is told, with from where it came.
func TestUseAndTheClockAreTold(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("ci", "expiration", "1")
	h.call(t, v.secret())
	h.flush(t)
	h.Uses.Accepted(1, h.now(), netip.MustParseAddr("198.51.100.7"))
	for range pat.ManyRefused {
		h.Uses.Refused(1, h.now(), netip.MustParseAddr("203.0.113.9"), pat.ReasonNetwork)
	}
	h.flush(t)
	v.get("/profile/notices")
	v.want(http.StatusOK, "Token used for the first time", "127.0.0.1", "Token used from a new network", "198.51.100.7", "Token refused often", "Network not allowed", "203.0.113.9")
	h.sleep(48 * time.Hour)
	must(t, h.TellExpired(context.Background()))
	v = h.signedIn(t, "ada")
	v.get("/profile/notices")
	v.want(http.StatusOK, "Token expired", "by itself")
	v.get("/profile")
	v.post("/profile", "email", "ada@example.org", "notices", "1")
	v.get("/profile/notices")
	v.want(http.StatusOK, "No notices")
}

func TestNoticesAreChosen(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	h.sleep(time.Minute)
	v.create("soon", "expiration", "1")
	v.get("/profile/tokens")
	v.want(http.StatusOK, `class="note warn bar"`)
	v.get("/profile")
	v.want(http.StatusOK, `name="notice.ending" value="1" checked`, `name="notice.refused" value="1" checked`)
	v.post("/profile", "email", "ada@example.org", "notices", "1", "notice.refused", "1")
	v.follow()
	v.want(http.StatusOK, "Saved.", `name="notice.ending" value="1">`, `name="notice.refused" value="1" checked`)
	v.get("/profile/tokens")
	v.wantNot(`class="note warn bar"`)
	v.get("/profile")
	v.post("/profile", "email", "ada@example.org") // a form that does not ask
	v.get("/profile")
	v.want(http.StatusOK, `name="notice.ending" value="1">`)
}

// A list shows how each token was used, and the addresses of one fill the form in.
func TestUseIsShownSmallAndTakenOver(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci")
	v.create("idle")
	h.call(t, secret)
	h.Uses.Refused(1, h.now(), netip.MustParseAddr("203.0.113.9"), pat.ReasonNetwork)
	h.flush(t)
	for _, path := range []string{"/profile/tokens", "/profile"} {
		v.get(path)
		v.want(http.StatusOK, `role="img" aria-label="2 calls in 30 days, 1 refused"`)
		if n := strings.Count(v.body, `class="spark"`); n != 1 {
			t.Errorf("%s: %d pictures", path, n)
		}
	}
	v.get("/profile/tokens/1")
	v.want(http.StatusOK, `<input type="hidden" name="networks" value="127.0.0.1"><button class="btn">Allow only these</button>`)
	v.get("/profile/tokens/1/edit?networks=127.0.0.1+nonsense")
	v.want(http.StatusOK, ">127.0.0.1</textarea>", "Nothing is changed until you save.")
	tok, err := h.db.Token(context.Background(), 1)
	must(t, err)
	if len(tok.Networks) > 0 {
		t.Errorf("the link has set %v", tok.Networks)
	}
}

// The old value of a rotation is told to be in use, or safe to stop.
func TestRotatedValuesAreWatched(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci")
	h.call(t, secret)
	h.sleep(time.Minute)
	v.get("/profile/tokens/1/rotate")
	v.post("/profile/tokens/1/rotate", "number", v.hidden("number"), "overlap", "day")
	h.sleep(time.Minute)
	v.get("/profile/tokens/1")
	v.want(http.StatusOK, "Not used since the rotation: safe to stop now.", "Stop the old value now")
	h.call(t, secret)
	h.sleep(2 * time.Minute)
	v.get("/profile/tokens/1")
	v.want(http.StatusOK, "Last used 2 minutes ago: still in use.")
}

var unsafe = regexp.MustCompile(`unsafe-|https?:|\*|data:`)

// No page lets scripts or styles stand in it, or asks anybody else.
func TestPagesAreStrict(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("ci")
	v.secret()
	check := func(what string) {
		t.Helper()
		csp := v.header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "connect-src 'self'") || unsafe.MatchString(csp) {
			t.Errorf("%s: %q", what, csp)
		}
		for _, m := range regexp.MustCompile(`(?:src|action)="([^"]*)"|<(?:link|a) [^>]*href="([^"]*)"`).FindAllStringSubmatch(v.body, -1) {
			if to := m[1] + m[2]; !strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "#") && !strings.HasPrefix(to, "?") {
				t.Errorf("%s leads to %q", what, to)
			}
		}
		if regexp.MustCompile(`(?i)<style|<script>| style=| on[a-z]+=`).MatchString(v.body) {
			t.Errorf("%s has a style or a script in it", what)
		}
	}
	check("the page with the value")
	for _, path := range []string{
		"/signin", "/help", "/setup", "/nowhere", "/confirm", "/profile", "/profile/password", "/profile/security", "/profile/notices",
		"/profile/tokens", "/profile/tokens/new", "/profile/tokens/1", "/profile/tokens/1/edit", "/profile/tokens/1/rotate",
		"/profile/tokens/1/revoke", "/admin/tokens", "/admin/tokens/1", "/admin/audit", "/admin/audit/1",
	} {
		if v.get(path); v.status == http.StatusSeeOther {
			continue
		}
		check(path)
	}
}
