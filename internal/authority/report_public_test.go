package authority_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
)

// street is where somebody without an account is.
func street(address string) pat.Via {
	return pat.Via{Face: "console", Address: netip.MustParseAddr(address), RequestID: "r-9"}
}

// openWorld takes reports from anybody.
func openWorld(t testing.TB) *world {
	w := newWorld(t)
	w.rule(everyone("public_reports", true))
	return w
}

// finds reports the secret from the street, and returns what the trail got by it.
func (w *world) finds(text, where string) (stopped bool, told []pat.Event) {
	w.t.Helper()
	before := w.last()
	stopped, err := w.ReportSecret(w.t.Context(), text, where, street("203.0.113.5"))
	must(w.t, err)
	return stopped, w.events(before)
}

func TestAFinderStopsAToken(t *testing.T) {
	w := openWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	text, tok := w.mint(bob, named("deploy"))
	stopped, told := w.finds(text, "in a gist")
	if !stopped || w.live(text) || w.token(tok.ID).PausedAt.IsZero() {
		t.Error("the token is not stopped")
	}
	if len(told) != 1 {
		t.Fatalf("the trail got %v", told)
	}
	e := told[0]
	if e.Act != pat.TokenReported || e.Actor != 0 || e.ActorName != "" || e.Credential != pat.ByFinder || e.Via != street("203.0.113.5") ||
		e.ObjectID != int64(tok.ID) || e.Owner != bob.User || e.Reason != "in a gist" || len(e.Changes) != 1 {
		t.Errorf("the trail tells %+v", e)
	}
	n := w.notices(t, bob, 0, 10)
	if n.Unread != 1 || n.Events[0].Reason != "in a gist" || n.Events[0].Via.Address.IsValid() {
		t.Errorf("the owner is told %+v", n)
	}
	if n := w.notices(t, eve, 0, 10); n.Unread != 0 {
		t.Errorf("another is told %+v", n)
	}
	for range 3 {
		if stopped, told := w.finds(text, "again"); stopped || len(told) != 0 {
			t.Errorf("once more: %v, %v", stopped, told)
		}
	}
	w.clock.Forward(time.Minute)
	_, err := w.ResumeToken(t.Context(), bob, tok.ID)
	must(t, err)
	if !w.live(text) {
		t.Error("its owner cannot resume it")
	}
	if stopped, told := w.finds(text, "again"); !stopped || len(told) != 1 {
		t.Errorf("after it was resumed: %v, %v", stopped, told)
	}
}

// Its owner, who may resume it, is told once that a paused token was found.
func TestOwnersHearOfAFindOfAPausedToken(t *testing.T) {
	w := openWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob)
	w.finds(text, "before it was resumed")
	w.clock.Forward(time.Minute)
	_, err := w.ResumeToken(t.Context(), bob, tok.ID)
	must(t, err)
	w.clock.Forward(time.Minute)
	_, err = w.PauseToken(t.Context(), bob, tok.ID, "")
	must(t, err)
	w.clock.Forward(time.Minute)
	paused := w.token(tok.ID).PausedAt
	stopped, told := w.finds(text, "in a gist")
	if stopped || len(told) != 1 || told[0].Reason != "in a gist" || len(told[0].Changes) != 0 {
		t.Errorf("%v, %+v", stopped, told)
	}
	if stopped, told := w.finds(text, "in a gist"); stopped || len(told) != 0 {
		t.Errorf("once more: %v, %v", stopped, told)
	}
	if !w.token(tok.ID).PausedAt.Equal(paused) {
		t.Error("it was paused anew")
	}
}

// A token without a name is told of by what else it is known by.
func TestOwnersHearOfAFindOfAnUnnamedToken(t *testing.T) {
	w := openWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob)
	w.finds(text, "in a gist")
	if n := w.notices(t, bob, 0, 10); n.Unread != 1 || n.Events[0].Act != pat.TokenReported || n.Events[0].ObjectName != "jtn_…"+tok.LastFour {
		t.Errorf("the owner is told %+v", n)
	}
}

// What finders try is no one's sign-in: they use up nothing of those.
func TestFindersFillNothingOfTheSignIns(t *testing.T) {
	w := openWorld(t)
	w.Throttle = nil
	for range 20 {
		_, err := w.ReportSecret(t.Context(), pat.NewSecret(pat.DefaultPrefix).Reveal(), "", street("203.0.113.5"))
		if err != nil && kindOf(err) != "throttled" {
			t.Fatal(err)
		}
	}
}

// What no longer lives, and what never did, look alike, and each costs a try.
func TestAFinderLearnsLittle(t *testing.T) {
	ending := map[string]func(w *world, bob pat.Principal, tok pat.Token){
		"revoked": func(w *world, bob pat.Principal, tok pat.Token) {
			must(w.t, w.RevokeToken(w.t.Context(), bob, tok.ID, ""))
		},
		"expired": func(w *world, _ pat.Principal, _ pat.Token) { w.clock.Forward(366 * 24 * time.Hour) },
		"retired": func(w *world, bob pat.Principal, tok pat.Token) {
			_, _, err := w.RotateToken(w.t.Context(), bob, tok.ID, pat.Rotation{Origin: pat.OriginAPI})
			must(w.t, err)
			w.clock.Forward(time.Hour)
		},
		"its owner deleted": func(w *world, bob pat.Principal, _ pat.Token) {
			must(w.t, w.DeleteUser(w.t.Context(), w.root, bob.User))
		},
	}
	for name, end := range ending {
		t.Run(name, func(t *testing.T) {
			w := openWorld(t)
			bob := w.user("bob")
			text, tok := w.mint(bob)
			end(w, bob, tok)
			before := w.token(tok.ID)
			for range 10 {
				if stopped, told := w.finds(text, "in a gist"); stopped || len(told) != 0 {
					t.Fatalf("%v, %v", stopped, told)
				}
			}
			if !w.token(tok.ID).PausedAt.Equal(before.PausedAt) {
				t.Error("it was paused")
			}
			_, err := w.ReportSecret(t.Context(), text, "", street("203.0.113.5"))
			want(t, err, "throttled", "")
		})
	}
	w := openWorld(t)
	for range 10 {
		if stopped, told := w.finds(pat.NewSecret("jtn").Reveal(), ""); stopped || len(told) != 0 {
			t.Fatalf("a secret of no token: %v, %v", stopped, told)
		}
	}
	_, err := w.ReportSecret(t.Context(), pat.NewSecret("jtn").Reveal(), "", street("203.0.113.5"))
	want(t, err, "throttled", "")
	if pat.AsError(err).RetryAfter <= 0 {
		t.Error("it does not say when to try again")
	}
	text, _ := w.mint(w.user("bob"))
	if _, err := w.ReportSecret(t.Context(), text, "", street("203.0.113.6")); err != nil || w.live(text) {
		t.Errorf("from elsewhere: %v", err)
	}
	if _, err := w.signIn("bob", passwordOf("bob")); err != nil {
		t.Errorf("signing in: %v", err)
	}
}

// Finders who come at once stop it once, and its owner is told once.
func TestAFindIsToldOnce(t *testing.T) {
	w := openWorld(t)
	text, _ := w.mint(w.user("bob"))
	before := w.last()
	var stopped atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			did, err := w.ReportSecret(t.Context(), text, "in a gist", street(fmt.Sprintf("203.0.113.%d", i)))
			if err != nil {
				t.Error(err)
			}
			if did {
				stopped.Add(1)
			}
		})
	}
	all.Wait()
	if n := len(w.events(before)); n != 1 || stopped.Load() != 1 {
		t.Errorf("%d events, %d times stopped", n, stopped.Load())
	}
}

// Whoever has found many live tokens can report them all.
func TestAFinderOfManyIsNotThrottled(t *testing.T) {
	w := openWorld(t)
	bob := w.user("bob")
	for i := range 30 {
		text, _ := w.mint(bob)
		if stopped, _ := w.finds(text, ""); !stopped {
			t.Fatalf("token %d is not stopped", i)
		}
	}
}

func TestReportsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob)
	here := street("203.0.113.5")
	refuse := func(text, where, kind, field string) {
		t.Helper()
		before := w.last()
		stopped, err := w.ReportSecret(t.Context(), text, where, here)
		want(t, err, kind, field)
		if stopped || w.last() != before || !w.token(tok.ID).PausedAt.IsZero() {
			t.Error("a refused report has changed something")
		}
	}
	offers := func(want bool) {
		t.Helper()
		if got, err := w.PublicReports(t.Context()); err != nil || got != want {
			t.Errorf("reports are taken: %v, %v", got, err)
		}
	}
	offers(false)
	refuse(text, "", "not found", "")
	refuse("junk", "", "not found", "")
	w.rule(everyone("public_reports", true))
	offers(true)
	refuse(text, strings.Repeat("x", pat.MaxReason+1), "invalid", "where")
	refuse(text, "a\x00b", "invalid", "where")
	w.store.noRecords.Store(true) // what has a wrong checksum is not looked up
	for range 20 {
		for _, junk := range []string{"", "junk", text[:49], text + "0", text[:49] + "!", pat.NewSecret("ghp").Reveal()} {
			refuse(junk, "", "unauthenticated", "")
		}
		_, err := w.ReportSecret(t.Context(), text, "", here)
		if !errors.Is(err, errBroken) {
			t.Fatalf("without a store: %v", err) // and not too often
		}
	}
	w.store.noRecords.Store(false)
	w.store.noTrail.Store(true)
	if _, err := w.ReportSecret(t.Context(), text, "", here); !errors.Is(err, errBroken) || !w.live(text) {
		t.Errorf("without a trail: %v", err)
	}
	w.store.noTrail.Store(false)
	w.rule(everyone("public_reports", false))
	offers(false)
	refuse(text, "", "not found", "")
	_, _, err := w.ChangePolicy(t.Context(), w.root, pat.PolicyChange{Set: []pat.Setting{forUser(bob.User, "public_reports", true)}})
	want(t, err, "invalid", "users.2.public_reports")
}

// Secrets are pasted into any field.
func TestAReportKeepsNoSecret(t *testing.T) {
	w := openWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	text, _ := w.mint(bob)
	other, _ := w.mint(bob)
	_, told := w.finds(text, "see https://example.org/?t="+text)
	if len(told) != 1 || told[0].Reason != "see https://example.org/?t=[secret]" {
		t.Errorf("a finder's report: %+v", told)
	}
	found, err := w.FindToken(t.Context(), eve, other)
	must(t, err)
	before := w.last()
	must(t, w.ReportToken(t.Context(), eve, found.Proof, other))
	if told := w.events(before); len(told) != 1 || told[0].Reason != "[secret]" {
		t.Errorf("a user's report: %+v", told)
	}
	files, err := filepath.Glob(filepath.Join(w.folder, "jeton.db*"))
	must(t, err)
	for _, file := range files {
		kept, err := os.ReadFile(file)
		must(t, err)
		if strings.Contains(string(kept), text) || strings.Contains(string(kept), other) {
			t.Errorf("%s has a value", filepath.Base(file))
		}
	}
}
