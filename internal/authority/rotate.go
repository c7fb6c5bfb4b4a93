package authority

import (
	"context"
	"math"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// RotateToken issues a successor of a token, with the same settings and a new
// secret, and lets the old secret go on for the overlap. Owners do so with
// their own tokens, administrators with anyone's; a token with itself where the
// policy allows that. The successor is bounded as a new token would be, and by
// a bearer's scopes, networks and end, but for that of a token that rotates
// itself: its successor may live for as long as it was itself made for.
//
// A call repeated with the same key within pat.RepeatTime has the same answer
// and issues nothing. It fails with NotFound, Forbidden and Invalid, with
// Conflict when the token has ended or was rotated before, and with pat.ErrRepeated
// when the key was used for another call.
func (a *Authority) RotateToken(ctx context.Context, by pat.Principal, id pat.TokenID, r pat.Rotation) (pat.Secret, pat.Token, error) {
	if err := mayWrite(by); err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	if err := r.Check(); err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	fresh := pat.NewSecret(a.Prefixes.Current())
	call := rotationCall(by, id, &r)
	var secret pat.Secret
	var tok pat.Token
	err := a.update(ctx, func(tx store.Tx) error {
		old, by, err := a.ownToken(ctx, tx, by, id)
		if err != nil {
			return err
		}
		repeated, answer, err := a.repeated(ctx, tx, call)
		if err != nil {
			return err
		}
		if repeated {
			secret = answer.secret
			tok, err = tx.Token(ctx, answer.token)
			return err
		}
		if err := unusedForm(ctx, tx, by, r.Form); err != nil {
			return err
		}
		secret = fresh
		tok, err = a.rotate(ctx, tx, by, &old, &r, secret)
		if err != nil {
			return err
		}
		if err := a.useForm(tx, by, r.Form, pat.Made{Token: tok.ID}); err != nil {
			return err
		}
		return a.keepAnswer(tx, call, repeatedAnswer{tok.ID, secret})
	})
	if err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	return secret, tok, nil
}

// rotate issues the successor and retires the old token.
func (a *Authority) rotate(ctx context.Context, tx store.Tx, by pat.Principal, old *pat.Token, r *pat.Rotation, secret pat.Secret) (pat.Token, error) {
	now := a.now()
	by, owner, err := ownerFor(ctx, tx, by, old.Owner)
	if err != nil {
		return pat.Token{}, err
	}
	if err := mayBeRotated(old, now); err != nil {
		return pat.Token{}, err
	}
	policy, err := a.policyOf(ctx, tx, owner)
	if err != nil {
		return pat.Token{}, err
	}
	if r.Usual {
		r.Overlap = min(pat.DefaultOverlap, policy.MaxOverlap)
	}
	if err := checkRotation(policy, by, old, r); err != nil {
		return pat.Token{}, err
	}
	tok, err := successor(policy, by, old, r, now)
	if err != nil {
		return pat.Token{}, err
	}
	if err := checkRoomBeside(ctx, tx, policy, old, now); err != nil {
		return pat.Token{}, err
	}
	if err := a.insertToken(tx, by, &tok, secret); err != nil {
		return pat.Token{}, err
	}
	if _, err := tx.RetireToken(old.ID, now.Add(time.Duration(r.Overlap)*time.Second), now); err != nil {
		return pat.Token{}, err
	}
	was := *old
	*old, err = tx.Token(ctx, old.ID)
	if err != nil {
		return pat.Token{}, err
	}
	changes := append(changed(&was, old), pat.FieldChange{Field: "successor", Old: int64(0), New: int64(tok.ID)})
	return tok, tx.Append(tokenEvent(by, now, pat.TokenRotated, old, changes...))
}

// mayBeRotated fails with Conflict unless the token is the head of its chain and
// has not ended.
func mayBeRotated(tok *pat.Token, now time.Time) error {
	switch {
	case tok.Application != 0:
		return pat.Fail(pat.Conflict, "an application's token is renewed with its refresh token")
	case !tok.RetiredAt.IsZero():
		return pat.Fail(pat.Conflict, "the token was rotated already; rotate its successor")
	case !tok.PausedAt.IsZero():
		return pat.Fail(pat.Conflict, "the token is paused; resume it first")
	}
	return tok.Ended(now)
}

// checkRotation fails with Forbidden and with Invalid, naming overlap, where the
// policy does not allow such a rotation.
func checkRotation(p *pat.Policy, by pat.Principal, old *pat.Token, r *pat.Rotation) error {
	itself := by.Token == old.ID
	switch {
	case itself && !p.RotateSelf:
		return &pat.Error{Kind: pat.Forbidden, Message: "policy allows no token to rotate itself (rotate itself); use your password, or another token", Reason: pat.ReasonPolicy}
	case itself && r.Overlap < pat.MinOwnOverlap:
		return pat.FailField("overlap", "a token that rotates itself needs an overlap of at least "+pat.Lasting(pat.MinOwnOverlap))
	case r.Overlap > p.MaxOverlap:
		return pat.FailField("overlap", "policy allows at most "+pat.Lasting(p.MaxOverlap)+" (maximum overlap)")
	}
	return nil
}

// successor is the token that takes old's place.
func successor(p *pat.Policy, by pat.Principal, old *pat.Token, r *pat.Rotation, now time.Time) (pat.Token, error) {
	req := pat.TokenRequest{
		Owner: old.Owner, Name: old.Name, Description: old.Description, Scopes: old.Scopes,
		Networks: old.Networks, Expiry: r.Expiry, Origin: r.Origin,
	}
	itself := by.Token == old.ID
	if req.Expiry.IsZero() || itself {
		req.Expiry = sooner(p, old, r.Expiry, now)
	}
	expires, err := judged(p, by, &req, now)
	if err != nil {
		return pat.Token{}, err
	}
	tok := pat.Token{
		Owner: old.Owner, Name: old.Name, Description: old.Description, Scopes: old.Scopes, Networks: old.Networks,
		CreatedAt: now, ModifiedAt: now, ExpiresAt: expires, Origin: r.Origin, CreatedFrom: by.Via.Address,
	}
	if !itself {
		if err := boundByBearer(&tok, by); err != nil {
			return pat.Token{}, err
		}
	}
	tok.Family, tok.Parent, tok.Generation = old.Family, old.ID, old.Generation+1
	return tok, p.CheckNetworks(tok.Networks)
}

// sooner returns the span that old was made for, within what the policy allows,
// or what was asked for when that ends before.
func sooner(p *pat.Policy, old *pat.Token, asked pat.Expiry, now time.Time) pat.Expiry {
	span := pat.Expiry{Never: old.ExpiresAt.IsZero()}
	if !span.Never {
		span.After = max(1, old.ExpiresAt.Unix()-old.CreatedAt.Unix())
	}
	switch {
	case p.MaxLifetime > 0 && (span.Never || span.After > p.MaxLifetime):
		span = pat.Expiry{After: p.MaxLifetime}
	case span.Never && !p.AllowNever:
		return asked // which may be nothing: then the policy's default
	}
	end := func(e pat.Expiry) int64 { // seconds from now
		switch {
		case e.Never:
			return math.MaxInt64
		case !e.At.IsZero():
			return e.At.Unix() - now.Unix()
		}
		return e.After
	}
	if asked.IsZero() || end(asked) > end(span) {
		return span
	}
	return asked
}
