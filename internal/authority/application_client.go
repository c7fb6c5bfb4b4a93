package authority

import (
	"context"
	"crypto/subtle"

	"jeton/internal/pat"
)

var errClient = pat.Refuse(pat.ReasonPassword)

// IsApplication reports whether one of the logins is by an application's client
// id, which is public. It fails with Unavailable.
func (a *Authority) IsApplication(ctx context.Context, logins []pat.Login) (bool, error) {
	for _, l := range logins {
		if _, err := a.Store.ApplicationByClient(ctx, l.Name); !pat.Is(err, pat.NotFound) {
			return err == nil, err
		}
	}
	return false, nil
}

// AuthenticateApplication says which application sent one of the logins, which are
// readings of one credential: client id and secret, the secret of a public
// application empty. It fails with Unauthenticated, and with Throttled: wrong
// secrets are counted like wrong passwords. A right one is not charged even for
// a moment, so that a busy application does not throttle itself.
func (a *Authority) AuthenticateApplication(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Application, error) {
	for _, l := range logins {
		if err := a.Throttle.Refused(clientKey(l.Name), via.Address); err != nil {
			return pat.Application{}, err
		}
	}
	for _, l := range logins {
		app, err := a.Store.ApplicationByClient(ctx, l.Name)
		switch {
		case pat.Is(err, pat.NotFound):
		case err != nil:
			return pat.Application{}, err
		case knowsSecret(&app, l.Password):
			a.Throttle.Succeeded(clientKey(l.Name), via.Address)
			return app, nil
		}
	}
	candidates := make([]candidate, len(logins))
	for i, l := range logins {
		candidates[i].name = clientKey(l.Name)
	}
	if _, err := a.charge(candidates, via.Address); err != nil {
		return pat.Application{}, err
	}
	return pat.Application{}, errClient
}

// clientKey is what an application is counted by. No user's name has a NUL in
// it, so that applications and users are counted apart.
func clientKey(clientID string) string { return "client\x00" + clientID }

// knowsSecret compares digests, in constant time though they give nothing away.
func knowsSecret(app *pat.Application, secret string) bool {
	if app.Type == pat.Public {
		return secret == ""
	}
	sent := pat.ClientSecretDigest(secret)
	return subtle.ConstantTimeCompare(sent[:], app.SecretDigest[:]) == 1
}

// ClientApplication returns the application that calls itself by the client id,
// which proves nothing. It fails with NotFound.
func (a *Authority) ClientApplication(ctx context.Context, clientID string) (pat.Application, error) {
	return a.Store.ApplicationByClient(ctx, clientID)
}
