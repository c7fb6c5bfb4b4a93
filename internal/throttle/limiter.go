// Package throttle bounds how often passwords are tried: by one source on one
// account, by all sources on one account, and by one source on all accounts.
// No stranger can lock an account with it: whoever signed in from somewhere
// within KnownFor keeps a share of tries there that nobody else can use up.
//
// Names that nobody has are counted as any other, so a refusal tells nothing.
//
// What is counted lives in memory only: it is gone after a restart, and every
// node counts for itself.
package throttle

import (
	"crypto/rand"
	"net/netip"
	"sync"
	"time"

	"jeton/internal/pat"
)

// The bounds, and why.
var (
	// perPair: one source on one account. Ten slips of the finger in a row,
	// then a guess a minute, which is 1,440 a day.
	perPair = rate{10, time.Minute}
	// perAccount: all unknown sources on one account together.
	perAccount = rate{60, 15 * time.Second}
	// perHeld: the same, once holdAfter attempts in a row have failed.
	perHeld = rate{1, time.Minute}
	// perSource: one source on all accounts. Room for an office behind one
	// address on a Monday morning.
	perSource = rate{150, 2 * time.Second}
)

const (
	// holdAfter is how many consecutive failures an account takes before
	// unknown sources get one try a minute, until anyone succeeds: SP 800-63B-4
	// §3.2.2 wants the account closed by then, which would close it to its
	// owner too.
	holdAfter = 100

	// KnownFor is how long a source stays known to an account after a success.
	KnownFor = 30 * 24 * time.Hour

	// defaultMost bounds buckets, failure counts and known sources, each. A
	// bucket in debt was paid for with a hash: a machine that computes 1,000 a
	// second can hold some 80,000 in debt.
	defaultMost = 100_000
)

// Options sets up a Limiter.
type Options struct {
	Now  func() time.Time
	Most int // how many buckets, failure counts and known sources, each; 0: 100,000
}

// Limiter decides whether a password may be tried. It is safe for concurrent
// use.
type Limiter struct {
	now   func() time.Time
	start time.Time
	keys  keys

	mu       sync.Mutex
	last     moment // the latest moment seen
	buckets  buckets
	failures failures
	known    known
	refusals int64 // since the start
}

// New returns a Limiter that has seen nothing yet.
func New(o Options) *Limiter {
	if o.Most <= 0 {
		o.Most = defaultMost
	}
	l := &Limiter{now: o.Now, start: o.Now(), buckets: newBuckets(o.Most), failures: newFailures(o.Most), known: newKnown(o.Most)}
	_, _ = rand.Read(l.keys.secret[:]) // never fails: crypto/rand ends the process instead
	return l
}

// Refused fails with Throttled when an attempt now would be refused. It
// charges nothing.
func (l *Limiter) Refused(name string, from netip.Addr) error {
	who := l.keys.of(name, from)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused(l.needed(who, l.moment()), l.last)
}

// Refusals returns how many attempts were refused since the start.
func (l *Limiter) Refusals() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refusals
}

// Take charges an attempt to try a password for name, and counts it as failed
// until it is known to have succeeded. It is called before the password is
// hashed, so that attempts made at once cannot slip through between the look
// and the count. It fails with Throttled, and then charges nothing.
//
// Calling succeeded gives the charge back, makes the source known to the
// account and ends its row of failures. Calling withdrawn gives the charge back
// and leaves everything else as if there had been no attempt: it is for those
// that no password was compared for, because there was no slot or no store.
// Only the first call of either counts; an attempt that failed calls none.
func (l *Limiter) Take(name string, from netip.Addr) (succeeded, withdrawn func(), err error) {
	who := l.keys.of(name, from)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.moment()
	a, err := l.charge(who, l.needed(who, now), now)
	if err != nil {
		return nil, nil, err
	}
	l.failures.add(who.account, now)
	return a.succeeded, a.withdrawn, nil
}

// TakeAlone is Take for a name that stands for no account but for something that
// anybody may try: sources are not counted together, so that none uses up what
// others have. Calling withdrawn gives the charge back.
func (l *Limiter) TakeAlone(name string, from netip.Addr) (withdrawn func(), err error) {
	who := l.keys.of(name, from)
	l.mu.Lock()
	defer l.mu.Unlock()
	a, err := l.charge(who, alone(who), l.moment())
	if err != nil {
		return nil, err
	}
	return a.refunded, nil
}

// charge draws from each bucket, or fails with Throttled and draws from none.
func (l *Limiter) charge(who identity, needed []need, now moment) (*attempt, error) {
	if err := l.refused(needed, now); err != nil {
		return nil, err
	}
	a := &attempt{limiter: l, who: who}
	for _, n := range needed {
		a.charges = append(a.charges, l.buckets.charge(n, now))
	}
	return a, nil
}

// Succeeded makes the source known to the account and ends its row of failures,
// for a right password that needed no attempt since it was remembered.
func (l *Limiter) Succeeded(name string, from netip.Addr) {
	who := l.keys.of(name, from)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known.add(who.pair, l.moment())
	l.failures.clear(who.account)
}

// moment returns the present on the limiter's clock. It never goes back, even
// where Now, without a monotonic reading, does.
func (l *Limiter) moment() moment {
	l.last = max(l.last, l.now().Sub(l.start))
	return l.last
}

// needed returns the buckets that an attempt draws from.
func (l *Limiter) needed(who identity, now moment) []need {
	needed := alone(who)
	if l.known.is(who.pair, now) {
		return needed
	}
	needed = append(needed, need{account, who.account})
	if l.failures.of(who.account) >= holdAfter {
		needed = append(needed, need{held, who.account})
	}
	return needed
}

// alone returns the buckets that are the source's own.
func alone(who identity) []need {
	return append(make([]need, 0, 4), need{pair, who.pair}, need{source, who.source})
}

// refused fails with Throttled unless each bucket has room.
func (l *Limiter) refused(needed []need, now moment) error {
	var wait time.Duration
	for _, n := range needed {
		wait = max(wait, l.buckets.wait(n, now))
	}
	if wait == 0 {
		return nil
	}
	l.refusals++
	return &pat.Error{Kind: pat.Throttled, Message: "too many attempts", RetryAfter: wait}
}
