package verifier

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Verifier is safe for concurrent use.
type Verifier struct {
	o     Options
	start time.Time // all ages are measured from here, by the monotonic clock
	// heard is up to when every change is accounted for, in ns after start;
	// never: noWord.
	heard atomic.Int64
	cache cache
	log   changeLog

	questions questions
	client    http.Client
	letGo     func()

	life  context.Context
	end   context.CancelFunc
	group sync.WaitGroup
}

// noWord is an age beyond every bound.
const noWord = -int64(1 << 62)

// patience is how long a request waits for Jeton when what is remembered would
// do as well, Jeton being lost.
const patience = 250 * time.Millisecond

// maxTries bounds how often one verification asks, when each time something
// changes before the answer is there.
const maxTries = 3

// New returns a Verifier that follows Jeton's changes until it is closed. Jeton
// need not be there yet.
func New(o Options) (*Verifier, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	v := &Verifier{o: o, start: time.Now()}
	v.log.floor = noWord
	v.heard.Store(noWord)
	v.cache.limit = max(1, o.Limit/shardCount)
	v.questions.slots = make(chan struct{}, maxAtOnce)
	v.client, v.letGo = o.client()
	v.life, v.end = context.WithCancel(context.Background())
	v.group.Go(v.follow)
	return v, nil
}

// Close ends what New has started and returns when it has ended. From then on
// everything is refused with ErrUnavailable.
func (v *Verifier) Close() error {
	v.end()
	v.questions.close()
	v.group.Wait()
	v.cache.clear()
	v.letGo()
	return nil
}

// Verify says whose the live token is, when its scopes cover each of need. It
// fails with ErrInactive, ErrScope and ErrUnavailable. From where the token is
// used is not known: one that is bound to networks is refused.
func (v *Verifier) Verify(ctx context.Context, token string, need ...string) (Token, error) {
	return v.VerifyFrom(ctx, token, netip.Addr{}, need...)
}

// VerifyFrom is Verify of a token that is used from the address.
func (v *Verifier) VerifyFrom(ctx context.Context, token string, from netip.Addr, need ...string) (Token, error) {
	found, err := v.verify(ctx, token, from.Unmap().WithZone(""))
	if err != nil {
		return Token{}, err
	}
	for _, scope := range need {
		if !found.Allows(scope) {
			return Token{}, ErrScope
		}
	}
	return found, nil
}

func (v *Verifier) verify(ctx context.Context, text string, from netip.Addr) (Token, error) {
	if !rightLength(text) {
		return Token{}, ErrInactive
	}
	k := keyOf(text, from)
	m := v.recall(&k)
	switch {
	case v.life.Err() != nil:
		return Token{}, errClosed
	case m.entry != nil && m.age <= v.o.MaxAge && m.kept <= v.o.Keep:
		return m.entry.token, nil
	case m.refused, m.entry == nil && !wellFormed(text):
		return Token{}, ErrInactive
	}
	return v.ask(ctx, question{text, from, k})
}

var errClosed = error(&unavailable{cause: errors.New("the verifier is closed")})

// memory is what is remembered of a token.
type memory struct {
	entry *entry // nil: no yes
	// age is how old that is: its question, or the last word of the feed, which
	// would have dropped it.
	age     time.Duration
	kept    time.Duration // since its question
	refused bool
}

func (v *Verifier) recall(k *key) (m memory) {
	heard := v.heard.Load() // first: what is found below has outlived all that was heard
	now := v.sinceStart()
	m.entry, m.refused = v.cache.find(k, now)
	if e := m.entry; e != nil {
		m.kept = time.Duration(now - e.asked)
		m.age = m.kept
		if !e.alone {
			m.age = time.Duration(now - max(heard, e.asked))
		}
	}
	return m
}

// inGrace returns what is remembered when Jeton does not answer.
func (v *Verifier) inGrace(k *key) (Token, bool) {
	m, bound := v.recall(k), v.bound()
	if m.entry == nil || m.age > bound || m.kept > v.o.Keep+bound {
		return Token{}, false
	}
	return m.entry.token, true
}

// bound is how old knowledge may be when Jeton does not answer.
func (v *Verifier) bound() time.Duration { return v.o.MaxAge + v.o.OutageGrace }

// ask asks Jeton, together with whoever asks the same at the same time.
func (v *Verifier) ask(ctx context.Context, q question) (Token, error) {
	var err error
	for range maxTries {
		a := v.await(ctx, q)
		switch {
		case a.err != nil:
			if found, ok := v.inGrace(&q.key); ok {
				return found, nil
			}
			return Token{}, asUnavailable(a.err)
		case a.overtaken:
			err = errOvertaken // of this very token something has changed: ask again
		case !a.active:
			return Token{}, ErrInactive
		case v.sinceStart()-a.asked > int64(v.bound()):
			return Token{}, errSlow
		default:
			return a.token, nil
		}
	}
	return Token{}, err
}

var (
	errOvertaken = error(&unavailable{cause: errors.New("the token changes faster than Jeton answers")})
	errSlow      = error(&unavailable{cause: errors.New("the answer came too late")})
	errImpatient = errors.New("no answer in time")
)

func asUnavailable(err error) error {
	if errors.Is(err, ErrUnavailable) {
		return err
	}
	return &unavailable{cause: err}
}

// await returns the answer, or that there is none in time.
func (v *Verifier) await(ctx context.Context, q question) answer {
	f, err := v.join(q)
	if err != nil {
		return answer{err: err}
	}
	var enough <-chan time.Time
	if _, ok := v.inGrace(&q.key); ok {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		enough = timer.C
	}
	select {
	case <-f.done:
		return f.answer
	case <-enough:
		return answer{err: errImpatient}
	case <-ctx.Done():
		return answer{err: ctx.Err()}
	}
}

func (v *Verifier) sinceStart() int64 { return int64(time.Since(v.start)) }
