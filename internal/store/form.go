package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// FormReader reads which forms were used.
type FormReader interface {
	// UsedForm returns what the form has made. It fails with NotFound.
	UsedForm(ctx context.Context, form pat.Digest) (pat.Made, error)
}

// FormTx writes which forms were used.
type FormTx interface {
	// UseForm keeps what the form has made. It fails with Conflict when the form
	// was used before.
	UseForm(form pat.Digest, made pat.Made, at time.Time) error

	// PruneForms forgets forms that were used before the time.
	PruneForms(before time.Time) error
}
