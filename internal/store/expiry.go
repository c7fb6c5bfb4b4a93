package store

import (
	"time"

	"jeton/internal/pat"
)

// ExpiryTx finds out which tokens the clock has ended.
type ExpiryTx interface {
	// TakeExpired returns at most limit of the tokens that expired before the
	// time and are not revoked, by when they did, and notes that they were
	// taken: in transactions that are committed none is returned twice. Whoever
	// lets the end of a token be earlier than one that was taken already is not
	// noticed.
	TakeExpired(before time.Time, limit int) ([]pat.Token, error)
}
