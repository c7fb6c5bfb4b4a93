package authority_test

import (
	"context"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func (w *world) service(name string) pat.User {
	w.t.Helper()
	u, err := w.CreateUser(w.t.Context(), w.root, pat.UserRequest{Name: name, Service: true})
	must(w.t, err)
	return u
}

func TestWhatAServiceAccountMayBe(t *testing.T) {
	ok := pat.UserRequest{Name: "gateway", Service: true}
	tests := []struct {
		name  string
		edit  func(*pat.UserRequest)
		field string // "" when it is made
	}{
		{"a service account", func(*pat.UserRequest) {}, ""},
		{"an auditor too", func(r *pat.UserRequest) { r.Auditor = true }, ""},
		{"suspended from the start", func(r *pat.UserRequest) { r.Disabled = true }, ""},
		{"with an address", func(r *pat.UserRequest) { r.Email = "ops@example.org" }, ""},
		{"with a password", func(r *pat.UserRequest) { r.Password = "lumpen-orchid-77" }, "password"},
		{"an administrator", func(r *pat.UserRequest) { r.Admin = true }, "is_superuser"},
		{"without a name", func(r *pat.UserRequest) { r.Name = "" }, "username"},
		{"with no address", func(r *pat.UserRequest) { r.Email = "x" }, "email"},
		{"with no language", func(r *pat.UserRequest) { r.TimeZone = "Mars" }, "time_zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			req := ok
			tt.edit(&req)
			u, err := w.CreateUser(t.Context(), w.root, req)
			if fieldOf(err) != tt.field || (err == nil) != (tt.field == "") {
				t.Fatalf("got %v, field %q; want field %q", err, fieldOf(err), tt.field)
			}
			if err == nil && !w.stored(u.ID).Service {
				t.Error("it is kept as a person")
			}
		})
	}
}

func TestWhoMakesServiceAccounts(t *testing.T) {
	w := newWorld(t)
	bob, aud := w.user("bob"), w.user("aud", auditor)
	req := pat.UserRequest{Name: "gateway", Service: true}
	for _, tt := range []struct {
		name string
		by   pat.Principal
		kind string
	}{
		{"nobody", pat.Principal{}, "unauthenticated"},
		{"a user", bob, "forbidden"},
		{"an auditor", aud, "forbidden"},
		{"an administrator's token that only reads", w.bearer(w.root, "read"), "forbidden"},
		{"an administrator", w.root, "done"},
		{"twice", w.root, "conflict"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.CreateUser(t.Context(), tt.by, req)
			if kindOf(err) != tt.kind {
				t.Errorf("got %v, want %s", err, tt.kind)
			}
		})
	}
}

// There is no way in but a token: a password costs what it costs at an unknown
// name, and is refused in the same words.
func TestAServiceAccountDoesNotSignIn(t *testing.T) {
	w := newWorld(t)
	gate := w.service("gateway")
	for _, name := range []string{"gateway", "nobody"} {
		for _, pw := range []string{"x", "lumpen-orchid-77"} {
			before, charged := w.hasher.computed.Load(), w.turnstile.taken.Load()
			_, err := w.signIn(name, pw)
			if kindOf(err) != "unauthenticated" || pat.AsError(err).Reason != pat.ReasonPassword {
				t.Errorf("%s: %v", name, err)
			}
			if n, c := w.hasher.computed.Load()-before, w.turnstile.taken.Load()-charged; n != 1 || c != 1 {
				t.Errorf("%s costs %d hashes and %d charges", name, n, c)
			}
		}
	}
	// Not even with a hash that has come from somewhere.
	hash, err := w.hasher.Hash(t.Context(), "lumpen-orchid-77")
	must(t, err)
	w.update(func(tx store.Tx) error { return tx.SetPassword(gate.ID, hash, w.clock.Now()) })
	_, err = w.signIn("gateway", "lumpen-orchid-77")
	want(t, err, "unauthenticated", "")
}

func TestAServiceAccountStaysOne(t *testing.T) {
	w := newWorld(t)
	gate, bob := w.service("gateway"), w.user("bob")
	tests := []struct {
		name  string
		by    pat.Principal
		id    pat.UserID
		edit  pat.UserEdit
		kind  string
		field string
	}{
		{"a password", w.root, gate.ID, pat.UserEdit{Password: new("lumpen-orchid-77")}, "invalid", "password"},
		{"a password from the operator", pat.Operator("root"), gate.ID, pat.UserEdit{Password: new("lumpen-orchid-77")}, "invalid", "password"},
		{"made an administrator", w.root, gate.ID, pat.UserEdit{Admin: new(true)}, "invalid", "is_superuser"},
		{"made a person", w.root, gate.ID, pat.UserEdit{Service: new(false)}, "invalid", "is_service_account"},
		{"a person made one", w.root, bob.User, pat.UserEdit{Service: new(true)}, "invalid", "is_service_account"},
		{"a person by themselves", bob, bob.User, pat.UserEdit{Service: new(true)}, "invalid", "is_service_account"},
		{"still one", w.root, gate.ID, pat.UserEdit{Service: new(true)}, "done", ""},
		{"no administrator still", w.root, gate.ID, pat.UserEdit{Admin: new(false)}, "done", ""},
		{"an auditor", w.root, gate.ID, pat.UserEdit{Auditor: new(true)}, "done", ""},
		{"another name", w.root, gate.ID, pat.UserEdit{Name: new("gate")}, "done", ""},
		{"by another user", bob, gate.ID, pat.UserEdit{FirstName: new("x")}, "forbidden", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { want(t, w.edit(tt.by, tt.id, tt.edit), tt.kind, tt.field) })
	}
	if u := w.stored(gate.ID); !u.Service || u.Admin || w.stored(bob.User).Service {
		t.Errorf("kept as %+v", u)
	}
}

func TestAServiceAccountOwnsTokens(t *testing.T) {
	w := newWorld(t)
	gate, bob := w.service("gateway"), w.user("bob")
	_, _, err := w.create(bob, ownedBy(gate.ID))
	want(t, err, "forbidden", "")
	text, _ := w.mint(w.root, ownedBy(gate.ID), scoped("write introspect"))
	who := w.verified(text)
	if who.User != gate.ID || who.Admin {
		t.Errorf("its token is that of %+v", who)
	}
	own, tok := w.mint(who) // its own, with its own
	must(t, w.RevokeToken(context.Background(), who, tok.ID, ""))
	if w.live(own) {
		t.Error("a revoked token is live")
	}
	w.disable(gate.ID)
	if w.live(text) {
		t.Error("a suspended service account's token is live")
	}
}
