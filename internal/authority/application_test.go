package authority_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
)

// callback is where the applications of the tests are sent back to.
const callback = "https://app.example/cb"

// app adds an application and returns it with its secret.
func (w *world) app(name string, edit ...func(*pat.ApplicationRequest)) (pat.Application, string) {
	w.t.Helper()
	req := pat.ApplicationRequest{Name: name, Type: pat.Confidential, Grant: pat.GrantCode, RedirectURIs: callback}
	for _, e := range edit {
		e(&req)
	}
	secret, app, err := w.CreateApplication(context.Background(), w.root, req)
	must(w.t, err)
	return app, secret.Reveal()
}

func public(r *pat.ApplicationRequest)     { r.Type = pat.Public }
func byPassword(r *pat.ApplicationRequest) { r.Grant = pat.GrantPassword }

func TestWhoManagesApplications(t *testing.T) {
	w := newWorld(t)
	app, _ := w.app("ci")
	bob, dave := w.user("bob"), w.user("dave", auditor)
	for name, by := range map[string]pat.Principal{"user": bob, "auditor": dave, "reader": w.bearer(w.root, "read"), "nobody": {}} {
		wantKind := "forbidden"
		if name == "nobody" {
			wantKind = "unauthenticated"
		}
		_, _, err := w.CreateApplication(t.Context(), by, pat.ApplicationRequest{Name: "x", Type: pat.Public, Grant: pat.GrantPassword})
		want(t, err, wantKind, "")
		_, err = w.EditApplication(t.Context(), by, app.ID, pat.ApplicationEdit{Name: new("x")})
		want(t, err, wantKind, "")
		want(t, w.DeleteApplication(t.Context(), by, app.ID), wantKind, "")
	}
	for _, by := range []pat.Principal{bob, dave, w.root} {
		got, err := w.Application(t.Context(), by, app.ID)
		must(t, err)
		if got.Name != "ci" {
			t.Errorf("got %+v", got)
		}
	}
	_, err := w.Application(t.Context(), pat.Principal{}, app.ID)
	want(t, err, "unauthenticated", "")
	// Who was demoted since the request was admitted is nobody to change one.
	other := w.user("other", admin)
	must(t, w.edit(w.root, other.User, pat.UserEdit{Admin: new(false)}))
	want(t, w.DeleteApplication(t.Context(), other, app.ID), "forbidden", "")
}

func TestApplicationForm(t *testing.T) {
	w := newWorld(t)
	w.app("taken")
	for _, tt := range []struct {
		name, kind, field string
		edit              func(*pat.ApplicationRequest)
	}{
		{"passes", "done", "", func(r *pat.ApplicationRequest) {}},
		{"a name that is taken", "conflict", "name", func(r *pat.ApplicationRequest) { r.Name = "taken" }},
		{"no type", "invalid", "client_type", func(r *pat.ApplicationRequest) { r.Type = "" }},
		{"no grant", "invalid", "authorization_grant_type", func(r *pat.ApplicationRequest) { r.Grant = "implicit" }},
		{"no address", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = " " }},
		{"no address, by password", "done", "", func(r *pat.ApplicationRequest) { r.RedirectURIs, r.Grant = "", pat.GrantPassword }},
		{"an address with a fragment", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = "https://a.example/#x" }},
		{"an address of another scheme", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = "javascript:alert(1)" }},
		{"an address with a user", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = "https://bank.example@a.example/" }},
		{"an address that would end a header", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = "https://a.example;script-src/" }},
		{"a path", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = "/cb" }},
		{"one of two", "invalid", "redirect_uris", func(r *pat.ApplicationRequest) { r.RedirectURIs = callback + " x" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := pat.ApplicationRequest{Name: tt.name, Type: pat.Confidential, Grant: pat.GrantCode, RedirectURIs: callback}
			tt.edit(&req)
			_, _, err := w.CreateApplication(t.Context(), w.root, req)
			want(t, err, tt.kind, tt.field)
		})
	}
}

func TestDeletingAnApplicationEndsWhatItWasGranted(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	app, _ := w.app("ci", byPassword)
	pair, err := w.GrantPassword(t.Context(), app, bob, "read")
	must(t, err)
	mine, _ := w.mint(bob)
	before := w.last()
	must(t, w.DeleteApplication(t.Context(), w.root, app.ID))
	if events := w.events(before); len(events) != 2 || events[0].Act != pat.TokenRevoked || events[0].ObjectID != int64(pair.Token.ID) ||
		events[0].Reason != "application deleted" || events[0].Owner != bob.User {
		t.Errorf("the trail has %v", events)
	}
	if w.live(pair.Access.Reveal()) || !w.live(mine) {
		t.Error("the application's token lives, or the personal one does not")
	}
	_, err = w.Refresh(t.Context(), app, pair.Refresh.Reveal(), "", via())
	want(t, err, "invalid", "grant")
	_, err = w.CreateApplicationToken(t.Context(), bob, pat.TokenRequest{Owner: bob.User, Application: app.ID, Scopes: "read", Origin: pat.OriginAPI})
	want(t, err, "invalid", "application")
}

func TestClientsAreAuthenticated(t *testing.T) {
	w := newWorld(t)
	app, secret := w.app("ci")
	open, _ := w.app("spa", public)
	login := func(id, secret string) pat.Login { return pat.Login{Name: id, Password: secret} }
	for _, tt := range []struct {
		name   string
		logins []pat.Login
		kind   string
	}{
		{"the right secret", []pat.Login{login(app.ClientID, secret)}, "done"},
		{"right in the second reading", []pat.Login{login(app.ClientID, secret+"x"), login(app.ClientID, secret)}, "done"},
		{"a wrong secret", []pat.Login{login(app.ClientID, secret[1:])}, "unauthenticated"},
		{"no secret", []pat.Login{login(app.ClientID, "")}, "unauthenticated"},
		{"the digest of it", []pat.Login{login(app.ClientID, app.SecretDigest.String())}, "unauthenticated"},
		{"nobody's id", []pat.Login{login("nobody", secret)}, "unauthenticated"},
		{"a public application", []pat.Login{login(open.ClientID, "")}, "done"},
		{"a public application with a secret", []pat.Login{login(open.ClientID, "x")}, "unauthenticated"},
		{"nothing", nil, "unauthenticated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.AuthenticateApplication(t.Context(), tt.logins, via())
			want(t, err, tt.kind, "")
		})
	}
}

func TestWrongClientSecretsAreThrottled(t *testing.T) {
	w := newWorld(t)
	app, secret := w.app("ci")
	wrong := []pat.Login{{Name: app.ClientID, Password: "a"}, {Name: app.ClientID, Password: "b"}}
	kinds := map[string]int{}
	for range 20 {
		_, err := w.AuthenticateApplication(t.Context(), wrong, via())
		kinds[kindOf(err)]++
	}
	if kinds["unauthenticated"] != 10 || kinds["throttled"] != 10 {
		t.Errorf("got %v: two readings are one attempt, and ten may fail", kinds)
	}
	w.clock.Forward(2 * time.Minute)
	for range 50 {
		_, err := w.AuthenticateApplication(t.Context(), []pat.Login{{Name: app.ClientID, Password: secret}}, via())
		must(t, err)
	}
	// A user who is called like an application is counted apart.
	if _, err := w.signIn(app.ClientID, "x"); kindOf(err) != "unauthenticated" {
		t.Errorf("got %v", err)
	}
}

func TestApplicationsAreInTheTrail(t *testing.T) {
	w := newWorld(t)
	app, _ := w.app("ci", public)
	_, err := w.EditApplication(t.Context(), w.root, app.ID, pat.ApplicationEdit{Name: new("cd"), SkipConsent: new(true)})
	must(t, err)
	_, err = w.EditApplication(t.Context(), w.root, app.ID, pat.ApplicationEdit{Name: new("cd")}) // no change
	must(t, err)
	w.granted(w.user("bob"), app)
	must(t, w.DeleteApplication(t.Context(), w.root, app.ID))
	want := []string{
		"application.created application ci name:>ci client_id:>" + app.ClientID + " client_type:>public redirect_uris:>" + callback + " authorization_grant_type:>authorization-code",
		"application.edited application cd name:ci>cd skip_authorization:false>true",
		"application.authorized application cd scope:<nil>>read write",
		"application.deleted application cd",
	}
	events := slices.DeleteFunc(w.events(0), func(e pat.Event) bool { return e.Object != pat.ObjectApplication })
	if len(events) != len(want) {
		t.Fatalf("events %v", events)
	}
	for i, e := range events {
		if got := line(e); got != want[i] || e.Outcome != "done" {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
	// What cannot be written down does not happen.
	other, _ := w.app("other")
	w.store.noTrail.Store(true)
	if err := w.DeleteApplication(t.Context(), w.root, other.ID); err == nil {
		t.Error("deleted without a line in the trail")
	}
	if _, err := w.Application(t.Context(), w.root, other.ID); err != nil {
		t.Error(err)
	}
}
