package sqlite

import (
	"context"
	"sync/atomic"
	"time"
)

// To begin and to end a transaction costs a look-up of one row twice what the
// look-up itself does: five locks of the file are taken and given back by system
// calls. So a connection on which verification has asked keeps its transaction,
// and with it its view of the database, open for the next that asks, as long as
// the view is the present one as far as this process can tell, and for
// recentFor at most, since it cannot tell what other processes commit.
//
// An open view keeps the log from being emptied, so none is open while the writer
// commits, after which SQLite may move the log into the database.

// recentFor is far below the least age of an index's knowledge that an operator
// may choose, and long enough for hundreds of look-ups.
const recentFor = 10 * time.Millisecond

// epoch numbers the states of the database that this process has brought about
// or has read of in the feed. It is odd while the writer commits: there are no
// recent views then. A view that began in an earlier epoch is not the present one.
type epoch struct{ atomic.Uint64 }

// view is the transaction that a connection keeps open.
type view struct {
	epoch uint64 // in which it began
	began time.Time
	open  bool
}

// begin opens a view. That it is named for an epoch that ended meanwhile does no
// harm: it will be thought older than it is.
func (c *conn) begin(epoch uint64, now time.Time) {
	if _, _, err := c.exec("begin"); err == nil {
		c.view = view{epoch: epoch, began: now, open: true}
	}
}

// end closes the view, if there is one.
func (c *conn) end() {
	if c.view.open {
		c.view.open = false
		_, _, _ = c.exec("rollback") // nothing was written; an error has ended it already
	}
}

// present reports whether the view may answer at a time.
func (v view) present(epoch uint64, now time.Time) bool {
	age := now.Sub(v.began)
	return v.open && v.epoch == epoch && age >= 0 && age < recentFor
}

// askRecent is askFirst for look-ups that have all that this process has committed,
// and all that it has read of in the feed, but may lack what another
// process has committed within the last recentFor.
func askRecent[T any](ctx context.Context, s *Store, question func(reader) (T, error)) (answer T, err error) {
	c, err := s.readers.takeAsIs(ctx)
	if err != nil {
		return answer, err
	}
	defer s.readers.give(c)
	now, epoch := s.now(), s.readers.epoch.Load()
	if !c.view.present(epoch, now) {
		c.end()
		if epoch%2 == 0 {
			c.begin(epoch, now)
		}
	}
	answer, err = question(reader{conn: c})
	if err != nil || s.readers.epoch.Load() != epoch {
		c.end()
	}
	return answer, err
}

// renew ends the present epoch, and every view of the connections that nobody has.
// Those that somebody has are ended when they are given back.
func (p pool) renew() {
	p.epoch.Add(2)
	p.endViews()
}

// closeViews sees to it that no view is open until the function that it returns
// is called, and that those opened then have what is committed meanwhile.
func (p pool) closeViews() (open func()) {
	p.epoch.Add(1)
	p.endViews()
	return func() { p.epoch.Add(1) }
}

func (p pool) endViews() {
	p.stack.mu.Lock()
	defer p.stack.mu.Unlock()
	for _, c := range p.stack.conns {
		c.end()
	}
}
