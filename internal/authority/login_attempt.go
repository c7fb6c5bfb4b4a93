package authority

import (
	"context"
	"net/netip"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// attempt charges, hashes, and gives back what was right. When no hash can be
// computed the charge stays as soon as one reading was compared: otherwise who
// fills the queue would guess for nothing.
func (a *Authority) attempt(ctx context.Context, candidates []candidate, from netip.Addr) (candidate, error) {
	charged, err := a.charge(candidates, from)
	if err != nil {
		return candidate{}, err
	}
	for i := range candidates {
		c := &candidates[i]
		right, err := a.check(ctx, c)
		switch {
		case err != nil && i == 0:
			charged.withdraw("")
			return candidate{}, err
		case err != nil:
			return candidate{}, err
		case right:
			return a.admit(ctx, c, charged)
		}
	}
	return candidate{}, errPassword
}

// admit lets in who knows the password of c, unless that, or the user, changed
// while it was being hashed or waited for its turn.
func (a *Authority) admit(ctx context.Context, c *candidate, charged charges) (candidate, error) {
	now, err := a.candidate(ctx, pat.Login{Name: c.name, Password: c.password}, c.suspended)
	right := err == nil && now.usable() && now.user.ID == c.user.ID
	if right && now.hash != c.hash { // another password, or the same one rehashed by another attempt
		right, err = a.check(ctx, &now)
	}
	switch {
	case err != nil:
		return candidate{}, err
	case !right:
		return candidate{}, errPassword
	}
	charged[c.name].succeeded()
	charged.withdraw(c.name)
	now.hash = a.rehashed(ctx, &now)
	a.Memory.Keep(now.user.ID, now.hash, c.password)
	return now, nil
}

// charges are what one attempt was charged, by name: the readings of one
// credential nearly always share one.
type charges map[string]struct{ succeeded, withdrawn func() }

// withdraw gives back all but what was charged to the name.
func (cs charges) withdraw(but string) {
	for name, c := range cs {
		if name != but {
			c.withdrawn()
		}
	}
}

// charge takes one attempt for every distinct name among the readings, all or
// none.
func (a *Authority) charge(candidates []candidate, from netip.Addr) (charges, error) {
	taken := make(charges, 1)
	for i := range candidates {
		name := candidates[i].name
		if _, seen := taken[name]; seen {
			continue
		}
		succeeded, withdrawn, err := a.Throttle.Take(name, from)
		if err != nil {
			taken.withdraw("")
			return nil, err
		}
		taken[name] = struct{ succeeded, withdrawn func() }{succeeded, withdrawn}
	}
	return taken, nil
}

// check hashes once, whether or not there is anything to compare with.
func (a *Authority) check(ctx context.Context, c *candidate) (bool, error) {
	if !c.usable() {
		return false, a.Passwords.CheckNone(ctx, c.password)
	}
	return a.Passwords.Check(ctx, c.hash, c.password)
}

// rehashed replaces a hash of other parameters than today's, and returns the
// one that is kept then. A failure is only logged: the sign-in was right, and
// the next one tries again.
func (a *Authority) rehashed(ctx context.Context, c *candidate) string {
	if !a.Passwords.NeedsRehash(c.hash) {
		return c.hash
	}
	fresh, err := a.Passwords.Hash(ctx, c.password)
	if err == nil {
		err = a.Store.Update(ctx, func(tx store.Tx) error {
			if now, err := tx.Password(ctx, c.user.ID); err != nil || now != c.hash {
				return err // changed meanwhile: that one counts
			}
			return tx.SetPassword(c.user.ID, fresh, a.now())
		})
	}
	if err != nil {
		a.Log.WarnContext(ctx, "password not rehashed", "user_id", c.user.ID, "error", err)
		return c.hash
	}
	return fresh
}
