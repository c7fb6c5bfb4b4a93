package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// BulkReader reads selections of tokens.
type BulkReader interface {
	// Bulk returns a selection. It fails with NotFound.
	Bulk(ctx context.Context, id pat.BulkID) (pat.Bulk, error)

	// TokenIDs returns the ids of at most limit of the tokens for which all of
	// the conditions hold, by id. Fields: see pat.TokenFields.
	TokenIDs(ctx context.Context, where []pat.Cond, limit int) ([]pat.TokenID, error)

	// UsedFrom calls each with the ids of tokens that were accepted from an
	// address for which in holds, in no particular order, some more than once.
	UsedFrom(ctx context.Context, in func(address string) bool, each func(pat.TokenID)) error
}

// BulkTx writes selections of tokens.
type BulkTx interface {
	// InsertBulk keeps a selection and returns its id, which was never given
	// before.
	InsertBulk(b pat.Bulk) (pat.BulkID, error)

	// BulkDone returns how far a selection was run. It fails with NotFound.
	BulkDone(id pat.BulkID) (done, changed int, at time.Time, err error)

	// SetBulkDone says how far a selection was run.
	SetBulkDone(id pat.BulkID, done, changed int, at time.Time) error

	// TrimBulks forgets all selections of the user but so many of those that were
	// last previewed or run.
	TrimBulks(by pat.UserID, keep int) error

	// PruneBulks forgets selections that were last run before the time.
	PruneBulks(before time.Time) error
}
