package authority_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/password"
	"jeton/internal/pat"
)

// held starts the sign-ins and stops them at the hook, of those that share an
// attempt the first. Then it runs meanwhile, starts the later sign-ins, and lets
// all go once each waits for the hook or for another.
func (w *world) held(hook *func(), first []func() error, meanwhile func(), later ...func() error) []error {
	gate := make(chan struct{})
	*hook = func() { <-gate }
	errs := make([]error, len(first)+len(later))
	var all sync.WaitGroup
	for i, fn := range first {
		all.Go(func() { errs[i] = fn() })
	}
	synctest.Wait()
	meanwhile()
	for i, fn := range later {
		all.Go(func() { errs[len(first)+i] = fn() })
	}
	synctest.Wait()
	close(gate)
	all.Wait()
	return errs
}

func times(n int, fn func() error) []func() error {
	all := make([]func() error, n)
	for i := range all {
		all[i] = fn
	}
	return all
}

func TestIdenticalAttemptsShareOneHashAndOneCharge(t *testing.T) {
	for _, tt := range []struct{ name, user, password, kind string }{
		{"right", "bob", passwordOf("bob"), "done"},
		{"wrong", "bob", "wrong", "unauthenticated"},
		{"unknown", "nobody", "wrong", "unauthenticated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.user("bob")
				var errs []error
				cost := w.hashes(func() {
					errs = w.held(&w.turnstile.beforeTake, times(40, func() error { return second(w.signIn(tt.user, tt.password)) }), func() {})
				})
				if n := w.turnstile.taken.Load(); cost != 1 || n != 1 || tally(errs)[tt.kind] != 40 {
					t.Errorf("%d hashes, %d charges, %v", cost, n, tally(errs))
				}
			})
		})
	}
}

func TestAttemptsThatDifferDoNotShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.user("bob")
		elsewhere := via()
		elsewhere.Address = elsewhere.Address.Next()
		try := func(via pat.Via, logins ...pat.Login) func() error {
			return func() error { return second(w.Authenticate(context.Background(), logins, via)) }
		}
		all := []func() error{
			try(via(), pat.Login{Name: "bob", Password: "ab"}),
			try(elsewhere, pat.Login{Name: "bob", Password: "ab"}),
			try(via(), pat.Login{Name: "bob", Password: "abc"}),
			try(via(), pat.Login{Name: "nobody", Password: "ab"}),
			try(via(), pat.Login{Name: "nobodya", Password: "b"}), // the same letters, parted elsewhere
			try(via(), pat.Login{Name: "bob", Password: "a"}, pat.Login{Name: "bob", Password: "b"}),
		}
		if cost := w.hashes(func() { w.held(&w.turnstile.beforeTake, all, func() {}) }); cost != 7 || w.turnstile.taken.Load() != 6 {
			t.Errorf("%d hashes and %d charges", cost, w.turnstile.taken.Load())
		}
	})
}

// Whoever joins an attempt gets its verdict, so nobody may join one that began
// before a change was answered.
func TestNoSignInAfterTheAnswerToAChange(t *testing.T) {
	tests := []struct {
		name   string
		change func(w *world, bob pat.Principal) error
	}{
		{"disabled", func(w *world, bob pat.Principal) error { return endings["disable"](w, bob.User) }},
		{"deleted", func(w *world, bob pat.Principal) error { return endings["delete"](w, bob.User) }},
		{"another password", func(w *world, bob pat.Principal) error {
			return w.edit(w.root, bob.User, pat.UserEdit{Password: new("lumpen-orchid-77")})
		}},
		{"another name", func(w *world, bob pat.Principal) error {
			return w.edit(w.root, bob.User, pat.UserEdit{Name: new("rob")})
		}},
	}
	for _, tt := range tests {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, the first let in before: %t", tt.name, late), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					bob := w.user("bob")
					signIn := func() error { return second(w.signIn("bob", passwordOf("bob"))) }
					errs := w.held(w.turnstile.hook(late), times(1, signIn), func() { must(t, tt.change(w, bob)) }, times(8, signIn)...)
					if (errs[0] == nil) != late || tally(errs[1:])["done"] != 0 {
						t.Errorf("the first: %v; of those later %d were let in", errs[0], tally(errs[1:])["done"])
					}
				})
			})
		}
	}
}

func TestASignInHasTheRightsOfNow(t *testing.T) {
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob", admin)
			signIn := func() error {
				who, err := w.signIn("bob", passwordOf("bob"))
				if who.Admin {
					return pat.Fail(pat.Conflict, "is an administrator")
				}
				return err
			}
			errs := w.held(w.turnstile.hook(late), times(1, signIn), func() { must(t, w.edit(w.root, bob.User, pat.UserEdit{Admin: new(false)})) }, times(8, signIn)...)
			if (errs[0] == nil) == late || tally(errs[1:])["done"] != 8 {
				t.Errorf("%v", errs)
			}
		})
	}
}

// hook is where attempts are stopped: before anything is known of them, or
// when all is known.
func (s *turnstile) hook(late bool) *func() {
	if late {
		return &s.beforeSuccess
	}
	return &s.beforeTake
}

// Two from different sources find the same old hash, and the first replaces it.
func TestTwoSignInsRehashingAtOnceAreBothRight(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	for range 10 {
		old, err := authoritytest.Hasher(t, 2).Hash(t.Context(), passwordOf("bob"))
		must(t, err)
		w.setHash(bob.User, old)
		errs := together(8, func(i int) error {
			from := via()
			for range i {
				from.Address = from.Address.Next()
			}
			_, err := w.Authenticate(context.Background(), []pat.Login{{Name: "bob", Password: passwordOf("bob")}}, from)
			return err
		})
		if tally(errs)["done"] != 8 {
			t.Fatalf("%v", errs)
		}
	}
}

// Who gives up must not take those with them who wait for the same hash.
func TestOneWhoGivesUpDoesNotEndTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.user("bob")
		ctx, giveUp := context.WithCancel(context.Background())
		logins := []pat.Login{{Name: "bob", Password: passwordOf("bob")}}
		errs := w.held(&w.turnstile.beforeTake,
			times(1, func() error { return second(w.Authenticate(ctx, logins, via())) }), func() {},
			func() error { giveUp(); return second(w.Authenticate(context.Background(), logins, via())) })
		if kindOf(errs[0]) != "unavailable" || errs[1] != nil {
			t.Errorf("%v", errs)
		}
	})
}

func TestAPanicWhileCheckingIsAnError(t *testing.T) {
	w := newWorld(t)
	w.turnstile.beforeTake = func() { panic("out of ink") }
	_, err := w.signIn("root", passwordOf("root"))
	if !pat.Is(err, pat.Internal) || !strings.Contains(fmt.Sprint(err), "out of ink") {
		t.Errorf("got %v", err)
	}
	w.turnstile.beforeTake = nil
	_, err = w.signIn("root", passwordOf("root"))
	must(t, err)
}

// crowded occupies the only slot of a hasher for half a second and more, and
// fills its queue until release is called.
func crowded(t *testing.T, h *password.Hasher) (release func()) {
	t.Helper()
	const slow = "$argon2id$v=19$m=65536,t=32,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	var all sync.WaitGroup
	all.Go(func() { _, _ = h.Check(context.Background(), slow, "x") })
	gone, leave := context.WithCancel(context.Background())
	leave()
	for { // until the slot is taken
		if _, err := h.Hash(gone, "x"); err != nil {
			break
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	for range 20 {
		all.Go(func() {
			for ctx.Err() == nil { // again when there was no place, which the look below can cause
				_, _ = h.Hash(ctx, "x")
			}
		})
	}
	for { // who finds a place in the queue says why it was left, who finds none has no cause
		if _, err := h.Hash(gone, "x"); err != nil && pat.AsError(err).Cause == nil {
			return func() { cancel(); all.Wait() }
		}
	}
}

func TestAFullQueueIsNoVerdictAndCostsNothing(t *testing.T) {
	w := newWorld(t)
	w.user("bob")
	narrow, err := password.New(password.Options{Slots: 1, Memory: 64, Passes: 1})
	must(t, err)
	w.Passwords = narrow
	release := crowded(t, narrow)
	for range 15 { // more than one source may fail
		_, err = w.signIn("bob", passwordOf("bob"))
		want(t, err, "unavailable", "")
	}
	release()
	if err == nil || pat.AsError(err).RetryAfter <= 0 {
		t.Errorf("does not say when to come back: %v", err)
	}
	if s := w.turnstile; s.taken.Load() != 15 || s.withdrawn.Load() != 15 {
		t.Errorf("%d charged, %d withdrawn", s.taken.Load(), s.withdrawn.Load())
	}
	_, err = w.signIn("bob", passwordOf("bob"))
	must(t, err)
}

// Else who keeps the queue full, or finds a hash that cannot be checked, would
// have one comparison after another for nothing.
func TestWhatWasComparedStaysCharged(t *testing.T) {
	w := newWorld(t)
	w.user("bob")
	w.setHash(w.user("eve").User, "spoilt")
	try := func(names ...string) (withdrawn int64) {
		before := w.turnstile.withdrawn.Load()
		var logins []pat.Login
		for _, name := range names {
			logins = append(logins, pat.Login{Name: name, Password: "wrong"})
		}
		_, err := w.Authenticate(t.Context(), logins, via())
		want(t, err, "internal", "")
		return w.turnstile.withdrawn.Load() - before
	}
	if n := try("eve", "bob"); n != 2 {
		t.Errorf("nothing was compared, and %d of 2 charges were withdrawn", n)
	}
	if n := try("bob", "eve"); n != 0 {
		t.Errorf("one was compared, and %d charges were withdrawn", n)
	}
}
