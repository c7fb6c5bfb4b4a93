package authority

import (
	"cmp"
	"context"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// flushBatch is how many uses go into one transaction: a few milliseconds, so
// that other writers get their turn in between.
const flushBatch = 200

// maxRest bounds how long a flush leaves the writer to others in between.
const maxRest = time.Second

// taken is a use that was taken out of its shard to be written.
type taken struct {
	token pat.TokenID
	use   *use
}

// Flush writes what was gathered to the store, a batch at a time: when it returns
// nil, every use that was counted before the call is there. What could not be
// written is kept for the next flush.
func (u *Uses) Flush(ctx context.Context, to store.Store) error {
	u.hurried.Add(1) // what a gentle flush has taken already is waited for
	u.flushing.Lock()
	u.hurried.Add(-1)
	defer u.flushing.Unlock()
	return u.flush(ctx, to, func(time.Duration) {})
}

// FlushGently is Flush that leaves three quarters of the writer to others, unless
// somebody waits for it.
func (u *Uses) FlushGently(ctx context.Context, to store.Store) error {
	u.flushing.Lock()
	defer u.flushing.Unlock()
	return u.flush(ctx, to, func(took time.Duration) {
		if u.hurried.Load() > 0 {
			return
		}
		rest := time.NewTimer(min(3*took, maxRest))
		defer rest.Stop()
		select {
		case <-rest.C:
		case <-ctx.Done():
		}
	})
}

func (u *Uses) flush(ctx context.Context, to store.Store, rest func(took time.Duration)) error {
	began := u.now()
	u.lookInto(ctx, to)
	var left []taken
	for i := range u.shards {
		left = u.shards[i].take(left)
		for len(left) >= flushBatch || i == useShards-1 && len(left) > 0 {
			n, from := min(len(left), flushBatch), u.now()
			if err := to.RecordUse(ctx, written(left[:n]), tellUse); err != nil {
				u.restore(left)
				return err
			}
			left = left[n:]
			rest(u.now().Sub(from))
		}
	}
	if u.Now != nil {
		u.written.Store(began.UnixMicro())
	}
	return nil
}

func (u *Uses) now() (t time.Time) {
	if u.Now != nil {
		t = u.Now()
	}
	return t
}

// WrittenAt returns how far back what is not written yet may reach: when the
// last flush began that wrote all. It is zero before the first.
func (u *Uses) WrittenAt() time.Time {
	at := u.written.Load()
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at).UTC()
}

// take empties the shard and adds what was in it to the list, by token.
func (s *useShard) take(list []taken) []taken {
	s.mu.Lock()
	uses, older := s.uses, s.older
	s.uses, s.older, s.more = nil, nil, 0
	s.mu.Unlock()
	before := len(list)
	for key, c := range older {
		list = append(list, taken{key.token, c})
	}
	for id, c := range uses {
		list = append(list, taken{id, c})
	}
	slices.SortFunc(list[before:], func(a, b taken) int {
		return cmp.Or(cmp.Compare(a.token, b.token), cmp.Compare(a.use.hour, b.use.hour))
	})
	return list
}

// restore puts back what a failed flush took, beneath what came since.
func (u *Uses) restore(list []taken) {
	for _, t := range list {
		s := u.shardOf(t.token)
		s.mu.Lock()
		s.putBack(t.token, t.use)
		s.mu.Unlock()
	}
}

func (s *useShard) putBack(id pat.TokenID, old *use) {
	c := s.uses[id]
	switch {
	case c != nil && c.hour == old.hour:
		s.merge(c, old)
		return
	case s.older[useHour{id, old.hour}] == nil && len(s.uses)+len(s.older) >= maxUses:
		s.dropped += old.accepted + old.refused.Total()
		return
	}
	s.more += len(old.more)
	if c == nil {
		if s.uses == nil {
			s.uses = make(map[pat.TokenID]*use)
		}
		s.uses[id] = old
		return
	}
	s.putOlder(id, old)
}

// merge adds what was counted of the same token in the same hour.
func (s *useShard) merge(c, other *use) {
	c.accepted += other.accepted
	for i, n := range other.refused {
		c.refused[i] += n
	}
	if other.lastAt != 0 {
		c.usedAt(other.firstAt, other.lastAt, other.lastFrom)
	}
	s.seen(c, other.first)
	for i := range other.more {
		s.seen(c, other.more[i])
	}
}

// written returns the uses as the store takes them.
func written(list []taken) []store.Use {
	batch := make([]store.Use, len(list))
	for i, t := range list {
		c := t.use
		batch[i] = store.Use{
			Token: t.token, Hour: time.Unix(c.hour*3600, 0).UTC(),
			FirstAt: instant(c.firstAt), LastAt: instant(c.lastAt), LastFrom: c.lastFrom,
			Accepted: c.accepted, Refused: c.refused, Addresses: c.addresses(),
		}
	}
	return batch
}

func (c *use) addresses() []pat.UseAddress {
	if !c.first.addr.IsValid() {
		return nil
	}
	all := make([]pat.UseAddress, 0, 1+len(c.more))
	all = append(all, c.first.kept())
	for i := range c.more {
		all = append(all, c.more[i].kept())
	}
	return all
}

func (a *useAddress) kept() pat.UseAddress {
	return pat.UseAddress{
		Address: a.addr, FirstAt: instant(a.firstAt), LastAt: instant(a.lastAt), Accepted: a.accepted, Refused: a.refused,
	}
}

// instant is a time in µs since 1970; 0 is the zero time.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
