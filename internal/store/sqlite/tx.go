package sqlite

import (
	"time"

	"jeton/internal/pat"
)

// tx is one caller's part of the transaction at hand.
type tx struct {
	reader
	w   *writer
	now func() time.Time
}

const (
	changeToken = `insert into changes (at, token_id) values (?, ?)`
	changeUser  = `insert into changes (at, user_id) values (?, ?)`
)

func (t *tx) changedToken(id pat.TokenID) error {
	_, _, err := t.w.exec(changeToken, t.now().UnixMicro(), int64(id))
	return failed("feed", err)
}

func (t *tx) changedUser(id pat.UserID) error {
	_, _, err := t.w.exec(changeUser, t.now().UnixMicro(), int64(id))
	return failed("feed", err)
}
