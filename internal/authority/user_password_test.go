package authority_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// Tools that describe users send the password on every run, by a token.
func TestATokenMaySendThePresentPassword(t *testing.T) {
	w := newWorld(t)
	bob, eve, off := w.user("bob"), w.user("eve"), w.user("off")
	w.user("robot", func(u *pat.User) { u.Service = true })
	w.disable(off.User)
	mine, super, reads := w.bearer(bob, "write"), w.bearer(w.root, "write"), w.bearer(w.root, "read")
	tests := []struct {
		name     string
		by       pat.Principal
		id       pat.UserID
		password string
		kind     string
		charged  int64 // attempts that stay charged
	}{
		{"one's own", mine, bob.User, passwordOf("bob"), "done", 0},
		{"another's, by an administrator's token", super, eve.User, passwordOf("eve"), "done", 0},
		{"that of a disabled user", super, off.User, passwordOf("off"), "done", 0},
		{"another password", mine, bob.User, "granite compass velvet", "forbidden", 1},
		{"another password for another", super, eve.User, passwordOf("bob"), "forbidden", 1},
		{"another password for a disabled user", super, off.User, passwordOf("bob"), "forbidden", 1},
		{"one that would break policy", mine, bob.User, "x", "forbidden", 1},
		{"none", mine, bob.User, "", "forbidden", 0},
		{"another's, by a user's token", mine, eve.User, passwordOf("eve"), "forbidden", 0},
		{"by a token that reads", reads, bob.User, passwordOf("bob"), "forbidden", 0},
		{"nobody's", super, 99, passwordOf("bob"), "not found", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hash, _ := w.store.Password(t.Context(), tt.id)
			last, charged := w.last(), w.turnstile.taken.Load()-w.turnstile.succeeded.Load()-w.turnstile.withdrawn.Load()
			err := w.edit(tt.by, tt.id, pat.UserEdit{Password: new(tt.password), LastName: new(tt.name)})
			if kindOf(err) != tt.kind {
				t.Errorf("got %v, want %s", err, tt.kind)
			}
			if now, _ := w.store.Password(t.Context(), tt.id); now != hash {
				t.Error("the password was changed")
			}
			if n := w.turnstile.taken.Load() - w.turnstile.succeeded.Load() - w.turnstile.withdrawn.Load(); n != charged+tt.charged {
				t.Errorf("%d attempts stay charged, want %d", n-charged, tt.charged)
			}
			for _, e := range w.events(last) {
				if e.Act == pat.PasswordSet {
					t.Error("the trail says that a password was set")
				}
			}
			if u, err := w.store.User(t.Context(), tt.id); err == nil && (u.LastName == tt.name) != (tt.kind == "done") {
				t.Errorf("the last name is %q", u.LastName)
			}
		})
	}
	if _, err := w.signIn("off", passwordOf("off")); kindOf(err) != "unauthenticated" {
		t.Errorf("a disabled user whose password was compared signs in: %v", err)
	}
}

func TestComparingAPasswordIsThrottledAsASignInIs(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	mine := w.bearer(bob, "write")
	mine.Via.Address = netip.MustParseAddr("203.0.113.5")
	guess := func(pw string) error { return w.edit(mine, bob.User, pat.UserEdit{Password: new(pw)}) }
	var err error
	for i := range 30 {
		if err = guess(strings.Repeat("guess", i+1)); kindOf(err) == "throttled" {
			break
		}
	}
	if kindOf(err) != "throttled" {
		t.Fatalf("30 guesses and still %v", err)
	}
	if err := guess(passwordOf("bob")); kindOf(err) != "throttled" {
		t.Errorf("the right one, when throttled: %v", err)
	}
	logins := []pat.Login{{Name: "bob", Password: passwordOf("bob")}}
	if _, err := w.Authenticate(context.Background(), logins, mine.Via); kindOf(err) != "throttled" {
		t.Errorf("signing in from there: %v", err)
	}
	w.clock.Forward(pat.AsError(err).RetryAfter + time.Second)
	if err := guess(passwordOf("bob")); err != nil {
		t.Errorf("after Retry-After: %v", err)
	}
}
