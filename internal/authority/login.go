package authority

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
	"jeton/internal/store"
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
	logins = normalised(logins)
	if len(logins) == 0 {
		return pat.Principal{}, errMissing
	}
	for _, l := range logins {
		if err := a.Throttle.Refused(l.Name, via.Address); err != nil {
			return pat.Principal{}, err
		}
	}
	candidates, err := a.candidates(ctx, logins)
	if err != nil {
		return pat.Principal{}, err
	}
	for _, c := range candidates {
		if c.usable() && a.Memory.Hit(c.user.ID, c.hash, c.password) {
			return signedIn(&c.user, via), nil
		}
	}
	user, err := a.fly(ctx, candidates, via.Address)
	if err != nil {
		return pat.Principal{}, err
	}
	return signedIn(&user, via), nil
}

func signedIn(u *pat.User, via pat.Via) pat.Principal {
	return pat.Principal{User: u.ID, Name: u.Name, Admin: u.Admin, Auditor: u.Auditor, Credential: pat.ByPassword, Via: via}
}

// normalised brings names into the form in which they are stored, and drops
// readings without a name or a password: those are no attempt.
func normalised(logins []pat.Login) []pat.Login {
	var kept []pat.Login
	for _, l := range logins {
		if l.Name != "" && l.Password != "" {
			kept = append(kept, pat.Login{Name: norm.NFKC.String(l.Name), Password: l.Password})
		}
	}
	return kept
}

// candidate is a login beside what is stored under its name.
type candidate struct {
	name, password string
	user           pat.User // the zero User when there is none of that name
	hash           string
}

// usable reports whether a right password would let the user in.
func (c *candidate) usable() bool {
	return c.user.ID != 0 && c.hash != "" && c.user.DisabledAt.IsZero()
}

func (a *Authority) candidates(ctx context.Context, logins []pat.Login) ([]candidate, error) {
	found := make([]candidate, len(logins))
	for i, l := range logins {
		c := candidate{name: l.Name, password: l.Password}
		var err error
		if c.user, err = a.Store.UserByName(ctx, l.Name); err == nil {
			c.hash, err = a.Store.Password(ctx, c.user.ID)
		}
		if err != nil && !pat.Is(err, pat.NotFound) {
			return nil, err
		}
		found[i] = c
	}
	return found, nil
}

// fly joins an identical attempt that is under way, or makes one. It is not
// ended with the caller who happens to be first: others wait for it.
func (a *Authority) fly(ctx context.Context, candidates []candidate, from netip.Addr) (pat.User, error) {
	result := a.flights.DoChan(flightKey(candidates, from), func() (any, error) {
		user, err := a.attempt(context.WithoutCancel(ctx), candidates, from)
		return user, err
	})
	select {
	case r := <-result:
		return r.Val.(pat.User), r.Err
	case <-ctx.Done():
		return pat.User{}, pat.Wrap(pat.Unavailable, "the request was given up", ctx.Err())
	}
}

// processKey keys the digests by which attempts under way are compared, so
// that a memory dump holds nothing that a password could be guessed against.
var processKey = func() (key [32]byte) {
	_, _ = rand.Read(key[:])
	return key
}()

// flightKey is a digest of all that makes two attempts identical, each part
// preceded by its length.
func flightKey(candidates []candidate, from netip.Addr) string {
	mac := hmac.New(sha256.New, processKey[:])
	part := func(s string) {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		mac.Write([]byte(s))
	}
	part(from.String())
	for _, c := range candidates {
		part(c.name)
		part(c.password)
		part(c.hash)
	}
	return string(mac.Sum(nil))
}

// attempt charges, hashes, and gives back what was right. When no hash can be
// computed the charge stays as soon as one reading was compared: otherwise who
// fills the queue would guess for nothing.
func (a *Authority) attempt(ctx context.Context, candidates []candidate, from netip.Addr) (pat.User, error) {
	charged, err := a.charge(candidates, from)
	if err != nil {
		return pat.User{}, err
	}
	for i := range candidates {
		c := &candidates[i]
		right, err := a.check(ctx, c)
		switch {
		case err != nil && i == 0:
			charged.withdraw("")
			return pat.User{}, err
		case err != nil:
			return pat.User{}, err
		case right:
			charged[c.name].succeeded()
			charged.withdraw(c.name)
			a.Memory.Keep(c.user.ID, c.hash, c.password)
			a.rehash(ctx, c)
			return c.user, nil
		}
	}
	return pat.User{}, errPassword
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

// rehash replaces a hash of other parameters than today's. A failure is only
// logged: the sign-in was right, and the next one tries again.
func (a *Authority) rehash(ctx context.Context, c *candidate) {
	if !a.Passwords.NeedsRehash(c.hash) {
		return
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
	}
}
