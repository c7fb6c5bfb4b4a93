package authority

import (
	"context"

	"jeton/internal/pat"
)

// FindToken says which token the secret in text belongs to, ended ones too.
// Whoever has the whole secret may know that there is such a token and how it
// stands; whose it is, only the owner and who sees everybody's. It counts as no
// use. It fails with Unauthenticated and ReasonMalformed, without a look-up,
// when text is no secret of this installation; with NotFound when no token has
// it, which is bounded as tries of passwords are; and with Throttled.
func (a *Authority) FindToken(ctx context.Context, by pat.Principal, text string) (pat.Found, error) {
	if err := mayRead(by); err != nil {
		return pat.Found{}, err
	}
	secret, err := a.Prefixes.ParseSecret(text)
	if err != nil {
		return pat.Found{}, err
	}
	// A name that no account has: who guesses here is not kept from signing in.
	_, withdrawn, err := a.Throttle.Take("\x00secrets of "+by.Name, by.Via.Address)
	if err != nil {
		return pat.Found{}, err
	}
	e, err := a.Store.Entry(ctx, secret.Digest())
	if pat.Is(err, pat.NotFound) {
		return pat.Found{}, err
	}
	withdrawn()
	if err != nil {
		return pat.Found{}, err
	}
	tok, err := a.Store.Token(ctx, e.ID)
	if err != nil {
		return pat.Found{}, err
	}
	found := pat.Found{Token: tok, Proof: a.proofs.issue(by.User, tok.ID, a.now())}
	if !by.MaySee(tok.Owner) {
		found.Hidden = true
		found.Token = pat.Token{ExpiresAt: tok.ExpiresAt, RevokedAt: tok.RevokedAt, RetiredAt: tok.RetiredAt, PausedAt: tok.PausedAt}
	}
	return found, nil
}
