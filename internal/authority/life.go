package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// PauseToken stops a token for as long as nobody resumes it. Pausing one that
// is paused is not an error and leaves its first PausedAt in place. When it
// returns nil, no later Verify on this node accepts the token. It fails with
// NotFound, with Conflict when the token is revoked, with Forbidden and
// Unauthenticated, and with Invalid, naming reason.
func (a *Authority) PauseToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) (pat.Token, error) {
	return a.moveToken(ctx, by, id, pat.TokenPaused, why, func(tx store.Tx, tok *pat.Token) (bool, error) {
		return tx.PauseToken(tok.ID, a.now())
	})
}

// ResumeToken lets a paused token be used again. It fails as PauseToken does.
func (a *Authority) ResumeToken(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error) {
	return a.moveToken(ctx, by, id, pat.TokenResumed, "", func(tx store.Tx, tok *pat.Token) (bool, error) {
		return tx.ResumeToken(tok.ID, a.now())
	})
}

// EndOverlap stops the old secret of a rotation now. It fails as PauseToken
// does, and with Conflict when the token was not replaced, too.
func (a *Authority) EndOverlap(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error) {
	return a.moveToken(ctx, by, id, pat.TokenRetired, "", func(tx store.Tx, tok *pat.Token) (bool, error) {
		if tok.RetiredAt.IsZero() {
			return false, pat.Fail(pat.Conflict, "the token was not rotated; revoke it, or rotate it first")
		}
		now := a.now()
		return tx.RetireToken(tok.ID, now, now)
	})
}

// moveToken makes one conditional step in the life of a token that is not
// revoked, with its event when it changed something, and returns the token then.
func (a *Authority) moveToken(ctx context.Context, by pat.Principal, id pat.TokenID, act pat.Act, why string, move func(store.Tx, *pat.Token) (bool, error)) (pat.Token, error) {
	if err := mayWrite(by); err != nil {
		return pat.Token{}, err
	}
	if err := pat.CheckText("reason", why, pat.MaxReason); err != nil {
		return pat.Token{}, err
	}
	var tok pat.Token
	err := a.update(ctx, func(tx store.Tx) error {
		old, by, err := a.ownToken(ctx, tx, by, id)
		switch {
		case err != nil:
			return err
		case !old.RevokedAt.IsZero():
			return old.Ended(a.now())
		}
		moved, err := move(tx, &old)
		if err != nil {
			return err
		}
		if tok, err = tx.Token(ctx, id); err != nil || !moved {
			return err
		}
		event := tokenEvent(by, tok.ModifiedAt, act, &tok, changed(&old, &tok)...)
		event.Reason = why
		return tx.Append(event)
	})
	if err != nil {
		return pat.Token{}, err
	}
	return tok, nil
}

// maxFamily bounds how much of a chain of rotations is shown: the newest.
const maxFamily = 100

// Family returns the chain of rotations that a token is in, ended tokens too, by
// generation. It fails as Token does.
func (a *Authority) Family(ctx context.Context, by pat.Principal, id pat.TokenID) ([]pat.Token, error) {
	tok, err := a.Token(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return a.Store.TokenFamily(ctx, tok.Family, maxFamily)
}
