package sqlite

import (
	"context"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
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

// present reports whether the view may answer at a time.
func (v view) present(epoch uint64, now time.Time) bool {
	age := now.Sub(v.began)
	return v.open && v.epoch == epoch && age >= 0 && age < recentFor
}

// lookups are the connections by which verification looks up tokens.
type lookups struct {
	pool[*lookup]
	epoch *epoch
	now   func() time.Time
}

func openLookups(path string, now func() time.Time) (lookups, error) {
	p, err := openPool(lookupCount(), func() (*lookup, error) { return openLookup(path) })
	return lookups{pool: p, epoch: new(epoch), now: now}, err
}

// find is lookup.find with all that this process has committed, and all that it has
// read of in the feed. It may lack what another process has committed within the
// last recentFor.
func (p lookups) find(ctx context.Context, d pat.Digest) (e store.Entry, found finding, err error) {
	l, err := p.take(ctx)
	if err != nil {
		return e, noToken, err
	}
	defer p.give(l)
	now, epoch := p.now(), p.epoch.Load()
	if !l.view.present(epoch, now) {
		l.end()
		if epoch%2 == 0 {
			l.begin(epoch, now)
		}
	}
	e, found, err = l.find(d)
	if err != nil || found == noToken || p.epoch.Load() != epoch {
		l.end()
	}
	return e, found, err
}

// renew ends the present epoch, and every view of the connections that nobody has.
// Those that somebody has are ended when they are given back.
func (p lookups) renew() {
	p.epoch.Add(2)
	p.endViews()
}

// closeViews sees to it that no view is open until the function that it returns
// is called, and that those opened then have what is committed meanwhile.
func (p lookups) closeViews() (open func()) {
	p.epoch.Add(1)
	p.endViews()
	return func() { p.epoch.Add(1) }
}

func (p lookups) endViews() {
	p.stack.mu.Lock()
	defer p.stack.mu.Unlock()
	for _, l := range p.stack.conns {
		l.end()
	}
}
