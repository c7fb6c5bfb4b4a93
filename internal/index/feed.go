package index

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// feed is the index's place in the feed of changes.
type feed struct {
	turn   sync.Mutex // held while the feed, or a part of the store, is read and applied
	cursor pat.Seq
	rounds rounds
}

const (
	feedBatch = 1000
	warmBatch = 1000 // a few milliseconds: a Sync may wait for one batch

	// syncTimeout bounds how long an answer waits for the feed. When it is
	// over, the index has stopped to answer from memory instead.
	syncTimeout = 2 * time.Second

	// warmAgain is how long after finding more tokens than the index may hold
	// they are counted again.
	warmAgain = time.Hour
)

// Sync returns once every change that was committed before the call is taken
// into account. When the feed cannot be read the index answers nothing from
// memory until it can: a change that was acknowledged is never overlooked.
func (x *Index) Sync(ctx context.Context) {
	x.feed.rounds.join(func() {
		ctx, cancel := context.WithTimeout(ctx, syncTimeout)
		defer cancel()
		if err := x.follow(ctx); err != nil {
			x.heard.Store(noWord)
		}
	})
}

// follow applies what is new in the feed. Knowledge is as old as the moment
// at which the reading began.
func (x *Index) follow(ctx context.Context) error {
	x.feed.turn.Lock()
	defer x.feed.turn.Unlock()
	for {
		began := x.sinceStart()
		changes, behind, err := x.Source.Changes(ctx, x.feed.cursor, feedBatch)
		switch {
		case err != nil:
			return err
		case behind:
			if err := x.restart(ctx); err != nil {
				return err
			}
			continue
		}
		for i := range changes {
			x.apply(&changes[i])
			x.feed.cursor = changes[i].Seq
		}
		x.news.add(changes)
		if len(changes) < feedBatch {
			x.heard.Store(began)
			return nil
		}
	}
}

func (x *Index) apply(c *store.Change) {
	switch {
	case c.Standing != nil:
		x.owners.learn(*c.Standing)
	case c.Entry != nil:
		x.shardOf(&c.Entry.Digest).learn(x, c.Entry)
	default:
		x.forget() // of something that is gone: which digest it had is not known
	}
}

// restart empties the index and takes its place at the feed's head: what was
// missed cannot be told.
func (x *Index) restart(ctx context.Context) error {
	head, err := x.Source.Head(ctx)
	if err != nil {
		return err
	}
	x.forget()
	x.feed.cursor = head
	x.news.restart(head)
	return nil
}

// forget empties the index, which goes on reading through.
func (x *Index) forget() {
	x.losses.Add(1)
	x.terms.Store(new(terms))
	for i := range x.shards {
		x.shards[i].clear()
	}
	x.owners.clear()
}

// Run follows the feed and fills the index until ctx ends. The feed is read
// four times in every MaxAge, so that one slow reading costs no trust.
func (x *Index) Run(ctx context.Context) {
	tick := time.NewTicker(max(x.MaxAge/4, time.Millisecond))
	defer tick.Stop()
	warm := make(chan struct{}, 1)
	go x.warmWhenAsked(ctx, warm)
	lastPrune := x.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_ = x.follow(ctx) // its age tells
		if now := x.Now(); now.Sub(lastPrune) > time.Hour {
			lastPrune = now
			x.prune(now)
		}
		select {
		case warm <- struct{}{}:
		default: // one is under way
		}
	}
}

func (x *Index) prune(now time.Time) {
	before, retired := now.Add(-keepExpired).UnixMicro(), now.Add(-keepRetired).UnixMicro()
	for i := range x.shards {
		x.shards[i].prune(before, retired)
	}
}

func (x *Index) warmWhenAsked(ctx context.Context, ask <-chan struct{}) {
	var notBefore time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-ask:
		}
		if x.complete() || x.Now().Before(notBefore) {
			continue
		}
		if full := x.Warm(ctx); full {
			notBefore = x.Now().Add(warmAgain)
		}
	}
}

// Warm reads every live token into memory and reports whether there are more
// than the index may hold, or some for which records have no room. Otherwise,
// and when nothing was lost meanwhile, a miss is a no from then on.
func (x *Index) Warm(ctx context.Context) (full bool) {
	losses := x.losses.Load()
	since := x.Now().Add(-keepExpired)
	held, fit := 0, true
	for after := pat.TokenID(0); ; {
		last, n, err := x.warmBatch(ctx, after, since, &fit)
		if err != nil || ctx.Err() != nil {
			return false
		}
		if held += n; held > x.Limit {
			x.trim()
			return true
		}
		if n < warmBatch {
			break
		}
		after = last
	}
	x.trim()
	x.warmed.Store(losses)
	return !fit
}

// trim gives back, once, after growing, what the tables do not need and the
// smaller ones before them, which are garbage.
func (x *Index) trim() {
	for i := range x.shards {
		x.shards[i].fit()
	}
	debug.FreeOSMemory()
}

// warmBatch takes in the next tokens by id. The feed is held meanwhile: what
// is read has every change that was applied, and later ones are applied after.
func (x *Index) warmBatch(ctx context.Context, after pat.TokenID, since time.Time, fit *bool) (last pat.TokenID, n int, err error) {
	x.feed.turn.Lock()
	defer x.feed.turn.Unlock()
	entries, err := x.Source.Entries(ctx, after, since, warmBatch)
	for i := range entries {
		e := &entries[i]
		*fit = x.shardOf(&e.Digest).take(x, e) && *fit
		last = e.ID
	}
	return last, len(entries), err
}

// rounds lets many callers share one run of a function, each of which began
// after all of them had asked.
type rounds struct {
	mu            sync.Mutex
	running, next *round
}

type round struct{ done chan struct{} }

// join returns when a run of fn that began after the call has ended.
func (r *rounds) join(fn func()) {
	r.mu.Lock()
	if mine := r.next; mine != nil {
		r.mu.Unlock()
		<-mine.done
		return
	}
	mine, before := &round{make(chan struct{})}, r.running
	r.next = mine
	r.mu.Unlock()
	if before != nil {
		<-before.done
	}
	r.mu.Lock()
	r.running, r.next = mine, nil
	r.mu.Unlock()
	defer close(mine.done)
	fn()
}
