package index

import (
	"net/netip"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// A token that leaves the table takes its networks along, in whatever way it
// leaves: what is forgotten must not be kept by anything.
func TestNetworksLeaveWithTheirToken(t *testing.T) {
	x := &Index{Options: Options{Limit: 1}}
	s := &x.shards[0]
	entry := func(n byte) *store.Entry {
		return &store.Entry{
			Digest: pat.Digest{0, n, 8: n}, ID: pat.TokenID(n), Owner: 1, Scopes: "read", ExpiresAt: time.UnixMicro(int64(n)),
			Networks: pat.Networks{netip.MustParsePrefix("10.0.0.0/8")},
		}
	}
	check := func(when string, want int) {
		t.Helper()
		if len(s.networks) != want || s.used != want {
			t.Errorf("%s: %d networks for %d tokens, want %d", when, len(s.networks), s.used, want)
		}
	}
	for n := byte(1); n <= 5; n++ {
		s.learn(x, entry(n))
	}
	check("learnt", 5)
	gone := entry(1)
	gone.Revoked = true
	s.learn(x, gone)
	check("revoked", 4)
	other := entry(2)
	other.ID = 99
	s.learn(x, other)
	check("another in its place", 4)
	free := entry(2)
	free.ID, free.Networks = 99, nil
	s.learn(x, free)
	if len(s.networks) != 3 {
		t.Errorf("free again: %d networks", len(s.networks))
	}
	s.prune(4, 4)
	check("pruned", 2)
	for n := byte(10); n < 100; n++ {
		s.learn(x, entry(n))
	}
	check("evicted", x.shardLimit())
	s.clear()
	check("cleared", 0)
}

// A value that was replaced is remembered for longer than others: its use is an
// alarm.
func TestTheRetiredAreKeptForLonger(t *testing.T) {
	x := &Index{Options: Options{Limit: 10 * shardCount}}
	s := &x.shards[0]
	for n := byte(1); n <= 4; n++ {
		e := &store.Entry{Digest: pat.Digest{0, n, 8: n}, ID: pat.TokenID(n), Owner: 1, Scopes: "read", ExpiresAt: time.UnixMicro(int64(n))}
		if n%2 == 0 {
			e.RetiredAt = time.Unix(1, 0)
		}
		s.learn(x, e)
	}
	for _, step := range []struct{ before, retired, left int64 }{{4, 0, 2}, {5, 2, 2}, {5, 3, 1}, {5, 5, 0}} {
		if s.prune(step.before, step.retired); int64(s.used) != step.left {
			t.Errorf("%d are left before %d and %d, want %d", s.used, step.before, step.retired, step.left)
		}
	}
}

// A time that a record has no room for is not cut to another one: the token is
// read through.
func TestARetirementBeyondTheRecord(t *testing.T) {
	x := new(terms)
	for at, want := range map[int64]bool{0: false, 1: true, 1<<32 - 1: true, 1 << 32: false} {
		e := &store.Entry{ID: 1, Owner: 1, Scopes: "read", RetiredAt: time.Unix(at, 0)}
		r, ok := x.record(e)
		if ok != want {
			t.Errorf("retired at %d: kept %t", at, ok)
		}
		if got := r.entry(x); ok && !got.RetiredAt.Equal(e.RetiredAt) {
			t.Errorf("retired at %d reads as %v", at, got.RetiredAt)
		}
	}
}
