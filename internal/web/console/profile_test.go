package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/words"
	"jeton/internal/words/wordstest"
)

func TestTheProfileIsSaved(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile")
	v.want(http.StatusOK, `value="Lovelace"`, "Ask an administrator to change it.", "No tokens yet.")
	good := []string{"first_name", " Augusta ", "last_name", "King", "email", "ada@example.org", "language", "de", "time_zone", "Europe/Berlin"}
	v.post("/profile", good...)
	v.want(http.StatusSeeOther)
	v.follow()
	v.want(http.StatusOK, "Gespeichert.", `value="Augusta"`, `<html lang="de" dir="ltr"`, "Mein Profil", "Europe/Berlin")
	if v.get("/profile"); strings.Contains(v.body, "Gespeichert.") {
		t.Error("the message is shown twice")
	}
	for name, spoil := range map[string][]string{
		"no email":       {"email", "nowhere"},
		"a long name":    {"first_name", strings.Repeat("x", 151)},
		"no such zone":   {"time_zone", "Mars/Olympus"},
		"the local zone": {"time_zone", "Local"},
	} {
		v.get("/profile")
		v.post("/profile", append(append([]string{}, good...), spoil...)...)
		if v.status != http.StatusUnprocessableEntity || !strings.Contains(v.body, `<title>Fehler:`) || !strings.Contains(v.body, `aria-invalid="true"`) {
			t.Errorf("%s: %d", name, v.status)
		}
	}
	v.get("/profile")
	v.post("/profile", append(append([]string{}, good...), "language", "xx")...)
	if v.follow(); !strings.Contains(v.body, `<html lang="de"`) {
		t.Error("a language that there is not was taken")
	}
}

func TestAnotherEmailIsConfirmed(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	h.sleep(16 * time.Minute)
	v.get("/profile")
	v.post("/profile", "first_name", "A", "email", "ada@example.org")
	v.want(http.StatusSeeOther)
	v.get("/profile")
	v.post("/profile", "first_name", "B", "email", "ada@example.com")
	v.want(http.StatusForbidden, "Next: change the email to <bdi>ada@example.com</bdi>.")
	v.proves()
	v.follow()
	v.want(http.StatusOK, "Saved.", `value="ada@example.com"`, `value="B"`)
}

func TestAPasswordIsChanged(t *testing.T) {
	h := withAda(t)
	other, v := h.signedIn(t, "ada"), h.signedIn(t, "ada")
	h.sleep(16 * time.Minute)
	const better = "seven odd turnips sing"
	for _, tt := range []struct {
		name, current, new string
		status             int
		says               string
	}{
		{"nothing typed", "", "", http.StatusUnprocessableEntity, "Enter a new password."},
		{"a wrong one", "wrong horse staple", better, http.StatusForbidden, "This is not your password."},
		{"a short one", pass, "short9", http.StatusUnprocessableEntity, "Choose another one."},
		{"as it should be", pass, better, http.StatusSeeOther, ""},
	} {
		v.get("/profile/password")
		v.want(http.StatusOK, "At least 12 characters.")
		v.post("/profile/password", "current", tt.current, "new", tt.new)
		if v.status != tt.status || !strings.Contains(v.body, tt.says) || tt.new != "" && strings.Contains(v.body, tt.new) {
			t.Errorf("%s: %d %s", tt.name, v.status, v.body)
		}
	}
	v.follow()
	v.want(http.StatusOK, "Your password is changed")
	if other.get("/profile"); other.status != http.StatusSeeOther {
		t.Errorf("the other session goes on: %d", other.status)
	}
}

func TestSessionsAreEnded(t *testing.T) {
	h := withAda(t)
	v, a, b := h.signedIn(t, "ada"), h.signedIn(t, "ada"), h.signedIn(t, "ada")
	bea := h.signedIn(t, "bea")
	v.get("/profile/security")
	v.want(http.StatusOK, "End all 2 other sessions", "127.0.0.1", "This one")
	v.post("/profile/security/end", "id", "2")
	v.follow()
	v.want(http.StatusOK, "The session is over.", "End 1 other session")
	if a.get("/profile"); a.status != http.StatusSeeOther {
		t.Errorf("the ended session goes on: %d", a.status)
	}
	bea.get("/profile/security")
	if bea.post("/profile/security/end", "id", "1"); bea.status != http.StatusNotFound {
		t.Errorf("another's session: %d", bea.status)
	}
	v.post("/profile/security/end-others")
	v.follow()
	v.want(http.StatusOK, "Your other sessions are over.")
	if b.get("/profile"); b.status != http.StatusSeeOther {
		t.Errorf("the other session goes on: %d", b.status)
	}
	if bea.get("/profile"); bea.status != http.StatusOK {
		t.Errorf("another user's session: %d", bea.status)
	}
	v.get("/profile/security")
	v.post("/profile/security/end", "id", "1")
	if v.get("/profile"); v.status != http.StatusSeeOther {
		t.Errorf("ending the own session does not sign out: %d", v.status)
	}
}

// The profile's language comes before the cookie's, that before what the
// browser accepts.
func TestLanguageIsChosen(t *testing.T) {
	h := withAda(t)
	v := h.visitor(t)
	lang := func(want string) {
		t.Helper()
		if v.get("/signin"); v.status == http.StatusSeeOther {
			v.get("/profile")
		}
		if !strings.Contains(v.body, `<html lang="`+want+`"`) || v.header.Get("Content-Language") != want {
			t.Errorf("want %s: %.60s", want, v.body)
		}
	}
	lang("en")
	v.edit = func(r *http.Request) { r.Header.Set("Accept-Language", "fr, de-AT;q=0.8, en;q=0.5") }
	lang("de")
	v.post("/preferences", "language", "tr", "theme", "dark", "next", "/signin")
	v.want(http.StatusSeeOther)
	lang("tr")
	v.want(http.StatusOK, `data-theme="dark"`)
	v.post("/preferences", "language", "xx", "theme", "system")
	lang("tr")
	v.wantNot("data-theme")
	v.post("/signin", "username", "ada", "password", pass)
	lang("tr")
	v.post("/profile", "first_name", "", "last_name", "", "email", "ada@example.org", "language", "de")
	lang("de")
	v.post("/preferences", "language", "en", "next", "//evil.example")
	if to := v.header.Get("Location"); to != "/" {
		t.Errorf("the switch leads to %q", to)
	}
	lang("en") // the switch has changed the profile
}

// Every page is in one language throughout, whatever was chosen.
func TestPagesAreTranslatedThroughout(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	secret := v.created("ci-deploy", never...)
	h.call(t, secret)
	h.flush(t)
	v.get("/profile/tokens/1/rotate")
	v.post("/profile/tokens/1/rotate", "number", v.hidden("number"), "overlap", "day")
	v.makes("cem", "disabled", "1")
	v.makes("robot", "kind", "service", "auditor", "1")
	h.rule(t, pat.Setting{Key: "max_lifetime", Value: int64(86400), Subject: pat.Subject{Role: pat.Roles[0]}})
	bea := h.signedIn(t, "bea")
	bea.create("hers")
	v.get("/admin/tokens/3/pause")
	v.post("/admin/tokens/3/pause", "reason", "Grund")
	v.get("/admin/tokens/bulk")
	v.post("/admin/tokens/bulk", "act", "resume", "before", "2026-11-25T12:30", "reason", "Grund")
	v.want(http.StatusSeeOther)
	keys, err := words.Keys(words.Text("en"))
	must(t, err)
	book, err := wordstest.Book()
	must(t, err)
	english := book.Speaker("en")
	for _, tag := range []string{"tr", "de", wordstest.Mirrored} {
		v.get("/profile")
		v.post("/preferences", "language", tag)
		for _, path := range []string{
			"/profile", "/profile/security", "/profile/password", "/profile/tokens", "/profile/tokens/new", "/profile/tokens/1",
			"/profile/tokens/1/edit", "/profile/tokens/1/revoke", "/confirm", "/help", "/help/tokens", "/help/api", "/nowhere",
			"/profile/security/tokens", "/profile/notices", "/profile/tokens/find", "/profile/tokens?show=ended", "/profile/tokens?q=nothing",
			"/profile/tokens/2", "/profile/tokens/2/rotate", "/profile/tokens/new?name=x&scope=shine&expires=9d",
			"/admin/tokens", "/admin/tokens?view=breaks", "/admin/tokens?q=nothing", "/admin/tokens/3", "/admin/tokens/3/end", "/admin/tokens/3/revoke",
			"/admin/tokens/3/pause", "/admin/tokens/3/resume", "/admin/tokens/bulk", "/admin/tokens/bulk?view=never", "/admin/tokens/bulk/1",
			"/admin/users", "/admin/users?q=nothing", "/admin/users/new", "/admin/users/new?kind=service", "/admin/users/1", "/admin/users/2",
			"/admin/users/3", "/admin/users/4", "/admin/users/2/disable", "/admin/users/3/enable", "/admin/users/2/signout", "/admin/users/2/revoke",
			"/admin/users/2/reset", "/admin/users/2/delete", "/admin/users/4/tokens/new", "/admin/audit", "/admin/audit?q=nothing", "/admin/audit/3", "/admin/audit/8",
			"/admin/policy", "/admin/policy/stricter?user=2&rule=max_lifetime", "/admin/policy/stricter?role=plain&rule=max_lifetime",
		} {
			v.get(path)
			if path != "/nowhere" && v.status != http.StatusOK {
				t.Errorf("%s: %d", path, v.status)
			}
			if !strings.Contains(v.body, `<html lang="`+tag+`"`) {
				t.Errorf("%s is not in %s", path, tag)
			}
			for _, key := range keys {
				text := english.Say(key, nil)
				if strings.Contains(text, "{{") || text == book.Speaker(tag).Say(key, nil) {
					continue
				}
				if strings.Contains(v.body, ">"+text+"<") || len(text) > 20 && strings.Contains(v.body, text) {
					t.Errorf("%s in %s: says %q", path, tag, text)
				}
			}
		}
	}
}

// A password that was changed stays so when the tokens cannot be revoked with it:
// both are said, where they can be revoked.
func TestAPasswordIsChangedThoughTheTokensStay(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.create("ci")
	bea.get("/profile/password")
	h.noBulk = true
	bea.post("/profile/password", "current", pass, "new", pass+" new", "revoke", "1")
	bea.want(http.StatusSeeOther)
	bea.follow()
	bea.want(http.StatusOK, "Your password is changed", "Your tokens could not all be revoked. Revoke them here.", `name="count"`)
	h.noBulk = false
	bea.post("/profile/security/tokens", "count", "1")
	bea.want(http.StatusSeeOther)
	if h.standing(t, 1) != pat.StatusRevoked {
		t.Error("the token is not revoked")
	}
	again := h.visitor(t)
	again.get("/signin")
	again.post("/signin", "username", "bea", "password", pass+" new")
	again.want(http.StatusSeeOther)
}
