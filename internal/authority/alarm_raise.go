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
	if err := a.endFamilies(ctx); err != nil {
		failed = err
	}
	return failed
}

// endBatch is how many tokens of a family are ended in one transaction, so that
// others write in between. Whoever stole the newest value may have made thousands.
const endBatch = 100

// alarm tells the trail and, where the policy says so, ends the newest of the
// family, with which nothing of it can be rotated any more. That there is more to
// end is kept in the same transaction: the trail is told once, whatever becomes of
// the rest.
func (a *Authority) alarm(ctx context.Context, id pat.TokenID, rang *alarm) error {
	return a.update(ctx, func(tx store.Tx) error {
		family, err := a.raise(ctx, tx, id, rang)
		if err != nil || family == 0 {
			return err
		}
		more, err := a.endChain(ctx, tx, family)
		if err != nil || !more {
			return err
		}
		return tx.BeginEnding(family)
	})
}

// endFamilies goes on with the families that are ending, also with those that a
// process before this one began with. One that fails keeps none of the others.
func (a *Authority) endFamilies(ctx context.Context) error {
	ending, err := a.Store.EndingFamilies(ctx, maxAlarms)
	for _, family := range ending {
		if failed := a.finishEnding(ctx, family); failed != nil {
			err = failed
		}
	}
	return err
}

func (a *Authority) finishEnding(ctx context.Context, family pat.TokenID) error {
	for more := true; more; {
		err := a.update(ctx, func(tx store.Tx) (err error) {
			if more, err = a.endChain(ctx, tx, family); err != nil || more {
				return err
			}
			return tx.FinishEnding(family)
		})
		if err != nil {
			return err
		}
	}
	return nil
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
// the newest first, because a retired value of it was used, and reports whether
// there may be more.
func (a *Authority) endChain(ctx context.Context, tx store.Tx, family pat.TokenID) (more bool, err error) {
	chain, err := tx.UnrevokedFamily(ctx, family, endBatch)
	if err != nil {
		return false, err
	}
	for i := range chain {
		if err := a.endToken(tx, pat.ThePolicy(), &chain[i], pat.WhyReused); err != nil {
			return false, err
		}
	}
	return len(chain) == endBatch, nil
}
