package session

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// End signs out: it ends the session of the secret. One that is over already
// is no error.
func (g *Register) End(ctx context.Context, secret pat.Secret, via pat.Via) error {
	return g.Store.Update(ctx, func(tx store.Tx) error {
		now := g.now()
		who, s, err := find(ctx, tx, secret, now)
		switch {
		case pat.Is(err, pat.Unauthenticated):
			return nil
		case err != nil:
			return err
		}
		who.Via = via
		return end(tx, who, &s, who.Name, now, pat.WhySignedOut)
	})
}

// EndOne ends a session by its id. Users may end their own, administrators
// everybody's. One that is over already is no error. It fails with NotFound,
// Forbidden, and with Unauthenticated when by may do nothing any more.
func (g *Register) EndOne(ctx context.Context, by pat.Principal, id pat.SessionID) error {
	return g.Store.Update(ctx, func(tx store.Tx) error {
		now := g.now()
		by, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		s, err := tx.Session(ctx, id)
		switch {
		case err != nil:
			return err
		case !by.MayActFor(s.User):
			return errForbidden
		case !s.Live(now):
			return nil
		}
		owner, err := tx.Standing(ctx, s.User)
		if err != nil {
			return err
		}
		if err := end(tx, by, &s, owner.Name, now, pat.WhyEndedByHand); err != nil {
			return err
		}
		// Whoever had it may have been a stranger: the next sign-in from there is told again.
		return distrust(ctx, tx, by, &s)
	})
}

// EndOf ends all sessions of a user but the one that by acts in, and returns
// how many it ended. It fails as EndOne does.
func (g *Register) EndOf(ctx context.Context, by pat.Principal, user pat.UserID) (n int, err error) {
	err = g.Store.Update(ctx, func(tx store.Tx) error {
		now := g.now()
		by, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		if !by.MayActFor(user) {
			return errForbidden
		}
		n, err = EndAll(ctx, tx, by, user, now, pat.WhyEndedByHand)
		return err
	})
	return n, err
}

// EndAll ends, within a transaction of the caller's, all sessions of a user but
// the one that by acts in, and returns how many it ended. It judges nobody: that
// is for the caller. Each gets its event, with the reason.
func EndAll(ctx context.Context, tx store.Tx, by pat.Principal, user pat.UserID, now time.Time, why string) (n int, err error) {
	owner, err := tx.Standing(ctx, user)
	if err != nil {
		return 0, err
	}
	list, err := tx.Sessions(ctx, user, now, 2*MaxPerUser)
	if err != nil {
		return 0, err
	}
	for i := range list {
		if list[i].ID == by.Session {
			continue
		}
		if err := end(tx, by, &list[i], owner.Name, now, why); err != nil {
			return 0, err
		}
		n++
	}
	return n, distrustAll(ctx, tx, by, user)
}

// end ends one session, and says so to the audit trail.
func end(tx store.Tx, by pat.Principal, s *pat.Session, owner string, now time.Time, why string) error {
	ended, err := tx.EndSession(s.ID, now)
	if err != nil || !ended {
		return err
	}
	return tx.Append(event(by, now, pat.SessionEnded, s, owner, why))
}

func event(by pat.Principal, at time.Time, act pat.Act, s *pat.Session, owner, why string) pat.Event {
	e := pat.EventBy(by, at, act)
	e.Object, e.ObjectID, e.ObjectName, e.Reason = pat.ObjectSession, int64(s.ID), owner, why
	return e
}

// present returns by with no more rights than the user has now, in a session
// that was not ended. It fails with Unauthenticated.
func present(ctx context.Context, tx store.Tx, by pat.Principal) (pat.Principal, error) {
	if !by.Known() {
		return pat.Principal{}, errMissing
	}
	if by.User == 0 { // the operator: no user stands behind them
		return by, nil
	}
	who, err := tx.Standing(ctx, by.User)
	switch {
	case pat.Is(err, pat.NotFound) || err == nil && who.Ended:
		return pat.Principal{}, errOwner
	case err != nil:
		return pat.Principal{}, err
	}
	by.Admin, by.Auditor = by.Admin && who.Admin, by.Auditor && who.Auditor
	return by, Still(ctx, tx, by)
}

// Still fails with Unauthenticated when by acts in a session that was ended.
// Within a transaction that keeps a request which was admitted before that from
// undoing it.
func Still(ctx context.Context, r store.SessionReader, by pat.Principal) error {
	if by.Credential != pat.BySession {
		return nil
	}
	s, err := r.Session(ctx, by.Session)
	switch {
	case pat.Is(err, pat.NotFound), err == nil && !s.EndedAt.IsZero():
		return errUnknown
	}
	return err
}
