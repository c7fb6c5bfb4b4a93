package sqlite

import (
	"context"
	"errors"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// What to remove, of the revoked and of the expired. The words of their
// indexes, so that these are used: never is shown as an end in the far future.
const (
	revokedBefore = `select id from tokens where revoked_at < ?1 order by revoked_at limit ?2`

	expiredBefore = `select id from tokens
	where revoked_at is null and expires_shown < ?1 and expires_at is not null and ` + beyondRefresh + `
	and ` + beyondAlarm + ` order by expires_shown limit ?2`

	fleetingBefore = `select id from tokens
	where name = '' and revoked_at is null and retired_at is null and expires_shown <= created_at + 86400000000
	and expires_shown < ?1 and ` + beyondRefresh + ` order by expires_shown limit ?2`

	// beyondRefresh holds for a token that no refresh token asks about any more.
	beyondRefresh = `not (application is not null and exists (
	select 1 from refresh_tokens r where r.token = tokens.id and r.ended_at is null and r.expires_at >= ?1))`

	// beyondAlarm holds but for a token whose successor has not ended for as long:
	// whoever uses the old value is an alarm, which finds the family by its record.
	beyondAlarm = `not (retired_at is not null and exists (
	select 1 from tokens s where s.family = coalesce(tokens.family, tokens.id) and s.generation = tokens.generation + 1
	and coalesce(s.revoked_at, s.expires_at, ?1) >= ?1))`

	deleteToken = `delete from tokens where id = ?`
)

// PruneEnded implements store.Retention.
func (s *Store) PruneEnded(ctx context.Context, before time.Time, limit int) (int, error) {
	return s.pruneTokens(ctx, before, limit, revokedBefore, expiredBefore)
}

// PruneFleeting implements store.Retention.
func (s *Store) PruneFleeting(ctx context.Context, before time.Time, limit int) (int, error) {
	return s.pruneTokens(ctx, before, limit, fleetingBefore)
}

// pruneTokens removes what the queries find. Indexes need not hear of it: they
// hold no revoked token, and an expired one no longer than it is refused.
//
// It looks outside of the transaction, where others need not wait while many are
// passed over. What it has found is to be removed for good: no token that has ended
// lives again.
func (s *Store) pruneTokens(ctx context.Context, before time.Time, limit int, queries ...string) (int, error) {
	ids, err := ask(ctx, s, func(r reader) (ids []pat.TokenID, err error) {
		for _, query := range queries {
			err = errors.Join(err, r.query(ctx, query, []any{before.UnixMicro(), int64(limit - len(ids))}, func(r *row) {
				ids = append(ids, pat.TokenID(r.int()))
			}))
		}
		return ids, failed("prune tokens", err)
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), s.Update(ctx, func(x store.Tx) error {
		for _, id := range ids {
			if err := x.(*tx).deleteToken(id); err != nil {
				return failed("prune tokens", err)
			}
		}
		return nil
	})
}

// deleteToken removes a token that has ended. One that expired is counted off
// where that was not done yet, while it is known whose it was.
func (t *tx) deleteToken(id pat.TokenID) error {
	var old counted
	found, err := t.one(countedByID, []any{int64(id)}, func(r *row) { old = scanCounted(r) })
	if err != nil {
		return err
	}
	if found {
		if err := t.count(-1, old); err != nil {
			return err
		}
	}
	_, _, err = t.w.exec(deleteToken, int64(id))
	return err
}
