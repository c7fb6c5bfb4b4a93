package authority_test

import (
	"testing"
	"time"

	"jeton/internal/pat"
)

func (w *world) tellExpired() []pat.Event {
	w.t.Helper()
	before := w.last()
	must(w.t, w.TellExpired(w.t.Context()))
	return w.events(before)
}

func TestEndsByTheClockAreToldOnce(t *testing.T) {
	w := newWorld(t)
	_, brief := w.mint(w.root, lasting(time.Hour))
	_, paused := w.mint(w.root, lasting(time.Hour))
	_, err := w.PauseToken(t.Context(), w.root, paused.ID, "")
	must(t, err)
	_, revoked := w.mint(w.root, lasting(time.Hour))
	must(t, w.RevokeToken(t.Context(), w.root, revoked.ID, ""))
	w.mint(w.root, never)
	_, long := w.mint(w.root, lasting(1000*time.Hour))
	w.clock.Forward(time.Hour + 30*time.Second)
	if got := w.tellExpired(); len(got) != 0 {
		t.Errorf("an end that others may still be writing is told: %v", got)
	}
	w.clock.Forward(2 * time.Minute)
	got := w.tellExpired()
	if len(got) != 2 || got[0].ObjectID != int64(brief.ID) || got[1].ObjectID != int64(paused.ID) {
		t.Fatalf("the trail tells %+v", got)
	}
	for _, e := range got {
		if e.Act != pat.TokenExpired || !e.At.Equal(brief.ExpiresAt) || e.Reason != "" || e.ActorName != "" {
			t.Errorf("the trail tells %+v", e)
		}
	}
	if got := w.tellExpired(); len(got) != 0 {
		t.Errorf("told twice: %v", got)
	}
	w.clock.Forward(1000 * time.Hour)
	if got := w.tellExpired(); len(got) != 1 || got[0].ObjectID != int64(long.ID) {
		t.Errorf("the trail tells %v", got)
	}
}

func TestTheEndOfAnOverlapIsToldUnlessSomeoneEndedIt(t *testing.T) {
	w := newWorld(t)
	rotated := func(overlap time.Duration) pat.Token {
		_, tok := w.mint(w.root, never)
		_, _, err := w.rotate(w.root, tok.ID, overlapping(overlap))
		must(t, err)
		return tok
	}
	byClock, atOnce, byRoot := rotated(time.Hour), rotated(0), rotated(time.Hour)
	w.clock.Forward(time.Minute)
	_, err := w.EndOverlap(t.Context(), w.root, byRoot.ID)
	must(t, err)
	w.clock.Forward(2 * time.Hour)
	got := w.tellExpired()
	if len(got) != 1 || got[0].ObjectID != int64(byClock.ID) || got[0].Reason != pat.WhyOverlap {
		t.Errorf("the trail tells %+v; ended by others: %d, %d", got, atOnce.ID, byRoot.ID)
	}
}

// What ended while nobody ran, in many steps, before its record is removed.
func TestNoEndIsLostToPruning(t *testing.T) {
	w := newWorld(t)
	const tokens = 250
	for range tokens {
		w.mint(w.root, lasting(time.Hour))
	}
	w.clock.Forward(200 * 24 * time.Hour)
	before := w.last()
	must(t, w.PruneTokens(t.Context()))
	told := map[int64]bool{}
	for _, e := range w.events(before) {
		if e.Act != pat.TokenExpired || told[e.ObjectID] {
			t.Errorf("the trail tells %+v", e)
		}
		told[e.ObjectID] = true
	}
	if len(told) != tokens {
		t.Errorf("%d of %d ends were told", len(told), tokens)
	}
	if _, err := w.store.Token(t.Context(), pat.TokenID(1)); kindOf(err) != "not found" {
		t.Error("nothing was pruned")
	}
}
