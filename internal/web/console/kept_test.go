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
	for _, tt := range keptForms[4:] {
		bea.get("/profile")
		bea.post(tt.path, append([]string{web.CSRFField, strings.Repeat("a", 64)}, tt.fields...)...)
		bea.want(http.StatusNotFound)
	}
}
