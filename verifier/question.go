package verifier

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"
)

const (
	// maxAtOnce is how many questions are with Jeton at the same time, and
	// maxQuestions how many wait in all: strangers may send any number of tokens.
	maxAtOnce    = 64
	maxQuestions = 4096

	// maxNo is for how long a no is remembered at most: a token that was resumed
	// is to be accepted again, and no change tells which no it ends.
	maxNo = time.Second
)

// question is about one token, used from one address.
type question struct {
	text string
	from netip.Addr
	key  key
}

// answer is what Jeton says, or why it says nothing.
type answer struct {
	active bool
	token  Token
	asked  int64 // when the question was sent
	ends   int64 // when the token's life ends, or before
	// overtaken says that the token, or its owner, has changed since the
	// question was sent: nobody knows which came first.
	overtaken bool
	err       error
}

// flight is a question under way.
type flight struct {
	done   chan struct{}
	answer answer // when done is closed
}

// questions are those under way, each once.
type questions struct {
	mu     sync.Mutex
	flying map[key]*flight
	slots  chan struct{}
	closed bool
}

var errCrowded = error(&unavailable{cause: errors.New("too many questions at once")})

// join returns the flight of the question, which it starts where there is none.
func (v *Verifier) join(q question) (*flight, error) {
	qs := &v.questions
	qs.mu.Lock()
	defer qs.mu.Unlock()
	f := qs.flying[q.key]
	switch {
	case f != nil:
		return f, nil
	case qs.closed:
		return nil, errClosed
	case len(qs.flying) >= maxQuestions:
		return nil, errCrowded
	}
	f = &flight{done: make(chan struct{})}
	if qs.flying == nil {
		qs.flying = map[key]*flight{}
	}
	qs.flying[q.key] = f
	v.group.Go(func() {
		f.answer = v.question(q)
		qs.mu.Lock()
		delete(qs.flying, q.key)
		qs.mu.Unlock()
		close(f.done)
	})
	return f, nil
}

// close lets no more questions start.
func (qs *questions) close() {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	qs.closed = true
}

// question asks Jeton and remembers the answer. It belongs to nobody's request:
// whoever gives up takes it from nobody else.
func (v *Verifier) question(q question) answer {
	ctx, cancel := context.WithTimeout(v.life, v.o.Timeout)
	defer cancel()
	select {
	case v.questions.slots <- struct{}{}:
		defer func() { <-v.questions.slots }()
	case <-ctx.Done():
		return answer{err: ctx.Err()}
	}
	asked := v.sinceStart()
	a := v.introspect(ctx, &q)
	a.asked = asked
	switch {
	case a.err != nil:
	case a.active:
		e := &entry{key: q.key, token: a.token, asked: asked, ends: asked + a.ends}
		a.overtaken = !v.remember(e)
	default:
		v.cache.refuse(&q.key, v.sinceStart()+int64(min(v.o.MaxAge, maxNo)))
	}
	return a
}
