package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

const (
	expiryTold = `select at, id from expiry_told`

	nextExpired = `select ` + tokenColumns + ` from ` + tokenTables + `
	where t.revoked_at is null and t.expires_at is not null and (t.expires_shown, t.id) > (?1, ?2) and t.expires_shown < ?3
	order by t.expires_shown, t.id limit ?4`

	setExpiryTold = `update expiry_told set at = ?, id = ?`
)

// TakeExpired implements store.ExpiryTx.
func (t *tx) TakeExpired(before time.Time, limit int) (expired []pat.Token, err error) {
	var at, id int64
	if _, err := t.one(expiryTold, nil, func(r *row) { at, id = r.int(), r.int() }); err != nil {
		return nil, failed("expired tokens", err)
	}
	err = t.query(context.Background(), nextExpired, []any{at, id, before.UnixMicro(), int64(limit)}, func(r *row) {
		expired = append(expired, scanToken(r))
	})
	if err != nil || len(expired) == 0 {
		return nil, failed("expired tokens", err)
	}
	last := &expired[len(expired)-1]
	_, _, err = t.w.exec(setExpiryTold, last.ExpiresAt.UnixMicro(), int64(last.ID))
	return expired, failed("expired tokens", err)
}
