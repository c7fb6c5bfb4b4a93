package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Refresh trades a refresh token for the next pair, once; the token that it
// was issued with is revoked. scopes "" asks for what that token has, others
// must be covered by it. A refresh token that comes back ends its family. It
// fails with Invalid, naming grant, refresh_token or scope, and as
// CreateApplicationToken does.
func (a *Authority) Refresh(ctx context.Context, app pat.Application, text string, scopes pat.Scopes, via pat.Via) (pat.Pair, error) {
	digest, err := grantDigest(pat.RefreshPrefix, text)
	if err != nil {
		return pat.Pair{}, err
	}
	return a.trade(ctx, func(tx store.Tx, pair *pat.Pair) error {
		old, by, err := a.usableRefresh(ctx, tx, &app, digest, via)
		if err != nil {
			return err
		}
		return a.refresh(ctx, tx, by, old, scopes, pair)
	})
}

// usableRefresh returns the application's refresh token and whom it speaks for.
// One that has ended it fails as endFamily does; another application's is none
// of this one's business.
func (a *Authority) usableRefresh(ctx context.Context, tx store.Tx, app *pat.Application, digest pat.Digest, via pat.Via) (pat.Refresh, pat.Principal, error) {
	old, err := tx.Refresh(ctx, digest)
	switch {
	case pat.Is(err, pat.NotFound), err == nil && old.Application != app.ID:
		return old, pat.Principal{}, errGrant
	case err != nil:
		return old, pat.Principal{}, err
	}
	by, ended, err := onBehalf(ctx, tx, old.Owner, via)
	switch {
	case err != nil:
	case !old.EndedAt.IsZero():
		err = a.endFamily(ctx, tx, by, old.Family, pat.WhyRefreshReused)
	case ended:
		err = errGrant
	case !a.now().Before(old.ExpiresAt):
		err = errRefreshExpired
	}
	return old, by, err
}

// refresh replaces what old stands for. A token that somebody has revoked,
// paused or replaced is not brought back in this way, one whose scopes were
// narrowed by hand stays narrow, and one that was asked for with a short life is
// not followed by one with a longer.
func (a *Authority) refresh(ctx context.Context, tx store.Tx, by pat.Principal, old pat.Refresh, scopes pat.Scopes, pair *pat.Pair) error {
	tok, err := tx.Token(ctx, old.Token)
	switch {
	case pat.Is(err, pat.NotFound):
		return errGrant
	case err != nil:
		return err
	case !tok.RevokedAt.IsZero(), !tok.PausedAt.IsZero(), !tok.RetiredAt.IsZero():
		return errGrant
	case scopes == "":
		scopes = tok.Scopes
	case !tok.Scopes.Covers(scopes):
		return pat.FailField("scope", "a refresh cannot widen the scope")
	}
	// The old ones end first, so that they take no room.
	if err := a.endGranted(ctx, tx, by, old, "refreshed"); err != nil {
		return err
	}
	_, err = a.issuePair(ctx, tx, by, pat.TokenRequest{
		Owner: old.Owner, Application: old.Application, Name: tok.Name, Description: tok.Description,
		Scopes: scopes, Networks: tok.Networks, Origin: pat.OriginAPI,
	}, lineage{family: old.Family, until: old.Until, life: lifeOf(&tok), replaces: tok.ID}, pair)
	return err
}
