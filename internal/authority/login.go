package authority

import (
	"context"
	"net/netip"
	"slices"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
)

var errPassword = pat.Refuse(pat.ReasonPassword)

// Authenticate says who knows the password. The logins are the readings of one
// credential as a client sent it: the first that fits wins, and all of them
// count as one attempt. Unknown names, users without a password and disabled
// users cost what a wrong password costs and are refused in the same words.
//
// The order is: a bucket in debt refuses; a password that was right a moment
// ago passes at no cost; identical attempts under way share one hash and one
// charge; then the attempt is charged, and given back when it was right.
//
// It fails with Unauthenticated, with Throttled, and with Unavailable when no
// hash can be computed now.
func (a *Authority) Authenticate(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error) {
	admitted, err := a.attempted(ctx, normalised(logins), via.Address, false)
	if err != nil {
		return pat.Principal{}, err
	}
	return signedIn(&admitted, via), nil
}

// attempted returns whose password it is, as they are stored now. suspended
// asks about disabled users too: that is for comparing, never for signing in.
func (a *Authority) attempted(ctx context.Context, logins []pat.Login, from netip.Addr, suspended bool) (candidate, error) {
	if len(logins) == 0 {
		return candidate{}, errMissing
	}
	for _, l := range logins {
		if err := a.Throttle.Refused(l.Name, from); err != nil {
			return candidate{}, err
		}
	}
	candidates, err := a.candidates(ctx, logins, suspended)
	if err != nil {
		return candidate{}, err
	}
	for _, c := range candidates {
		if c.usable() && a.Memory.Hit(c.user.ID, c.hash, c.password) {
			a.Throttle.Succeeded(c.name, from)
			return c, nil
		}
	}
	return a.fly(ctx, candidates, from)
}

func signedIn(c *candidate, via pat.Via) pat.Principal {
	return pat.Principal{
		User: c.user.ID, Name: c.user.Name, Admin: c.user.Admin, Auditor: c.user.Auditor,
		Credential: pat.ByPassword, Via: via, Proof: pat.ProofOf(c.hash),
	}
}

// normalised brings names into the form in which they are stored, and drops
// what is no attempt of its own: readings without a name or a password, and
// those that are one by now.
func normalised(logins []pat.Login) []pat.Login {
	var kept []pat.Login
	for _, l := range logins {
		l.Name = norm.NFKC.String(l.Name)
		if l.Name != "" && l.Password != "" && !slices.Contains(kept, l) {
			kept = append(kept, l)
		}
	}
	return kept
}

// candidate is a login beside what is stored under its name.
type candidate struct {
	name, password string
	user           pat.User // the zero User when there is none of that name
	hash           string
	suspended      bool // a disabled user's password is right too
}

// usable reports whether the password can be right.
func (c *candidate) usable() bool {
	return c.user.ID != 0 && !c.user.Service && c.hash != "" && (c.suspended || c.user.DisabledAt.IsZero())
}

func (a *Authority) candidates(ctx context.Context, logins []pat.Login, suspended bool) ([]candidate, error) {
	found := make([]candidate, len(logins))
	for i, l := range logins {
		c, err := a.candidate(ctx, l, suspended)
		if err != nil {
			return nil, err
		}
		found[i] = c
	}
	return found, nil
}

func (a *Authority) candidate(ctx context.Context, l pat.Login, suspended bool) (candidate, error) {
	c := candidate{name: l.Name, password: l.Password, suspended: suspended}
	var err error
	if c.user, err = a.Store.UserByName(ctx, l.Name); err == nil {
		c.hash, err = a.Store.Password(ctx, c.user.ID)
	}
	if err != nil && !pat.Is(err, pat.NotFound) {
		return candidate{}, err
	}
	return c, nil
}
