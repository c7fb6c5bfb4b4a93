package authority

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
)

// Uses gathers last use and counts in memory, so that a verification writes
// nothing. Flush hands them to the store in batches; what was gathered since
// the last flush is lost when the process is killed. The zero value is ready.
type Uses struct {
	// Now is the clock by which Flush leaves the writer to others for a while and
	// notes when it was done. Nil: it does neither.
	Now func() time.Time

	shards   [useShards]useShard
	knocks   knocks
	written  atomic.Int64 // µs, when the last flush began that wrote all; 0: none did
	flushing sync.Mutex   // held by a flush: what it has taken is in no shard and not in the store yet
	hurried  atomic.Int32 // how many flushes wait for that one
}

const (
	useShards = 64

	// useRun is how many tokens made one after the other share a shard: a flush
	// writes them side by side, and so to few pages of the store, where each page
	// that is touched costs more than a row.
	useRun = 64

	// maxUses bounds how many tokens a shard remembers between two flushes:
	// 64 shards of 16,384 are a million tokens. The uses of further ones are
	// dropped and counted.
	maxUses = 16_384

	// maxMore bounds how many addresses of a token are remembered besides the
	// first between two flushes, and maxMoreShard those of all tokens of a shard,
	// so that a flood of addresses costs 16 MB at most.
	maxMore      = 7
	maxMoreShard = 4096
)

type useShard struct {
	mu sync.Mutex
	tally
	dropped          int64
	droppedAddresses int64
	accepted         int64 // since the start, with the dropped ones
	refused          pat.Refusals
}

const microsOfHour = int64(time.Hour / time.Microsecond)

func (u *Uses) shardOf(id pat.TokenID) *useShard { return &u.shards[uint64(id)/useRun%useShards] }

// Accepted counts a use that was let through.
func (u *Uses) Accepted(id pat.TokenID, at time.Time, from netip.Addr) {
	s, now := u.shardOf(id), at.UnixMicro()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted++
	n := s.of(id, now/microsOfHour)
	if n == 0 {
		s.dropped++
		return
	}
	c, a := s.at(n), packed(from)
	c.accepted++
	c.usedAt(now, now, a)
	s.seen(n, &useAddress{addr: a, firstAt: now, lastAt: now, accepted: 1})
}

// Refused counts a use that was not, and why.
func (u *Uses) Refused(id pat.TokenID, at time.Time, from netip.Addr, why pat.Reason) {
	s := u.shardOf(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused.Add(why, 1)
	s.refuse(id, at.UnixMicro(), from, why, 1)
}

// refuse counts n refused uses of which the last was then.
func (s *useShard) refuse(id pat.TokenID, last int64, from netip.Addr, why pat.Reason, n int64) {
	place := s.of(id, last/microsOfHour)
	if place == 0 {
		s.dropped += n
		return
	}
	s.at(place).refused.Add(why, n)
	s.seen(place, &useAddress{addr: packed(from), firstAt: last, lastAt: last, refused: n})
}

// seen counts what was seen from an address, where it is known and there is room.
func (s *useShard) seen(n place, a *useAddress) {
	if a.addr != (addr{}) && !s.tally.seen(n, a) {
		s.droppedAddresses += a.accepted + a.refused
	}
}

// Dropped returns how many uses went uncounted because too many tokens were
// used between two flushes, and how many were counted without their address
// because there were too many of those.
func (u *Uses) Dropped() (uses, addresses int64) {
	for i := range u.shards {
		s := &u.shards[i]
		s.mu.Lock()
		uses += s.dropped
		addresses += s.droppedAddresses
		s.mu.Unlock()
	}
	return uses, addresses
}
