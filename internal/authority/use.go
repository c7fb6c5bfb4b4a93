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
	mu   sync.Mutex
	uses map[pat.TokenID]*use // of the present hour, as each token knows it
	// older are uses of hours that have ended and were not written yet.
	older            map[useHour]*use
	more             int // addresses in all uses but the first of each
	dropped          int64
	droppedAddresses int64
	accepted         int64 // since the start, with the dropped ones
	refused          pat.Refusals
}

type useHour struct {
	token pat.TokenID
	hour  int64
}

// use is what was counted of a token in one hour. Times are µs since 1970.
type use struct {
	hour            int64 // hours since 1970
	firstAt, lastAt int64 // of the accepted uses; 0: none
	lastFrom        netip.Addr
	accepted        int64
	refused         pat.Refusals
	first           useAddress
	more            []useAddress
}

type useAddress struct {
	addr              netip.Addr
	firstAt, lastAt   int64
	accepted, refused int64
}

const microsOfHour = int64(time.Hour / time.Microsecond)

func (u *Uses) shardOf(id pat.TokenID) *useShard { return &u.shards[uint64(id)/useRun%useShards] }

// Accepted counts a use that was let through.
func (u *Uses) Accepted(id pat.TokenID, at time.Time, from netip.Addr) {
	s, now := u.shardOf(id), at.UnixMicro()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted++
	c := s.of(id, now/microsOfHour)
	if c == nil {
		s.dropped++
		return
	}
	c.accepted++
	c.usedAt(now, now, from)
	s.seen(c, useAddress{addr: from, firstAt: now, lastAt: now, accepted: 1})
}

// Refused counts a use that was not, and why.
func (u *Uses) Refused(id pat.TokenID, at time.Time, from netip.Addr, why pat.Reason) {
	s, now := u.shardOf(id), at.UnixMicro()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused.Add(why, 1)
	c := s.of(id, now/microsOfHour)
	if c == nil {
		s.dropped++
		return
	}
	c.refused.Add(why, 1)
	s.seen(c, useAddress{addr: from, firstAt: now, lastAt: now, refused: 1})
}

// of returns the count of a token in an hour, nil when there is no room for one
// more. An hour that was over already is counted with the present one: of two
// uses at once the later may come first.
func (s *useShard) of(id pat.TokenID, hour int64) *use {
	c := s.uses[id]
	if c != nil && hour <= c.hour {
		return c
	}
	if len(s.uses)+len(s.older) >= maxUses {
		return nil
	}
	if c != nil {
		s.putOlder(id, c)
	}
	if s.uses == nil {
		s.uses = make(map[pat.TokenID]*use)
	}
	c = &use{hour: hour}
	s.uses[id] = c
	return c
}

func (s *useShard) putOlder(id pat.TokenID, c *use) {
	key := useHour{id, c.hour}
	if there := s.older[key]; there != nil {
		s.merge(there, c)
		return
	}
	if s.older == nil {
		s.older = make(map[useHour]*use)
	}
	s.older[key] = c
}

// usedAt notes accepted uses of which these were the first and the last.
func (c *use) usedAt(first, last int64, from netip.Addr) {
	if c.firstAt == 0 || first < c.firstAt {
		c.firstAt = first
	}
	if last >= c.lastAt {
		c.lastAt, c.lastFrom = last, from
	}
}

// seen counts what was seen from an address, where it is known and there is room.
func (s *useShard) seen(c *use, a useAddress) {
	switch {
	case !a.addr.IsValid():
	case c.first.addr == a.addr:
		c.first.add(&a)
	case !c.first.addr.IsValid():
		c.first = a
	default:
		s.seenMore(c, &a)
	}
}

func (s *useShard) seenMore(c *use, a *useAddress) {
	for i := range c.more {
		if c.more[i].addr == a.addr {
			c.more[i].add(a)
			return
		}
	}
	if len(c.more) >= maxMore || s.more >= maxMoreShard {
		if c.replaceRefused(a) {
			return
		}
		s.droppedAddresses += a.accepted + a.refused
		return
	}
	c.more = append(c.more, *a)
	s.more++
}

// replaceRefused puts an address that was accepted in the place of one that was
// only refused, and reports whether it did: nobody hides from where a token was
// used behind a crowd of refused addresses.
func (c *use) replaceRefused(a *useAddress) bool {
	for i := range c.more {
		if a.accepted > 0 && c.more[i].accepted == 0 {
			c.more[i] = *a
			return true
		}
	}
	return false
}

func (a *useAddress) add(b *useAddress) {
	a.firstAt, a.lastAt = min(a.firstAt, b.firstAt), max(a.lastAt, b.lastAt)
	a.accepted += b.accepted
	a.refused += b.refused
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
