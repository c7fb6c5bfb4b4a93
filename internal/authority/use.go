package authority

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Uses gathers last use and counts in memory, so that a verification writes
// nothing. Flush hands them to the store in batches; what was gathered since
// the last flush is lost when the process is killed.
type Uses struct {
	shards [useShards]useShard
}

const (
	useShards = 64

	// maxUses bounds how many tokens a shard remembers between two flushes:
	// 64 shards of 16,384 are a million tokens. The uses of further ones are
	// dropped and counted.
	maxUses = 16_384
)

type useShard struct {
	mu      sync.Mutex
	uses    map[pat.TokenID]*use
	dropped int64
}

type use struct {
	lastAt            time.Time
	lastFrom          netip.Addr
	accepted, refused int64
}

// Accepted counts a use that was let through.
func (u *Uses) Accepted(id pat.TokenID, at time.Time, from netip.Addr) {
	s := &u.shards[uint64(id)%useShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.of(id)
	if c == nil {
		s.dropped++
		return
	}
	c.accepted++
	if !at.Before(c.lastAt) { // of two at once the later may come first
		c.lastAt, c.lastFrom = at, from
	}
}

// Refused counts a use that was not.
func (u *Uses) Refused(id pat.TokenID) {
	s := &u.shards[uint64(id)%useShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.of(id)
	if c == nil {
		s.dropped++
		return
	}
	c.refused++
}

// of returns the count of a token, nil when there is no room for one more.
func (s *useShard) of(id pat.TokenID) *use {
	if c := s.uses[id]; c != nil {
		return c
	}
	if len(s.uses) >= maxUses {
		return nil
	}
	if s.uses == nil {
		s.uses = make(map[pat.TokenID]*use)
	}
	c := new(use)
	s.uses[id] = c
	return c
}

// Dropped returns how many uses went uncounted because too many tokens were
// used between two flushes.
func (u *Uses) Dropped() int64 {
	var n int64
	for i := range u.shards {
		s := &u.shards[i]
		s.mu.Lock()
		n += s.dropped
		s.mu.Unlock()
	}
	return n
}

// flushBatch is how many tokens' uses go into one transaction: a few
// milliseconds, so that other writers get their turn in between.
const flushBatch = 500

// Flush writes what was gathered to the store, a batch at a time. What could
// not be written is kept for the next flush.
func (u *Uses) Flush(ctx context.Context, to store.Store) error {
	for i := range u.shards {
		if err := u.shards[i].flush(ctx, to); err != nil {
			return err
		}
	}
	return nil
}

func (s *useShard) flush(ctx context.Context, to store.Store) error {
	s.mu.Lock()
	left := s.uses
	s.uses = nil
	s.mu.Unlock()
	for len(left) > 0 {
		batch := firstUses(left)
		if err := to.RecordUse(ctx, batch); err != nil {
			s.restore(left)
			return err
		}
		for _, written := range batch {
			delete(left, written.Token)
		}
	}
	return nil
}

// firstUses returns at most flushBatch of the uses.
func firstUses(uses map[pat.TokenID]*use) []store.Use {
	batch := make([]store.Use, 0, min(len(uses), flushBatch))
	for id, c := range uses {
		if len(batch) == flushBatch {
			break
		}
		batch = append(batch, store.Use{Token: id, LastAt: pat.Micro(c.lastAt), LastFrom: c.lastFrom, Accepted: c.accepted, Refused: c.refused})
	}
	return batch
}

// restore puts back what a failed flush took, beneath what came since.
func (s *useShard) restore(uses map[pat.TokenID]*use) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, old := range uses {
		c := s.of(id)
		if c == nil {
			s.dropped += old.accepted + old.refused
			continue
		}
		c.accepted += old.accepted
		c.refused += old.refused
		if c.lastAt.Before(old.lastAt) {
			c.lastAt, c.lastFrom = old.lastAt, old.lastFrom
		}
	}
}
