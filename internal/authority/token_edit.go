package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// EditToken changes a token that is not revoked and returns it as it is then.
// Its life can be shortened, never lengthened. A token cannot widen the scopes
// or networks of any. It fails with NotFound, Forbidden and Invalid, with Conflict
// when the token is revoked, and with Unauthenticated when by may do nothing any
// more.
func (a *Authority) EditToken(ctx context.Context, by pat.Principal, id pat.TokenID, edit pat.TokenEdit) (pat.Token, error) {
	if err := mayWrite(by); err != nil {
		return pat.Token{}, err
	}
	if err := pat.CheckText("reason", edit.Why, pat.MaxReason); err != nil {
		return pat.Token{}, err
	}
	var tok pat.Token
	err := a.update(ctx, func(tx store.Tx) error {
		old, by, err := a.ownToken(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if !old.RevokedAt.IsZero() {
			return old.Ended(a.now())
		}
		now := a.now()
		if tok, err = a.editedToken(ctx, tx, by, old, edit, now); err != nil {
			return err
		}
		if err := tx.UpdateToken(tok); err != nil {
			return err
		}
		changes := changed(&old, &tok)
		if len(changes) == 0 {
			return nil // nothing to tell an auditor
		}
		event := tokenEvent(by, now, pat.TokenEdited, &tok, changes...)
		event.Reason = edit.Why
		return tx.Append(event)
	})
	if err != nil {
		return pat.Token{}, err
	}
	return tok, nil
}

// editedToken returns old with the edit, where by may make it.
func (a *Authority) editedToken(ctx context.Context, tx store.Tx, by pat.Principal, old pat.Token, edit pat.TokenEdit, now time.Time) (pat.Token, error) {
	req := pat.TokenRequest{Owner: old.Owner, Name: old.Name, Description: old.Description, Scopes: old.Scopes}
	set(&req.Name, edit.Name)
	set(&req.Description, edit.Description)
	set(&req.Scopes, edit.Scopes)
	req.Networks = old.Networks
	set(&req.Networks, edit.Networks)
	req.Trim()
	policy, err := a.ownersPolicy(ctx, tx, old.Owner)
	if err != nil {
		return pat.Token{}, err
	}
	if err := checkEdit(policy, &req, old.Scopes); err != nil {
		return pat.Token{}, err
	}
	if err := a.mayWiden(by, old.Scopes, req.Scopes); err != nil {
		return pat.Token{}, err
	}
	tok := old
	tok.ModifiedAt = laterThan(old.ModifiedAt, now)
	tok.Name, tok.Description, tok.Scopes = req.Name, req.Description, req.Scopes
	tok.Networks = req.Networks
	if len(old.Networks) > 0 { // one that may be used from anywhere goes on as it is
		if err := policy.CheckNetworks(tok.Networks); err != nil {
			return pat.Token{}, err
		}
	}
	if err := a.mayWidenNetworks(by, old.Networks, tok.Networks); err != nil {
		return pat.Token{}, err
	}
	if err := checkRenamed(ctx, tx, policy, &tok, old.Name, now); err != nil {
		return pat.Token{}, err
	}
	return tok, shorten(&tok, edit.ExpiresAt, now)
}

// checkEdit fails with Invalid where the edited token breaks its form or, in
// what is new, the policy: a stricter one takes nothing from a live token.
func checkEdit(p *pat.Policy, req *pat.TokenRequest, had pat.Scopes) error {
	if req.Scopes == had {
		return req.CheckForm()
	}
	return req.Check(p)
}

// mayWiden fails with Forbidden when the scopes of a token are to become more
// and a token or a stale session asks for that, or someone who may not grant what
// is new.
func (a *Authority) mayWiden(by pat.Principal, old, now pat.Scopes) error {
	switch {
	case old.Covers(now), a.Fresh(by):
	case by.Credential == pat.ByToken:
		return &pat.Error{Kind: pat.Forbidden, Message: "a token cannot widen scopes; use your password", Reason: pat.ReasonScope}
	default:
		return stale("scope")
	}
	return grantsReserved(by, old, now)
}

// mayWidenNetworks is mayWiden for the networks of a token.
func (a *Authority) mayWidenNetworks(by pat.Principal, old, now pat.Networks) error {
	switch {
	case old.Cover(now), a.Fresh(by):
		return nil
	case by.Credential == pat.ByToken:
		return errWiderNetworks
	}
	return stale("networks")
}

// shorten moves the end of the token forward. A later end changes nothing; an
// end in the past fails with Invalid, since revoking is said in another way.
func shorten(tok *pat.Token, to *time.Time, now time.Time) error {
	if to == nil {
		return nil
	}
	end := pat.Micro(*to) // as it would be kept: what is cut off may leave it in the past
	switch {
	case !end.After(now):
		return pat.FailField("expires", "choose a time in the future, or revoke the token")
	case end.Before(tok.ShownExpiry()):
		tok.ExpiresAt = end
	}
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}
