package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Refusals of a grant blame a field of that name, which a face translates: grant
// for a code or refresh token that is good for nothing, refresh_token for one
// that has expired.
var (
	errGrant          = pat.FailField("grant", "this was not issued to the application, or is of no use any more")
	errGrantReused    = pat.FailField("grant", "this was used before; all that came of it is revoked")
	errRefreshExpired = pat.FailField("refresh_token", "the refresh token has expired")
	errNotItsGrant    = pat.Fail(pat.Forbidden, "the application may not obtain tokens in this way")
)

// CreateApplicationToken issues a token for an application, with its refresh
// token. It is CreateToken in all else, and fails with Invalid, naming
// application, when there is no such application.
func (a *Authority) CreateApplicationToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Pair, error) {
	if err := mayWrite(by); err != nil {
		return pat.Pair{}, err
	}
	req.Trim()
	pair := a.newPair()
	err := a.update(ctx, func(tx store.Tx) error {
		line := lineage{}
		if by.Credential == pat.ByToken {
			line.until = by.ExpiresAt
		}
		_, err := a.issuePair(ctx, tx, by, req, line, &pair)
		return err
	})
	if err != nil {
		return pat.Pair{}, err
	}
	return pair, nil
}

// GrantPassword issues a token to an application that knows the password of
// its user, who is by. It fails with Forbidden unless the application obtains
// tokens in this way, and as CreateApplicationToken does.
func (a *Authority) GrantPassword(ctx context.Context, app pat.Application, by pat.Principal, scopes pat.Scopes) (pat.Pair, error) {
	if app.Grant != pat.GrantPassword {
		return pat.Pair{}, errNotItsGrant
	}
	return a.CreateApplicationToken(ctx, by, pat.TokenRequest{Owner: by.User, Application: app.ID, Scopes: scopes, Origin: pat.OriginAPI})
}

// newPair draws the secrets of a pair, outside of the transaction, which may run
// more than once.
func (a *Authority) newPair() pat.Pair {
	return pat.Pair{Access: pat.NewSecret(a.Prefixes.Current()), Refresh: pat.NewSecret(pat.RefreshPrefix)}
}

// lineage is what a pair takes over from the one before it. The zero lineage
// begins a family.
type lineage struct {
	family   pat.RefreshID
	until    time.Time     // zero: no end
	life     time.Duration // the longest of the token; 0: no bound
	replaces pat.TokenID
}

// lifeOf is how long the token was to live, 0 for ever. Beyond what Duration
// holds it is that, which cuts nothing.
func lifeOf(t *pat.Token) time.Duration {
	if t.ExpiresAt.IsZero() {
		return 0
	}
	return t.ExpiresAt.Sub(t.CreatedAt)
}

// issuePair adds the token and its refresh token within the transaction.
func (a *Authority) issuePair(ctx context.Context, tx store.Tx, by pat.Principal, req pat.TokenRequest, line lineage, pair *pat.Pair) (pat.Refresh, error) {
	if _, err := tx.Application(ctx, req.Application); err != nil {
		if pat.Is(err, pat.NotFound) {
			err = pat.FailField("application", "there is no such application")
		}
		return pat.Refresh{}, err
	}
	tok, err := a.newToken(ctx, tx, by, req)
	if err != nil {
		return pat.Refresh{}, err
	}
	if line.replaces != 0 {
		tok.Parent = line.replaces
	}
	if line.life > 0 && (tok.ExpiresAt.IsZero() || lifeOf(&tok) > line.life) {
		tok.ExpiresAt = tok.CreatedAt.Add(line.life)
	}
	if !line.until.IsZero() && (tok.ExpiresAt.IsZero() || tok.ExpiresAt.After(line.until)) {
		tok.ExpiresAt = line.until
	}
	if err := a.insertToken(tx, by, &tok, pair.Access); err != nil {
		return pat.Refresh{}, err
	}
	pair.Token = tok
	rules, err := a.rules(ctx, tx)
	if err != nil {
		return pat.Refresh{}, err
	}
	refresh := pat.Refresh{
		Digest: pair.Refresh.Digest(), Family: line.family, Application: req.Application, Owner: req.Owner, Token: tok.ID,
		CreatedAt: tok.CreatedAt, ExpiresAt: tok.CreatedAt.Add(span(rules.Everyone.RefreshLifetime)), Until: line.until,
	}
	if !line.until.IsZero() && refresh.ExpiresAt.After(line.until) {
		refresh.ExpiresAt = line.until
	}
	if refresh.ID, err = tx.InsertRefresh(refresh); err == nil && refresh.Family == 0 {
		refresh.Family = refresh.ID
	}
	return refresh, err
}

// span is a rule's seconds, of which none that comes here is beyond Duration.
func span(seconds int64) time.Duration { return time.Duration(seconds) * time.Second }

// onBehalf is who acts when an application trades in what a user granted it:
// that user. ended reports that they may not act at all any more, which is no
// hindrance to ending things.
func onBehalf(ctx context.Context, tx store.Tx, owner pat.UserID, via pat.Via) (by pat.Principal, ended bool, err error) {
	who, err := tx.Standing(ctx, owner)
	if err != nil {
		return pat.Principal{}, false, err
	}
	return pat.Principal{User: who.ID, Name: who.Name, Admin: who.Admin, Auditor: who.Auditor, Credential: pat.ByGrant, Via: via}, who.Ended, nil
}

// grantDigest returns the digest of a code or a refresh token that a client
// sent. Junk costs no look-up.
func grantDigest(prefix, text string) (pat.Digest, error) {
	secret, err := pat.Prefixes{prefix}.ParseSecret(text)
	if err != nil {
		return pat.Digest{}, errGrant
	}
	return secret.Digest(), nil
}

// trade runs the transaction that turns a grant into the next pair of tokens.
// When do fails with errGrantReused, what it has ended stays ended.
func (a *Authority) trade(ctx context.Context, do func(tx store.Tx, pair *pat.Pair) error) (pat.Pair, error) {
	pair := a.newPair()
	var reused bool
	err := a.update(ctx, func(tx store.Tx) error {
		err := do(tx, &pair)
		if reused = err == errGrantReused; reused {
			return nil
		}
		return err
	})
	if err == nil && reused {
		err = errGrantReused
	}
	if err != nil {
		return pat.Pair{}, err
	}
	return pair, nil
}

// endFamily revokes all that came of a grant that was used twice, since one of
// the two who used it has a copy (RFC 9700 §4.14.2), and then fails with
// errGrantReused. A refresh token that has ended has ended its token too.
func (a *Authority) endFamily(ctx context.Context, tx store.Tx, by pat.Principal, id pat.RefreshID, why string) error {
	family, err := tx.Family(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range family {
		if err := a.endGranted(ctx, tx, by, r, why); err != nil {
			return err
		}
	}
	return errGrantReused
}

// endGranted ends a refresh token and its token, where they have not ended.
func (a *Authority) endGranted(ctx context.Context, tx store.Tx, by pat.Principal, r pat.Refresh, why string) error {
	if _, err := tx.EndRefresh(r.ID, a.now()); err != nil {
		return err
	}
	return a.endTokenOf(ctx, tx, by, r.Token, why)
}

// endTokenOf revokes a token that may be revoked or pruned already.
func (a *Authority) endTokenOf(ctx context.Context, tx store.Tx, by pat.Principal, id pat.TokenID, why string) error {
	tok, err := tx.Token(ctx, id)
	if pat.Is(err, pat.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now := a.now()
	ended, err := tx.EndToken(id, now, by.User, why)
	if err != nil || !ended {
		return err
	}
	return tx.Append(revoked(by, now, &tok, why))
}
