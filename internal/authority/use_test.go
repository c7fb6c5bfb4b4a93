package authority_test

import (
	"context"
	"errors"
	"net/netip"
	"reflect"
	"sync"
	"sync/atomic"
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
		w.clock.Forward(time.Second)
		w.verified(text)
	}
	used := w.clock.Now()
	w.clock.Forward(time.Second)
	for range 2 {
		_, err := w.Verify(t.Context(), text, "write", via())
		if kindOf(err) != "forbidden" {
			t.Errorf("more than its scope: %v", err)
		}
	}
	if w.everything() != before {
		t.Error("a verification wrote something")
	}
	must(t, w.Uses.Flush(t.Context(), w.store))
	want := store.Use{
		Token: tok.ID, Hour: used.Truncate(time.Hour), FirstAt: used.Add(-2 * time.Second), LastAt: used, LastFrom: home,
		Accepted: 3, Refused: refusals(pat.ReasonScope, 2),
		Addresses: []pat.UseAddress{{Address: home, FirstAt: used.Add(-2 * time.Second), LastAt: used.Add(time.Second), Accepted: 3, Refused: 2}},
	}
	if !reflect.DeepEqual(w.store.uses, []store.Use{want}) {
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
	if got := w.store.uses; len(got) != 1 || got[0].Refused != refusals(pat.ReasonOwner, 1) || got[0].Accepted != 0 || !got[0].LastAt.IsZero() {
		t.Errorf("written: %+v", got)
	}
}

func TestWhatCouldNotBeWrittenIsKept(t *testing.T) {
	w := newWorld(t)
	u := w.Uses
	_, tok := w.mint(w.root)
	at := w.clock.Now()
	u.Accepted(tok.ID, at, home)
	u.Refused(tok.ID, at, netip.Addr{}, pat.ReasonPaused)
	w.store.noUse.Store(true)
	if err := u.Flush(t.Context(), w.store); !errors.Is(err, errBroken) {
		t.Errorf("answered %v", err)
	}
	u.Accepted(tok.ID, at.Add(time.Second), netip.Addr{})
	w.store.noUse.Store(false)
	must(t, u.Flush(t.Context(), w.store))
	want := store.Use{
		Token: tok.ID, Hour: at.Truncate(time.Hour), FirstAt: at, LastAt: at.Add(time.Second), Accepted: 2, Refused: refusals(pat.ReasonPaused, 1),
		Addresses: []pat.UseAddress{{Address: home, FirstAt: at, LastAt: at, Accepted: 1}},
	}
	if !reflect.DeepEqual(w.store.uses, []store.Use{want}) {
		t.Errorf("written: %+v, want %+v", w.store.uses, want)
	}
}

func TestTheLaterOfTwoUsesIsTheLast(t *testing.T) {
	w := newWorld(t)
	at := w.clock.Now()
	w.Uses.Accepted(1, at, home)
	w.Uses.Accepted(1, at.Add(-time.Second), netip.Addr{}) // overtaken on its way
	must(t, w.Uses.Flush(t.Context(), w.store))
	if got := w.store.uses; len(got) != 1 || !got[0].LastAt.Equal(at) || got[0].LastFrom != home || got[0].Accepted != 2 {
		t.Errorf("written: %+v", got)
	}
}

// perShard is how many tokens are remembered of those that share a place: 64 that
// follow upon each other of every 4,096.
const perShard = 16_384

// besideZero is the i-th token that shares its place with the one whose id is 0.
func besideZero(i int) pat.TokenID { return pat.TokenID(i/64*4096 + i%64) }

func TestUsesAreBoundedAndTheRestIsCounted(t *testing.T) {
	u := &authority.Uses{}
	use := func(i int) { u.Accepted(besideZero(i), time.Unix(1, 0), home) }
	for i := range perShard {
		use(i)
	}
	if n, _ := u.Dropped(); n != 0 {
		t.Fatalf("%d dropped while there is room", n)
	}
	use(0) // one that is remembered needs no room
	use(perShard)
	u.Refused(besideZero(perShard), time.Unix(1, 0), home, pat.ReasonScope)
	if n, _ := u.Dropped(); n != 2 {
		t.Errorf("%d dropped, want 2", n)
	}
	u.Accepted(64, time.Unix(1, 0), home) // has room elsewhere
	if n, _ := u.Dropped(); n != 2 {
		t.Errorf("%d dropped, want 2", n)
	}
}

// refill is a store that cannot write, and while it tries, others use tokens.
type refill struct {
	store.Store
	during func()
}

func (r refill) RecordUse(context.Context, []store.Use, func(store.Tx, []store.UseFinding) error) error {
	r.during()
	return errBroken
}

func TestWhatFindsNoRoomAfterAFailureIsCounted(t *testing.T) {
	u := &authority.Uses{}
	for range 3 {
		u.Accepted(0, time.Unix(1, 0), home)
	}
	u.Refused(0, time.Unix(1, 0), home, pat.ReasonScope)
	err := u.Flush(t.Context(), refill{during: func() {
		for i := range perShard {
			u.Accepted(besideZero(i+1), time.Unix(2, 0), home)
		}
	}})
	if n, _ := u.Dropped(); !errors.Is(err, errBroken) || n != 4 {
		t.Errorf("%d uses dropped, want 4; %v", n, err)
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

func (f *faltering) RecordUse(_ context.Context, uses []store.Use, _ func(store.Tx, []store.UseFinding) error) error {
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

// slow is a store whose first batch takes until somebody else is about to flush.
type slow struct {
	store.Store
	taken, proceed chan struct{}
	batches        atomic.Int64
	written        atomic.Int64
}

func (s *slow) RecordUse(_ context.Context, uses []store.Use, _ func(store.Tx, []store.UseFinding) error) error {
	if s.batches.Add(1) == 1 {
		close(s.taken)
		<-s.proceed
	}
	s.written.Add(int64(len(uses)))
	return nil
}

// Whether a token is idle is asked after a flush: what another has taken out of
// memory, and not written yet, must be there by then.
func TestAFlushWaitsForWhatAnotherHasTaken(t *testing.T) {
	u, to := &authority.Uses{}, &slow{taken: make(chan struct{}), proceed: make(chan struct{})}
	for i := range 500 {
		u.Accepted(pat.TokenID(i), time.Unix(1, 0), home)
	}
	var gently sync.WaitGroup
	gently.Go(func() { _ = u.FlushGently(context.Background(), to) })
	<-to.taken // it is in its first batch
	time.AfterFunc(50*time.Millisecond, func() { close(to.proceed) })
	must(t, u.Flush(t.Context(), to))
	if n := to.written.Load(); n != 500 {
		t.Errorf("after the flush %d of 500 uses are written", n)
	}
	gently.Wait()
}

func refusals(why pat.Reason, n int64) (r pat.Refusals) {
	r.Add(why, n)
	return r
}

func TestHoursAreCountedApart(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	noon := w.clock.Now()
	w.Uses.Accepted(tok.ID, noon, home)
	w.Uses.Accepted(tok.ID, noon.Add(time.Hour), home)
	w.Uses.Refused(tok.ID, noon.Add(time.Hour-time.Second), home, pat.ReasonScope) // overtaken on its way
	w.Uses.Accepted(tok.ID, noon.Add(2*time.Hour), home)
	w.store.noUse.Store(true)
	if err := w.Uses.Flush(t.Context(), w.store); !errors.Is(err, errBroken) {
		t.Errorf("answered %v", err)
	}
	w.Uses.Accepted(tok.ID, noon.Add(2*time.Hour), home)
	w.Uses.Accepted(tok.ID, noon.Add(3*time.Hour), home)
	w.store.noUse.Store(false)
	must(t, w.Uses.Flush(t.Context(), w.store))
	got, err := w.TokenUse(t.Context(), w.root, tok.ID, noon, noon.Add(24*time.Hour))
	must(t, err)
	var counts [][2]int64
	for _, p := range got.Periods {
		counts = append(counts, [2]int64{p.Accepted, p.Refused.Total()})
	}
	if want := [][2]int64{{1, 0}, {1, 1}, {2, 0}, {1, 0}}; !reflect.DeepEqual(counts, want) {
		t.Errorf("counted %v, want %v", counts, want)
	}
	if got.Accepted != 5 || got.Refused != 1 || !got.FirstAt.Equal(noon) || !got.LastAt.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("in all %+v", got)
	}
}

func TestReasonsOfRefusedUse(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, scoped("read"), within("192.0.2.0/24"), lasting(time.Hour))
	try := func(need string, v pat.Via) { _, _ = w.Verify(t.Context(), text, need, v) }
	try("write", via())
	try("", from("198.51.100.1"))
	w.disable(bob.User)
	try("", via())
	w.clock.Forward(time.Hour)
	try("", via())
	must(t, w.Uses.Flush(t.Context(), w.store))
	got, err := w.TokenUse(t.Context(), w.root, tok.ID, time.Unix(0, 0), w.clock.Now().Add(time.Hour))
	must(t, err)
	var sum, want pat.Refusals
	for _, p := range got.Periods {
		for i, n := range p.Refused {
			sum[i] += n
		}
	}
	for _, why := range []pat.Reason{pat.ReasonScope, pat.ReasonNetwork, pat.ReasonOwner, pat.ReasonExpired} {
		want.Add(why, 1)
	}
	if sum != want || got.Refused != 4 || got.Accepted != 0 || !got.FirstAt.IsZero() {
		t.Errorf("counted %v, want %v; %+v", sum, want, got)
	}
	if len(got.Addresses) != 2 || got.Addresses[0].Refused != 3 || got.Addresses[1].Address != from("198.51.100.1").Address {
		t.Errorf("from %+v", got.Addresses)
	}
}

func TestWhoSeesUse(t *testing.T) {
	w := newWorld(t)
	bob, eve, dave := w.user("bob"), w.user("eve"), w.user("dave", auditor)
	_, tok := w.mint(bob)
	for _, tt := range []struct {
		name string
		by   pat.Principal
		id   pat.TokenID
		want string
	}{
		{"the owner", bob, tok.ID, "done"},
		{"an administrator", w.root, tok.ID, "done"},
		{"an auditor", dave, tok.ID, "done"},
		{"somebody else", eve, tok.ID, "forbidden"},
		{"nobody", pat.Principal{}, tok.ID, "unauthenticated"},
		{"a token that may not read", w.bearer(bob, "deploy"), tok.ID, "forbidden"},
		{"of none", bob, 999, "not found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.TokenUse(t.Context(), tt.by, tt.id, time.Time{}, w.clock.Now())
			want(t, err, tt.want, "")
		})
	}
}

// A flood of addresses is bounded for a token and for all of them.
func TestAddressesAreBounded(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	for i := range 1000 {
		w.Uses.Accepted(tok.ID, w.clock.Now().Add(time.Duration(i)), netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
	}
	if uses, addresses := w.Uses.Dropped(); uses != 0 || addresses != 992 {
		t.Errorf("%d uses and %d addresses dropped, want 0 and 992", uses, addresses)
	}
	for round := range 10 {
		must(t, w.Uses.Flush(t.Context(), w.store))
		for i := range 8 {
			w.Uses.Accepted(tok.ID, w.clock.Now().Add(time.Second), netip.AddrFrom4([4]byte{10, 1, byte(round), byte(i)}))
		}
	}
	got, err := w.TokenUse(t.Context(), w.root, tok.ID, time.Unix(0, 0), w.clock.Now())
	must(t, err)
	if len(got.Addresses) != pat.MaxUseAddresses {
		t.Errorf("%d addresses are kept", len(got.Addresses))
	}
	flood := &authority.Uses{}
	for i := range 10_000 {
		for n := range 3 {
			flood.Accepted(besideZero(i), time.Unix(1, 0), netip.AddrFrom4([4]byte{10, byte(n), 0, 1}))
		}
	}
	if uses, addresses := flood.Dropped(); uses != 0 || addresses != 20_000-4096 {
		t.Errorf("%d uses and %d addresses dropped, want 0 and %d", uses, addresses, 20_000-4096)
	}
}

func TestAddressesAreWrittenAsTheyWereSeen(t *testing.T) {
	w := newWorld(t)
	for text, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "2001:db8::7": "2001:db8::7", "::": "::", "0.0.0.0": "0.0.0.0",
		"::ffff:203.0.113.7": "::ffff:203.0.113.7", "fe80::7%eth0": "fe80::7",
	} {
		w.store.uses = nil
		w.Uses.Accepted(1, w.clock.Now(), home)
		w.Uses.Accepted(1, w.clock.Now(), netip.MustParseAddr(text))
		must(t, w.Uses.Flush(t.Context(), w.store))
		if got := w.store.uses[0]; got.LastFrom.String() != want || len(got.Addresses) != 2 || got.Addresses[1].Address.String() != want {
			t.Errorf("%s was written as %+v", text, got)
		}
	}
}

// BenchmarkUse is what a verification pays for being counted.
func BenchmarkUse(b *testing.B) {
	u, at := &authority.Uses{}, time.Now()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		u.Accepted(pat.TokenID(i%1000), at, home)
	}
}
