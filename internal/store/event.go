package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// Trail reads the audit trail, and what is to be written to it at once.
type Trail interface {
	// Events returns at most limit events with an id greater than after, by id.
	Events(ctx context.Context, after pat.EventID, limit int) ([]pat.Event, error)

	// Activity returns the events that q selects, with what is known now of who
	// acted, and how many there are beyond its limit and offset. Fields: see
	// pat.ActivityFields.
	Activity(ctx context.Context, q pat.Query) ([]pat.Activity, int, error)

	// LiveTokensOf returns at most limit of the owner's tokens that are neither
	// revoked nor expired at now, whose id is greater than after, by id.
	LiveTokensOf(ctx context.Context, owner pat.UserID, now time.Time, after pat.TokenID, limit int) ([]pat.Token, error)

	// Began returns when the first user was made, be it deleted since; the zero
	// time when there has never been one.
	Began(ctx context.Context) (time.Time, error)
}
