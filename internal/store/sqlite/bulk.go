package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"jeton/internal/pat"
)

const (
	bulkByID   = `select id, act, reason, by_id, by_name, wide, at, done, changed, tokens from bulks where id = ?`
	bulkDone   = `select done, changed, at from bulks where id = ?`
	insertBulk = `insert into bulks (act, reason, by_id, by_name, wide, at, done, changed, tokens) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	setBulk    = `update bulks set done = ?, changed = ?, at = ? where id = ?`
	trimBulks  = `delete from bulks where by_id = ?1 and id in (
	select id from bulks where by_id = ?1 order by at desc, id desc limit -1 offset ?2)`
	pruneBulks = `delete from bulks where at < ?`

	// Before addresses were kept, the last one was.
	usedFrom = `select token_id, address from token_addresses where accepted > 0
	union all select token_id, last_used_from from token_use where last_used_from <> ''`
)

var errNoBulk = pat.Fail(pat.NotFound, "there is no such selection")

// Bulk implements store.BulkReader.
func (r reader) Bulk(_ context.Context, id pat.BulkID) (b pat.Bulk, err error) {
	var broken error
	found, err := r.one(bulkByID, []any{int64(id)}, func(r *row) {
		b = pat.Bulk{
			ID: pat.BulkID(r.int()), Act: pat.BulkAct(r.text()), Reason: r.text(), By: pat.UserID(r.int()), ByName: r.text(),
			Wide: r.bool(), At: r.time(), Done: int(r.int()), Changed: int(r.int()),
		}
		b.Tokens, broken = unpackIDs(r.blob())
	})
	return b, foundOr(errNoBulk, found, "bulk", errors.Join(err, broken))
}

// TokenIDs implements store.BulkReader.
func (r reader) TokenIDs(ctx context.Context, conds []pat.Cond, limit int) (ids []pat.TokenID, err error) {
	where, err := tokenList.conditions(conds)
	if err != nil {
		return nil, err
	}
	query := tokenList.ids(where.text, " order by t.id") + " limit ?"
	err = r.once(r.patience(ctx), query, append(where.args, int64(limit)), func(r *row) { ids = append(ids, pat.TokenID(r.int())) })
	return ids, failed("token ids", err)
}

// UsedFrom implements store.BulkReader.
func (r reader) UsedFrom(ctx context.Context, in func(string) bool, each func(pat.TokenID)) error {
	return failed("used from", r.query(r.patience(ctx), usedFrom, nil, func(r *row) {
		if id := pat.TokenID(r.int()); in(r.text()) {
			each(id)
		}
	}))
}

// InsertBulk implements store.BulkTx.
func (t *tx) InsertBulk(b pat.Bulk) (pat.BulkID, error) {
	_, id, err := t.w.exec(insertBulk, string(b.Act), b.Reason, int64(b.By), b.ByName, b.Wide, b.At.UnixMicro(),
		int64(b.Done), int64(b.Changed), packIDs(b.Tokens))
	return pat.BulkID(id), failed("insert bulk", err)
}

// BulkDone implements store.BulkTx.
func (t *tx) BulkDone(id pat.BulkID) (done, changed int, at time.Time, err error) {
	found, err := t.one(bulkDone, []any{int64(id)}, func(r *row) { done, changed, at = int(r.int()), int(r.int()), r.time() })
	return done, changed, at, foundOr(errNoBulk, found, "bulk", err)
}

// SetBulkDone implements store.BulkTx.
func (t *tx) SetBulkDone(id pat.BulkID, done, changed int, at time.Time) error {
	_, _, err := t.w.exec(setBulk, int64(done), int64(changed), at.UnixMicro(), int64(id))
	return failed("bulk", err)
}

// TrimBulks implements store.BulkTx. There are few in all, and no index is worth
// its price.
func (t *tx) TrimBulks(by pat.UserID, keep int) error {
	_, _, err := t.w.exec(trimBulks, int64(by), int64(keep))
	return failed("trim bulks", err)
}

// PruneBulks implements store.BulkTx.
func (t *tx) PruneBulks(before time.Time) error {
	_, _, err := t.w.exec(pruneBulks, before.UnixMicro())
	return failed("prune bulks", err)
}

// packIDs writes ids as the steps between them, which are short where ids
// ascend, as nearly all do. A step back wraps around, and back again when it is read.
func packIDs(ids []pat.TokenID) []byte {
	packed, last := make([]byte, 0, 2*len(ids)), pat.TokenID(0)
	for _, id := range ids {
		packed = binary.AppendUvarint(packed, uint64(id-last))
		last = id
	}
	return packed
}

func unpackIDs(packed []byte) (ids []pat.TokenID, err error) {
	for last := pat.TokenID(0); len(packed) > 0; {
		step, n := binary.Uvarint(packed)
		if n <= 0 {
			return nil, errors.New("a selection cannot be read")
		}
		last += pat.TokenID(step)
		ids, packed = append(ids, last), packed[n:]
	}
	return ids, nil
}

// Bulk implements store.BulkReader.
func (s *Store) Bulk(ctx context.Context, id pat.BulkID) (pat.Bulk, error) {
	return ask(ctx, s, func(r reader) (pat.Bulk, error) { return r.Bulk(ctx, id) })
}

// TokenIDs implements store.BulkReader.
func (s *Store) TokenIDs(ctx context.Context, where []pat.Cond, limit int) ([]pat.TokenID, error) {
	return ask(ctx, s, func(r reader) ([]pat.TokenID, error) { return r.TokenIDs(ctx, where, limit) })
}

// UsedFrom implements store.BulkReader.
func (s *Store) UsedFrom(ctx context.Context, in func(string) bool, each func(pat.TokenID)) error {
	_, err := ask(ctx, s, func(r reader) (struct{}, error) { return struct{}{}, r.UsedFrom(ctx, in, each) })
	return err
}
