package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// LifeReader reads how a token stands, and what rotation leaves behind.
type LifeReader interface {
	// EntryOf is Entry by the token's id. It fails with NotFound.
	EntryOf(ctx context.Context, id pat.TokenID) (Entry, error)

	// TokenFamily returns the tokens of a chain of rotations, ended ones too, by
	// generation, at most limit of the newest.
	TokenFamily(ctx context.Context, family pat.TokenID, limit int) ([]pat.Token, error)

	// UnrevokedFamily returns at most limit of the tokens of a chain of rotations
	// that are not revoked, the newest first.
	UnrevokedFamily(ctx context.Context, family pat.TokenID, limit int) ([]pat.Token, error)

	// IdleTokens returns at most limit live tokens with an id greater than after,
	// by id, that are neither paused nor retired and were neither used nor
	// changed since the time.
	IdleTokens(ctx context.Context, after pat.TokenID, since, now time.Time, limit int) ([]pat.Token, error)

	// Answer returns the sealed answer that is kept under the digest of a repeat
	// key. It fails with NotFound.
	Answer(ctx context.Context, key pat.Digest) (Answer, error)
}

// Retention removes the records of tokens that ended long ago. The audit trail
// keeps them.
type Retention interface {
	// PruneEnded removes at most limit tokens that were revoked or expired before
	// the time and returns how many it removed. An expired one stays for as long
	// as it can be refreshed, and a retired one until its successor has ended as
	// long ago: its use is an alarm, and may end the family.
	PruneEnded(ctx context.Context, before time.Time, limit int) (int, error)
	// PruneFleeting does so with unnamed tokens that lived for a day at most
	// and expired. Retired ones stay: they are looked out for.
	PruneFleeting(ctx context.Context, before time.Time, limit int) (int, error)
}

// LifeTx moves tokens between the states of their life. Each verb is
// conditional and reports whether it changed anything; a revoked token is never
// changed. ModifiedAt becomes greater than it was in any case.
type LifeTx interface {
	// PauseToken pauses a token that is not paused.
	PauseToken(id pat.TokenID, at time.Time) (bool, error)

	// ResumeToken ends the pause of a token that is paused.
	ResumeToken(id pat.TokenID, at time.Time) (bool, error)

	// RetireToken sets when a token that was replaced stops to be accepted, in
	// whole seconds, and lets it expire then at the latest. An end that is not
	// earlier than the present one changes nothing.
	RetireToken(id pat.TokenID, end, at time.Time) (bool, error)

	// KeepAnswer keeps a sealed answer. It fails with Conflict when one is kept
	// under that key.
	KeepAnswer(a Answer) error

	// PruneAnswers forgets answers older than before.
	PruneAnswers(before time.Time) error
}

// Answer is what was answered to a call that may be repeated. Whoever has the
// repeat key can open Sealed, and nobody else.
type Answer struct {
	Key    pat.Digest // of the repeat key
	Asked  pat.Digest // of what the call asked for
	Sealed []byte
	At     time.Time
}
