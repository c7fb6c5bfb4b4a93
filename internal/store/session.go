package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// SessionStore keeps the sign-ins of browsers. There is no feed of them: whoever
// asks about a session asks the store, so that one which was ended anywhere is
// refused everywhere from then on.
type SessionStore interface {
	// TouchSession says that a session which is not ended was seen, later than
	// before.
	TouchSession(ctx context.Context, id pat.SessionID, at time.Time) error

	// PruneSessions removes at most limit sessions that were over, by the clock
	// or by a decision, before the given time, and returns how many it removed.
	PruneSessions(ctx context.Context, before time.Time, limit int) (int, error)
}

// SessionReader reads sessions.
type SessionReader interface {
	// SessionByDigest returns the session with the digest, ended and expired
	// ones too, and the standing of its user. It fails with NotFound.
	SessionByDigest(ctx context.Context, d pat.Digest) (pat.Session, pat.Standing, error)

	// Session returns the session, ended and expired ones too. It fails with
	// NotFound.
	Session(ctx context.Context, id pat.SessionID) (pat.Session, error)

	// Sessions returns the user's sessions that are neither ended nor expired,
	// at most limit, the last seen first.
	Sessions(ctx context.Context, user pat.UserID, now time.Time, limit int) ([]pat.Session, error)
}

// SessionTx changes sessions.
type SessionTx interface {
	// InsertSession adds a session and returns its id, which was never given
	// before. It fails with Conflict when the digest is taken, and with NotFound
	// when there has never been such a user.
	InsertSession(s pat.Session) (pat.SessionID, error)

	// RenewSession gives a session that is not ended another digest and says
	// that it was seen and the password proved in it. It fails with NotFound
	// when there is none such, and with Conflict when the digest is taken.
	RenewSession(id pat.SessionID, d pat.Digest, at time.Time) error

	// EndSession ends the session where it is not ended yet, and reports
	// whether it did.
	EndSession(id pat.SessionID, at time.Time) (bool, error)

	// SignedIn notes the user's last sign-in, and nothing else: ModifiedAt
	// stays. It fails with NotFound.
	SignedIn(user pat.UserID, at time.Time) error
}
