package authority_test

import (
	"context"
	"sync"
	"testing"

	"jeton/internal/pat"
)

func TestDisabledOwnerIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob)
	bearer := w.verified(text)
	_, err := w.signIn("bob", passwordOf("bob"))
	must(t, err)
	w.disable(bob.User)

	wantReason(t, second(w.Verify(t.Context(), text, "", via())), pat.Unauthenticated, pat.ReasonOwner)
	wantReason(t, second(w.signIn("bob", passwordOf("bob"))), pat.Unauthenticated, pat.ReasonPassword)
	t.Run("what was under way does nothing more", func(t *testing.T) {
		for _, by := range []pat.Principal{bob, bearer} {
			for name, err := range map[string]error{
				"create": third(w.create(by)),
				"edit":   second(w.EditToken(t.Context(), by, tok.ID, pat.TokenEdit{Name: new("x")})),
				"revoke": w.RevokeToken(t.Context(), by, tok.ID, ""),
				"rename": w.edit(by, bob.User, pat.UserEdit{FirstName: new("x")}),
			} {
				if !pat.Is(err, pat.Unauthenticated) {
					t.Errorf("%s by %s: %v", name, by.Credential, err)
				}
			}
		}
	})
	t.Run("the administrator gets none for them either", func(t *testing.T) {
		_, _, err := w.create(w.root, ownedBy(bob.User))
		want(t, err, "invalid", "owner")
	})
	t.Run("the tokens are still the administrator's to end", func(t *testing.T) {
		must(t, w.RevokeToken(t.Context(), w.root, tok.ID, ""))
	})
}

func TestEnablingBringsBackWhatWasNotEnded(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	kept, _ := w.mint(bob)
	ended, tok := w.mint(bob)
	w.disable(bob.User)
	must(t, w.RevokeToken(t.Context(), w.root, tok.ID, ""))
	must(t, w.edit(w.root, bob.User, pat.UserEdit{Disabled: new(false)}))
	if !w.live(kept) || w.live(ended) {
		t.Errorf("kept %t, ended %t", w.live(kept), w.live(ended))
	}
	_, err := w.signIn("bob", passwordOf("bob"))
	must(t, err)
	w.mint(bob)
}

func TestDeletedIsFinal(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, named("ci"))
	must(t, w.DeleteUser(t.Context(), w.root, bob.User))

	wantReason(t, second(w.Verify(t.Context(), text, "", via())), pat.Unauthenticated, pat.ReasonUnknown)
	wantReason(t, second(w.signIn("bob", passwordOf("bob"))), pat.Unauthenticated, pat.ReasonPassword)
	want(t, third(w.create(bob)), "unauthenticated", "")
	want(t, third(w.create(w.root, ownedBy(bob.User))), "not found", "")
	want(t, w.edit(w.root, bob.User, pat.UserEdit{Disabled: new(false)}), "not found", "")
	want(t, w.DeleteUser(t.Context(), w.root, bob.User), "not found", "")
	if ended := w.token(tok.ID); ended.RevokedAt.IsZero() || ended.RevokedBy != w.root.User {
		t.Errorf("the token is left as %+v", ended)
	}
	again, err := w.CreateUser(t.Context(), w.root, pat.UserRequest{Name: "bob", Password: passwordOf("bobby")})
	must(t, err)
	if again.ID == bob.User || w.live(text) {
		t.Errorf("the new bob has id %d; the old one's token is accepted: %t", again.ID, w.live(text))
	}
	w.mint(pat.Principal{User: again.ID, Credential: pat.ByPassword}, named("ci"))
}

// ending ends a user in one way.
var endings = map[string]func(w *world, id pat.UserID) error{
	"disable": func(w *world, id pat.UserID) error { return w.edit(w.root, id, pat.UserEdit{Disabled: new(true)}) },
	"delete":  func(w *world, id pat.UserID) error { return w.DeleteUser(context.Background(), w.root, id) },
}

func TestEndingAUserBesideCreationLeavesNoLiveToken(t *testing.T) {
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			old, _ := w.mint(bob)
			as := []pat.Principal{bob, w.verified(old), w.root}
			var mu sync.Mutex
			texts := []string{old}
			errs := together(32, func(i int) error {
				if i == 16 {
					return end(w, bob.User)
				}
				secret, _, err := w.create(as[i%3], ownedBy(bob.User))
				if err == nil {
					mu.Lock()
					texts = append(texts, secret.Reveal())
					mu.Unlock()
				}
				return err
			})
			must(t, errs[16])
			for _, text := range texts {
				if w.live(text) {
					t.Error("a token is live")
				}
			}
			if got := tally(errs); got["internal"]+got["unavailable"] > 0 {
				t.Errorf("%v", got)
			}
			_, n, err := w.store.CountLive(t.Context(), bob.User, w.clock.Now())
			if must(t, err); name == "delete" && n != 0 {
				t.Errorf("%d tokens of a deleted user are not revoked", n)
			}
		})
	}
}

// A request of a user's that was admitted before the user was ended must not
// undo that, nor one of an administrator who was demoted meanwhile.
func TestWhoeverIsEndedMeanwhileActsNoMore(t *testing.T) {
	tests := []struct {
		name      string
		meanwhile pat.UserEdit // by root, to bob
		act       func(w *world, bob, eve pat.Principal) error
		kind      string
	}{
		{"bob keeps himself enabled", pat.UserEdit{Disabled: new(true)}, func(w *world, bob, _ pat.Principal) error {
			return w.edit(bob, bob.User, pat.UserEdit{FirstName: new("B"), Disabled: new(false)})
		}, "unauthenticated"},
		{"bob, disabled, makes a token for another", pat.UserEdit{Disabled: new(true)}, func(w *world, bob, eve pat.Principal) error {
			return third(w.create(bob, ownedBy(eve.User)))
		}, "unauthenticated"},
		{"bob, disabled, makes a user", pat.UserEdit{Disabled: new(true)}, func(w *world, bob, _ pat.Principal) error {
			return second(w.CreateUser(context.Background(), bob, pat.UserRequest{Name: "mallory", Password: "lumpen-orchid-77"}))
		}, "unauthenticated"},
		{"bob, demoted, stays administrator", pat.UserEdit{Admin: new(false)}, func(w *world, bob, _ pat.Principal) error {
			return w.edit(bob, bob.User, pat.UserEdit{Admin: new(true)})
		}, "forbidden"},
		{"bob, demoted, edits himself", pat.UserEdit{Admin: new(false)}, func(w *world, bob, _ pat.Principal) error {
			return w.edit(bob, bob.User, pat.UserEdit{FirstName: new("B")})
		}, "done"},
		{"bob, demoted, edits another", pat.UserEdit{Admin: new(false)}, func(w *world, bob, eve pat.Principal) error {
			return w.edit(bob, eve.User, pat.UserEdit{FirstName: new("E")})
		}, "forbidden"},
		{"bob, demoted, makes an administrator", pat.UserEdit{Admin: new(false)}, func(w *world, bob, _ pat.Principal) error {
			return second(w.CreateUser(context.Background(), bob, pat.UserRequest{Name: "mallory", Password: "lumpen-orchid-77", Admin: true}))
		}, "forbidden"},
		{"bob, demoted, deletes another", pat.UserEdit{Admin: new(false)}, func(w *world, bob, eve pat.Principal) error {
			return w.DeleteUser(context.Background(), bob, eve.User)
		}, "forbidden"},
		{"bob, demoted, makes a token for another", pat.UserEdit{Admin: new(false)}, func(w *world, bob, eve pat.Principal) error {
			return third(w.create(bob, ownedBy(eve.User)))
		}, "forbidden"},
		{"bob, demoted, grants a reserved scope", pat.UserEdit{Admin: new(false)}, func(w *world, bob, _ pat.Principal) error {
			return third(w.create(bob, scoped("introspect")))
		}, "forbidden"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob, eve := w.user("bob", admin), w.user("eve")
			meanwhile := func() { must(t, w.edit(w.root, bob.User, tt.meanwhile)) }
			w.store.beforeUpdate.Store(&meanwhile)
			want(t, errorOnly(tt.act(w, bob, eve)), tt.kind, "")
			switch u := w.stored(bob.User); {
			case tt.meanwhile.Disabled != nil && u.DisabledAt.IsZero():
				t.Error("bob is enabled again")
			case tt.meanwhile.Admin != nil && u.Admin:
				t.Error("bob is administrator again")
			}
			if _, err := w.store.UserByName(t.Context(), "mallory"); err == nil {
				t.Error("mallory was made")
			}
		})
	}
}

// A plain user who names is_active or is_superuser as it was when the request
// was judged must not bring that back.
func TestValuesThatWereNoChangeAreJudgedAgain(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob", admin)
	stale := bob
	stale.Admin = false // admitted before bob was promoted
	meanwhile := func() { must(t, w.edit(w.root, bob.User, pat.UserEdit{Admin: new(false)})) }
	w.store.beforeUpdate.Store(&meanwhile)
	want(t, w.edit(stale, bob.User, pat.UserEdit{Admin: new(true)}), "forbidden", "is_superuser")
	if w.stored(bob.User).Admin {
		t.Error("bob is administrator again")
	}
}

// errorOnly drops the fields at fault: the kind is what counts.
func errorOnly(err error) error {
	if err == nil {
		return nil
	}
	return pat.Fail(pat.AsError(err).Kind, err.Error())
}

func wantReason(t testing.TB, err error, kind pat.Kind, why pat.Reason) {
	t.Helper()
	if !pat.Is(err, kind) || pat.AsError(err).Reason != why {
		t.Errorf("got %v; want %s, because of %s", err, kind, why)
	}
}
