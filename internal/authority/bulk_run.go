package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const (
	// bulkBatch is how many tokens are changed in one transaction: a few
	// milliseconds, so that others write in between.
	bulkBatch = 100
	// bulkRun is how many a call goes through, so that whoever calls can show how
	// far it is.
	bulkRun = 2000
)

// RunBulk does what was previewed to the next tokens of a selection, a batch at a
// time, and returns the selection as it is then; it is called until none is
// left. Only who previewed it may. Tokens that have ended meanwhile, or are so
// already, stay as they are. When it returns nil, no later Verify on this node
// accepts what it ended. It fails with NotFound, Forbidden and Unauthenticated.
func (a *Authority) RunBulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error) {
	if err := mayWrite(by); err != nil {
		return pat.Bulk{}, err
	}
	b, err := a.Bulk(ctx, by, id)
	if err != nil {
		return pat.Bulk{}, err
	}
	for gone := 0; gone < bulkRun; gone += bulkBatch {
		err := a.update(ctx, func(tx store.Tx) error { return a.runBatch(ctx, tx, by, &b) })
		if err != nil {
			return pat.Bulk{}, err
		}
		if b.Left() == 0 {
			break
		}
	}
	return b, nil
}

// runBatch goes through the next tokens, from where the selection stands now:
// another call may have been faster.
func (a *Authority) runBatch(ctx context.Context, tx store.Tx, by pat.Principal, b *pat.Bulk) error {
	by, err := present(ctx, tx, by)
	if err != nil {
		return err
	}
	if b.Wide && !by.Admin {
		return errForbidden
	}
	if err := a.bearing(ctx, tx, by); err != nil {
		return err
	}
	done, changed, _, err := tx.BulkDone(b.ID)
	if err != nil {
		return err
	}
	if done == 0 && len(b.Tokens) > 0 {
		if err := tx.Append(a.bulkEvent(by, b)); err != nil {
			return err
		}
	}
	end := min(done+bulkBatch, len(b.Tokens))
	for _, id := range b.Tokens[done:end] {
		moved, err := a.bulkToken(ctx, tx, by, b, id)
		if err != nil {
			return err
		}
		if moved {
			changed++
		}
	}
	b.Done, b.Changed, b.At = end, changed, a.now()
	return tx.SetBulkDone(b.ID, b.Done, b.Changed, b.At)
}

func (a *Authority) bulkEvent(by pat.Principal, b *pat.Bulk) pat.Event {
	e := pat.EventBy(by, a.now(), pat.BulkRun)
	e.Object, e.ObjectID, e.ObjectName, e.Owner, e.Reason = pat.ObjectBulk, int64(b.ID), string(b.Act), by.User, b.Reason
	e.Changes = []pat.FieldChange{{Field: "tokens", Old: int64(0), New: int64(len(b.Tokens))}}
	return e
}

// bulkToken does to one token what the selection is for, and reports whether
// that changed it.
func (a *Authority) bulkToken(ctx context.Context, tx store.Tx, by pat.Principal, b *pat.Bulk, id pat.TokenID) (bool, error) {
	old, err := tx.Token(ctx, id)
	switch {
	case pat.Is(err, pat.NotFound): // removed meanwhile
		return false, nil
	case err != nil:
		return false, err
	case !by.MayActFor(old.Owner):
		return false, errForbidden
	}
	now := a.now()
	var event pat.Event
	var moved bool
	switch b.Act {
	case pat.BulkRevoke:
		moved, err = tx.EndToken(id, now, by.User, b.Reason)
		event = revoked(by, now, &old, b.Reason)
	case pat.BulkPause:
		moved, err = tx.PauseToken(id, now)
		event = tokenEvent(by, now, pat.TokenPaused, &old, pat.FieldChange{Field: "paused", Old: "", New: wireTime(now)})
	case pat.BulkResume:
		moved, err = tx.ResumeToken(id, now)
		event = tokenEvent(by, now, pat.TokenResumed, &old, pat.FieldChange{Field: "paused", Old: wireTime(old.PausedAt), New: ""})
	}
	if err != nil || !moved {
		return false, err
	}
	event.Reason = b.Reason
	event.Changes = append(event.Changes, pat.FieldChange{Field: "bulk", Old: int64(b.ID), New: int64(b.ID)})
	return true, tx.Append(event)
}
