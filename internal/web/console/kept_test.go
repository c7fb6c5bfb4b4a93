package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// keptForms are the forms that are not lost with the session, each with
// something typed that its page shows again.
var keptForms = []struct {
	page, path string
	fields     []string
	says       string
}{
	{"/profile/tokens/new", "/profile/tokens/new", []string{"name", "zypress", "expiration", "7", "access", "read"}, `value="zypress"`},
	{"/profile/tokens/1/edit", "/profile/tokens/1/edit", []string{"name", "zypress", "networks", "10.0.0.0/8"}, `value="zypress"`},
	{"/profile/tokens/1/rotate", "/profile/tokens/1/rotate", []string{"overlap", "hour"}, `value="hour" checked`},
	{"/profile", "/profile", []string{"first_name", "zypress", "email", "zypress@example.org"}, `value="zypress@example.org"`},
	{"/admin/users/new", "/admin/users/new", []string{"username", "zypress"}, `value="zypress"`},
	{"/admin/users/2", "/admin/users/2", []string{"username", "bea", "first_name", "zypress"}, `value="zypress"`},
	{"/admin/users/2/reset", "/admin/users/2/reset", []string{"revoke", "1"}, `name="revoke" value="1" checked`},
	{"/admin/users/2/delete", "/admin/users/2/delete", []string{"typed", "bea"}, `value="bea"`},
	{"/admin/users/3/tokens/new", "/admin/users/3/tokens/new", []string{"name", "zypress", "expiration", "7", "access", "read"}, `value="zypress"`},
	{"/admin/tokens/3/edit", "/admin/tokens/3/edit", []string{"name", "zypress"}, `value="zypress"`},
	{"/admin/tokens/3/rotate", "/admin/tokens/3/rotate", []string{"overlap", "hour"}, `value="hour" checked`},
	{"/admin/tokens/2/revoke", "/admin/tokens/2/revoke", []string{"reason", "zypress"}, ">zypress</textarea>"},
	{"/admin/tokens/2/pause", "/admin/tokens/2/pause", []string{"reason", "zypress"}, ">zypress</textarea>"},
	{"/admin/tokens/2/end", "/admin/tokens/2/end", []string{"date", "2026-11-30", "reason", "zypress"}, ">zypress</textarea>"},
	{"/profile/tokens/1/revoke", "/profile/tokens/1/revoke", []string{"why", "leaked"}, `value="leaked" checked`},
	{"/profile/tokens", "/profile/tokens/bulk?q=own", []string{"act", "pause", "pick.1", "1"}, `action="/profile/tokens/bulk?q=own"`},
	{"/profile/tokens", "/profile/tokens/bulk", []string{"act", "revoke", "pick.1", "1", "sure", "1"}, `name="pick.1"`},
	{"/profile/tokens", "/profile/tokens/bulk?q=own", []string{"act", "revoke"}, `value="own"`},
	{"/profile/security/tokens", "/profile/security/tokens", []string{"count", "1"}, `name="count" required inputmode="numeric" maxlength="9" autocomplete="off" value="1"`},
	{"/admin/tokens?view=full", "/admin/tokens/picked?view=full", []string{"act", "revoke", "pick.2", "1", "sure", "1", "reason", "zypress"}, ">zypress</textarea>"},
	{"/admin/tokens/bulk?owner=2", "/admin/tokens/bulk?owner=2", []string{"act", "pause", "reason", "zypress", "from", "10.0.0.0/8"}, `action="/admin/tokens/bulk?owner=2"`},
	{"/admin/tokens/bulk?view=never&q=x", "/admin/tokens/bulk?q=x&view=never", []string{"act", "pause", "reason", "zypress", "before", "2026-11-30T11:00"}, `value="2026-11-30T11:00"`},
	{policyPath, policyPath, []string{"max_named_tokens", "17"}, `value="17"`},
	{"/admin/policy/stricter?role=plain&rule=max_lifetime", "/admin/policy/stricter", []string{"max_lifetime", "17", "max_lifetime.unit", "d"}, `value="17"`},
}

// What was typed into a form of a session that is over is shown again in the
// next one, and nothing is done before it was looked at.
func TestFormsAreKeptAcrossSessions(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.create("own")
	h.signedIn(t, "bea").create("of-bea")
	ada.makes("robot", "kind", "service")
	ada.get("/admin/users/3/tokens/new")
	ada.post("/admin/users/3/tokens/new", "number", ada.hidden("number"), "name", "of-robot", "expiration", "7", "access", "read")
	ada.want(http.StatusOK)
	for _, tt := range keptForms {
		untouched := func(t *testing.T) {
			t.Helper()
			for id := pat.TokenID(1); id <= 3; id++ {
				if h.standing(t, id) != pat.StatusLive {
					t.Errorf("the token %d has ended", id)
				}
			}
			v := h.signedIn(t, "ada")
			for _, path := range []string{"/admin/tokens", "/admin/users", "/profile", "/admin/users/2", policyPath} {
				v.get(path)
				v.want(http.StatusOK)
				v.wantNot("zypress", ">17<", `value="17"`)
			}
			if v.get("/admin/tokens"); !strings.Contains(v.body, "1–3 of 3") {
				t.Error("not as many tokens as before")
			}
			if v.get("/admin/users"); !strings.Contains(v.body, ">bea</a>") {
				t.Error("the user is gone")
			}
		}
		filled := func(v *visitor) url.Values {
			v.get(tt.page)
			v.want(http.StatusOK)
			return with(v.filled(), tt.fields...)
		}
		t.Run(tt.page+" after another sign-in in between", func(t *testing.T) {
			v := h.signedIn(t, "ada")
			v.t = t
			form := filled(v)
			v.post("/signout")
			v.get("/signin")
			v.post("/signin", "username", "ada", "password", pass)
			v.want(http.StatusSeeOther)
			v.send(tt.path, form)
			v.want(http.StatusForbidden, tt.says, "Your session has changed since this form was opened")
			untouched(t)
		})
		t.Run(tt.page+" after the end of the session", func(t *testing.T) {
			v := h.signedIn(t, "ada")
			v.t = t
			form := filled(v)
			h.sleep(time.Hour)
			v.send(tt.path, form)
			v.want(http.StatusForbidden, "Your session is over.", "What you typed is kept")
			v.send("/signin", with(v.carried(), "username", "ada", "password", pass))
			v.want(http.StatusOK, tt.says, "Your session has changed since this form was opened")
			if v.hidden(web.CSRFField) == form.Get(web.CSRFField) {
				t.Error("the form is still that of the earlier session")
			}
			untouched(t)
		})
	}
	// Nobody else goes on with them.
	bea := h.signedIn(t, "bea")
	for _, tt := range keptForms {
		if !strings.HasPrefix(tt.path, "/admin/") {
			continue
		}
		bea.get("/profile")
		bea.post(tt.path, append([]string{web.CSRFField, strings.Repeat("a", 64)}, tt.fields...)...)
		bea.want(http.StatusNotFound)
	}
}

// A secret is not kept: neither page shows it, and the form says to enter it again.
func TestSecretsAreNotKeptAcrossSessions(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.create("nightly")
	secret := bea.secret()
	for _, tt := range []struct {
		page, path string
		fields     []string
		keeps      string
	}{
		{"/profile/tokens/find", "/profile/tokens/find", []string{"value", secret}, `name="value"`},
		{"/profile/tokens/find", "/profile/tokens/report", []string{"proof", "zypress", "reason", "in a log"}, `name="reason" value="in a log"`},
		{"/profile/password", "/profile/password", []string{"current", pass, "new", "zypress zypress"}, `name="current"`},
	} {
		form := func(v *visitor) url.Values {
			v.get(tt.page)
			v.want(http.StatusOK)
			return with(url.Values{web.CSRFField: {v.hidden(web.CSRFField)}}, tt.fields...)
		}
		again := func(v *visitor, status int) {
			t.Helper()
			v.want(status, "Passwords and values of tokens are never kept: enter yours again.", tt.keeps)
			v.wantNot(secret, "zypress", pass)
		}
		ada := h.visitor(t)
		t.Run(tt.path+" after another sign-in in between", func(t *testing.T) {
			*ada = *h.signedIn(t, "ada")
			sent := form(ada)
			ada.post("/signout")
			ada.get("/signin")
			ada.post("/signin", "username", "ada", "password", pass)
			ada.send(tt.path, sent)
			again(ada, http.StatusForbidden)
		})
		t.Run(tt.path+" after the end of the session", func(t *testing.T) {
			*ada = *h.signedIn(t, "ada")
			sent := form(ada)
			h.sleep(time.Hour)
			ada.send(tt.path, sent)
			ada.want(http.StatusForbidden, "Your session is over.", "Passwords and values of tokens are never kept: you will be asked for yours again.")
			ada.wantNot(secret, "zypress", pass)
			for _, password := range []string{"wrong horse staple", pass} {
				fields := []string{"username", "ada", "password", password}
				for _, m := range hiddenField.FindAllStringSubmatch(ada.body, -1) {
					fields = append(fields, m[1], ada.hidden(m[1]))
				}
				ada.post("/signin", fields...)
				ada.wantNot(secret, "zypress", pass)
			}
			again(ada, http.StatusOK)
		})
	}
	// Where it was found is there once the value is pasted again.
	cem := h.signedIn(t, "bea")
	ada := h.signedIn(t, "ada")
	ada.create("of-ada")
	cem.get("/profile/tokens/find")
	cem.post("/profile/tokens/find", "value", ada.secret(), "reason", "in a log")
	cem.want(http.StatusOK, ">in a log</textarea>")
}

// What says nothing more than its button leads back to the page that it is on.
func TestButtonsLeadBackToTheirPage(t *testing.T) {
	h := withAda(t)
	for path, page := range map[string]string{
		"/profile/tokens/1/pause": "/profile/tokens/1", "/profile/tokens/1/resume": "/profile/tokens/1", "/profile/tokens/1/retire": "/profile/tokens/1",
		"/profile/notices/read": "/profile/notices", "/profile/tokens/snooze": "/profile/tokens",
		"/profile/security/end": "/profile/security", "/profile/security/end-others": "/profile/security",
		"/admin/tokens/bulk/7": "/admin/tokens/bulk/7", "/confirm": "/profile",
	} {
		v := h.visitor(t)
		v.post(path)
		v.want(http.StatusSeeOther)
		if to := v.header.Get("Location"); to != "/signin?next="+url.QueryEscape(page) {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}
