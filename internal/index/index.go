// Package index keeps tokens in memory for verification: it reads through to
// the store, follows the feed of changes, and knows how old its knowledge is.
//
// The promise it keeps: what was ended on this node is refused as soon as
// Sync returned; what was ended on another node, within MaxAge while the
// store answers; and when the store does not answer, nothing is accepted from
// memory for longer than MaxAge + OutageGrace.
package index

import (
	"context"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Source is what the index reads of the store.
type Source interface {
	Entry(ctx context.Context, d pat.Digest) (store.Entry, error)
	Entries(ctx context.Context, after pat.TokenID, since time.Time, limit int) ([]store.Entry, error)
	Standing(ctx context.Context, id pat.UserID) (pat.Standing, error)
	Changes(ctx context.Context, after pat.Seq, limit int) ([]store.Change, bool, error)
	Head(ctx context.Context) (pat.Seq, error)
}

// Options of an Index. Every zero value but Source and Now has a default.
type Options struct {
	Source Source
	Now    func() time.Time

	// MaxAge is how old the index's knowledge may be before Lookup asks the
	// store instead of trusting it. It bounds how long a token revoked on
	// another node is still accepted on this one, so it is a promise to
	// operators: change it together with docs/operations.md, "How fast a
	// revocation takes hold". Default: 1 s.
	MaxAge time.Duration

	// OutageGrace is for how much longer than MaxAge memory may answer when
	// the store cannot be asked. Negative: not at all. Default: 4 s.
	OutageGrace time.Duration

	// Limit is how many tokens are kept in memory. Beyond it the index goes on
	// reading through. Default: 1,000,000.
	Limit int
}

// Index is safe for concurrent use.
type Index struct {
	Options

	start  time.Time    // all ages are measured from here, by the monotonic clock
	heard  atomic.Int64 // ns after start at which the youngest complete reading of the feed began; never: noWord
	shards [shardCount]shard
	terms  atomic.Pointer[terms] // of new records
	owners owners

	// renewed is when the terms last began anew, in ns after start; 0: never.
	renewed atomic.Int64

	// losses counts what was dropped from memory though it is live; warmed is
	// what it was when every live token had last been taken in.
	losses, warmed atomic.Int64

	feed                         feed
	news                         news
	hits, misses, asked, unknown atomic.Int64
}

const (
	shardCount = 256

	// noWord is an age beyond every bound.
	noWord = -int64(1 << 62)

	// askTimeout bounds how long a verification waits for the store.
	askTimeout = 250 * time.Millisecond

	// keepExpired is for how long an expired token is kept in memory, so that
	// its bearer is told that it expired and not that it never was.
	keepExpired = 24 * time.Hour

	// keepRetired is for how long a value that was replaced is: its use is an
	// alarm.
	keepRetired = 90 * 24 * time.Hour
)

// Open returns an index that has its place in the feed and is otherwise
// empty: it may be used at once. Run fills it and follows the feed.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.MaxAge == 0 {
		o.MaxAge = time.Second
	}
	if o.OutageGrace == 0 {
		o.OutageGrace = 4 * time.Second
	}
	o.OutageGrace = max(o.OutageGrace, 0)
	if o.Limit <= 0 {
		o.Limit = 1_000_000
	}
	x := &Index{Options: o, start: o.Now()}
	x.heard.Store(noWord)
	x.warmed.Store(-1)
	began := x.sinceStart()
	head, err := o.Source.Head(ctx)
	if err != nil {
		return nil, err
	}
	x.feed.cursor = head
	x.news.restart(head)
	x.heard.Store(began)
	return x, nil
}

func (x *Index) sinceStart() int64 { return int64(x.Now().Sub(x.start)) }

// complete reports whether every live token is in memory, so that a miss is a no.
func (x *Index) complete() bool { return x.warmed.Load() == x.losses.Load() }

// shardLimit is how many tokens a shard holds: its share and an eighth, since
// no spread is even.
func (x *Index) shardLimit() int { return x.Limit/shardCount + x.Limit/shardCount/8 + 8 }

// Age is how old the index's knowledge of other nodes' changes is.
func (x *Index) Age() time.Duration {
	return time.Duration(x.sinceStart() - x.heard.Load())
}

// fresh reports whether memory may be trusted without asking.
func (x *Index) fresh() bool { return x.Age() <= x.MaxAge }

// withinGrace reports whether memory may answer though the store does not.
func (x *Index) withinGrace() bool { return x.Age() <= x.MaxAge+x.OutageGrace }

var (
	errNoToken = pat.Fail(pat.NotFound, "no such token")
	errNoUser  = pat.Fail(pat.NotFound, "no such user")
)

// cannotKnow is the answer when neither the store nor young enough memory can
// tell. It is never a verdict.
func cannotKnow(cause error) error {
	return &pat.Error{Kind: pat.Unavailable, Message: "the token store does not answer", RetryAfter: time.Second, Cause: cause}
}

// Lookup returns what is known of the token with the digest. It fails with
// NotFound when there is none and with Unavailable when that cannot be known.
func (x *Index) Lookup(ctx context.Context, d pat.Digest) (store.Entry, error) {
	s := x.shardOf(&d)
	e, found, version := s.find(&d)
	if x.fresh() {
		switch {
		case found:
			x.hits.Add(1)
			return e, nil
		case x.complete(), s.missed(&d, x.sinceStart()):
			x.unknown.Add(1)
			return store.Entry{}, errNoToken
		}
		x.misses.Add(1)
	} else {
		x.asked.Add(1)
	}
	now, err := x.ask(ctx, d, s, version)
	switch {
	case err == nil || pat.Is(err, pat.NotFound):
		return now, err
	case found && x.withinGrace():
		return e, nil
	}
	return store.Entry{}, cannotKnow(err)
}

// ask reads the token from the store and keeps it, unless the shard learnt of
// a change meanwhile: then what was read may be from before that change.
func (x *Index) ask(ctx context.Context, d pat.Digest, s *shard, version uint64) (store.Entry, error) {
	patience := &patience{Context: ctx}
	defer patience.end()
	e, err := x.Source.Entry(patience, d)
	switch {
	case pat.Is(err, pat.NotFound):
		s.miss(&d, x.sinceStart()+int64(x.MaxAge), version)
		return store.Entry{}, errNoToken
	case err != nil:
		return store.Entry{}, err
	case !e.Revoked:
		s.keep(x, &e, version)
	}
	return e, nil
}

// Standing returns the standing of a user. It fails as Lookup does.
func (x *Index) Standing(ctx context.Context, id pat.UserID) (pat.Standing, error) {
	who, found, version := x.owners.find(id)
	if found && x.fresh() {
		return who, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	now, err := x.Source.Standing(ctx, id)
	switch {
	case err == nil:
		x.owners.keep(now, version)
		return now, nil
	case pat.Is(err, pat.NotFound):
		return pat.Standing{}, errNoUser
	case found && x.withinGrace():
		return who, nil
	}
	return pat.Standing{}, cannotKnow(err)
}

// Stats are numbers for metrics and tests.
type Stats struct {
	Entries  int   // in memory
	Complete bool  // every live token is in memory
	Hits     int64 // answered from memory
	Misses   int64 // read through, the token not being in memory
	Asked    int64 // read through, memory being too old
	Unknown  int64 // refused from memory
	Age      time.Duration
}

// Stats returns the present numbers.
func (x *Index) Stats() Stats {
	s := Stats{Complete: x.complete(), Hits: x.hits.Load(), Misses: x.misses.Load(), Asked: x.asked.Load(), Unknown: x.unknown.Load(), Age: x.Age()}
	for i := range x.shards {
		x.shards[i].mu.Lock()
		s.Entries += x.shards[i].used
		x.shards[i].mu.Unlock()
	}
	return s
}
