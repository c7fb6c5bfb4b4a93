package authority_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority/authoritytest"
	"jeton/internal/pat"
	"jeton/internal/store"
)

// hashes returns how many hashes fn costs.
func (w *world) hashes(fn func()) int64 {
	before := w.hasher.computed.Load()
	fn()
	return w.hasher.computed.Load() - before
}

// setHash replaces what is kept of a user's password.
func (w *world) setHash(id pat.UserID, hash string) {
	w.t.Helper()
	w.update(func(tx store.Tx) error { return tx.SetPassword(id, hash, w.clock.Now()) })
}

func TestSignInSaysWho(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob", auditor)
	who, err := w.signIn("bob", passwordOf("bob"))
	must(t, err)
	if bob.Via = via(); who.User != bob.User || who.Name != "bob" || who.Admin || !who.Auditor || who.Credential != pat.ByPassword || who.Via != via() || who.Token != 0 {
		t.Errorf("is %+v", who)
	}
}

// Time, answers and charges must not tell unknown names from known ones.
func TestAllRefusalsOfASignInAreAlike(t *testing.T) {
	tests := []struct{ name, user, password string }{
		{"wrong password", "bob", "wrong"},
		{"unknown name", "nobody", passwordOf("bob")},
		{"a name in another case", "BOB", passwordOf("bob")},
		{"disabled user, right password", "frank", passwordOf("frank")},
		{"disabled user, wrong password", "frank", "wrong"},
		{"deleted user", "gone", passwordOf("gone")},
		{"user without a password", "robot", passwordOf("robot")},
		{"a name that nobody can have", strings.Repeat("\x00x ", 500), "wrong"},
		{"a password that nobody can have", "bob", strings.Repeat("\xff", 5000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("bob")
			w.disable(w.user("frank").User)
			must(t, w.DeleteUser(t.Context(), w.root, w.user("gone").User))
			w.setHash(w.user("robot").User, "")
			for n := 1; n <= 2; n++ {
				var err error
				if cost := w.hashes(func() { _, err = w.signIn(tt.user, tt.password) }); cost != 1 {
					t.Errorf("cost %d hashes", cost)
				}
				wantReason(t, err, pat.Unauthenticated, pat.ReasonPassword)
				if err.Error() != "unauthenticated: not authenticated" {
					t.Errorf("answered %q", err)
				}
			}
			if s := w.turnstile; s.taken.Load() != 2 || s.succeeded.Load() != 0 || s.withdrawn.Load() != 0 {
				t.Errorf("%d charged, %d succeeded, %d withdrawn", s.taken.Load(), s.succeeded.Load(), s.withdrawn.Load())
			}
			if strings.Contains(w.log.String(), tt.password) {
				t.Error("the password is in the log")
			}
		})
	}
}

func TestNoPasswordOrNameIsNoAttempt(t *testing.T) {
	w := newWorld(t)
	w.setHash(w.user("robot").User, "")
	for _, logins := range [][]pat.Login{nil, {{}}, {{Name: "root"}}, {{Name: "robot"}}, {{Password: "x"}}} {
		cost := w.hashes(func() {
			_, err := w.Authenticate(t.Context(), logins, via())
			wantReason(t, err, pat.Unauthenticated, pat.ReasonMissing)
		})
		if cost != 0 || w.turnstile.taken.Load() != 0 {
			t.Errorf("cost %d hashes and %d charges", cost, w.turnstile.taken.Load())
		}
	}
}

func TestReadingsOfOneCredentialAreOneAttempt(t *testing.T) {
	right := pat.Login{Name: "bob", Password: passwordOf("bob")}
	tests := []struct {
		name            string
		logins          []pat.Login
		kind            string
		hashes          int64
		taken, returned int64
	}{
		{"the first is right", []pat.Login{right, {Name: "bob", Password: "x"}}, "done", 1, 1, 1},
		{"the last is right", []pat.Login{{Name: "bob", Password: "x"}, {Name: "bob", Password: "y"}, right}, "done", 3, 1, 1},
		{"none is right", []pat.Login{{Name: "bob", Password: "x"}, {Name: "bob", Password: "y"}}, "unauthenticated", 2, 1, 0},
		{"none is right of an unknown name", []pat.Login{{Name: "nobody", Password: "x"}, {Name: "nobody", Password: "y"}}, "unauthenticated", 2, 1, 0},
		{"two that are alike", []pat.Login{{Name: "bob", Password: "x"}, {Name: "bob", Password: "x"}}, "unauthenticated", 1, 1, 0},
		{"two that NFKC makes alike", []pat.Login{{Name: "bob", Password: "x"}, {Name: "ｂob", Password: "x"}}, "unauthenticated", 1, 1, 0},
		{"two names, each is charged", []pat.Login{{Name: "b%6fb", Password: "x"}, {Name: "bob", Password: "x"}}, "unauthenticated", 2, 2, 0},
		{"two names, the last is right", []pat.Login{{Name: "b%6fb", Password: passwordOf("bob")}, right}, "done", 2, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("bob")
			var err error
			cost := w.hashes(func() { _, err = w.Authenticate(t.Context(), tt.logins, via()) })
			want(t, err, tt.kind, "")
			s := w.turnstile
			if returned := s.succeeded.Load() + s.withdrawn.Load(); cost != tt.hashes || s.taken.Load() != tt.taken || returned != tt.returned {
				t.Errorf("%d hashes, %d charges, %d given back; want %d, %d, %d", cost, s.taken.Load(), returned, tt.hashes, tt.taken, tt.returned)
			}
			if tt.kind == "done" && s.succeeded.Load() != 1 {
				t.Errorf("%d names succeeded", s.succeeded.Load())
			}
		})
	}
}

// Otherwise who knows one password could clear the failures of any name, by a
// reading that has that name.
func TestASuccessClearsNoOtherName(t *testing.T) {
	w := newWorld(t)
	w.user("bob")
	w.user("b%6fb-x")
	for range 10 {
		_, err := w.signIn("victim", "wrong")
		want(t, err, "unauthenticated", "")
	}
	_, err := w.signIn("victim", "wrong")
	want(t, err, "throttled", "")
	_, err = w.Authenticate(t.Context(), []pat.Login{{Name: "victim", Password: passwordOf("bob")}, {Name: "bob", Password: passwordOf("bob")}}, via())
	want(t, err, "throttled", "")
	_, err = w.signIn("bob", passwordOf("bob"))
	must(t, err)
	_, err = w.signIn("victim", "wrong")
	want(t, err, "throttled", "")
}

func TestARightPasswordFromARefusedSourceIsRefused(t *testing.T) {
	w := newWorld(t)
	w.user("bob")
	_, err := w.signIn("bob", passwordOf("bob")) // and is remembered from now on
	must(t, err)
	for _, name := range []string{"bob", "BOB", " bob", "ｂｏｂ", "bob", "Bob", "bOb", "boB", "bob ", "BOb"} { // one count for all spellings
		_, err := w.signIn(name, "wrong")
		want(t, err, "unauthenticated", "")
	}
	cost := w.hashes(func() {
		for _, name := range []string{"bob", "BOB", "ｂｏｂ"} {
			_, err := w.signIn(name, passwordOf("bob"))
			want(t, err, "throttled", "")
			if pat.AsError(err).RetryAfter <= 0 {
				t.Errorf("does not say when to come back: %v", err)
			}
		}
	})
	if cost != 0 {
		t.Errorf("refusals cost %d hashes", cost)
	}
	elsewhere := via()
	elsewhere.Address = netip.MustParseAddr("198.51.100.9")
	if _, err := w.Authenticate(t.Context(), []pat.Login{{Name: "bob", Password: passwordOf("bob")}}, elsewhere); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	w.clock.Forward(time.Minute)
	if _, err := w.signIn("bob", passwordOf("bob")); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestUnknownNamesAreThrottledAlike(t *testing.T) {
	w := newWorld(t)
	w.user("bob")
	var at [2][]string
	for i, name := range []string{"bob", "nobody"} {
		from := via()
		from.Address = netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
		for range 12 {
			_, err := w.Authenticate(t.Context(), []pat.Login{{Name: name, Password: "wrong"}}, from)
			at[i] = append(at[i], kindOf(err)+pat.AsError(err).RetryAfter.String())
		}
	}
	if one, other := strings.Join(at[0], " "), strings.Join(at[1], " "); one != other || !strings.HasSuffix(one, "throttled1m0s") {
		t.Errorf("\n%s\n%s", one, other)
	}
}

func TestARightPasswordIsRememberedForAMinute(t *testing.T) {
	w := newWorld(t)
	w.user("bob")
	signIn := func(pw string) int64 {
		return w.hashes(func() { _, _ = w.signIn("bob", pw) })
	}
	if n := signIn(passwordOf("bob")); n != 1 {
		t.Errorf("the first cost %d hashes", n)
	}
	taken := w.turnstile.taken.Load()
	for range 20 {
		if n := signIn(passwordOf("bob")); n != 0 {
			t.Errorf("again cost %d hashes", n)
		}
	}
	if w.turnstile.taken.Load() != taken {
		t.Error("what is remembered was charged")
	}
	if n := signIn("wrong"); n != 1 {
		t.Errorf("a wrong one cost %d hashes", n)
	}
	w.clock.Forward(time.Minute)
	if n := signIn(passwordOf("bob")); n != 1 {
		t.Errorf("after a minute it cost %d hashes", n)
	}
}

func TestWhatIsRememberedEnds(t *testing.T) {
	tests := []struct {
		name string
		end  func(w *world, bob pat.Principal) error
		// afterwards
		kind string
	}{
		{"by an edit", func(w *world, bob pat.Principal) error {
			return w.edit(bob, bob.User, pat.UserEdit{Email: new("bob@example.org")})
		}, "done"},
		{"by disabling and enabling", func(w *world, bob pat.Principal) error {
			w.disable(bob.User)
			return w.edit(w.root, bob.User, pat.UserEdit{Disabled: new(false)})
		}, "done"},
		{"by disabling", func(w *world, bob pat.Principal) error {
			return w.edit(w.root, bob.User, pat.UserEdit{Disabled: new(true)})
		}, "unauthenticated"},
		{"by deleting", func(w *world, bob pat.Principal) error { return w.DeleteUser(context.Background(), w.root, bob.User) }, "unauthenticated"},
		{"by another password", func(w *world, bob pat.Principal) error {
			return w.edit(bob, bob.User, pat.UserEdit{Password: new("lumpen-orchid-77")})
		}, "unauthenticated"},
		{"by another password, set elsewhere", func(w *world, bob pat.Principal) error {
			hash, err := w.hasher.Hash(context.Background(), "lumpen-orchid-77")
			w.setHash(bob.User, hash)
			return err
		}, "unauthenticated"},
		{"by another name", func(w *world, bob pat.Principal) error {
			return w.edit(w.root, bob.User, pat.UserEdit{Name: new("rob")})
		}, "unauthenticated"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			_, err := w.signIn("bob", passwordOf("bob"))
			must(t, err)
			must(t, tt.end(w, bob))
			cost := w.hashes(func() { _, err = w.signIn("bob", passwordOf("bob")) })
			if want(t, err, tt.kind, ""); cost != 1 {
				t.Errorf("cost %d hashes", cost)
			}
		})
	}
}

func TestTokensSurviveAChangeOfPassword(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, _ := w.mint(bob)
	must(t, w.edit(bob, bob.User, pat.UserEdit{Password: new("lumpen-orchid-77")}))
	if !w.live(text) {
		t.Error("the token is refused")
	}
	_, err := w.signIn("bob", "lumpen-orchid-77")
	must(t, err)
}

func TestAHashOfOtherParametersIsReplaced(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	old, err := authoritytest.Hasher(t, 2).Hash(t.Context(), passwordOf("bob"))
	must(t, err)
	w.setHash(bob.User, old)
	kept := func() string {
		hash, err := w.store.Password(t.Context(), bob.User)
		must(t, err)
		return hash
	}
	_, err = w.signIn("bob", "wrong")
	if want(t, err, "unauthenticated", ""); kept() != old {
		t.Error("a wrong password replaced it")
	}
	before := w.last()
	_, err = w.signIn("bob", passwordOf("bob"))
	if must(t, err); kept() == old || w.hasher.NeedsRehash(kept()) {
		t.Errorf("%q became %q", old, kept())
	}
	if cost := w.hashes(func() { _, err = w.signIn("bob", passwordOf("bob")) }); err != nil || cost != 0 {
		t.Errorf("afterwards it is not remembered: %d hashes, %v", cost, err)
	}
	fresh := kept()
	w.clock.Forward(time.Hour)
	_, err = w.signIn("bob", passwordOf("bob"))
	if must(t, err); kept() != fresh {
		t.Error("today's hash was replaced, too")
	}
	if more := w.events(before); len(more) != 0 {
		t.Errorf("the trail says %v", more)
	}
}

// What replaces a hash must not undo a change that was made meanwhile.
func TestARehashYieldsToANewPassword(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	old, err := authoritytest.Hasher(t, 2).Hash(t.Context(), passwordOf("bob"))
	must(t, err)
	w.setHash(bob.User, old)
	const changed = "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	meanwhile := func() { w.setHash(bob.User, changed) }
	w.store.beforeUpdate.Store(&meanwhile)
	_, err = w.signIn("bob", passwordOf("bob"))
	must(t, err)
	if hash, err := w.store.Password(t.Context(), bob.User); err != nil || hash != changed {
		t.Errorf("%q is kept, %v", hash, err)
	}
}

func TestASignInOutlivesAFailedRehash(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	old, err := authoritytest.Hasher(t, 2).Hash(t.Context(), passwordOf("bob"))
	must(t, err)
	w.setHash(bob.User, old)
	meanwhile := func() { must(t, w.DeleteUser(t.Context(), w.root, bob.User)) }
	w.store.beforeUpdate.Store(&meanwhile)
	_, err = w.signIn("bob", passwordOf("bob"))
	must(t, err)
	if !strings.Contains(w.log.String(), "password not rehashed") {
		t.Errorf("the log says %q", w.log)
	}
}
