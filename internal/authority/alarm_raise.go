package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// RaiseAlarms tells the trail of the uses of retired secrets, and ends the
// families of their tokens where the owners' policy says so. It is done every
// second; when it fails, what it could not write is kept.
func (a *Authority) RaiseAlarms(ctx context.Context) error {
	now := a.now()
	var failed error
	for id, rang := range a.Alarms.due(now) {
		err := a.update(ctx, func(tx store.Tx) error { return a.raise(ctx, tx, id, rang) })
		if pat.Is(err, pat.NotFound) { // removed since
			err = nil
		}
		a.Alarms.settle(id, rang, now, err)
		if err == nil {
			a.Log.WarnContext(ctx, "a retired token was used", "token", int64(id), "address", rang.from, "uses", rang.uses)
		}
		if err != nil {
			failed = err
		}
	}
	return failed
}

func (a *Authority) raise(ctx context.Context, tx store.Tx, id pat.TokenID, rang *alarm) error {
	tok, err := tx.Token(ctx, id)
	if err != nil {
		return err
	}
	policy, err := a.ownersPolicy(ctx, tx, tok.Owner)
	if err != nil {
		return err
	}
	bearer := pat.Principal{Credential: pat.ByToken, Token: id, Via: pat.Via{Address: rang.from}}
	event := tokenEvent(bearer, rang.at, pat.TokenReused, &tok, pat.FieldChange{Field: "uses", Old: int64(0), New: rang.uses})
	event.Outcome = "refused"
	if err := tx.Append(event); err != nil || !policy.ReuseEndsFamily {
		return err
	}
	return a.endChain(ctx, tx, tok.Family)
}

// endChain revokes what is not revoked yet of a chain of rotations, because a
// retired value of it was used.
func (a *Authority) endChain(ctx context.Context, tx store.Tx, family pat.TokenID) error {
	chain, err := tx.TokenFamily(ctx, family, maxFamily)
	if err != nil {
		return err
	}
	for i := range chain {
		if err := a.endToken(tx, pat.ThePolicy(), &chain[i], "a retired value was used (reuse ends the family)"); err != nil {
			return err
		}
	}
	return nil
}
