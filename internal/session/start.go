package session

import (
	"context"
	"strings"
	"time"
	"unicode"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Start begins a session for whoever has just proved a password, and ends the
// one that the browser had. The user is told where the device is new. It fails
// with Unauthenticated when who was not authenticated by password, or when that
// password or the user's standing changed since.
func (g *Register) Start(ctx context.Context, who pat.Principal, req pat.SessionRequest) (pat.Secret, pat.Session, error) {
	secret := pat.NewSessionSecret()
	var s pat.Session
	err := g.Store.Update(ctx, func(tx store.Tx) error {
		now := g.now()
		if err := proved(ctx, tx, who); err != nil {
			return err
		}
		if err := replace(ctx, tx, who, req.Replaces, now); err != nil {
			return err
		}
		if err := makeRoom(ctx, tx, who, now); err != nil {
			return err
		}
		s = begun(who, req, secret, now)
		var err error
		if s.ID, err = tx.InsertSession(s); err != nil {
			return err
		}
		if err := tx.SignedIn(who.User, now); err != nil {
			return err
		}
		if err := tx.Append(event(who, now, pat.SessionStarted, &s, who.Name, "")); err != nil {
			return err
		}
		return meet(ctx, tx, who, &s)
	})
	if err != nil {
		return pat.Secret{}, pat.Session{}, err
	}
	return secret, s, nil
}

// begun is a new session from now on.
func begun(who pat.Principal, req pat.SessionRequest, secret pat.Secret, now time.Time) pat.Session {
	idle, life := Idle, Absolute
	if req.Remember {
		idle, life = Remembered, Remembered
	}
	return pat.Session{
		User: who.User, Digest: secret.Digest(), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(life),
		Idle: int64(idle / time.Second), Remember: req.Remember, AuthenticatedAt: now,
		Face: who.Via.Face, Address: who.Via.Address, Agent: agent(req.Agent),
	}
}

// proved fails with Unauthenticated unless the password by which who was
// authenticated is still the user's, and the user may still sign in. Otherwise a
// session could begin just after the password was changed to keep it out.
func proved(ctx context.Context, tx store.Tx, who pat.Principal) error {
	if who.Credential != pat.ByPassword || who.User == 0 {
		return errPassword
	}
	hash, err := tx.Password(ctx, who.User)
	switch {
	case pat.Is(err, pat.NotFound), err == nil && (hash == "" || pat.ProofOf(hash) != who.Proof):
		return errPassword
	case err != nil:
		return err
	}
	standing, err := tx.Standing(ctx, who.User)
	if err == nil && standing.Ended {
		return errOwner
	}
	return err
}

// replace ends the session that the browser had until now, whosever it was.
func replace(ctx context.Context, tx store.Tx, who pat.Principal, old pat.Secret, now time.Time) error {
	if old.IsZero() {
		return nil
	}
	s, owner, err := tx.SessionByDigest(ctx, old.Digest())
	switch {
	case pat.Is(err, pat.NotFound), err == nil && !s.Live(now):
		return nil
	case err != nil:
		return err
	}
	return end(tx, who, &s, owner.Name, now, pat.WhySignedInAnew)
}

// makeRoom ends the session longest unseen of a user who has as many as may be.
func makeRoom(ctx context.Context, tx store.Tx, who pat.Principal, now time.Time) error {
	list, err := tx.Sessions(ctx, who.User, now, MaxPerUser)
	if err != nil || len(list) < MaxPerUser {
		return err
	}
	return end(tx, who, &list[len(list)-1], who.Name, now, pat.WhyTooManySessions)
}

// Renew notes that the password was proved anew in a session, and gives it
// another secret. who is the principal that the password was proved by. It fails
// with Unauthenticated as Find and Start do, and with Forbidden when the session
// is another user's.
func (g *Register) Renew(ctx context.Context, old pat.Secret, who pat.Principal) (pat.Secret, pat.Session, error) {
	secret := pat.NewSessionSecret()
	var s pat.Session
	err := g.Store.Update(ctx, func(tx store.Tx) (err error) {
		now := g.now()
		if _, s, err = find(ctx, tx, old, now); err != nil {
			return err
		}
		if err := proved(ctx, tx, who); err != nil {
			return err
		}
		if s.User != who.User {
			return errForbidden
		}
		if err := tx.RenewSession(s.ID, secret.Digest(), now); err != nil {
			return err
		}
		if s, err = tx.Session(ctx, s.ID); err != nil {
			return err
		}
		return tx.Append(event(who, now, pat.SessionRenewed, &s, who.Name, ""))
	})
	if err != nil {
		return pat.Secret{}, pat.Session{}, err
	}
	return secret, s, nil
}

// agent is what is kept of a User-Agent: printable, and short.
func agent(text string) string {
	text = strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
	if len(text) > pat.MaxAgent {
		text = strings.ToValidUTF8(text[:pat.MaxAgent], "")
	}
	return text
}
