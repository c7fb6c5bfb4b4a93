package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const revokedByApplication = "revoked by the application"

// RevokeGranted revokes what an application was granted: a refresh token with
// its token, or a token, of whose refresh token there is no use any more either.
// Anything else, another application's tokens and personal ones among it, is
// left alone without an error (RFC 7009 §2.2).
func (a *Authority) RevokeGranted(ctx context.Context, app pat.Application, text string, via pat.Via) error {
	if digest, err := grantDigest(pat.RefreshPrefix, text); err == nil {
		return a.update(ctx, func(tx store.Tx) error { return a.revokeRefresh(ctx, tx, &app, digest, via) })
	}
	secret, err := a.Prefixes.ParseSecret(text)
	if err != nil {
		return nil
	}
	entry, err := a.Store.Entry(ctx, secret.Digest())
	switch {
	case pat.Is(err, pat.NotFound):
		return nil
	case err != nil:
		return err
	}
	return a.update(ctx, func(tx store.Tx) error { return a.revokeAccess(ctx, tx, &app, entry.ID, via) })
}

func (a *Authority) revokeRefresh(ctx context.Context, tx store.Tx, app *pat.Application, digest pat.Digest, via pat.Via) error {
	r, err := tx.Refresh(ctx, digest)
	switch {
	case pat.Is(err, pat.NotFound), err == nil && (r.Application != app.ID || !r.EndedAt.IsZero()):
		return nil
	case err != nil:
		return err
	}
	by, _, err := onBehalf(ctx, tx, r.Owner, via)
	if err != nil {
		return err
	}
	return a.endGranted(ctx, tx, by, r, revokedByApplication)
}

func (a *Authority) revokeAccess(ctx context.Context, tx store.Tx, app *pat.Application, id pat.TokenID, via pat.Via) error {
	tok, err := tx.Token(ctx, id)
	switch {
	case pat.Is(err, pat.NotFound), err == nil && tok.Application != app.ID:
		return nil
	case err != nil:
		return err
	}
	by, _, err := onBehalf(ctx, tx, tok.Owner, via)
	if err != nil {
		return err
	}
	return a.endTokenOf(ctx, tx, by, id, revokedByApplication)
}
