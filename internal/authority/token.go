package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/store"
)

// CreateToken issues a token to req.Owner and returns its secret, which is
// kept nowhere. Owners do so for themselves, administrators for anyone. A token
// made with a token gets at most that one's scopes, networks and life. It fails with
// Invalid, naming the field, with Forbidden, and with NotFound when there is
// no such owner.
func (a *Authority) CreateToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Secret, pat.Token, error) {
	if err := mayWrite(by); err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	req.Trim()
	secret := pat.NewSecret(a.Prefixes.Current())
	var tok pat.Token
	err := a.update(ctx, func(tx store.Tx) (err error) {
		if err := unusedForm(ctx, tx, by, req.Form); err != nil {
			return err
		}
		if tok, err = a.newToken(ctx, tx, by, req); err != nil {
			return err
		}
		if err := a.insertToken(tx, by, &tok, secret); err != nil {
			return err
		}
		return a.useForm(tx, by, req.Form, pat.Made{Token: tok.ID})
	})
	if err != nil {
		return pat.Secret{}, pat.Token{}, err
	}
	return secret, tok, nil
}

// insertToken adds the token that newToken allowed.
func (a *Authority) insertToken(tx store.Tx, by pat.Principal, tok *pat.Token, secret pat.Secret) (err error) {
	tok.Digest, tok.Prefix, tok.LastFour = secret.Digest(), a.Prefixes.Current(), secret.LastFour()
	if tok.ID, err = tx.InsertToken(*tok); err != nil {
		return err
	}
	if tok.Family == 0 {
		tok.Family = tok.ID
	}
	return tx.Append(tokenEvent(by, tok.CreatedAt, pat.TokenCreated, tok, created(tok)...))
}

// newToken judges the request within the transaction that is to insert it.
func (a *Authority) newToken(ctx context.Context, tx store.Tx, by pat.Principal, req pat.TokenRequest) (pat.Token, error) {
	by, owner, err := ownerFor(ctx, tx, by, req.Owner)
	if err != nil {
		return pat.Token{}, err
	}
	if err := a.bearing(ctx, tx, by); err != nil {
		return pat.Token{}, err
	}
	policy, err := a.policyOf(ctx, tx, owner)
	if err != nil {
		return pat.Token{}, err
	}
	now := a.now()
	expires, err := judged(policy, by, &req, now)
	if err != nil {
		return pat.Token{}, err
	}
	tok := pat.Token{
		Owner: req.Owner, Application: req.Application, Name: req.Name, Description: req.Description, Scopes: req.Scopes,
		CreatedAt: now, ModifiedAt: now, ExpiresAt: expires,
		Networks: req.Networks, Origin: req.Origin, CreatedFrom: by.Via.Address,
	}
	if err := boundByBearer(&tok, by); err != nil {
		return pat.Token{}, err
	}
	if err := policy.CheckNetworks(tok.Networks); err != nil {
		return pat.Token{}, err
	}
	if err := grantsReserved(by, "", tok.Scopes); err != nil {
		return pat.Token{}, err
	}
	return tok, checkRoom(ctx, tx, policy, &tok, now)
}

// judged returns when a token that by asks for expires, where its owner's
// policy allows the token.
func judged(p *pat.Policy, by pat.Principal, req *pat.TokenRequest, now time.Time) (time.Time, error) {
	if err := p.CheckOrigin(req.Origin); err != nil {
		return time.Time{}, err
	}
	if err := p.CheckCreator(by); err != nil {
		return time.Time{}, err
	}
	if by.Credential == pat.BySession && !freshBy(p, by, now) {
		return time.Time{}, stale("token") // who has only stolen the cookie makes nothing that outlives it
	}
	if err := req.Check(p); err != nil {
		return time.Time{}, err
	}
	return p.ExpiresAt(req.Expiry, req.Origin, now)
}

// ownerFor returns by as they are now when by may make tokens for the owner,
// and the owner, who is in good standing.
func ownerFor(ctx context.Context, tx store.Tx, by pat.Principal, id pat.UserID) (pat.Principal, pat.Standing, error) {
	owner, err := tx.Standing(ctx, id)
	if by.User != 0 && by.User == id { // by far the most: one reading for both
		if by, err = asNow(by, owner, err); err != nil {
			return by, owner, err
		}
		return by, owner, session.Still(ctx, tx, by)
	}
	by, gone := present(ctx, tx, by)
	if gone == nil && err == nil && owner.Ended {
		_, err = tx.User(ctx, id) // which a deleted one is not
	}
	switch {
	case gone != nil:
		return pat.Principal{}, owner, gone
	case err != nil:
		return pat.Principal{}, owner, err
	case !by.MayActFor(id):
		return pat.Principal{}, owner, errForbidden
	case owner.Ended:
		return pat.Principal{}, owner, pat.FailField("owner", "the user is disabled; enable the user first")
	}
	return by, owner, nil
}

// boundByBearer keeps a token made with a token within the latter's scopes,
// networks and life: otherwise a leaked one could outlive its own end.
func boundByBearer(tok *pat.Token, by pat.Principal) error {
	if by.Credential != pat.ByToken {
		return nil
	}
	if !by.Scopes.Covers(tok.Scopes) {
		return &pat.Error{Kind: pat.Forbidden, Message: "a token cannot grant scopes that it does not have", Reason: pat.ReasonScope}
	}
	if len(tok.Networks) == 0 {
		tok.Networks = by.Networks
	}
	if !by.Networks.Cover(tok.Networks) {
		return errWiderNetworks
	}
	tok.Parent = by.Token
	if !by.ExpiresAt.IsZero() && (tok.ExpiresAt.IsZero() || tok.ExpiresAt.After(by.ExpiresAt)) {
		tok.ExpiresAt = by.ExpiresAt
	}
	return nil
}

var errWiderNetworks = error(&pat.Error{Kind: pat.Forbidden, Message: "a token cannot widen networks; use your password", Reason: pat.ReasonNetwork})

// grantsReserved fails with Forbidden when by, who is no administrator, asks
// for a scope that only those grant and that the token does not have yet.
func grantsReserved(by pat.Principal, had, asked pat.Scopes) error {
	if by.Admin || had.Covers(asked.Reserved()) {
		return nil
	}
	return &pat.Error{Kind: pat.Forbidden, Message: "only an administrator may grant " + string(asked.Reserved()), Reason: pat.ReasonScope}
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

// RevokeToken ends a token for good. Revoking a token already revoked is not
// an error and leaves its first RevokedAt in place. When RevokeToken returns
// nil, no later Verify on this node accepts the token. It fails with NotFound,
// Forbidden and Invalid, naming reason.
func (a *Authority) RevokeToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	if err := pat.CheckText("reason", why, pat.MaxReason); err != nil {
		return err
	}
	return a.update(ctx, func(tx store.Tx) error {
		tok, _, err := a.ownToken(ctx, tx, by, id)
		if err != nil {
			return err
		}
		return a.endToken(tx, by, &tok, why)
	})
}

// endToken revokes the token where it is not revoked yet.
func (a *Authority) endToken(tx store.Tx, by pat.Principal, tok *pat.Token, why string) error {
	now := a.now()
	ended, err := tx.EndToken(tok.ID, now, by.User, why)
	if err != nil || !ended {
		return err
	}
	return tx.Append(revoked(by, now, tok, why))
}

// ownToken returns the token, and by as they are now, when by may change it. It
// fails with NotFound, Forbidden and Unauthenticated.
func (a *Authority) ownToken(ctx context.Context, tx store.Tx, by pat.Principal, id pat.TokenID) (pat.Token, pat.Principal, error) {
	by, err := present(ctx, tx, by)
	if err != nil {
		return pat.Token{}, by, err
	}
	if err := a.bearing(ctx, tx, by); err != nil {
		return pat.Token{}, by, err
	}
	tok, err := tx.Token(ctx, id)
	if err == nil && !by.MayActFor(tok.Owner) {
		err = errForbidden
	}
	return tok, by, err
}

// bearing fails with Unauthenticated when the token that by bears was stopped
// since it was verified: it is not to undo that.
func (a *Authority) bearing(ctx context.Context, tx store.Tx, by pat.Principal) error {
	if by.Credential != pat.ByToken {
		return nil
	}
	e, err := tx.EntryOf(ctx, by.Token)
	if err != nil {
		return unknownWhenAbsent(err)
	}
	return stopped(&e, a.now())
}
