package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// CreateToken issues a token to req.Owner and returns its secret, which is
// kept nowhere. Owners do so for themselves, administrators for anyone. A token
// made with a token gets at most that one's scopes and life. It fails with
// Invalid, naming the field, with Forbidden, and with NotFound when there is
// no such owner.
func (a *Authority) CreateToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Secret, pat.Token, error) {
	if err := mayWrite(by); err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	req.Trim()
	secret := pat.NewSecret(a.Prefixes.Current())
	var tok pat.Token
	err := a.update(ctx, func(tx store.Tx) error {
		var err error
		tok, err = a.newToken(ctx, tx, by, req)
		if err != nil {
			return err
		}
		tok.Digest, tok.Prefix, tok.LastFour = secret.Digest(), a.Prefixes.Current(), secret.LastFour()
		if tok.ID, err = tx.InsertToken(tok); err != nil {
			return err
		}
		tok.Family = tok.ID
		return tx.Append(tokenEvent(by, tok.CreatedAt, pat.TokenCreated, &tok, created(&tok)...))
	})
	if err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	return secret, tok, nil
}

// newToken judges the request within the transaction that is to insert it.
func (a *Authority) newToken(ctx context.Context, tx store.Tx, by pat.Principal, req pat.TokenRequest) (pat.Token, error) {
	owner, err := tx.Standing(ctx, req.Owner)
	if err == nil && owner.Ended {
		_, err = tx.User(ctx, req.Owner) // which a deleted one is not
	}
	switch {
	case err != nil:
		return pat.Token{}, err
	case !by.MayActFor(owner.ID):
		return pat.Token{}, errForbidden
	case owner.Ended:
		return pat.Token{}, pat.FailField("owner", "the user is disabled; enable the user first")
	}
	if err := req.Check(a.Policy); err != nil {
		return pat.Token{}, err
	}
	now := a.now()
	expires, err := a.Policy.ExpiresAt(req.Expiry, req.Origin, now)
	if err != nil {
		return pat.Token{}, err
	}
	tok := pat.Token{
		Owner: owner.ID, Name: req.Name, Description: req.Description, Scopes: req.Scopes,
		CreatedAt: now, ModifiedAt: now, ExpiresAt: expires,
		Origin: req.Origin, CreatedFrom: by.Via.Address,
	}
	if err := boundByBearer(&tok, by); err != nil {
		return pat.Token{}, err
	}
	return tok, a.checkRoom(ctx, tx, &tok)
}

// boundByBearer keeps a token made with a token within the latter's scopes
// and life: otherwise a leaked one could outlive its own end.
func boundByBearer(tok *pat.Token, by pat.Principal) error {
	if by.Credential != pat.ByToken {
		return nil
	}
	if !by.Scopes.Covers(tok.Scopes) {
		return &pat.Error{Kind: pat.Forbidden, Message: "a token cannot grant scopes that it does not have", Reason: pat.ReasonScope}
	}
	tok.Parent, tok.Networks = by.Token, by.Networks
	if !by.ExpiresAt.IsZero() && (tok.ExpiresAt.IsZero() || tok.ExpiresAt.After(by.ExpiresAt)) {
		tok.ExpiresAt = by.ExpiresAt
	}
	return nil
}

// checkRoom fails with Invalid when the name is taken among the owner's live
// tokens or the owner has as many as the policy allows.
func (a *Authority) checkRoom(ctx context.Context, tx store.Tx, tok *pat.Token) error {
	if tok.Name != "" {
		if err := checkName(ctx, tx, tok); err != nil {
			return err
		}
	}
	named, unnamed, err := tx.CountLive(ctx, tok.Owner, tok.CreatedAt)
	switch {
	case err != nil:
		return err
	case tok.Name != "" && named >= a.Policy.MaxNamed, tok.Name == "" && unnamed >= a.Policy.MaxUnnamed:
		return pat.FailField("owner", "the user has as many live tokens as the policy allows; revoke some first")
	}
	return nil
}

func checkName(ctx context.Context, tx store.Tx, tok *pat.Token) error {
	other, err := tx.LiveNamed(ctx, tok.Owner, tok.Name, tok.ModifiedAt)
	if err != nil {
		return err
	}
	if other != 0 && other != tok.ID {
		return pat.FailField("name", "a live token has this name; choose another, or revoke that one first")
	}
	return nil
}

// Token returns a token that by may see, ended ones too. It fails with
// NotFound, and with Forbidden where it is another's.
func (a *Authority) Token(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error) {
	if err := mayRead(by); err != nil {
		return pat.Token{}, err
	}
	tok, err := a.Store.Token(ctx, id)
	switch {
	case err != nil:
		return pat.Token{}, err
	case !by.MaySee(tok.Owner):
		return pat.Token{}, errForbidden
	}
	return tok, nil
}

// Tokens returns those tokens that q selects and by may see, and how many
// there are in all.
func (a *Authority) Tokens(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Token, int, error) {
	if err := mayRead(by); err != nil {
		return nil, 0, err
	}
	if !by.Admin && !by.Auditor {
		q = narrowed(q, "owner", int64(by.User))
	}
	return a.Store.Tokens(ctx, q)
}

// narrowed returns q with one more condition; q itself stays as it is.
func narrowed(q pat.Query, field string, value any) pat.Query {
	q.Where = append([]pat.Cond{{Field: field, Op: pat.Equal, Value: value}}, q.Where...)
	return q
}

// EditToken changes a token that is not revoked and returns it as it is then.
// Its life can be shortened, never lengthened. A token cannot widen the scopes
// of any. It fails with NotFound, Forbidden and Invalid.
func (a *Authority) EditToken(ctx context.Context, by pat.Principal, id pat.TokenID, edit pat.TokenEdit) (pat.Token, error) {
	if err := mayWrite(by); err != nil {
		return pat.Token{}, err
	}
	var tok pat.Token
	err := a.update(ctx, func(tx store.Tx) error {
		old, err := ownToken(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if !old.RevokedAt.IsZero() {
			return pat.Fail(pat.NotFound, "the token is revoked")
		}
		now := a.now()
		tok = old
		tok.ModifiedAt = laterThan(old.ModifiedAt, now)
		if err := a.applyTokenEdit(ctx, tx, by, &tok, edit, now); err != nil {
			return err
		}
		if err := tx.UpdateToken(tok); err != nil {
			return err
		}
		changes := changed(&old, &tok)
		if len(changes) == 0 {
			return nil // nothing to tell an auditor
		}
		return tx.Append(tokenEvent(by, now, pat.TokenEdited, &tok, changes...))
	})
	if err != nil {
		return pat.Token{}, err
	}
	return tok, nil
}

// ownToken returns the token when by may change it. It fails with NotFound
// and Forbidden.
func ownToken(ctx context.Context, tx store.Tx, by pat.Principal, id pat.TokenID) (pat.Token, error) {
	tok, err := tx.Token(ctx, id)
	if err == nil && !by.MayActFor(tok.Owner) {
		err = errForbidden
	}
	return tok, err
}

func (a *Authority) applyTokenEdit(ctx context.Context, tx store.Tx, by pat.Principal, tok *pat.Token, edit pat.TokenEdit, now time.Time) error {
	before := *tok
	req := pat.TokenRequest{Owner: tok.Owner, Name: tok.Name, Description: tok.Description, Scopes: tok.Scopes}
	set(&req.Name, edit.Name)
	set(&req.Description, edit.Description)
	set(&req.Scopes, edit.Scopes)
	req.Trim()
	if err := req.Check(a.Policy); err != nil {
		return err
	}
	if by.Credential == pat.ByToken && !before.Scopes.Covers(req.Scopes) {
		return &pat.Error{Kind: pat.Forbidden, Message: "a token cannot widen scopes; use your password", Reason: pat.ReasonScope}
	}
	tok.Name, tok.Description, tok.Scopes = req.Name, req.Description, req.Scopes
	if tok.Name != "" && tok.Name != before.Name {
		if err := checkName(ctx, tx, tok); err != nil {
			return err
		}
	}
	return shorten(tok, edit.ExpiresAt, now)
}

// shorten moves the end of the token forward. A later end changes nothing; an
// end in the past fails with Invalid, since revoking is said in another way.
func shorten(tok *pat.Token, to *time.Time, now time.Time) error {
	switch {
	case to == nil:
	case !to.After(now):
		return pat.FailField("expires", "choose a time in the future, or revoke the token")
	case tok.ExpiresAt.IsZero() && to.Before(tok.ShownExpiry()), !tok.ExpiresAt.IsZero() && to.Before(tok.ExpiresAt):
		tok.ExpiresAt = pat.Micro(*to)
	}
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// RevokeToken ends a token for good. Revoking a token already revoked is not
// an error and leaves its first RevokedAt in place. When RevokeToken returns
// nil, no later Verify on this node accepts the token. It fails with NotFound
// and Forbidden.
func (a *Authority) RevokeToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	return a.update(ctx, func(tx store.Tx) error {
		tok, err := ownToken(ctx, tx, by, id)
		if err != nil {
			return err
		}
		now := a.now()
		ended, err := tx.EndToken(id, now, by.User, why)
		if err != nil || !ended {
			return err
		}
		event := tokenEvent(by, now, pat.TokenRevoked, &tok)
		event.Reason = why
		return tx.Append(event)
	})
}

func tokenEvent(by pat.Principal, at time.Time, act pat.Act, tok *pat.Token, changes ...pat.FieldChange) pat.Event {
	e := pat.EventBy(by, at, act)
	e.Object, e.ObjectID, e.ObjectName, e.Changes = pat.ObjectToken, int64(tok.ID), tok.Name, changes
	return e
}

// created lists what a new token is, for the audit trail.
func created(tok *pat.Token) []pat.FieldChange {
	return changed(&pat.Token{}, tok)
}

// changed lists the fields in which two states of a token differ.
func changed(old, now *pat.Token) (changes []pat.FieldChange) {
	add := func(field string, was, is any) {
		if was != is {
			changes = append(changes, pat.FieldChange{Field: field, Old: was, New: is})
		}
	}
	add("owner", int64(old.Owner), int64(now.Owner))
	add("name", old.Name, now.Name)
	add("description", old.Description, now.Description)
	add("scope", string(old.Scopes), string(now.Scopes))
	add("expires", wireTime(old.ExpiresAt), wireTime(now.ExpiresAt))
	return changes
}

// wireTime is how the audit trail writes a time; "" is never.
func wireTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
