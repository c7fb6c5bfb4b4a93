package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// userActs are all that can be done to a user.
var userActs = []string{"disable", "enable", "signout", "revoke", "reset", "delete"}

// makes fills in the form for a user and sends it.
func (v *visitor) makes(name string, fields ...string) *view {
	v.t.Helper()
	v.get("/admin/users/new")
	return v.post("/admin/users/new", append([]string{"number", v.hidden("number"), "username", name}, fields...)...)
}

func TestPlainUsersChangeNoUser(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	bea.get("/profile")
	page := bea.view
	for _, id := range []string{"1", "2", "99"} {
		paths := []string{"/admin/users/new", "/admin/users/" + id, "/admin/users/" + id + "/tokens/new", "/admin/tokens/" + id + "/edit", "/admin/tokens/" + id + "/rotate"}
		for _, act := range userActs {
			paths = append(paths, "/admin/users/"+id+"/"+act)
		}
		for _, path := range paths {
			bea.view = page
			bea.post(path, "username", "eve", "admin", "1", "typed", "ada", "sure", "1", "reason", "x")
			bea.want(http.StatusNotFound)
		}
	}
	if u, err := h.User(context.Background(), operator, 1); err != nil || !u.DisabledAt.IsZero() {
		t.Errorf("ada is %+v, %v", u, err)
	}
}

func TestAnAdministratorMakesAUserWhoSignsIn(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.makes("cem", "first_name", "Cem", "last_name", "Işık", "email", "cem@example.org", "language", "tr", "auditor", "1")
	ada.want(http.StatusOK, "User created: <bdi>cem</bdi>", "/signin")
	value := ada.secret()
	if ada.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control is %q", ada.header.Get("Cache-Control"))
	}
	cem := h.visitor(t)
	cem.get("/signin")
	cem.post("/signin", "username", "cem", "password", value)
	cem.want(http.StatusSeeOther)
	cem.get("/profile")
	cem.want(http.StatusOK, `lang="tr"`, "Işık")
	ada.get("/admin/users/3")
	ada.want(http.StatusOK, "Cem", "cem@example.org", "Auditor")
	ada.wantNot(value)
	ada.get("/admin/audit")
	ada.wantNot(value)
	if strings.Contains(h.log.String(), value) {
		t.Error("the password is in the log")
	}
}

func TestAReloadMakesNoSecondUserAndNoSecondPassword(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get("/admin/users/new")
	form := []string{"number", ada.hidden("number"), "username", "cem"}
	page := *ada.view
	ada.post("/admin/users/new", form...)
	ada.want(http.StatusOK, "User created")
	ada.view = &page
	ada.post("/admin/users/new", form...)
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "This form was already used. This is its account.", "cem")

	ada.get("/admin/users/2/reset")
	form, page = []string{"number", ada.hidden("number")}, *ada.view
	ada.post("/admin/users/2/reset", form...)
	ada.want(http.StatusOK, "Password reset")
	value := ada.secret()
	ada.view = &page
	ada.post("/admin/users/2/reset", form...)
	ada.want(http.StatusSeeOther)
	bea := h.visitor(t)
	bea.get("/signin")
	bea.post("/signin", "username", "bea", "password", value)
	bea.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "This form was already used. This is its account. If you did not see the one-time password, reset the password", "bea")
}

// The server that is asked again is another one than made the account: what
// forms were used is known to the store alone.
func TestAFormForAnAccountIsKnownAfterARestart(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	for _, tt := range []struct{ path, fields, says string }{
		{"/admin/users/new", "username=cem", "This is its account."},
		{"/admin/users/new?kind=service", "username=robot&kind=service", "This is the service account that it made."},
		{"/admin/users/2/reset", "", "This is its account."},
	} {
		t.Run(tt.path, func(t *testing.T) {
			ada.t = t
			ada.get(tt.path)
			form, err := url.ParseQuery(tt.fields)
			must(t, err)
			form.Set("number", ada.hidden("number"))
			form.Set(web.CSRFField, ada.hidden(web.CSRFField))
			path, _, _ := strings.Cut(tt.path, "?")
			ada.send(path, form)
			ada.wantNot("already used")
			h.restart(t)
			before := len(h.users(t))
			ada.send(path, form)
			ada.want(http.StatusSeeOther)
			ada.follow()
			ada.want(http.StatusOK, "This form was already used.", tt.says)
			if now := len(h.users(t)); now != before {
				t.Errorf("%d users, want %d", now, before)
			}
		})
	}
}

// Two that are sent at once, by a double click, make one account.
func TestTwoFormsAtOnceMakeOneAccount(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get("/admin/users/2/reset")
	form := url.Values{"number": {ada.hidden("number")}, web.CSRFField: {ada.hidden(web.CSRFField)}}
	var shown atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			v := *ada
			v.view = nil
			v.send("/admin/users/2/reset", form)
			if v.status == http.StatusOK {
				shown.Add(1)
			}
		})
	}
	all.Wait()
	if n := shown.Load(); n != 1 {
		t.Errorf("%d passwords were shown", n)
	}
}

func TestWhatIsWrongWithAUserIsSaidBesideIt(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	for _, tt := range []struct {
		name string
		form []string
		says string
	}{
		{"no name", []string{"username", ""}, `id="username-error"`},
		{"a name with a blank", []string{"username", "b c"}, `id="username-error"`},
		{"a name that is taken", []string{"username", "BEA"}, "<bdi>BEA</bdi>, or a name that differs by case only, is taken"},
		{"no address", []string{"email", "nobody"}, `id="email-error"`},
		{"a long first name", []string{"first_name", strings.Repeat("x", 151)}, `id="first_name-error"`},
		{"a service account that administers", []string{"kind", "service", "admin", "1"}, "A service account cannot be an administrator."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ada.t = t
			ada.makes("cem", append([]string{"last_name", "typed before"}, tt.form...)...)
			ada.want(http.StatusUnprocessableEntity, tt.says, "typed before", "<title>Error:")
		})
	}
	ada.t = t
	ada.get("/admin/users/2")
	ada.post("/admin/users/2", "username", "ada", "last_name", "typed before")
	ada.want(http.StatusUnprocessableEntity, "is taken", "typed before")
}

// A page that was open for a while sends what was typed, and takes nothing back
// that somebody else has done meanwhile.
func TestAnOldFormOfAUserUndoesNothing(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get("/admin/users/2")
	page := ada.view
	h.edits(t, 2, pat.UserEdit{Auditor: new(true), Email: new("bea@example.org"), Language: new("en-GB")})
	ada.edits("/admin/users/2", "first_name", "Bea")
	ada.want(http.StatusSeeOther)
	ada.view = page
	h.sleep(16 * time.Minute)
	ada.edits("/admin/users/2", "admin", "1", "last_name", strings.Repeat("x", 151))
	ada.want(http.StatusUnprocessableEntity)
	ada.edits("/admin/users/2", "admin", "1", "last_name", "B.")
	ada.proves()
	ada.want(http.StatusSeeOther)
	u, err := h.User(context.Background(), operator, 2)
	must(t, err)
	if !u.Auditor || !u.Admin || u.Email != "bea@example.org" || u.FirstName != "Bea" || u.LastName != "B." {
		t.Errorf("bea is %+v", u)
	}
	ada.get("/admin/users/2")
	ada.edits("/admin/users/2", "auditor", "", "email", "", "last_name", "")
	ada.want(http.StatusSeeOther)
	if u, err = h.User(context.Background(), operator, 2); err != nil || u.Auditor || u.Email != "" || u.LastName != "" || !u.Admin || u.Language != "en-GB" {
		t.Errorf("then bea is %+v, %v", u, err)
	}
}

func TestWhatOpensDoorsAsksForThePassword(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		form       []string
		asks       bool
		then       int
	}{
		{"a new user", "/admin/users/new", []string{"username", "cem"}, true, http.StatusOK},
		{"a role", "/admin/users/2", []string{"username", "bea", "auditor", "1"}, true, http.StatusSeeOther},
		{"an address", "/admin/users/2", []string{"username", "bea", "email", "bea@example.org"}, true, http.StatusSeeOther},
		{"a name", "/admin/users/2", []string{"username", "bea", "first_name", "Bea"}, false, http.StatusSeeOther},
		{"a reset", "/admin/users/2/reset", nil, true, http.StatusOK},
		{"a deletion", "/admin/users/2/delete", []string{"typed", "bea"}, true, http.StatusSeeOther},
		{"disabling", "/admin/users/2/disable", nil, false, http.StatusSeeOther},
		{"signing out", "/admin/users/2/signout", nil, false, http.StatusSeeOther},
		{"revoking", "/admin/users/2/revoke", []string{"reason", "left", "sure", "1"}, false, http.StatusSeeOther},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withAda(t)
			ada := h.signedIn(t, "ada")
			h.sleep(16 * time.Minute)
			ada.acts(tt.path, tt.form...)
			if tt.asks {
				ada.proves()
			}
			ada.want(tt.then)
			if tt.then == http.StatusSeeOther {
				ada.follow()
				ada.want(http.StatusOK, `class="said"`)
			}
		})
	}
}

func TestDisablingStopsAllAndEnablingOffersToRevoke(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly")
	ada.get("/admin/users/2/disable")
	ada.want(http.StatusOK, "Disable <bdi>bea</bdi>?", "1 live token stops working at once")
	ada.acts("/admin/users/2/disable")
	ada.follow()
	ada.want(http.StatusOK, "Disabled", "/admin/users/2/enable")
	h.refuses(t, secret, "a token of a disabled user")
	bea.get("/profile")
	bea.want(http.StatusSeeOther)
	ada.acts("/admin/users/2/enable")
	h.accepts(t, secret, "a token of an enabled user")
	ada.acts("/admin/users/2/disable")
	ada.acts("/admin/users/2/enable", "revoke", "1")
	ada.want(http.StatusSeeOther)
	h.refuses(t, secret, "a token revoked before")
}

func TestAllTokensOfAUserEndForAReason(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly")
	bea.create("deploy")
	mine := ada.created("mine")
	ada.get("/admin/users/2")
	ada.want(http.StatusOK, `href="/admin/tokens?owner=2" aria-label="2 live tokens of bea"`)
	ada.acts("/admin/users/2/revoke")
	ada.want(http.StatusUnprocessableEntity, "Enter a reason.", "Tick the box")
	ada.acts("/admin/users/2/revoke", "reason", "laptop lost", "sure", "1")
	ada.follow()
	ada.want(http.StatusOK, "All tokens are revoked.")
	h.refuses(t, secret, "a token of who was to have none")
	h.accepts(t, mine, "another's token")
	bea.get("/profile/tokens/1")
	bea.want(http.StatusOK, "laptop lost")
}

func TestAResetEndsSessionsAndOffersToRevoke(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	secret := bea.created("nightly")
	ada.acts("/admin/users/2/reset")
	ada.want(http.StatusOK)
	bea.get("/profile")
	bea.want(http.StatusSeeOther)
	h.accepts(t, secret, "a token, after a new password,")
	ada.acts("/admin/users/2/reset", "revoke", "1")
	ada.want(http.StatusOK, "1 token was revoked.")
	h.refuses(t, secret, "a token that was to end with the password")
}

func TestADeletionIsTyped(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	for _, typed := range []string{"", "ada", "Bea"} {
		ada.acts("/admin/users/2/delete", "typed", typed)
		ada.want(http.StatusUnprocessableEntity, "Type the username")
	}
	ada.acts("/admin/users/2/delete", "typed", "bea")
	ada.follow()
	ada.want(http.StatusOK, "Deleted.")
	ada.get("/admin/users/2")
	ada.want(http.StatusNotFound)
}

func TestTheLastAdministratorStays(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get("/admin/users/1")
	ada.want(http.StatusOK, "This is your own account.")
	ada.wantNot("/admin/users/1/disable", "/admin/users/1/delete", "/admin/users/1/reset")
	ada.post("/admin/users/1", "username", "ada", "email", "ada@example.org")
	ada.want(http.StatusUnprocessableEntity, "At least one administrator must stay enabled.")
	page := ada.view
	for _, act := range []string{"disable", "reset", "delete"} {
		ada.view = page
		ada.post("/admin/users/1/"+act, "typed", "ada")
		ada.want(http.StatusNotFound)
	}

	h.edits(t, 2, pat.UserEdit{Admin: new(true)})
	bea := h.signedIn(t, "bea")
	// Somebody else takes the rights away while the page is open.
	ada.get("/admin/users/2/disable")
	form := ada.view
	h.edits(t, 1, pat.UserEdit{Admin: new(false)})
	ada.view = form
	ada.post("/admin/users/2/disable")
	ada.want(http.StatusNotFound)
	h.edits(t, 1, pat.UserEdit{Admin: new(true)})
	bea.get("/admin/users/2")
	bea.post("/admin/users/2", "username", "bea")
	bea.want(http.StatusSeeOther)
	if to := bea.header.Get("Location"); to != "/profile" {
		t.Errorf("who gave the role away is led to %q", to)
	}
}

func TestAServiceAccountHasTokensFromAdministrators(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	ada.get("/admin/users/new?kind=service")
	ada.want(http.StatusOK, "Create service account")
	ada.post("/admin/users/new", "number", ada.hidden("number"), "kind", "service", "username", "robot")
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "Next: create a token", "/admin/users/3/tokens/new")
	ada.wantNot("/admin/users/3/reset")

	ada.get("/admin/users/3/tokens/new")
	ada.want(http.StatusOK, "robot")
	form, page := []string{"number", ada.hidden("number"), "name", "sync", "expiration", "30", "access", "write"}, *ada.view
	ada.post("/admin/users/3/tokens/new", form...)
	ada.want(http.StatusOK, "Token created", `data-stored href="/admin/users/3"`)
	secret := ada.secret()
	h.accepts(t, secret, "the account's token")
	ada.view = &page
	ada.post("/admin/users/3/tokens/new", form...)
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "This form was already used", "sync")
	ada.wantNot(secret)
	ada.acts("/admin/users/3/tokens/new", "name", "sync", "expiration", "30", "access", "write")
	ada.want(http.StatusUnprocessableEntity, "The account already has a live token", `href="/admin/tokens/1"`)

	ada.get("/admin/tokens/1")
	ada.want(http.StatusOK, "/admin/tokens/1/edit", "/admin/tokens/1/rotate", "/admin/users/3")
	ada.get("/admin/tokens/1/edit")
	ada.want(http.StatusOK, `action="/admin/tokens/1/edit"`)
	ada.post("/admin/tokens/1/edit", "name", "sync", "note", "For the warehouse")
	ada.want(http.StatusSeeOther)
	ada.follow()
	ada.want(http.StatusOK, "For the warehouse")
	h.sleep(16 * time.Minute)
	ada.acts("/admin/tokens/1/rotate", "overlap", "now")
	ada.proves()
	ada.want(http.StatusOK, "Token created", `data-stored href="/admin/users/3"`)
	h.accepts(t, ada.secret(), "the new value")
	h.refuses(t, secret, "the old value")
	// The account's token is none of the administrator's own.
	ada.get("/profile/tokens/2")
	ada.want(http.StatusNotFound)
}

func TestNobodyMakesAnotherPersonsToken(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.create("nightly")
	ada.get("/profile")
	page := ada.view
	for _, path := range []string{"/admin/users/2/tokens/new", "/admin/users/1/tokens/new", "/admin/tokens/1/edit", "/admin/tokens/1/rotate"} {
		ada.get(path)
		ada.want(http.StatusNotFound)
		ada.view = page
		ada.post(path, "number", "n", "name", "x", "expiration", "30", "access", "write", "overlap", "now")
		ada.want(http.StatusNotFound)
	}
	ada.get("/admin/tokens/1")
	ada.wantNot("/edit", "/rotate")
}

func TestAuditorsReadUsers(t *testing.T) {
	h := withAda(t)
	h.edits(t, 2, pat.UserEdit{Auditor: new(true)})
	bea := h.signedIn(t, "bea")
	bea.get("/admin/users")
	bea.want(http.StatusOK, "ada", "Lovelace")
	bea.wantNot("/admin/users/new")
	bea.get("/admin/users/1")
	bea.want(http.StatusOK, "ada@example.org")
	bea.wantNot("<button class=\"btn primary\">Save", "/admin/users/1/")
	page := bea.view
	for _, act := range userActs {
		bea.get("/admin/users/1/" + act)
		bea.want(http.StatusNotFound)
		bea.view = page
		bea.post("/admin/users/1/"+act, "typed", "ada", "sure", "1", "reason", "x")
		bea.want(http.StatusNotFound)
	}
	bea.view = page
	bea.post("/admin/users/1", "username", "eve")
	bea.want(http.StatusNotFound)
}

func TestTheListOfUsersIsALink(t *testing.T) {
	h := withAda(t)
	h.adds(t, pat.UserRequest{Name: "robot", Service: true})
	h.adds(t, pat.UserRequest{Name: "zoe", Email: "z@example.org", Password: pass, Disabled: true, Auditor: true})
	ada := h.signedIn(t, "ada")
	for _, tt := range []struct{ query, there, gone string }{
		{"", ">robot<", "No user matches."},
		{"q=LOVE", ">ada<", ">bea<"},
		{"q=z@example", ">zoe<", ">ada</a>"},
		{"q=nothing", "No user matches.", ">bea<"},
		{"kind=admins", ">ada<", ">bea<"},
		{"kind=auditors", ">zoe<", ">bea<"},
		{"kind=services", ">robot<", ">bea<"},
		{"kind=disabled", ">zoe<", ">bea<"},
		{"kind=none&sort=nothing&per=7", ">bea<", "No user matches."},
		{"per=50&sort=-login", `aria-sort="descending"`, "per=7"},
	} {
		ada.get("/admin/users?" + tt.query)
		ada.want(http.StatusOK, tt.there)
		ada.wantNot(tt.gone)
	}
	ada.get("/admin/users?page=9&per=100")
	ada.want(http.StatusSeeOther)
	for i := range 26 {
		h.adds(t, pat.UserRequest{Name: "svc-" + string(rune('a'+i)), Service: true})
	}
	ada.get("/admin/users?kind=services&q=svc")
	ada.want(http.StatusOK, ">svc-a<", "1–25 of 26", "50 a page", `href="/admin/users?kind=services&amp;page=2&amp;q=svc"`)
	ada.get("/admin/users?kind=services&q=svc&page=2")
	ada.want(http.StatusOK, ">svc-z<", "26–26 of 26")
	ada.get("/admin/users?kind=services&q=svc&per=50")
	ada.want(http.StatusOK, "1–26 of 26")
}

// A policy for service accounts may want the password sooner than that of whoever
// makes their tokens.
func TestThePolicyOfTheAccountAsksForThePassword(t *testing.T) {
	h := withAda(t)
	h.adds(t, pat.UserRequest{Name: "robot", Service: true})
	h.rule(t, pat.Setting{Subject: pat.Subject{Role: pat.RoleService}, Key: "reauthentication_window", Value: int64(60)})
	ada := h.signedIn(t, "ada")
	h.sleep(2 * time.Minute)
	ada.acts("/admin/users/3/tokens/new", "name", "sync", "expiration", "30", "access", "write")
	ada.proves()
	ada.want(http.StatusOK, "Token created")
	h.sleep(2 * time.Minute)
	ada.acts("/admin/tokens/1/rotate", "overlap", "now")
	ada.proves()
	ada.want(http.StatusOK, "Token created")
}

// A password that has been proved and counts no more is asked for once more, with
// the reason, and goes on with the same form.
func TestAProofThatCameTooLateLosesNoForm(t *testing.T) {
	for _, tt := range []struct {
		path, says string
		fields     []string
	}{
		{"/profile/tokens/new", "Token created: <bdi>sync</bdi>", []string{"name", "sync", "expiration", "30", "access", "write"}},
		{"/admin/users/3/tokens/new", "Token created: <bdi>sync</bdi>", []string{"name", "sync", "expiration", "30", "access", "write"}},
		{"/admin/users/new", "User created: <bdi>cem</bdi>", []string{"username", "cem"}},
		{"/admin/users/2/reset", "Password reset", nil},
	} {
		t.Run(tt.path, func(t *testing.T) {
			h := withAda(t)
			ctx, by := context.Background(), pat.Operator("test")
			_, err := h.CreateUser(ctx, by, pat.UserRequest{Name: "robot", Service: true})
			must(t, err)
			_, _, err = h.ChangePolicy(ctx, by, pat.PolicyChange{Set: []pat.Setting{
				{Subject: pat.Subject{Role: pat.RoleService}, Key: "reauthentication_window", Value: int64(60)},
				{Subject: pat.Subject{Role: pat.RoleSuperuser}, Key: "reauthentication_window", Value: int64(120)},
			}})
			must(t, err)
			ada := h.signedIn(t, "ada")
			h.sleep(3 * time.Minute)
			ada.acts(tt.path, tt.fields...)
			h.slow = 150 * time.Second
			for range 2 {
				ada.proves()
				ada.want(http.StatusForbidden, "it took so long that it counts no more", `name="then" value="`+tt.path+`"`)
			}
			h.slow = 0
			ada.proves()
			ada.want(http.StatusOK, tt.says)
		})
	}
}

// What is wrong with a form is told before the password is asked for.
func TestFieldsComeBeforeThePassword(t *testing.T) {
	h := withAda(t)
	ada := h.signedIn(t, "ada")
	h.sleep(16 * time.Minute)
	for _, tt := range []struct {
		name, path string
		form       []string
		says       string
	}{
		{"a user without a name", "/admin/users/new", []string{"username", ""}, `id="username-error"`},
		{"a user without an address", "/admin/users/new", []string{"username", "cem", "email", "x"}, `id="email-error"`},
		{"a user's name that is taken", "/admin/users/new", []string{"username", "BEA"}, "is taken"},
		{"a service account without a name", "/admin/users/new", []string{"kind", "service"}, `id="username-error"`},
		{"a service account's name that is taken", "/admin/users/new", []string{"kind", "service", "username", "bea"}, "is taken"},
		{"a role with a name that is taken", "/admin/users/2", []string{"username", "Ada", "auditor", "1"}, "is taken"},
		{"an address that is none of a user", "/admin/users/2", []string{"username", "bea", "email", "x"}, `id="email-error"`},
		{"an address that is none of one's own", "/profile", []string{"email", "x"}, `id="email-error"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ada.t = t
			ada.acts(tt.path, tt.form...)
			ada.want(http.StatusUnprocessableEntity, tt.says)
		})
	}
	ada.t = t
	ada.acts("/admin/users/2", "username", "Bea", "auditor", "1") // their own name
	ada.proves()
	ada.want(http.StatusSeeOther)
}

// However many users a page shows, it asks once for their tokens.
func TestThePageOfUsersAsksOnceForTheirTokens(t *testing.T) {
	h := withAda(t)
	for i := range 40 {
		h.adds(t, pat.UserRequest{Name: fmt.Sprintf("service-%02d", i), Service: true})
	}
	h.stock(t, 2, 3)
	h.stock(t, 5, 2)
	h.Uses.Accepted(2, h.now(), netip.Addr{})
	h.flush(t)
	h.sleep(time.Hour)
	ada := h.signedIn(t, "ada")
	for _, path := range []string{"/admin/users", "/admin/users?per=100"} {
		before := h.asked.Load()
		ada.get(path)
		ada.want(http.StatusOK, `href="/admin/tokens?owner=2" aria-label="3 live tokens of bea">3</a><small>used 1 hour ago`, `href="/admin/tokens?owner=5"`)
		ada.wantNot("owner=1\"", "owner=3\"")
		if n := h.asked.Load() - before; n != 1 {
			t.Errorf("%s asks %d times", path, n)
		}
	}
}

// Who has seen the value is told of a person's token, and of no other: of a
// deleted owner it is not known which that was.
func TestWhoHasSeenTheValue(t *testing.T) {
	h := withAda(t)
	h.adds(t, pat.UserRequest{Name: "warehouse", Service: true})
	h.adds(t, pat.UserRequest{Name: "cem", Password: pass})
	for _, owner := range []pat.UserID{2, 3, 4, 3} {
		h.stock(t, owner, 1)
	}
	must(t, h.DeleteUser(context.Background(), operator, 4))
	ada := h.signedIn(t, "ada")
	const seen = "Only its owner has ever seen the value."
	ada.get("/admin/tokens/1")
	ada.want(http.StatusOK, seen, "<bdi>bea</bdi>")
	ada.get("/admin/tokens/2")
	ada.want(http.StatusOK, "<bdi>warehouse</bdi>")
	ada.wantNot(seen)
	must(t, h.DeleteUser(context.Background(), operator, 3))
	for _, path := range []string{"/admin/tokens/2", "/admin/tokens/3"} {
		ada.get(path)
		ada.want(http.StatusOK, "<dd>deleted")
		ada.wantNot(seen, "warehouse</bdi></a>", path+"/edit", path+"/revoke")
	}
}
