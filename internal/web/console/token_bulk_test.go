package console_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// standing is the state of a token, as the domain has it.
func (h *house) standing(t testing.TB, id pat.TokenID) pat.Status {
	t.Helper()
	tok, err := h.db.Token(context.Background(), id)
	must(t, err)
	return tok.Status(h.now())
}

func TestExactlyTheTickedTokensAreHit(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.create("of-bea") // 1
	v := h.signedIn(t, "ada")
	for _, name := range []string{"two", "three", "four", "five"} {
		v.create(name)
	}
	v.get("/profile/tokens")
	v.want(http.StatusOK, `aria-label="Select two"`, `name="pick.2"`)
	v.wantNot("pick.1")
	for _, act := range []string{"revoke", "pause", "", "explode"} {
		v.post("/profile/tokens/bulk?sort=name", "act", act)
		v.want(http.StatusUnprocessableEntity, "Select at least one token.", `href="#picks"`, "<title>Error: ", `aria-sort="ascending"`)
	}
	v.post("/profile/tokens/bulk", "act", "explode", "pick.2", "1")
	v.want(http.StatusUnprocessableEntity)
	v.post("/profile/tokens/bulk", "act", "revoke", "pick.2", "1", "pick.3", "1", "pick.1", "1", "pick.999", "1")
	v.want(http.StatusOK, "Revoke 2 tokens?", `name="pick.2"`, `name="pick.3"`)
	v.wantNot("of-bea", `name="pick.1"`)
	if got := h.standing(t, 2); got != pat.StatusLive {
		t.Errorf("before it is confirmed: %s", got)
	}
	v.post("/profile/tokens/bulk", "act", "pause", "pick.4", "1")
	v.want(http.StatusOK, "four", ">paused<")
	v.post("/profile/tokens/bulk", "act", "pause", "pick.4", "1", "pick.5", "1")
	v.want(http.StatusOK, "was already paused", ">paused<")
	v.post("/profile/tokens/bulk", "act", "revoke", "sure", "1", "pick.2", "1")
	v.want(http.StatusOK, ">revoked<")
	v.post("/profile/tokens/bulk", "act", "revoke", "sure", "1", "pick.1", "1", "pick.2", "1", "pick.3", "1")
	v.want(http.StatusOK, "was already ended", ">revoked<")
	v.wantNot("of-bea")
	for id, want := range map[pat.TokenID]pat.Status{1: pat.StatusLive, 2: pat.StatusRevoked, 3: pat.StatusRevoked, 4: pat.StatusPaused, 5: pat.StatusPaused} {
		if got := h.standing(t, id); got != want {
			t.Errorf("token %d is %s, want %s", id, got, want)
		}
	}
	v.get("/profile/tokens/bulk")
	v.want(http.StatusSeeOther)
}

func TestAdministratorsEndTheTickedForAReason(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.create("one")
	bea.create("two")
	v := h.signedIn(t, "ada")
	v.get("/admin/tokens")
	v.want(http.StatusOK, `aria-label="Select one"`)
	v.post("/admin/tokens/picked", "act", "revoke")
	v.want(http.StatusUnprocessableEntity, "Select at least one token.")
	v.post("/admin/tokens/picked", "act", "revoke", "pick.1", "1")
	v.want(http.StatusOK, "Revoke 1 token?", "<bdi>bea</bdi>", `id="reason"`)
	v.post("/admin/tokens/picked", "act", "revoke", "sure", "1", "pick.1", "1", "reason", " ")
	v.want(http.StatusUnprocessableEntity, "Enter a reason.", "<title>Error: ")
	v.post("/admin/tokens/picked", "act", "revoke", "sure", "1", "pick.1", "1", "reason", "seen in a log")
	v.want(http.StatusOK, ">revoked<")
	if h.standing(t, 1) != pat.StatusRevoked || h.standing(t, 2) != pat.StatusLive {
		t.Error("not exactly the ticked one has ended")
	}
	bea.get("/profile/tokens/1")
	bea.want(http.StatusOK, "seen in a log")
}

func TestAllThatMatchAreEndedByNumber(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.create("old-one")
	bea.create("old-two")
	h.sleep(2 * time.Hour)
	v := h.signedIn(t, "ada")
	v.create("new")
	v.get("/admin/tokens?q=old")
	v.want(http.StatusOK, `href="/admin/tokens/bulk?q=old"`, "Do something to all 2 tokens in this view")
	v.get("/admin/tokens/bulk")
	v.want(http.StatusOK, `value="2026-11-25T14:00"`)
	for _, tt := range []struct {
		name, says string
		fields     []string
	}{
		{"without a reason", "Enter a reason.", []string{"act", "revoke", "before", "2026-11-25T13:00"}},
		{"without an act", "Choose what is to be done.", []string{"reason", "x", "before", "2026-11-25T13:00"}},
		{"without anything that selects", "Say which tokens", []string{"act", "revoke", "reason", "x"}},
		{"a time that is none", "Enter a date with a time.", []string{"act", "revoke", "reason", "x", "before", "soon"}},
		{"a network that is none", "is not an address or a network", []string{"act", "revoke", "reason", "x", "from", "10.0.0.0/33"}},
	} {
		v.get("/admin/tokens/bulk")
		v.post("/admin/tokens/bulk", tt.fields...)
		v.want(http.StatusUnprocessableEntity, tt.says)
	}
	v.post("/admin/tokens/bulk", "act", "pause", "reason", "before the break-in", "before", "2026-11-25T13:00")
	v.want(http.StatusSeeOther)
	number := v.header.Get("Location")
	v.follow()
	v.want(http.StatusOK, "Pause 2 tokens?", "old-one", "old-two", "before the break-in", "<bdi>bea</bdi>")
	if h.standing(t, 1) != pat.StatusLive {
		t.Error("the preview has changed something")
	}
	v.post(number)
	v.follow()
	v.want(http.StatusOK, "Done", "2 of 2 gone through.", "2 were paused.")
	v.wantNot("The others")
	v.post(number)
	v.want(http.StatusSeeOther)
	if h.standing(t, 1) != pat.StatusPaused || h.standing(t, 3) != pat.StatusLive {
		t.Error("not exactly what was previewed is paused")
	}
	v.get("/admin/tokens/bulk")
	v.post("/admin/tokens/bulk?q=old-t&view=paused", "act", "revoke", "reason", "gone")
	v.follow()
	v.want(http.StatusOK, "Revoke 1 token?", "old-two")
	v.wantNot("old-one")
	for _, tt := range []struct{ query, says string }{ // what the list shows, and no more
		{"?view=breaks", "No token matches."},
		{"?ends=2026-11-26", "No token matches."},
		{"?idle=2026-11-20", "No token matches."},
		{"?view=never", "No token matches."},
		{"?view=anywhere&owner=1", "Revoke 1 token?"},
		{"?ends=2030-01-01&owner=2", "Revoke 2 tokens?"},
	} {
		v.get("/admin/tokens/bulk" + tt.query)
		v.want(http.StatusOK)
		v.post("/admin/tokens/bulk"+tt.query, "act", "revoke", "reason", "x")
		v.follow()
		v.want(http.StatusOK, tt.says)
	}
	for _, query := range []string{"", "?ends=x", "?idle=2026-13-01"} { // what narrows nothing is not all tokens
		v.get("/admin/tokens/bulk" + query)
		v.post("/admin/tokens/bulk"+query, "act", "revoke", "reason", "x")
		v.want(http.StatusUnprocessableEntity, "Say which tokens:")
	}
	bea = h.signedIn(t, "bea")
	bea.get("/profile")
	token := bea.body
	for _, path := range []string{number, "/admin/tokens/bulk", "/admin/tokens/picked"} {
		bea.get(path)
		bea.want(http.StatusNotFound)
		bea.view.body = token
		bea.post(path, "act", "revoke", "reason", "x", "before", "2026-11-25T13:00", "pick.1", "1")
		bea.want(http.StatusNotFound)
	}
}

func TestALostLaptopCostsAllTokens(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.create("of-bea")
	v := h.signedIn(t, "ada")
	v.create("one")
	v.create("two")
	v.get("/profile/security")
	v.want(http.StatusOK, `href="/profile/security/tokens"`)
	v.get("/profile/security/tokens")
	v.want(http.StatusOK, "This ends all 2 tokens.", "Type 2 to confirm.")
	for _, typed := range []string{"", "1", "3", "two", "-2"} {
		v.post("/profile/security/tokens", "count", typed)
		v.want(http.StatusUnprocessableEntity, "You have 2 tokens now.")
	}
	v.post("/profile/security/tokens", "count", " 2 ")
	v.follow()
	v.want(http.StatusOK, "All your tokens are revoked.")
	if h.standing(t, 1) != pat.StatusLive || h.standing(t, 2) != pat.StatusRevoked || h.standing(t, 3) != pat.StatusRevoked {
		t.Error("not exactly one's own tokens have ended")
	}
	v.get("/profile/security/tokens")
	v.want(http.StatusOK, "No tokens yet.")
	v.post("/profile/security/tokens", "count", "0")
	v.want(http.StatusUnprocessableEntity)
}

func TestAPasswordChangeOffersToRevoke(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile/password")
	v.wantNot(`name="revoke"`)
	v.create("one")
	v.get("/profile/password")
	v.want(http.StatusOK, "Also revoke my 1 live token")
	v.wantNot("checked")
	v.post("/profile/password", "current", pass, "new", pass+" one")
	v.want(http.StatusSeeOther)
	if h.standing(t, 1) != pat.StatusLive {
		t.Error("the token has ended unasked")
	}
	v.get("/profile/password")
	v.post("/profile/password", "current", "wrong", "new", pass+" two", "revoke", "1")
	v.want(http.StatusForbidden, `name="revoke" value="1" checked`)
	v.post("/profile/password", "current", pass+" one", "new", pass+" two", "revoke", "1")
	v.follow()
	v.want(http.StatusOK, "your tokens are revoked")
	if h.standing(t, 1) != pat.StatusRevoked {
		t.Error("the token goes on")
	}
}

func TestWhatEndsSoonIsSilencedForADay(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("hasty", "expiration", "1")
	for _, path := range []string{"/profile", "/profile/tokens"} {
		v.get(path)
		v.want(http.StatusOK, "<bdi>hasty</bdi> expires tomorrow at <bdi>23:59</bdi>.", `href="/profile/tokens/1/rotate"`)
		v.post("/profile/tokens/snooze", "next", path)
		v.want(http.StatusSeeOther)
		v.follow()
		v.wantNot("expires tomorrow")
		v.edit = func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: "jeton_snoozed", Value: "1." + strconv.FormatInt(h.now().Add(365*24*time.Hour).Unix(), 10)})
		}
		v.http.Jar = nil
		v.edit = func(*http.Request) {}
		v = h.signedIn(t, "ada")
	}
	v.post("/profile/tokens/snooze", "next", "//elsewhere.example/")
	if to := v.header.Get("Location"); strings.Contains(to, "elsewhere") {
		t.Errorf("leads to %s", to)
	}
	for value, hidden := range map[string]bool{
		"1." + strconv.FormatInt(h.now().Unix(), 10):                    true,
		"1." + strconv.FormatInt(h.now().Add(-23*time.Hour).Unix(), 10): true,
		"1." + strconv.FormatInt(h.now().Add(-24*time.Hour).Unix(), 10): false,
		"1." + strconv.FormatInt(h.now().Add(240*time.Hour).Unix(), 10): false, // cannot be hidden for good
		"2." + strconv.FormatInt(h.now().Unix(), 10):                    false, // another's
		"1.junk": false,
	} {
		v := h.signedIn(t, "ada")
		v.edit = func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "jeton_snoozed", Value: value}) }
		v.get("/profile/tokens")
		if got := !strings.Contains(v.body, "expires tomorrow"); got != hidden {
			t.Errorf("%s hides it: %v", value, got)
		}
	}
	h.sleep(12 * time.Hour)
	v = h.signedIn(t, "ada")
	v.get("/profile/tokens")
	v.want(http.StatusOK, "expires today at")
}
