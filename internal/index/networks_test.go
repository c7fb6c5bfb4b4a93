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
