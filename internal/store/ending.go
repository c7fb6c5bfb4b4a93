package store

import (
	"context"

	"jeton/internal/pat"
)

// EndingReader reads which families of tokens are to end.
type EndingReader interface {
	// EndingFamilies returns at most limit of the families that are ending, by id.
	EndingFamilies(ctx context.Context, limit int) ([]pat.TokenID, error)
}

// EndingTx keeps which families of tokens are to end and have not ended yet, so
// that whoever starts after a crash goes on with them.
type EndingTx interface {
	// BeginEnding keeps that the family is ending. One that is ending already
	// goes on doing so.
	BeginEnding(family pat.TokenID) error

	// FinishEnding forgets that the family is ending.
	FinishEnding(family pat.TokenID) error
}
