package authority

import (
	"cmp"
	"context"
	"slices"
	"time"

	"jeton/internal/store"
)

// flushBatch is how many uses go into one transaction: a few milliseconds, so
// that other writers get their turn in between.
const flushBatch = 200

// maxRest bounds how long a flush leaves the writer to others in between.
const maxRest = time.Second

// taken is a use that was taken out of its shard to be written.
type taken struct {
	from *tally
	n    place
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
	all := s.tally
	s.tally = tally{}
	s.mu.Unlock()
	before := len(list)
	for i := range all.uses {
		list = append(list, taken{&all, place(i + 1)})
	}
	slices.SortFunc(list[before:], func(a, b taken) int {
		x, y := all.at(a.n), all.at(b.n)
		return cmp.Or(cmp.Compare(x.token, y.token), cmp.Compare(x.hour, y.hour))
	})
	return list
}

// written returns the uses as the store takes them.
func written(list []taken) []store.Use {
	batch := make([]store.Use, len(list))
	for i, t := range list {
		batch[i] = t.from.written(t.n)
	}
	return batch
}

// restore puts back what a failed flush took, beneath what came since.
func (u *Uses) restore(list []taken) {
	for _, old := range written(list) {
		s := u.shardOf(old.Token)
		s.mu.Lock()
		s.putBack(&old)
		s.mu.Unlock()
	}
}

func (s *useShard) putBack(old *store.Use) {
	n := s.ofEnded(old.Token, old.Hour.Unix()/3600)
	if n == 0 {
		s.dropped += old.Accepted + old.Refused.Total()
		return
	}
	c := s.at(n)
	c.accepted += old.Accepted
	for i, n := range old.Refused {
		c.refused[i] += n
	}
	if !old.LastAt.IsZero() {
		c.usedAt(old.FirstAt.UnixMicro(), old.LastAt.UnixMicro(), packed(old.LastFrom))
	}
	for i := range old.Addresses {
		a := &old.Addresses[i]
		s.seen(n, &useAddress{
			addr: packed(a.Address), firstAt: a.FirstAt.UnixMicro(), lastAt: a.LastAt.UnixMicro(), accepted: a.Accepted, refused: a.Refused,
		})
	}
}
