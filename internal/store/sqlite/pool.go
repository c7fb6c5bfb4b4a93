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
	idle   chan *conn
	closed chan struct{}
	close1 *sync.Once
}

func openPool(path string, size int) (pool, error) {
	p := pool{idle: make(chan *conn, size), closed: make(chan struct{}), close1: new(sync.Once)}
	for range size {
		c, err := open(path)
		if err == nil {
			err = c.set(readerPragmas...)
		}
		if err != nil {
			return pool{}, errors.Join(err, p.drain(len(p.idle)))
		}
		p.idle <- c
	}
	return p, nil
}

// take waits for a connection. Whoever took it gives it back.
func (p pool) take(ctx context.Context) (*conn, error) {
	select {
	case <-p.closed: // first: a select below might choose an idle one
		return nil, unavailable("read", errClosed)
	default:
	}
	select {
	case c := <-p.idle:
		return c, nil
	case <-p.closed:
		return nil, unavailable("read", errClosed)
	case <-ctx.Done():
		return nil, unavailable("wait for the database", context.Cause(ctx))
	}
}

func (p pool) give(c *conn) { p.idle <- c }

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
		err = errors.Join(err, (<-p.idle).close())
	}
	return err
}

// ask runs the question on a connection of the pool.
func ask[T any](ctx context.Context, s *Store, question func(reader) (T, error)) (answer T, err error) {
	c, err := s.readers.take(ctx)
	if err != nil {
		return answer, err
	}
	defer s.readers.give(c)
	return question(reader{conn: c})
}
