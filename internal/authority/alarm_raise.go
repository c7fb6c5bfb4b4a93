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
		err := a.alarm(ctx, id, rang)
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

// endBatch is how many tokens of a family are ended in one transaction, so that
// others write in between. Whoever stole the newest value may have made thousands.
const endBatch = 100

// alarm tells the trail, and ends the family, the newest first, where the policy
// says so.
func (a *Authority) alarm(ctx context.Context, id pat.TokenID, rang *alarm) error {
	var family pat.TokenID
	var ended int
	err := a.update(ctx, func(tx store.Tx) (err error) {
		if family, err = a.raise(ctx, tx, id, rang); err == nil && family != 0 {
			ended, err = a.endChain(ctx, tx, family)
		}
		return err
	})
	for err == nil && ended == endBatch {
		err = a.update(ctx, func(tx store.Tx) (err error) {
			ended, err = a.endChain(ctx, tx, family)
			return err
		})
	}
	return err
}

// raise tells the trail, and returns the family that is to end, 0 for none.
func (a *Authority) raise(ctx context.Context, tx store.Tx, id pat.TokenID, rang *alarm) (pat.TokenID, error) {
	tok, err := tx.Token(ctx, id)
	if err != nil {
		return 0, err
	}
	policy, err := a.ownersPolicy(ctx, tx, tok.Owner)
	if err != nil {
		return 0, err
	}
	bearer := pat.Principal{Credential: pat.ByToken, Token: id, Via: pat.Via{Address: rang.from}}
	event := tokenEvent(bearer, rang.at, pat.TokenReused, &tok, pat.FieldChange{Field: "uses", Old: int64(0), New: rang.uses})
	event.Outcome = "refused"
	if err := tx.Append(event); err != nil || !policy.ReuseEndsFamily {
		return 0, err
	}
	return tok.Family, nil
}

// endChain revokes the next of what is not revoked yet of a chain of rotations,
// because a retired value of it was used, and returns how many those were.
func (a *Authority) endChain(ctx context.Context, tx store.Tx, family pat.TokenID) (int, error) {
	chain, err := tx.UnrevokedFamily(ctx, family, endBatch)
	if err != nil {
		return 0, err
	}
	for i := range chain {
		if err := a.endToken(tx, pat.ThePolicy(), &chain[i], pat.WhyReused); err != nil {
			return 0, err
		}
	}
	return len(chain), nil
}
