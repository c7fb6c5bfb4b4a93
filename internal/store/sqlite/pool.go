package sqlite

import (
	"context"
	"errors"
	"sync"
)

// pool is a few connections of one kind. Each of them sees the database as of the
// beginning of its statement or transaction, and none waits for the writer.
type pool[C member] struct {
	idle   chan struct{} // one element for each connection in stack
	stack  *stack[C]
	closed chan struct{}
	close1 *sync.Once
}

type member interface{ close() error }

// stack holds the connections that nobody has. The one given back last is taken
// first: the pages that were read last are in its cache.
type stack[C member] struct {
	mu    sync.Mutex
	conns []C
}

func (s *stack[C]) push(c C) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, c)
}

func (s *stack[C]) pop() C {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.conns) - 1
	c := s.conns[last]
	s.conns = s.conns[:last]
	return c
}

func openPool[C member](size int, open func() (C, error)) (pool[C], error) {
	p := pool[C]{idle: make(chan struct{}, size), stack: new(stack[C]), closed: make(chan struct{}), close1: new(sync.Once)}
	for range size {
		c, err := open()
		if err != nil {
			return pool[C]{}, errors.Join(err, p.drain(len(p.idle)))
		}
		p.give(c)
	}
	return p, nil
}

// take waits for a connection. Whoever took it gives it back.
func (p pool[C]) take(ctx context.Context) (c C, err error) {
	select {
	case <-p.closed: // first: a select below might choose an idle one
		return c, unavailable("read", errClosed)
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
		return c, unavailable("read", errClosed)
	case <-ctx.Done():
		return c, unavailable("wait for the database", context.Cause(ctx))
	}
}

func (p pool[C]) give(c C) {
	p.stack.push(c)
	p.idle <- struct{}{}
}

// close waits for the questions in progress.
func (p pool[C]) close() (err error) {
	p.close1.Do(func() {
		close(p.closed)
		err = p.drain(cap(p.idle))
	})
	return err
}

func (p pool[C]) drain(n int) (err error) {
	for range n {
		<-p.idle
		err = errors.Join(err, p.stack.pop().close())
	}
	return err
}

// readers are the connections that answer any question.
type readers struct {
	pool[*conn]
	behind chan struct{} // one element for each question in progress but those on which verification waits
}

func openReaders(path string) (readers, error) {
	p, err := openPool(readerCount, func() (*conn, error) {
		c, err := open(path)
		if err != nil {
			return nil, err
		}
		if err := c.set(readerPragmas...); err != nil {
			return nil, errors.Join(err, c.close())
		}
		return c, nil
	})
	return readers{pool: p, behind: make(chan struct{}, readerCount-1)}, err
}

// queue waits until a connection will be left for verification when the caller
// has taken one. Whoever queued leaves the queue.
func (p readers) queue(ctx context.Context) error {
	select {
	case p.behind <- struct{}{}:
		return nil
	case <-p.closed:
		return unavailable("read", errClosed)
	case <-ctx.Done():
		return unavailable("wait for the database", context.Cause(ctx))
	}
}

func (p readers) leave() { <-p.behind }

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
