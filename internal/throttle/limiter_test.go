package throttle

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"jeton/internal/pat"
)

// bench is a limiter on a clock that stands still unless told.
type bench struct {
	*Limiter
	t    testing.TB
	time time.Time
}

func newBench(t testing.TB, most int) *bench {
	b := &bench{t: t, time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b.Limiter = New(Options{Now: func() time.Time { return b.time }, Most: most})
	return b
}

func (b *bench) pass(d time.Duration) { b.time = b.time.Add(d) }

// try makes an attempt that fails, and reports whether it was let through.
func (b *bench) try(name, from string) bool {
	b.t.Helper()
	_, _, err := b.Take(name, addr(from))
	if err != nil {
		require.True(b.t, pat.Is(err, pat.Throttled), "%v", err)
	}
	return err == nil
}

// signIn makes an attempt that succeeds.
func (b *bench) signIn(name, from string) bool {
	b.t.Helper()
	succeeded, _, err := b.Take(name, addr(from))
	if err == nil {
		succeeded()
	}
	return err == nil
}

// tries makes n attempts that fail and returns how many were let through.
func (b *bench) tries(n int, name, from string) (let int) {
	b.t.Helper()
	for range n {
		if b.try(name, from) {
			let++
		}
	}
	return let
}

// wait returns how long the next attempt has to wait.
func (b *bench) wait(name, from string) time.Duration {
	err := b.Refused(name, addr(from))
	if err == nil {
		return 0
	}
	require.True(b.t, pat.Is(err, pat.Throttled))
	return pat.AsError(err).RetryAfter
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// stranger returns the i-th of many addresses.
func stranger(i int) string { return fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255) }

const home, away = "192.0.2.1", "198.51.100.7"

func TestPairHasTenTriesThenOneAMinute(t *testing.T) {
	b := newBench(t, 0)
	require.Equal(t, 10, b.tries(20, "ada", home))
	require.Equal(t, time.Minute, b.wait("ada", home))
	require.False(t, b.signIn("ada", home), "the right password is refused too")
	b.pass(time.Minute - 1)
	require.Equal(t, time.Duration(1), b.wait("ada", home))
	require.False(t, b.try("ada", home))
	b.pass(1)
	require.Equal(t, 1, b.tries(5, "ada", home))
	b.pass(time.Hour)
	require.Equal(t, 10, b.tries(20, "ada", home), "no more than the burst is saved up")

	require.True(t, b.try("ada", away), "another source has tries of its own")
	require.True(t, b.try("bob", home), "another account too")
}

func TestRefusedChargesNothing(t *testing.T) {
	b := newBench(t, 0)
	for range 100 {
		require.Zero(t, b.wait("ada", home))
	}
	require.Empty(t, b.buckets.full)
	require.Equal(t, 10, b.tries(20, "ada", home))
	for range 100 {
		require.Equal(t, time.Minute, b.wait("ada", home))
	}
	b.pass(time.Minute)
	require.Zero(t, b.wait("ada", home), "refusals are no attempts")
}

func TestSpellingsAndNeighboursShareTheCount(t *testing.T) {
	tests := []struct {
		name        string
		user, other string
		from, there string
		shared      bool
	}{
		{"the same", "ada", "ada", home, home, true},
		{"upper case", "ada", "ADA", home, home, true},
		{"blanks around", "ada", " ada\u00a0", home, home, true},
		{"wide letters", "ada", "\uff41\uff44\uff41", home, home, true},
		{"sharp s", "gro\u00df", "GROSS", home, home, true},
		{"composed and decomposed", "andr\u00e9", "Andre\u0301", home, home, true},
		{"final sigma", "\u03c3\u03bf\u03c6\u03cc\u03c2", "\u03a3\u039f\u03a6\u038c\u03a3", home, home, true},
		{"Cherokee", "\uab70", "\u13a0", home, home, true},
		{"an accent", "andre", "andr\u00e9", home, home, false},
		{"an IPv4 address within IPv6", "ada", "ada", home, "::ffff:" + home, true},
		{"the neighbouring IPv4 address", "ada", "ada", home, "192.0.2.2", false},
		{"another address of the /64", "ada", "ada", "2001:db8:0:1::1", "2001:db8:0:1:ffff::9", true},
		{"another /64", "ada", "ada", "2001:db8:0:1::1", "2001:db8:0:2::1", false},
		{"another zone", "ada", "ada", "fe80::1%eth0", "fe80::1%eth1", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, 0)
			b.tries(10, tt.user, tt.from)
			require.Equal(t, !tt.shared, b.try(tt.other, tt.there))
		})
	}
}

func TestNoAddressIsASource(t *testing.T) {
	b := newBench(t, 0)
	for range 10 {
		_, _, err := b.Take("ada", netip.Addr{})
		require.NoError(t, err)
	}
	require.True(t, pat.Is(b.Refused("ada", netip.Addr{}), pat.Throttled))
	require.Zero(t, b.wait("ada", home))
}

func TestSourceHas150TriesOnAllAccounts(t *testing.T) {
	b := newBench(t, 0)
	let := 0
	for i := range 300 {
		let += b.tries(1, fmt.Sprint("user", i), home)
	}
	require.Equal(t, 150, let)
	require.Equal(t, 2*time.Second, b.wait("someone else", home))
	require.True(t, b.try("user1", away))
	b.pass(10 * time.Second)
	let = 0
	for i := range 50 {
		let += b.tries(1, fmt.Sprint("other", i), home)
	}
	require.Equal(t, 5, let)
}

func TestStrangersShareTheAccount(t *testing.T) {
	b := newBench(t, 0)
	require.True(t, b.signIn("ada", home))
	let := 0
	for i := range 200 {
		let += b.tries(1, "ada", stranger(i))
	}
	require.Equal(t, 60, let)
	require.Equal(t, 15*time.Second, b.wait("ada", away))
	require.Zero(t, b.wait("bob", away))
	require.Equal(t, 10, b.tries(20, "ada", home), "the known source keeps its share")
	b.pass(15 * time.Second)
	require.True(t, b.try("ada", away))
	require.False(t, b.try("ada", stranger(999)))
}

// A sign-in that was answered from memory makes its source known all the same.
func TestARememberedPasswordMakesItsSourceKnown(t *testing.T) {
	b := newBench(t, 0)
	b.Succeeded("ada", netip.MustParseAddr(home))
	for i := range 200 {
		b.tries(1, "ada", stranger(i))
	}
	require.False(t, b.try("ada", away))
	require.True(t, b.try("ada", home))
}

func TestKnownSourceStaysKnownFor30Days(t *testing.T) {
	for name, tt := range map[string]struct {
		after time.Duration
		known bool
	}{
		"just before": {KnownFor - 1, true},
		"at the end":  {KnownFor, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 0)
			require.True(t, b.signIn("ada", home))
			b.pass(tt.after)
			for i := range 60 {
				require.True(t, b.try("ada", stranger(i)))
			}
			require.Equal(t, tt.known, b.try("ada", home))
		})
	}
}

func TestKnownToOneAccountIsNotKnownToAnother(t *testing.T) {
	b := newBench(t, 0)
	require.True(t, b.signIn("eve", home))
	for i := range 60 {
		require.True(t, b.try("ada", stranger(i)))
	}
	require.False(t, b.try("ada", home))
}

// exhaust makes an account fail n times in a row, from everywhere, as fast as
// it is let.
func (b *bench) exhaust(name string, n int) {
	for i := 0; n > 0; i++ {
		if wait := b.wait(name, stranger(i)); wait > 0 {
			b.pass(wait)
		}
		require.True(b.t, b.try(name, stranger(i)))
		n--
	}
}

func TestAHundredFailuresInARowLeaveOneTryAMinute(t *testing.T) {
	b := newBench(t, 0)
	require.True(t, b.signIn("ada", home))
	b.exhaust("ada", 99)
	b.pass(15 * time.Minute)
	require.True(t, b.try("ada", stranger(500)), "the hundredth")
	require.True(t, b.try("ada", stranger(501)), "the first of those held")
	require.Equal(t, time.Minute, b.wait("ada", stranger(502)), "though the account's own bucket has room")
	for range 30 {
		b.pass(time.Minute)
		require.True(t, b.try("ada", stranger(502)))
		require.False(t, b.try("ada", stranger(503)))
	}
	require.True(t, b.signIn("ada", home), "the known source is not held")
	require.Equal(t, 30, func() (let int) {
		b.pass(15 * time.Minute)
		for i := range 30 {
			let += b.tries(1, "ada", stranger(600+i))
		}
		return let
	}(), "a success ends the row")
}

func TestANewSourceGetsInWithinAMinuteOfTheEnd(t *testing.T) {
	b := newBench(t, 0)
	b.exhaust("ada", 250)
	wait := b.wait("ada", away)
	require.LessOrEqual(t, wait, time.Minute)
	b.pass(wait)
	require.True(t, b.signIn("ada", away))
}

func TestSuccessGivesBack(t *testing.T) {
	b := newBench(t, 0)
	for range 1000 {
		require.True(t, b.signIn("ada", home))
	}
	require.Empty(t, b.buckets.full)
	require.Empty(t, b.failures.rows)

	b = newBench(t, 0)
	require.Equal(t, 9, b.tries(9, "ada", home))
	require.True(t, b.signIn("ada", home))
	require.Equal(t, 1, b.tries(5, "ada", home), "a success gives back its own charge, not those of failures before it")
}

func TestSuccessGivesBackOnce(t *testing.T) {
	b := newBench(t, 0)
	require.Equal(t, 8, b.tries(8, "ada", home))
	succeeded, withdrawn, err := b.Take("ada", addr(home))
	require.NoError(t, err)
	for range 5 {
		succeeded()
		withdrawn()
	}
	require.Equal(t, 2, b.tries(5, "ada", home))
}

func TestNothingIsGivenBackThatTimeHasPaid(t *testing.T) {
	b := newBench(t, 0)
	succeeded, _, err := b.Take("ada", addr(home))
	require.NoError(t, err)
	b.pass(time.Hour)
	require.Equal(t, 10, b.tries(20, "ada", home))
	succeeded()
	require.False(t, b.try("ada", home))
	require.Equal(t, time.Minute, b.wait("ada", home))
}

func TestWithdrawnLeavesNoTrace(t *testing.T) {
	b := newBench(t, 0)
	for range 1000 {
		_, withdrawn, err := b.Take("ada", addr(home))
		require.NoError(t, err)
		withdrawn()
	}
	require.Empty(t, b.buckets.full)
	require.Empty(t, b.failures.rows)
	require.Empty(t, b.known.at, "a source is known by success only")

	b.exhaust("ada", 99)
	b.pass(15 * time.Minute)
	_, withdrawn, err := b.Take("ada", addr(away))
	require.NoError(t, err)
	withdrawn()
	require.Equal(t, 99, b.failures.of(b.keys.of("ada", netip.Addr{}).account), "the row goes on where it was")
}

func TestWhatIsNoAccountsIsCountedBySource(t *testing.T) {
	b := newBench(t, 0)
	one := func(from string) (func(), error) { return b.TakeAlone("\x00reports", addr(from)) }
	for i := range 200 { // more than an account takes, from all sources together
		_, err := one(stranger(i))
		require.NoError(t, err, "source %d", i)
	}
	require.Empty(t, b.failures.rows, "a row of failures")
	b = newBench(t, 1)
	b.failures.rows[key{1}], b.failures.shared = 1, 7 // full
	var back func()
	for range 10 {
		var err error
		back, err = one(home)
		require.NoError(t, err)
	}
	_, err := one(home)
	require.True(t, pat.Is(err, pat.Throttled), "%v", err)
	require.Equal(t, time.Minute, pat.AsError(err).RetryAfter)
	back()
	back()
	require.Equal(t, 7, b.failures.shared, "others' failures")
	_, err = one(home)
	require.NoError(t, err)
	_, err = one(home)
	require.Error(t, err)
	require.True(t, b.try("ada", home), "a sign-in")
}

func TestAClockThatGoesBackFreesNobody(t *testing.T) {
	b := newBench(t, 0)
	b.tries(10, "ada", home)
	b.pass(-24 * time.Hour)
	require.Equal(t, time.Minute, b.wait("ada", home))
	b.pass(24*time.Hour + time.Minute)
	require.Equal(t, 1, b.tries(5, "ada", home))
}

func TestAtOnceNoMoreThanTenPass(t *testing.T) {
	b := newBench(t, 0)
	var passed atomic.Int32
	var all sync.WaitGroup
	start := make(chan struct{})
	for range 60 {
		all.Go(func() {
			<-start
			if _, _, err := b.Take("ada", addr(home)); err == nil {
				passed.Add(1)
			}
		})
	}
	close(start)
	all.Wait()
	require.EqualValues(t, 10, passed.Load())
}

func TestEachProcessDrawsItsKey(t *testing.T) {
	one, other := newBench(t, 0), newBench(t, 0)
	require.Equal(t, one.keys.of("ada", addr(home)), one.keys.of("ada", addr(home)))
	require.NotEqual(t, one.keys.of("ada", addr(home)), other.keys.of("ada", addr(home)))
}

func BenchmarkTake(b *testing.B) {
	l, from := New(Options{Now: time.Now}), addr(home)
	b.ReportAllocs()
	for b.Loop() {
		succeeded, _, err := l.Take("ada.lovelace", from)
		if err != nil {
			b.Fatal(err)
		}
		succeeded()
	}
}

func BenchmarkTakeRefused(b *testing.B) {
	l, from := New(Options{Now: time.Now}), addr(home)
	b.ReportAllocs()
	for range 10 {
		_, _, _ = l.Take("ada.lovelace", from)
	}
	for b.Loop() {
		_, _, _ = l.Take("ada.lovelace", from)
	}
}
