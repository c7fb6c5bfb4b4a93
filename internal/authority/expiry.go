package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const (
	// expiryBatch is how many ends are told in one transaction: a few
	// milliseconds.
	expiryBatch = 100

	// expiryLag is how long after it a token's end is told. An act that sets an
	// end at this moment may be waiting for its turn to write.
	expiryLag = time.Minute
)

// TellExpired tells the trail of tokens that the clock has ended, in small steps
// between which others write. What ended while nobody ran is told as well, and
// nothing twice.
func (a *Authority) TellExpired(ctx context.Context) error {
	before := a.now().Add(-expiryLag)
	for n := expiryBatch; n == expiryBatch; {
		err := a.Store.Update(ctx, func(tx store.Tx) error {
			expired, err := tx.TakeExpired(before, expiryBatch)
			if err != nil {
				return err
			}
			n = len(expired)
			for i := range expired {
				if err := tellExpired(tx, &expired[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellExpired tells of one, dated by its end. Where someone ended the overlap
// of a rotation, or asked for none, the trail was told then.
func tellExpired(tx store.Tx, tok *pat.Token) error {
	event := tokenEvent(pat.Principal{}, tok.ExpiresAt, pat.TokenExpired, tok)
	if !tok.RetiredAt.IsZero() && !tok.RetiredAt.After(tok.ExpiresAt) {
		if !tok.ModifiedAt.Before(tok.RetiredAt) {
			return nil
		}
		event.Reason = pat.WhyOverlap
	}
	return tx.Append(event)
}
