package sqlite

import (
	"context"

	"jeton/internal/store"
)

// A select, so that a token that is gone adds nothing.
const recordUse = `insert into token_use (token_id, last_used_at, last_used_from, accepted, refused)
	select id, ?2, ?3, ?4, ?5 from tokens where id = ?1
	on conflict (token_id) do update set
	last_used_from = case when coalesce(excluded.last_used_at > last_used_at, excluded.last_used_at is not null)
		then excluded.last_used_from else last_used_from end,
	last_used_at = max(coalesce(excluded.last_used_at, last_used_at), coalesce(last_used_at, excluded.last_used_at)),
	accepted = accepted + excluded.accepted,
	refused = refused + excluded.refused`

// RecordUse implements store.Store. Another node may have seen a later use: the
// latest stays.
func (s *Store) RecordUse(ctx context.Context, uses []store.Use) error {
	return s.commits.do(ctx, func(w *writer) error {
		for _, u := range uses {
			_, _, err := w.exec(recordUse, int64(u.Token), micros(u.LastAt), addrText(u.LastFrom), u.Accepted, u.Refused)
			if err != nil {
				return failed("record use", err)
			}
		}
		return nil
	})
}
