package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// The value stands on the page that answers the form, works, and is nowhere else.
func TestATokenIsMadeAndShownOnce(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("ci-deploy", "note", "For the shop")
	v.want(http.StatusOK, "Token created: <bdi>ci-deploy</bdi>", "This is the only time this value is shown.", "<title>Token created: ci-deploy - Jeton</title>")
	if got := v.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	secret, weight := v.secret(), len(v.body)
	for _, m := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(v.body, -1)[:3] {
		v.get(m[1])
		v.want(http.StatusOK)
		if strings.Contains(m[1], ".js") && len(v.body) > 20_000 {
			t.Errorf("the script has %d bytes", len(v.body))
		}
		weight += h.transferred(t, m[1])
	}
	if weight > 30_000 {
		t.Errorf("the page has %d bytes in all", weight)
	}
	if status, body := h.call(t, secret); status != http.StatusOK || body != "Hello Ada" {
		t.Errorf("the value: %d %s", status, body)
	}
	for _, path := range []string{"/profile", "/profile/tokens", "/profile/tokens/1", "/profile/tokens/1/edit", "/profile/tokens/1/revoke"} {
		v.get(path)
		v.want(http.StatusOK, "ci-deploy")
		v.wantNot(secret, secret[:len(secret)-4])
	}
	v.get("/profile/tokens")
	v.want(http.StatusOK, "jtn_…"+secret[len(secret)-4:])
	if strings.Contains(h.log.String(), secret) {
		t.Error("the log has the value")
	}
}

// A form that was sent again makes no second token, whatever has happened since.
func TestAReloadMakesNoSecondToken(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile/tokens/new")
	form := url.Values{
		web.CSRFField: {v.hidden(web.CSRFField)}, "number": {v.hidden("number")},
		"name": {"ci"}, "expiration": {"30"}, "access": {"read"},
	}
	v.send("/profile/tokens/new", form)
	v.want(http.StatusOK)
	again := func() {
		t.Helper()
		v.send("/profile/tokens/new", form)
		v.want(http.StatusSeeOther)
		if v.follow(); !strings.Contains(v.body, "This form was already used.") {
			t.Errorf("a used form: %s", v.body)
		}
		v.wantNot("Token value")
	}
	again()
	v.get("/profile/tokens/1/revoke")
	v.post("/profile/tokens/1/revoke") // the name is free again
	again()
	if v.get("/profile/tokens?show=ended"); strings.Count(v.body, `class="name"`) != 1 {
		t.Error("there is a second token")
	}
}

func TestWhatIsWrongWithATokenIsSaid(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("taken")
	for _, tt := range []struct {
		name   string
		fields []string
		says   []string
	}{
		{"nothing at all", []string{"name", "", "expiration", "", "access", ""}, []string{"Enter a token name.", "Choose when the token expires.", "Choose at least one scope.", `href="#name"`, `href="#expiration"`, `href="#access"`, "There are 3 problems"}},
		{"a name that is taken", []string{"name", "taken"}, []string{"You already have a live token named “<bdi>taken</bdi>”.", `href="/profile/tokens/1"`}},
		{"a long name", []string{"name", strings.Repeat("x", 101)}, []string{"Use at most 100 characters for the name."}},
		{"a long note", []string{"note", strings.Repeat("x", 501)}, []string{"Use at most 500 characters for the note."}},
		{"a calendar without a date", []string{"expiration", "custom"}, []string{"Choose an expiration date."}},
		{"yesterday", []string{"expiration", "custom", "date", "2026-11-24"}, []string{"Choose a date between <bdi>25 Nov 2026</bdi> and <bdi>31 Dec 9999</bdi>."}},
		{"no date at all", []string{"expiration", "custom", "date", "soon"}, []string{"Choose a date between"}},
		{"a date and days", []string{"date", "2026-12-24"}, []string{"Keep one."}},
		{"never without the box", []string{"expiration", "never"}, []string{"Tick the box"}},
		{"a life that is not offered", []string{"expiration", "31"}, []string{"Choose one of the offered expirations."}},
		{"a network that is none", []string{"networks", "10.0.0.0/8\n10.0.0.0/33"}, []string{"Line 2, “<bdi>10.0.0.0/33</bdi>”, is not an address or a network."}},
		{"too many networks", []string{"networks", networks(33)}, []string{"Name at most 32 networks."}},
		{"scopes that there are not", []string{"access", "choose", "scope.admin", "1"}, []string{"Choose at least one scope."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v.t = t
			v.create("fresh", append([]string{"note", "kept <as> typed"}, tt.fields...)...)
			v.want(http.StatusUnprocessableEntity, append(tt.says, "<title>Error: Create API Token", `aria-invalid="true"`, `id="errors"`)...)
			if tt.name != "a long note" {
				v.want(http.StatusUnprocessableEntity, "kept &lt;as&gt; typed")
			}
		})
	}
	v.t = t
	if v.get("/profile/tokens"); strings.Count(v.body, `class="name"`) != 1 {
		t.Error("a refused form has made a token")
	}
}

func networks(n int) string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("10.0.%d.0/24", i))
	}
	return strings.Join(lines, "\r\n")
}

// What people have written is text, wherever it stands.
func TestNamesAreText(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	const name = `<img src=x>"&{{.}}`
	v.create(name, "note", name)
	v.want(http.StatusOK, "&lt;img src=x&gt;")
	v.wantNot("<img src=x>")
	v.create(name)
	v.want(http.StatusUnprocessableEntity, "&lt;img src=x&gt;")
	v.wantNot("<img src=x>")
	for _, path := range []string{"/profile", "/profile/tokens", "/profile/tokens/1", "/profile/tokens/1/edit", "/profile/tokens/1/rotate", "/profile/tokens/1/revoke"} {
		v.get(path)
		v.want(http.StatusOK, "&lt;img src=x&gt;")
		v.wantNot("<img src=x>")
	}
	v.get("/profile/tokens/new?networks=%3Cimg+src=x%3E&scope=%3Cimg&expires=%3Cimg")
	v.want(http.StatusOK, "networks=&lt;img")
	v.wantNot("=<img")
}

func TestNeverExpiresNeedsItsBox(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("always", never...)
	v.want(http.StatusOK, "Never Expires")
	v.get("/profile/tokens")
	v.want(http.StatusOK, "<span>Never</span>", `<span class="badge">Never expires</span>`)
}

// A chosen date ends with that day where the user is: page, list and API agree,
// and so does the refusal.
func TestADateEndsWhereTheUserIs(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile")
	v.post("/profile", "first_name", "Ada", "last_name", "L", "email", "ada@example.org", "language", "en", "time_zone", "Europe/Istanbul")
	v.create("dated", "expiration", "custom", "date", "2026-12-24")
	v.want(http.StatusOK, "Thu 24 Dec 2026, 23:59", "2026-12-24T20:59:59Z", "Times are in <bdi>Europe/Istanbul</bdi>.")
	secret := v.secret()
	v.get("/profile/tokens")
	v.want(http.StatusOK, `<time datetime="2026-12-24T20:59:59Z">24 Dec 2026, 23:59</time>`)
	h.sleep(time.Date(2026, 12, 24, 20, 59, 58, 0, time.UTC).Sub(noon))
	h.accepts(t, secret, "a value, a second before its end,")
	h.sleep(time.Second)
	h.refuses(t, secret, "a value at its end")
}

func TestPolicyBoundsWhatIsOffered(t *testing.T) {
	h := withAda(t)
	h.Policy.MaxLifetime = 90 * 24 * 60 * 60
	v := h.signedIn(t, "ada")
	v.get("/profile/tokens/new")
	v.want(http.StatusOK, "Your administrator allows at most 90 days.", `value="90"`, `max="2027-02-23"`,
		"ends Tue 23 Feb 2027, 12:00") // and not at the end of that day, which is too late
	v.wantNot(`value="365"`, `value="never"`)
	for _, life := range []string{"365", "never"} {
		v.create("long", "expiration", life, "sure", "1")
		v.want(http.StatusUnprocessableEntity, "Your administrator allows at most 90 days.")
	}
	v.create("long", "expiration", "custom", "date", "2027-02-24")
	v.want(http.StatusUnprocessableEntity, "Choose a date between <bdi>25 Nov 2026</bdi> and <bdi>23 Feb 2027</bdi>.")
	v.create("longest", "expiration", "90")
	v.want(http.StatusOK)
	v.create("dated", "expiration", "custom", "date", "2027-02-23")
	v.want(http.StatusOK)
	h.Policy.MaxLifetime = 60 * 60
	v.create("short", "expiration", "most")
	v.want(http.StatusOK, "25 Nov 2026, 13:00")
	h.Policy.NetworksRequired = true
	v.create("open", "expiration", "most")
	v.want(http.StatusUnprocessableEntity, "asks for the networks")
	h.Policy.MaxNamed = 3
	v.create("fourth", "expiration", "most", "networks", "10.0.0.0/8")
	v.want(http.StatusUnprocessableEntity, "You have 3 live tokens, the most allowed.")
	h.Policy.Creators = pat.Nobody
	v.get("/profile/tokens/new")
	v.want(http.StatusOK, "turned off token creation")
	v.wantNot(`id="name"`)
	v.post("/profile/tokens/new", "name", "x", "expiration", "most", "access", "read", "networks", "10.0.0.0/8")
	v.want(http.StatusUnprocessableEntity, "turned off token creation")
}

// A link fills the form in, says so, and does nothing else.
func TestALinkFillsTheFormIn(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile/tokens/new?name=ci&note=%3Cb%3E&expires=90d&scope=read+shine&networks=10.0.0.0/8,nowhere")
	v.want(http.StatusOK, "A link filled in the following.", `value="ci"`, "&lt;b&gt;", `value="90" checked`, `value="read" checked`, "10.0.0.0/8</textarea>",
		"scope=shine", "networks=nowhere", `href="#name"`, `href="#expiration"`)
	v.get("/profile/tokens/new?expires=never")
	v.want(http.StatusOK, `value="never" class="is-never" checked`)
	v.wantNot(`name="sure" value="1" checked`)
	v.get("/profile/tokens/new?expires=2026-12-24")
	v.want(http.StatusOK, `value="2026-12-24"`, `value="custom" class="is-custom" checked`)
	v.get("/profile/tokens/new?expires=45d")
	v.want(http.StatusOK, `value="2027-01-09"`)
	for _, junk := range []string{"0d", "-1d", "1y", "2026-11-01", "2026-13-01", "%3Cscript%3E", "99999999999999999999d"} {
		v.get("/profile/tokens/new?expires=" + junk)
		v.want(http.StatusOK, "expires=", `value="30" checked`)
		v.wantNot("<script>")
	}
	if v.get("/profile/tokens"); !strings.Contains(v.body, "No tokens yet.") {
		t.Error("a link has made a token")
	}
}

// Making a token asks for the password when it was proved too long ago, and then
// goes on with what was typed; ending one never asks.
func TestMakingATokenIsConfirmed(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("first")
	h.sleep(16 * time.Minute)
	v.create("second", "note", "kept")
	v.want(http.StatusForbidden, "Confirm it is you", "Next: create the token <bdi>second</bdi>.")
	form := with(v.carried(), "password", "wrong horse staple")
	v.send("/confirm", form)
	v.want(http.StatusForbidden, "This is not your password.")
	form.Set("password", pass)
	v.send("/confirm", form)
	v.want(http.StatusOK, "Token created: <bdi>second</bdi>")
	v.secret()
	v.send("/confirm", form) // a reload
	v.want(http.StatusSeeOther)
	v.follow()
	v.want(http.StatusOK, "already used", "kept")
	v.create("third")
	v.want(http.StatusOK)
	h.sleep(20 * time.Minute)
	v.get("/profile/tokens/1/revoke")
	v.post("/profile/tokens/1/revoke", "why", "leaked")
	v.want(http.StatusSeeOther)
	v.follow()
	v.want(http.StatusOK, "What now: <bdi>first</bdi>", "Create a replacement")
	v.get("/profile/tokens/1")
	v.want(http.StatusOK, "Revoked", "Leaked")
}

// A session that is over loses nothing that was typed, and makes nothing
// without another look at it.
func TestAFormSurvivesTheEndOfASession(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile/tokens/new")
	h.sleep(time.Hour)
	v.post("/profile/tokens/new", "number", v.hidden("number"), "name", "kept", "expiration", "7", "access", "write", "networks", "10.0.0.0/8")
	v.want(http.StatusForbidden, "Your session is over.", "What you typed is kept")
	v.send("/signin", with(v.carried(), "username", "ada", "password", pass))
	v.want(http.StatusOK, `value="kept"`, `value="7" checked`, `value="write" checked`, "10.0.0.0/8</textarea>")
	if v.get("/profile/tokens"); !strings.Contains(v.body, "No tokens yet.") {
		t.Error("a token was made without a look at it")
	}
}

func TestATokenIsRevoked(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci")
	h.call(t, secret)
	h.flush(t)
	v.get("/profile/tokens/1/revoke")
	v.want(http.StatusOK, "Revoke “<bdi>ci</bdi>”?", "just now", "1 call in 30 days", `href="/profile/tokens/1" autofocus`)
	v.post("/profile/tokens/1/revoke")
	v.follow()
	v.want(http.StatusOK, `<span class="chip revoked">Revoked</span>`)
	h.refuses(t, secret, "a revoked value")
	v.post("/profile/tokens/1/revoke")
	v.want(http.StatusOK, `<p class="said" role="status">Already revoked on Wed 25 Nov 2026, 12:00.`)
	v.get("/profile/tokens/1/revoke")
	v.want(http.StatusOK, "Already revoked on Wed 25 Nov 2026, 12:00.")
	for _, act := range []string{"edit", "rotate"} {
		v.get("/profile/tokens/1/" + act)
		v.want(http.StatusConflict, `<p class="note warn" role="status">Already revoked on Wed 25 Nov 2026, 12:00.`, "Create a replacement", `<input type="hidden" name="name" value="ci">`, `href="/profile/tokens/1"`)
	}
	v.post("/profile/tokens/1/pause")
	v.want(http.StatusConflict, "Already revoked on Wed 25 Nov 2026, 12:00.")
}

func TestATokenIsEdited(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.create("ci", "networks", "10.0.0.0/8")
	v.create("other")
	v.get("/profile/tokens/1/edit")
	v.want(http.StatusOK, `value="ci"`, "10.0.0.0/8</textarea>", "The end can be moved forward only.")
	v.post("/profile/tokens/1/edit", "name", "cd", "note", "new", "date", "2026-12-01", "networks", "10.1.0.0/16")
	v.want(http.StatusSeeOther)
	v.follow()
	v.want(http.StatusOK, "Saved.", "<h1 dir=\"auto\">cd</h1>", "new", "10.1.0.0/16", "Tue 1 Dec 2026, 23:59")
	for name, tt := range map[string]struct{ fields, says []string }{
		"a later end":     {[]string{"date", "2026-12-02"}, []string{"Choose a date between"}},
		"a taken name":    {[]string{"name", "other"}, []string{"You already have a live token named"}},
		"no name":         {[]string{"name", ""}, []string{"Enter a token name."}},
		"a wrong network": {[]string{"networks", "x"}, []string{"Line 1"}},
	} {
		v.get("/profile/tokens/1/edit")
		v.post("/profile/tokens/1/edit", append([]string{"name", "cd", "networks", "10.1.0.0/16"}, tt.fields...)...)
		if v.status != http.StatusUnprocessableEntity || !strings.Contains(v.body, tt.says[0]) {
			t.Errorf("%s: %d", name, v.status)
		}
	}
	h.sleep(16 * time.Minute)
	v.get("/profile/tokens/1/edit")
	v.post("/profile/tokens/1/edit", "name", "cd", "networks", "10.1.2.0/24")
	v.want(http.StatusSeeOther) // narrower: nothing to confirm
	v.get("/profile/tokens/1/edit")
	v.post("/profile/tokens/1/edit", "name", "cd", "networks", "")
	v.want(http.StatusForbidden, "Next: let <bdi>cd</bdi> be used from more networks.")
	v.proves()
	v.want(http.StatusSeeOther)
	v.follow()
	v.want(http.StatusOK, "From anywhere")
}

// What is another's is as if it were not there, also for administrators.
func TestOthersTokensAreNotThere(t *testing.T) {
	h := withAda(t)
	h.signedIn(t, "ada").create("hers")
	h.signedIn(t, "bea").create("mine")
	for name, id := range map[string]string{"bea": "1", "ada": "2"} {
		v := h.signedIn(t, name)
		for _, path := range []string{"/profile", "/profile/tokens", "/profile/tokens?q=e"} {
			if v.get(path); strings.Count(v.body, `class="name"`) != 1 || strings.Contains(v.body, "/profile/tokens/"+id+`"`) {
				t.Errorf("%s sees another's token at %s", name, path)
			}
		}
		v.get("/profile/tokens/999")
		missing := strings.ReplaceAll(v.body, "/profile/tokens/999", "")
		for _, path := range []string{"", "/edit", "/revoke"} {
			v.get("/profile/tokens/" + id + path)
			v.want(http.StatusNotFound)
			if strings.ReplaceAll(v.body, "/profile/tokens/"+id+path, "") != missing {
				t.Errorf("%s: another page than for a token that does not exist", path)
			}
		}
		v.get("/profile")
		v.post("/profile/tokens/"+id+"/revoke", "why", "leaked")
		v.want(http.StatusNotFound)
		v.get("/profile")
		v.post("/profile/tokens/"+id+"/edit", "name", "x")
		v.want(http.StatusNotFound)
	}
}

// After a call the pages have its address and count, and why another was refused.
func TestUseIsShown(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci")
	h.call(t, secret)
	h.Uses.Refused(1, h.now(), netip.MustParseAddr("203.0.113.9"), pat.ReasonNetwork)
	h.flush(t)
	v.get("/profile/tokens")
	v.want(http.StatusOK, "just now", "127.0.0.1")
	v.get("/profile/tokens/1")
	v.want(http.StatusOK, "1 accepted call", "1 refused", "<svg", `<th scope="row">25 Nov 2026</th><td class="num">1</td><td class="num">1</td>`, "<td>Network not allowed</td>", "203.0.113.9")
	v.get("/profile/tokens/1?days=90")
	v.want(http.StatusOK, `href="?days=90#use" aria-current="true"`)
}

func TestTheListIsSearchedSortedAndPaged(t *testing.T) {
	h := withAda(t)
	ctx := context.Background()
	who := pat.Principal{User: 1, Name: "ada", Admin: true, Credential: pat.ByPassword}
	for i := range 60 {
		_, _, err := h.CreateToken(ctx, who, pat.TokenRequest{
			Owner: 1, Name: fmt.Sprintf("token-%02d", i), Description: fmt.Sprintf("Note %d", i), Scopes: "read", Origin: pat.OriginConsole,
			Expiry: pat.Expiry{After: int64(i+1) * 24 * 60 * 60},
		})
		must(t, err)
	}
	v := h.signedIn(t, "ada")
	v.get("/profile/tokens")
	v.want(http.StatusOK, "1–25 of 60", `aria-sort="ascending"`, `rel="next" href="/profile/tokens?page=2"`, "Active <b>60</b>", "Expiring in 14 days <b>14</b>")
	v.want(http.StatusOK, "<bdi>token-00</bdi> expires tomorrow at <bdi>12:00</bdi>.", `href="/profile/tokens/1/rotate">Rotate it now`)
	if a, b := strings.Index(v.body, `dir="auto">token-00`), strings.Index(v.body, `dir="auto">token-01`); a < 0 || b < a {
		t.Error("the soonest end does not come first")
	}
	v.get("/profile/tokens?page=3&sort=-name")
	v.want(http.StatusOK, "51–60 of 60", `aria-sort="descending"`, "token-00", `rel="prev" href="/profile/tokens?page=2&amp;sort=-name"`)
	v.get("/profile/tokens?page=9")
	v.want(http.StatusSeeOther)
	v.get("/profile/tokens?q=NOTE+59")
	v.want(http.StatusOK, "token-59", "1–1 of 1", `value="NOTE 59"`)
	list, _, err := h.Tokens(ctx, who, pat.Query{Where: []pat.Cond{{Field: "name", Op: pat.Equal, Value: "token-33"}}, Limit: 1})
	must(t, err)
	v.get("/profile/tokens?q=" + list[0].LastFour)
	v.want(http.StatusOK, "token-33")
	v.get("/profile/tokens?q=nothing")
	v.want(http.StatusOK, "No token matches.", `<a href="/profile/tokens">Clear the filters</a>`)
	v.get("/profile/tokens?show=soon&sort=name")
	v.want(http.StatusOK, "1–14 of 14", `aria-current="true">Expiring in 14 days`)
	v.get("/profile/tokens?show=x&sort=digest&page=-1&page=2")
	v.want(http.StatusOK, "1–25 of 60")
	v.get("/profile")
	v.want(http.StatusOK, "See all 60 tokens", "token-09")
	v.wantNot("token-10")
}
