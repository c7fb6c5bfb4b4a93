package sqlite

import (
	"context"
	"errors"
	"sync"
)

// pool is a few connections that only read. Each of them sees the database as
// of the beginning of its statement or transaction, and none waits for the
// writer.
type pool struct {
	idle   chan struct{} // one element for each connection in stack
	stack  *stack
	epoch  *epoch
	behind chan struct{} // one element for each question in progress but those of verification
	closed chan struct{}
	close1 *sync.Once
}

// stack holds the connections that nobody has. The one given back last is taken
// first: the pages that were read last are in its cache.
type stack struct {
	mu    sync.Mutex
	conns []*conn
}

func (s *stack) push(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, c)
}

func (s *stack) pop() *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.conns) - 1
	c := s.conns[last]
	s.conns = s.conns[:last]
	return c
}

func openPool(path string, size int) (pool, error) {
	p := pool{
		idle: make(chan struct{}, size), stack: new(stack), epoch: new(epoch),
		behind: make(chan struct{}, size-1), closed: make(chan struct{}), close1: new(sync.Once),
	}
	for range size {
		c, err := open(path)
		if err == nil {
			err = c.set(readerPragmas...)
		}
		if err != nil {
			return pool{}, errors.Join(err, p.drain(len(p.idle)))
		}
		p.give(c)
	}
	return p, nil
}

// take waits for a connection, on which no transaction is open. Whoever took it
// gives it back.
func (p pool) take(ctx context.Context) (*conn, error) {
	c, err := p.takeAsIs(ctx)
	if err == nil {
		c.end()
	}
	return c, err
}

// takeAsIs is take for those who look after the open view themselves.
func (p pool) takeAsIs(ctx context.Context) (*conn, error) {
	select {
	case <-p.closed: // first: a select below might choose an idle one
		return nil, unavailable("read", errClosed)
	default:
	}
	select {
	case <-p.idle: // without a look at ctx, which may cost its owner a timer
		return p.stack.pop(), nil
	default:
	}
	select {
	case <-p.idle:
		return p.stack.pop(), nil
	case <-p.closed:
		return nil, unavailable("read", errClosed)
	case <-ctx.Done():
		return nil, unavailable("wait for the database", context.Cause(ctx))
	}
}

func (p pool) give(c *conn) {
	p.stack.push(c)
	p.idle <- struct{}{}
}

// close waits for the questions in progress.
func (p pool) close() (err error) {
	p.close1.Do(func() {
		close(p.closed)
		err = p.drain(cap(p.idle))
	})
	return err
}

func (p pool) drain(n int) (err error) {
	for range n {
		<-p.idle
		c := p.stack.pop()
		c.end()
		err = errors.Join(err, c.close())
	}
	return err
}

// queue waits until a connection will be left for verification when the caller
// has taken one. Whoever queued leaves the queue.
func (p pool) queue(ctx context.Context) error {
	select {
	case p.behind <- struct{}{}:
		return nil
	case <-p.closed:
		return unavailable("read", errClosed)
	case <-ctx.Done():
		return unavailable("wait for the database", context.Cause(ctx))
	}
}

func (p pool) leave() { <-p.behind }

// ask runs the question on a connection of the pool. However many ask so, and
// however long their questions take, one connection is left for askFirst.
func ask[T any](ctx context.Context, s *Store, question func(reader) (T, error)) (answer T, err error) {
	if err := s.readers.queue(ctx); err != nil {
		return answer, err
	}
	defer s.readers.leave()
	return askFirst(ctx, s, question)
}

// askFirst is ask for the short questions on which a verification waits.
func askFirst[T any](ctx context.Context, s *Store, question func(reader) (T, error)) (answer T, err error) {
	c, err := s.readers.take(ctx)
	if err != nil {
		return answer, err
	}
	defer s.readers.give(c)
	return question(reader{conn: c})
}
