package authority_test

import (
	"context"
	"maps"
	"net/netip"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// gateway returns the bearer of a token that may introspect.
func (w *world) gateway() pat.Principal {
	w.t.Helper()
	text, _ := w.mint(w.root, ownedBy(w.service("gateway").ID), scoped(pat.ScopeIntrospect))
	return w.verified(text)
}

func TestIntrospectionTellsTheApplication(t *testing.T) {
	w := newWorld(t)
	gate, bob := w.gateway(), w.user("bob")
	app, _ := w.app("ci", byPassword)
	text, _ := w.mint(bob)
	granted, tok := w.mint(bob)
	w.update(func(tx store.Tx) error {
		tok.Application = app.ID
		secret := pat.NewSecret(pat.DefaultPrefix)
		granted, tok.Digest, tok.ID = secret.Reveal(), secret.Digest(), 0
		_, err := tx.InsertToken(tok)
		return err
	})
	for range 2 { // from the store, then from memory
		got, err := w.Introspect(t.Context(), gate, granted, netip.Addr{})
		if must(t, err); !got.Active || got.ClientID != app.ClientID {
			t.Errorf("a granted token is %+v", got)
		}
		got, err = w.Introspect(t.Context(), gate, text, netip.Addr{})
		if must(t, err); !got.Active || got.ClientID != "" {
			t.Errorf("a personal token is %+v", got)
		}
	}
}

// One check is one use, also of a token that asks about itself.
func TestIntrospectionCountsOnce(t *testing.T) {
	w := newWorld(t)
	gate, bob := w.gateway(), w.user("bob")
	text, tok := w.mint(bob)
	counted := func() (n int64) {
		w.store.uses = nil
		must(t, w.Uses.Flush(t.Context(), w.store))
		for _, u := range w.store.uses {
			if u.Token == tok.ID {
				n += u.Accepted
			}
		}
		return n
	}
	_, err := w.Introspect(t.Context(), gate, text, netip.Addr{})
	must(t, err)
	if n := counted(); n != 1 {
		t.Errorf("asked about by another: %d uses", n)
	}
	_, err = w.Introspect(t.Context(), w.verified(text), text, netip.Addr{})
	must(t, err)
	if n := counted(); n != 1 {
		t.Errorf("asked about by itself: %d uses", n)
	}
}

// A token that may not ask makes no use of what it asks about, so that nobody can
// write addresses of their choice into what another's owner is shown.
func TestIntrospectionThatIsRefusedCountsNothing(t *testing.T) {
	w := newWorld(t)
	eve, bob := w.bearer(w.user("eve"), pat.ScopeWrite), w.user("bob")
	live, _ := w.mint(bob)
	dead, tok := w.mint(bob)
	must(t, w.RevokeToken(t.Context(), bob, tok.ID, ""))
	w.live(dead) // once, by whoever has it
	must(t, w.Uses.Flush(t.Context(), w.store))
	before := w.Verdicts()
	w.store.uses = nil
	for _, text := range []string{live, dead, "junk", pat.NewSecret(pat.DefaultPrefix).Reveal()} {
		_, err := w.Introspect(t.Context(), eve, text, netip.MustParseAddr("192.0.2.66"))
		want(t, err, "forbidden", "")
	}
	must(t, w.Uses.Flush(t.Context(), w.store))
	if len(w.store.uses) != 0 || !maps.Equal(before, w.Verdicts()) {
		t.Errorf("counted %+v, %v and then %v", w.store.uses, before, w.Verdicts())
	}
}

func TestNobodyIntrospectsByPassword(t *testing.T) {
	w := newWorld(t)
	text, _ := w.mint(w.root)
	for _, by := range []pat.Principal{w.root, pat.Operator("root")} {
		_, err := w.Introspect(t.Context(), by, text, netip.Addr{})
		want(t, err, "forbidden", "")
	}
	_, err := w.Introspect(t.Context(), pat.Principal{}, text, netip.Addr{})
	want(t, err, "unauthenticated", "")
}

// A revocation that was admitted before its administrator was demoted, or its
// user disabled, ends nothing that is not theirs any more.
func TestRevokeSecretJudgesAgain(t *testing.T) {
	tests := []struct {
		name string
		then func(w *world, eve pat.Principal)
		kind string
		live bool
	}{
		{"still an administrator", func(*world, pat.Principal) {}, "done", false},
		{"demoted", func(w *world, eve pat.Principal) {
			must(w.t, w.edit(w.root, eve.User, pat.UserEdit{Admin: new(false)}))
		}, "done", true},
		{"disabled", func(w *world, eve pat.Principal) { w.disable(eve.User) }, "unauthenticated", true},
		{"deleted", func(w *world, eve pat.Principal) {
			must(w.t, w.DeleteUser(context.Background(), w.root, eve.User))
		}, "unauthenticated", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			eve := w.user("eve", admin)
			text, _ := w.mint(w.user("bob"))
			before := func() { tt.then(w, eve) }
			w.store.beforeUpdate.Store(&before)
			want(t, w.RevokeSecret(t.Context(), eve, text), tt.kind, "")
			if w.live(text) != tt.live {
				t.Errorf("live: %v, want %v", !tt.live, tt.live)
			}
		})
	}
}

// A right secret beside another name counts as a refused use, so that it shows.
func TestVerifyClientWantsTheName(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.user("bob"))
	_, err := w.VerifyClient(t.Context(), []pat.Login{{Name: "eve", Password: text}}, via())
	want(t, err, "unauthenticated", "")
	w.store.uses = nil
	must(t, w.Uses.Flush(t.Context(), w.store))
	if len(w.store.uses) != 1 || w.store.uses[0].Token != tok.ID || w.store.uses[0].Refused.Total() != 1 || w.store.uses[0].Accepted != 0 {
		t.Errorf("counted as %+v", w.store.uses)
	}
	_, err = w.VerifyClient(t.Context(), nil, via())
	want(t, err, "unauthenticated", "")
}
