package authority_test

import (
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
)

// reuse uses a retired value, raises alarms and returns the events of it.
func (w *world) reuse(text string, times int) []pat.Event {
	w.t.Helper()
	before := w.last()
	for range times {
		if _, err := w.Verify(w.t.Context(), text, "", via()); pat.AsError(err).Reason != pat.ReasonRetired {
			w.t.Fatalf("the retired value gets %v", err)
		}
	}
	must(w.t, w.RaiseAlarms(w.t.Context()))
	return w.events(before)
}

func TestTheUseOfARetiredValueIsAnAlarm(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, named("deploy"), lasting(time.Hour))
	fresh, _, err := w.rotate(bob, tok.ID, overlapping(time.Minute))
	must(t, err)
	w.clock.Forward(2 * time.Minute)
	events := w.reuse(text, 3)
	if len(events) != 1 {
		t.Fatalf("the trail tells %v", events)
	}
	e := events[0]
	if e.Act != pat.TokenReused || e.ObjectID != int64(tok.ID) || e.Via.Address != home || e.Outcome != "refused" || e.Changes[0].New != int64(3) {
		t.Errorf("the trail tells %+v", e)
	}
	for _, who := range []pat.Principal{bob, w.root} {
		seen, _, err := w.ActivityOf(t.Context(), who, pat.ObjectToken, int64(tok.ID), pat.Query{Limit: 1, Order: []pat.Order{{Field: "id", Desc: true}}})
		must(t, err)
		if len(seen) != 1 || seen[0].Via.Address != home {
			t.Errorf("%s sees %+v", who.Name, seen)
		}
	}
	if !w.live(fresh) {
		t.Error("the family ended though no policy says so")
	}
	if events := w.reuse(text, 1000); len(events) != 0 {
		t.Errorf("within the hour the trail tells %v", events)
	}
	w.clock.Forward(time.Hour)
	if events := w.reuse(text, 1); len(events) != 1 || events[0].Changes[0].New != int64(1001) {
		t.Errorf("after an hour the trail tells %v", events)
	}
}

// The alarm rings however long ago the value would have expired, also in a
// server that has started since and holds every token.
func TestAnAlarmOutlivesTheExpiry(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root, lasting(time.Hour))
	_, _, err := w.rotate(w.root, tok.ID, overlapping(time.Minute))
	must(t, err)
	w.clock.Forward(60 * 24 * time.Hour)
	w.index.Warm(t.Context())
	if events := w.reuse(text, 1); len(events) != 1 {
		t.Errorf("the trail tells %v", events)
	}
}

func TestReuseEndsTheFamilyWherePolicySaysSo(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.rule(everyone("reuse_ends_family", true))
	first, tok := w.mint(bob)
	second, next, err := w.rotate(bob, tok.ID, overlapping(0))
	must(t, err)
	third, _, err := w.rotate(bob, next.ID)
	must(t, err)
	other, _ := w.mint(bob)
	events := w.reuse(first, 1)
	if w.live(second) || w.live(third) || !w.live(other) {
		t.Error("not just the family ended")
	}
	if len(events) != 4 || events[0].Act != pat.TokenReused {
		t.Fatalf("the trail tells %v", events)
	}
	for _, e := range events[1:] {
		if e.Act != pat.TokenRevoked || e.Credential != pat.ByPolicy || e.Reason == "" {
			t.Errorf("the trail tells %+v", e)
		}
	}
}

// longFamily makes a family of 252 tokens that a reuse ends, and returns the first
// value of it, which is retired, and the others, which are not.
func (w *world) longFamily() (first string, others []string) {
	w.t.Helper()
	w.rule(everyone("reuse_ends_family", true))
	first, tok := w.mint(w.root)
	text, next, err := w.rotate(w.root, tok.ID, overlapping(0))
	must(w.t, err)
	for range 250 {
		others = append(others, text)
		text, next, err = w.rotate(w.root, next.ID, overlapping(24*time.Hour))
		must(w.t, err)
	}
	if !w.live(others[0]) {
		w.t.Fatal("the overlap is over")
	}
	return first, append(others, text)
}

// Whoever has the newest value, and rotates it on and on, keeps nothing of it.
func TestReuseEndsALongFamily(t *testing.T) {
	w := newWorld(t)
	first, others := w.longFamily()
	before := w.last()
	w.reuse(first, 1)
	for i, text := range others {
		if w.live(text) {
			t.Fatalf("value %d goes on", i)
		}
	}
	if n := len(w.events(before)); n != 1+252 {
		t.Errorf("the trail tells of %d", n)
	}
}

// The trail is told once, and the whole family ends, when a later part of it
// could not be ended at first, be it by the process that comes after.
func TestALongFamilyEndsThoughAPartOfItFails(t *testing.T) {
	for name, restart := range map[string]bool{"in the same process": false, "in the next": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			first, others := w.longFamily()
			before := w.last()
			if w.live(first) {
				t.Fatal("the retired value is accepted")
			}
			w.store.failFrom(2)
			want(t, w.RaiseAlarms(t.Context()), "internal", "")
			if head := others[len(others)-1]; w.live(head) || !w.live(others[0]) {
				t.Error("not just the newest of the family ended at first")
			}
			if restart {
				w.Alarms = authority.Alarms{}
			}
			w.store.noTrail.Store(false)
			for range 3 {
				must(t, w.RaiseAlarms(t.Context()))
				w.clock.Forward(2 * time.Hour)
			}
			acts := map[pat.Act]int{}
			for _, e := range w.events(before) {
				acts[e.Act]++
			}
			if acts[pat.TokenReused] != 1 || acts[pat.TokenRevoked] != 252 {
				t.Errorf("the trail tells %v", acts)
			}
			for i, text := range others {
				if w.live(text) {
					t.Fatalf("value %d goes on", i)
				}
			}
		})
	}
}

func TestAnAlarmThatCannotBeWrittenIsKept(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	_, _, err := w.rotate(w.root, tok.ID, overlapping(0))
	must(t, err)
	if w.live(text) {
		t.Fatal("the old value is accepted")
	}
	w.store.noTrail.Store(true)
	want(t, w.RaiseAlarms(t.Context()), "internal", "")
	w.store.noTrail.Store(false)
	if events := w.reuse(text, 1); len(events) != 1 || events[0].Changes[0].New != int64(2) {
		t.Errorf("the trail tells %v", events)
	}
}

// Also when the policy would not keep its record any more: while its successor
// lives it is looked out for, and its family ends by it.
func TestAnAlarmOutlivesTheRetention(t *testing.T) {
	w := newWorld(t)
	w.rule(everyone("reuse_ends_family", true), everyone("retention", int64(24*3600)))
	text, tok := w.mint(w.root, never)
	fresh, _, err := w.rotate(w.root, tok.ID, overlapping(time.Minute))
	must(t, err)
	w.clock.Forward(300 * 24 * time.Hour)
	must(t, w.PruneTokens(t.Context()))
	if events := w.reuse(text, 1); len(events) != 3 || events[0].Act != pat.TokenReused {
		t.Errorf("the trail tells %v", events)
	}
	if w.live(fresh) {
		t.Error("the family goes on")
	}
}
