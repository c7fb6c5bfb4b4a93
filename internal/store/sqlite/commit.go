package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
)

// maxBatch bounds how many calls one transaction serves, and so how long the
// first of them waits for the last.
const maxBatch = 256

// Committer runs the transactions of many callers on one connection and commits
// those that wait together, so that they share the time that stable storage
// takes. There is no goroutine behind it: the first caller in line leads. It
// takes all that wait, runs and commits them, hands the lead to the next in
// line and goes home with its own result.
//
// It is exported for those who measure what this alone can do; everybody else
// uses a Store.
type Committer struct {
	conn  *conn
	views *lookups // beside it; nil: none

	open   sync.RWMutex // held for reading by every call: Close waits for them
	closed bool

	mu    sync.Mutex
	queue []*call // waiting, the first come first
	led   bool    // somebody leads, or has been told to
}

// OpenCommitter opens the database in the file, which is made when it is
// missing, for nothing but Exec.
func OpenCommitter(path string) (*Committer, error) {
	if err := touch(path); err != nil {
		return nil, err
	}
	c, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := c.set(writerPragmas...); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), c.close())
	}
	return &Committer{conn: c}, nil
}

// Exec runs one statement, together with those of other callers, and returns
// once it is on stable storage.
func (c *Committer) Exec(ctx context.Context, query string, args ...any) error {
	return c.do(ctx, func(w *writer) error {
		_, _, err := w.exec(query, args...)
		return err
	})
}

// Close waits for the calls in progress and closes the connection.
func (c *Committer) Close() error {
	c.open.Lock()
	defer c.open.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	return c.conn.close()
}

// call is one caller's transaction.
type call struct {
	ctx  context.Context
	fn   func(*writer) error
	turn chan struct{} // one message: it is done, or it is to lead

	leads    bool // told to lead; guarded by Committer.mu
	done     bool // written before turn by the leader that ran it
	err      error
	panicked any
}

var errAbandoned = errors.New("another caller's transaction ended its goroutine")

// do runs fn in a transaction and returns once that is on stable storage, or fn's
// error once nothing of it remains. It is Unavailable when ctx ends before fn has
// been started. fn may be run more than once, by any caller's goroutine.
func (c *Committer) do(ctx context.Context, fn func(*writer) error) error {
	c.open.RLock()
	defer c.open.RUnlock()
	if c.closed {
		return unavailable("write", errClosed)
	}
	me := &call{ctx: ctx, fn: fn, turn: make(chan struct{}, 1)}
	if !c.enqueue(me) && !c.await(me) {
		return unavailable("wait for the database", context.Cause(ctx))
	}
	if !me.done {
		c.lead()
	}
	if me.panicked != nil {
		panic(me.panicked)
	}
	return me.err
}

// enqueue puts the call in line and reports whether it is to lead.
func (c *Committer) enqueue(me *call) (leads bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, me)
	leads, c.led = !c.led, true
	return leads
}

// await returns true when the call is done or is to lead, false when its
// context ended first and it has left the line.
func (c *Committer) await(me *call) bool {
	select {
	case <-me.turn:
		return true
	case <-me.ctx.Done():
	}
	if c.withdraw(me) {
		return false
	}
	<-me.turn // it had been started: the outcome will be known
	return true
}

func (c *Committer) withdraw(me *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.queue, me)
	if i < 0 {
		return false
	}
	c.queue = slices.Delete(c.queue, i, i+1)
	if me.leads {
		c.passOn()
	}
	return true
}

// passOn tells the next in line to lead. c.mu is held.
func (c *Committer) passOn() {
	c.led = len(c.queue) > 0
	if c.led {
		c.queue[0].leads = true
		c.queue[0].turn <- struct{}{}
	}
}

// take removes from the line those whose turn it is.
func (c *Committer) take() []*call {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.queue), maxBatch)
	batch := slices.Clone(c.queue[:n])
	c.queue = slices.Delete(c.queue, 0, n)
	return batch
}

// lead serves one batch, in which the leader itself is, and passes the lead on.
func (c *Committer) lead() {
	var batch []*call
	// Deferred, because a function of a caller may end this goroutine
	// (runtime.Goexit): that must not leave the others waiting.
	defer func() {
		c.mu.Lock()
		c.passOn()
		c.mu.Unlock()
		for _, me := range batch {
			if !me.done {
				me.done, me.err = true, errAbandoned
			}
			me.turn <- struct{}{}
		}
	}()
	w := &writer{conn: c.conn, views: c.views}
	// Whoever is about to ask gets the chance to come along: a commit's price does
	// not depend on how many share it. With nobody about this costs nothing.
	runtime.Gosched()
	err := w.begin()
	batch = c.take() // not before begin: whoever came while it waited for a lock comes along
	if err == nil {
		err = w.serve(batch)
	}
	for _, me := range batch {
		me.done = true
		if err != nil && me.panicked == nil {
			me.err = unavailable("commit", err)
		}
	}
}

// serve runs the calls in order and commits. When a call fails after it has
// written, the transaction is rolled back and begun again without it: this is
// rare, and dearer than the savepoint for every call that it saves.
// On an error nothing of any call remains.
func (w *writer) serve(batch []*call) error {
	defer w.rollback() // does nothing after a commit
	todo := slices.Clone(batch)
	for {
		spoiler := slices.IndexFunc(todo, func(me *call) bool { return !me.run(w) })
		if w.broken != nil {
			return w.broken
		}
		if spoiler < 0 {
			return w.commit()
		}
		todo = slices.Delete(todo, spoiler, spoiler+1)
		w.rollback()
		if err := w.begin(); err != nil {
			return err
		}
	}
}

// run runs the call's function and reports whether the transaction may go on:
// not when the function failed, or panicked, after having written.
func (me *call) run(w *writer) (clean bool) {
	if ended := context.Cause(me.ctx); ended != nil {
		me.err = unavailable("wait for the database", ended)
		return true
	}
	w.wrote = false
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil { // nil when the function ended the goroutine
			me.panicked = fmt.Sprintf("%v\n\n%s", v, debug.Stack())
			clean = !w.wrote && w.broken == nil
		}
	}()
	me.err = me.fn(w)
	returned = true
	return w.broken == nil && (me.err == nil || !w.wrote)
}
