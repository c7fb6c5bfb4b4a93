// Package session keeps the sign-ins of browsers: who is signed in, in which
// browser, for how long, and what ends that. A session is one more hashed,
// expiring secret; what its user may do is asked anew at each request.
//
// Nothing is remembered in memory. Each request with a session reads the store,
// so that one which was ended, by whatever process on this data, is refused from
// then on, and so is one whose user was disabled, deleted or demoted.
package session

import (
	"context"
	"log/slog"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// How long sessions last. They are promises to users: change them together with
// docs/api.md, "Sessions".
const (
	Idle       = 30 * time.Minute    // unseen
	Absolute   = 12 * time.Hour      // in all
	Remembered = 30 * 24 * time.Hour // both of these, where the browser is to be remembered
)

// TouchEvery is how often it is noted that a session was seen; each time is a
// write. A session may therefore expire so much before Idle has passed.
const TouchEvery = time.Minute

// MaxPerUser is how many sessions a user may have. One more ends the one that
// was not seen for the longest time.
const MaxPerUser = 1000

// Register keeps the sessions in Store.
type Register struct {
	Store store.Store
	Now   func() time.Time
	Log   *slog.Logger
}

func (g *Register) now() time.Time { return pat.Micro(g.Now()) }

// Refusals.
var (
	errMissing  = pat.Refuse(pat.ReasonMissing)
	errUnknown  = pat.Refuse(pat.ReasonUnknown)
	errExpired  = pat.Refuse(pat.ReasonExpired)
	errOwner    = pat.Refuse(pat.ReasonOwner)
	errPassword = pat.Refuse(pat.ReasonPassword)

	errForbidden = pat.Fail(pat.Forbidden, "not your session")
)

// Find says who is signed in with the secret, and notes that the session was
// seen. It fails with Unauthenticated for anything but a live session of a user
// in good standing, and with Unavailable when that cannot be known.
func (g *Register) Find(ctx context.Context, secret pat.Secret, via pat.Via) (pat.Principal, pat.Session, error) {
	now := g.now()
	who, s, err := find(ctx, g.Store, secret, now)
	if err != nil {
		return pat.Principal{}, pat.Session{}, err
	}
	who.Via = via
	if now.Sub(s.SeenAt) >= TouchEvery {
		// A session that cannot be noted as seen ends early, which is no reason
		// to refuse the request: it may well be the one that frees the disk.
		if err := g.Store.TouchSession(ctx, s.ID, now); err != nil {
			g.Log.WarnContext(ctx, "session not noted as seen", "session_id", int64(s.ID), "error", err)
		} else {
			s.SeenAt = now
		}
	}
	return who, s, nil
}

// find judges a session as r has it.
func find(ctx context.Context, r store.SessionReader, secret pat.Secret, now time.Time) (pat.Principal, pat.Session, error) {
	if secret.IsZero() {
		return pat.Principal{}, pat.Session{}, errMissing
	}
	s, who, err := r.SessionByDigest(ctx, secret.Digest())
	switch {
	case pat.Is(err, pat.NotFound), err == nil && !s.EndedAt.IsZero():
		err = errUnknown
	case err != nil:
	case !s.Live(now):
		err = errExpired
	case who.Ended:
		err = errOwner
	}
	if err != nil {
		return pat.Principal{}, pat.Session{}, err
	}
	return pat.Principal{
		User: who.ID, Name: who.Name, Admin: who.Admin, Auditor: who.Auditor,
		Credential: pat.BySession, Session: s.ID, AuthenticatedAt: s.AuthenticatedAt,
	}, s, nil
}

// List returns the live sessions of a user, the last seen first. It fails with
// Unauthenticated, and with Forbidden where they are another's that by may not
// see.
func (g *Register) List(ctx context.Context, by pat.Principal, user pat.UserID) ([]pat.Session, error) {
	switch {
	case !by.Known():
		return nil, errMissing
	case !by.MaySee(user):
		return nil, errForbidden
	}
	return g.Store.Sessions(ctx, user, g.now(), MaxPerUser)
}
