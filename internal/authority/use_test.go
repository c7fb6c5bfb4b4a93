package authority_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
	"jeton/internal/store"
)

func TestUseIsCountedAndWrittenLater(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root, scoped("read"))
	before := w.everything()
	for range 3 {
		w.clock.forward(time.Second)
		w.verified(text)
	}
	used := w.clock.now()
	w.clock.forward(time.Second)
	for range 2 {
		_, err := w.Verify(t.Context(), text, "write", via())
		want(t, err, "forbidden", "")
	}
	if w.everything() != before {
		t.Error("a verification wrote something")
	}
	must(t, w.Uses.Flush(t.Context(), w.store))
	if want := []store.Use{{Token: tok.ID, LastAt: used, LastFrom: home, Accepted: 3, Refused: 2}}; !slices.Equal(w.store.uses, want) {
		t.Errorf("written: %+v, want %+v", w.store.uses, want)
	}
	if kept := w.token(tok.ID); !kept.LastUsedAt.Equal(used) || kept.LastUsedFrom != home {
		t.Errorf("last used %v from %v", kept.LastUsedAt, kept.LastUsedFrom)
	}
	must(t, w.Uses.Flush(t.Context(), w.store))
	if len(w.store.uses) != 1 {
		t.Errorf("written twice: %+v", w.store.uses)
	}
}

func TestOnlyKnownTokensAreCounted(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, _ := w.mint(bob)
	for _, text := range []string{"", "junk", pat.NewSecret(pat.DefaultPrefix).Reveal()} {
		_, _ = w.Verify(t.Context(), text, "", via())
	}
	w.disable(bob.User)
	_, _ = w.Verify(t.Context(), text, "", via())
	must(t, w.Uses.Flush(t.Context(), w.store))
	if got := w.store.uses; len(got) != 1 || got[0].Refused != 1 || got[0].Accepted != 0 || !got[0].LastAt.IsZero() {
		t.Errorf("written: %+v", got)
	}
}

func TestWhatCouldNotBeWrittenIsKept(t *testing.T) {
	w := newWorld(t)
	u := w.Uses
	_, tok := w.mint(w.root)
	at := w.clock.now()
	u.Accepted(tok.ID, at, home)
	u.Refused(tok.ID)
	w.store.noUse.Store(true)
	if err := u.Flush(t.Context(), w.store); !errors.Is(err, errBroken) {
		t.Errorf("answered %v", err)
	}
	u.Accepted(tok.ID, at.Add(time.Second), netip.Addr{})
	w.store.noUse.Store(false)
	must(t, u.Flush(t.Context(), w.store))
	if want := []store.Use{{Token: tok.ID, LastAt: at.Add(time.Second), Accepted: 2, Refused: 1}}; !slices.Equal(w.store.uses, want) {
		t.Errorf("written: %+v, want %+v", w.store.uses, want)
	}
}

func TestTheLaterOfTwoUsesIsTheLast(t *testing.T) {
	w := newWorld(t)
	at := w.clock.now()
	w.Uses.Accepted(1, at, home)
	w.Uses.Accepted(1, at.Add(-time.Second), netip.Addr{}) // overtaken on its way
	must(t, w.Uses.Flush(t.Context(), w.store))
	if got := w.store.uses; len(got) != 1 || !got[0].LastAt.Equal(at) || got[0].LastFrom != home || got[0].Accepted != 2 {
		t.Errorf("written: %+v", got)
	}
}

// perShard is how many tokens are remembered of those whose ids agree in the
// last six bits.
const perShard = 16_384

func TestUsesAreBoundedAndTheRestIsCounted(t *testing.T) {
	u := &authority.Uses{}
	use := func(i int) { u.Accepted(pat.TokenID(i*64), time.Unix(1, 0), home) }
	for i := range perShard {
		use(i)
	}
	if n := u.Dropped(); n != 0 {
		t.Fatalf("%d dropped while there is room", n)
	}
	use(0) // one that is remembered needs no room
	use(perShard)
	u.Refused(64 * perShard)
	if n := u.Dropped(); n != 2 {
		t.Errorf("%d dropped, want 2", n)
	}
	u.Accepted(1, time.Unix(1, 0), home) // has room elsewhere
	if n := u.Dropped(); n != 2 {
		t.Errorf("%d dropped, want 2", n)
	}
}

// refill is a store that cannot write, and while it tries, others use tokens.
type refill struct {
	store.Store
	during func()
}

func (r refill) RecordUse(context.Context, []store.Use) error {
	r.during()
	return errBroken
}

func TestWhatFindsNoRoomAfterAFailureIsCounted(t *testing.T) {
	u := &authority.Uses{}
	for range 3 {
		u.Accepted(0, time.Unix(1, 0), home)
	}
	u.Refused(0)
	err := u.Flush(t.Context(), refill{during: func() {
		for i := range perShard {
			u.Accepted(pat.TokenID((i+1)*64), time.Unix(2, 0), home)
		}
	}})
	if !errors.Is(err, errBroken) || u.Dropped() != 4 {
		t.Errorf("%d uses dropped, want 4; %v", u.Dropped(), err)
	}
}

func TestUsesOfManyAtOnceAreAllCounted(t *testing.T) {
	w := newWorld(t)
	text, tok := w.mint(w.root)
	together(8, func(i int) error {
		for range 100 {
			_, _ = w.Verify(context.Background(), text, "", via())
			if i == 0 {
				_ = w.Uses.Flush(context.Background(), w.store)
			}
		}
		return nil
	})
	must(t, w.Uses.Flush(t.Context(), w.store))
	var n int64
	for _, use := range w.store.uses {
		if use.Token == tok.ID {
			n += use.Accepted
		}
	}
	if n != 800 {
		t.Errorf("%d uses of 800 were written", n)
	}
}

// faltering is a store that writes one batch and no more.
type faltering struct {
	store.Store
	batches int
	written map[pat.TokenID]int64
}

func (f *faltering) RecordUse(_ context.Context, uses []store.Use) error {
	if f.batches == 0 {
		return errBroken
	}
	f.batches--
	for _, use := range uses {
		f.written[use.Token] += use.Accepted
	}
	return nil
}

func TestWhatWasWrittenBeforeAFailureIsNotWrittenAgain(t *testing.T) {
	u, to := &authority.Uses{}, &faltering{batches: 1, written: map[pat.TokenID]int64{}}
	const tokens = 1200
	for i := range tokens {
		u.Accepted(pat.TokenID(i*64), time.Unix(1, 0), home)
	}
	if err := u.Flush(t.Context(), to); !errors.Is(err, errBroken) {
		t.Errorf("answered %v", err)
	}
	if n := len(to.written); n == 0 || n == tokens {
		t.Fatalf("%d of %d were written before the failure", n, tokens)
	}
	to.batches = tokens
	must(t, u.Flush(t.Context(), to))
	for i := range tokens {
		if n := to.written[pat.TokenID(i*64)]; n != 1 {
			t.Fatalf("one use of token %d was written %d times", i*64, n)
		}
	}
}
