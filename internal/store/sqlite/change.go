package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const (
	changesAfter = `select c.seq, c.token_id is not null, ` + entryColumns + `, ` + standingColumns + `
	from changes c left join tokens t on t.id = c.token_id left join users u on u.id = c.user_id
	where c.seq > ? order by c.seq limit ?`

	head = `select coalesce(max(seq), 0) from changes`
)

// Changes implements store.Store. There is one writer, so numbers are given in
// the order of the commits, and none is given twice or left out: a number that
// is missing was pruned, and one that is ahead of the newest comes from a
// database that has been replaced by an older one.
func (s *Store) Changes(ctx context.Context, after pat.Seq, limit int) (changes []store.Change, behind bool, err error) {
	changes, err = askFirst(ctx, s, func(r reader) (page []store.Change, err error) {
		page, err = r.changes(after, limit)
		if err != nil {
			return nil, failed("changes", err)
		}
		if len(page) > 0 {
			behind = page[0].Seq > after+1
			return page, nil
		}
		newest, err := r.head()
		behind = after > newest // not smaller: what came since the first question is for the next
		return nil, failed("changes", err)
	})
	s.lookups.renew() // whoever has the changes does not look at what was before them
	if behind || err != nil {
		return nil, behind, err
	}
	return changes, false, nil
}

func (r reader) changes(after pat.Seq, limit int) (page []store.Change, err error) {
	err = r.query(context.Background(), changesAfter, []any{int64(after), int64(limit)}, func(r *row) {
		page = append(page, scanChange(r))
	})
	return page, err
}

func scanChange(r *row) store.Change {
	c := store.Change{Seq: pat.Seq(r.int())}
	ofToken := r.bool()
	entry, standing := scanEntry(r), scanStanding(r)
	switch {
	case !ofToken:
		c.Standing = &standing
	case entry.ID != 0: // 0: the token has been pruned since
		c.Entry = &entry
	}
	return c
}

// Head implements store.Store.
func (s *Store) Head(ctx context.Context) (pat.Seq, error) {
	return askFirst(ctx, s, func(r reader) (pat.Seq, error) {
		seq, err := r.head()
		return seq, failed("head", err)
	})
}

func (r reader) head() (seq pat.Seq, err error) {
	_, err = r.one(head, nil, func(r *row) { seq = pat.Seq(r.int()) })
	return seq, err
}

// From the oldest up to the first that is young enough, or the newest: the
// clock may have been set back, and there must be no gap in what is left.
const pruneChanges = `delete from changes where seq < coalesce(
	(select seq from changes where at >= ? order by seq limit 1),
	(select max(seq) from changes))`

// PruneChanges implements store.Store.
func (s *Store) PruneChanges(ctx context.Context, before time.Time) error {
	return s.commits.do(ctx, func(w *writer) error {
		_, _, err := w.exec(pruneChanges, before.UnixMicro())
		return failed("prune changes", err)
	})
}
