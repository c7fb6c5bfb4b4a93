// Package authority holds the rules: who may make, change, see and end
// tokens and users, what a password or a secret proves, and what is written to
// the audit trail. Each rule is written here once, whatever the face that asks
// and whatever the store that keeps.
package authority

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"golang.org/x/sync/singleflight"

	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/store"
)

// Live is the index of tokens as the authority needs it.
type Live interface {
	// Lookup returns what is known of the token with the digest. It fails with
	// NotFound when there is none, and with Unavailable when that cannot be known.
	Lookup(ctx context.Context, d pat.Digest) (store.Entry, error)

	// Standing returns the standing of a user. It fails as Lookup does.
	Standing(ctx context.Context, id pat.UserID) (pat.Standing, error)

	// Sync returns once every change that was committed before the call is
	// taken into account. When the store cannot be read it makes sure that
	// nothing is answered from memory until it can, so it has no error.
	Sync(ctx context.Context)
}

// Throttle bounds how often passwords are tried.
type Throttle interface {
	// Refused fails with Throttled when an attempt now would be refused.
	Refused(name string, from netip.Addr) error
	// Take charges an attempt, or fails with Throttled. Calling succeeded gives
	// the charge back and remembers the source; calling withdrawn gives it back
	// because the attempt could not be made. Calling neither leaves it charged.
	Take(name string, from netip.Addr) (succeeded, withdrawn func(), err error)
	// Succeeded remembers the source of a right password that needed no attempt.
	Succeeded(name string, from netip.Addr)
}

// Finders bounds what those try who found a secret.
type Finders interface {
	// TakeAlone charges an attempt at what is no account's to its source alone, or
	// fails with Throttled. Calling withdrawn gives the charge back.
	TakeAlone(name string, from netip.Addr) (withdrawn func(), err error)
}

// Hasher makes and checks what is kept of passwords, at a bounded pace.
type Hasher interface {
	// Hash returns what to keep of the password. It fails with Unavailable when
	// too many are waiting.
	Hash(ctx context.Context, pw string) (string, error)
	// Check reports whether the password is the one that phc was made of. It
	// fails as Hash does.
	Check(ctx context.Context, phc, pw string) (bool, error)
	// CheckNone costs what Check does, for names that nobody has.
	CheckNone(ctx context.Context, pw string) error
	// NeedsRehash reports whether phc has other parameters than today's.
	NeedsRehash(phc string) bool
}

// Authority applies the rules to the records of Store.
type Authority struct {
	Store     store.Store
	Live      Live
	Passwords Hasher
	Memory    *password.Memory
	Throttle  Throttle
	// Finders bounds what finders of secrets try. It is not Throttle: they cost no
	// hash, and so could fill its memory with sources in debt.
	Finders  Finders
	Uses     *Uses
	Alarms   Alarms // of retired secrets that are used
	Now      func() time.Time
	Prefixes pat.Prefixes
	// Policy holds for every rule that no administrator has set.
	Policy pat.Policy
	// PolicyAge is how old knowledge of the policy may be where no transaction
	// judges: for scopes that verifications demand, and for endpoints that are
	// switched off. 0: DefaultPolicyAge.
	PolicyAge time.Duration
	Log       *slog.Logger

	policy  lastRules
	flights singleflight.Group // identical password attempts under way
	setup   setupCode

	strangers strangers
	proofs    proofs
}

func (a *Authority) now() time.Time { return pat.Micro(a.Now()) }

// update runs fn in one transaction and then waits for the index, so that
// what fn ended is refused from the moment the caller is answered.
func (a *Authority) update(ctx context.Context, fn func(tx store.Tx) error) error {
	if err := a.Store.Update(ctx, fn); err != nil {
		return err
	}
	a.Live.Sync(context.WithoutCancel(ctx)) // committed: whoever gave up waiting, the index must know
	return nil
}

var errForbidden = pat.Fail(pat.Forbidden, "you may not do that")

// mayWrite fails with Unauthenticated or Forbidden unless the credential
// itself permits changes.
func mayWrite(by pat.Principal) error {
	switch {
	case !by.Known():
		return pat.Refuse(pat.ReasonMissing)
	case !by.MayWrite():
		return &pat.Error{Kind: pat.Forbidden, Message: "this token may only read", Reason: pat.ReasonScope}
	}
	return nil
}

// mayRead fails with Unauthenticated or Forbidden unless the credential
// itself permits reading.
func mayRead(by pat.Principal) error {
	switch {
	case !by.Known():
		return pat.Refuse(pat.ReasonMissing)
	case !by.MayRead():
		return &pat.Error{Kind: pat.Forbidden, Message: "this token may not read", Reason: pat.ReasonScope}
	}
	return nil
}

// present returns by as r finds the user now. Within a transaction that keeps a
// request that was admitted before its user was disabled or demoted, or its
// session ended, from undoing that. It fails with Unauthenticated when the user
// may do nothing any more.
func present(ctx context.Context, r store.Reader, by pat.Principal) (pat.Principal, error) {
	if by.User == 0 { // the operator, or the set-up: no user stands behind them
		return by, nil
	}
	who, err := r.Standing(ctx, by.User)
	if by, err = asNow(by, who, err); err != nil {
		return by, err
	}
	return by, session.Still(ctx, r, by)
}

// asNow returns by with no more rights than who has.
func asNow(by pat.Principal, who pat.Standing, err error) (pat.Principal, error) {
	switch {
	case pat.Is(err, pat.NotFound) || err == nil && who.Ended:
		return pat.Principal{}, errOwner
	case err != nil:
		return pat.Principal{}, err
	}
	by.Admin, by.Auditor = by.Admin && who.Admin, by.Auditor && who.Auditor
	return by, nil
}

// laterThan returns now, or the microsecond after before when the clock has
// not moved: a record's modified time grows with every edit.
func laterThan(before, now time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Microsecond)
}
