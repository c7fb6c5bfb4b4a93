package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Authorize notes that by, a user at a browser, lets an application have a
// token, and returns the code that the application trades for it. It fails with
// Forbidden for a credential that is no session, with NotFound when there is
// no such application, and with Invalid, naming redirect_uri, code_challenge or
// scope.
func (a *Authority) Authorize(ctx context.Context, by pat.Principal, asked pat.Authorization) (pat.Secret, error) {
	if err := inSession(by); err != nil {
		return pat.Secret{}, err
	}
	secret := pat.NewSecret(pat.CodePrefix)
	err := a.update(ctx, func(tx store.Tx) error {
		by, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		app, err := tx.Application(ctx, asked.Application)
		if err != nil {
			return err
		}
		rules, err := a.rules(ctx, tx)
		if err != nil {
			return err
		}
		policy, now := rules.For(standingOf(by)), a.now()
		if !freshBy(policy, by, now) {
			return stale("authorization")
		}
		if err := checkAuthorization(by, policy, &app, &asked); err != nil {
			return err
		}
		err = tx.InsertCode(pat.Code{
			Digest: secret.Digest(), Application: app.ID, Owner: by.User, Scopes: asked.Scopes, RedirectURI: asked.RedirectURI,
			Challenge: asked.Challenge, CreatedAt: now, ExpiresAt: now.Add(span(rules.Everyone.CodeLifetime)),
		})
		if err != nil {
			return err
		}
		return tx.Append(applicationEvent(by, now, pat.ApplicationAuthorized, &app, pat.FieldChange{Field: "scope", New: string(asked.Scopes)}))
	})
	if err != nil {
		return pat.Secret{}, err
	}
	return secret, nil
}

// MayAuthorize fails as Authorize would, so that nobody is asked for what they
// could not grant.
func (a *Authority) MayAuthorize(ctx context.Context, by pat.Principal, asked pat.Authorization) error {
	if err := inSession(by); err != nil {
		return err
	}
	app, err := a.Store.Application(ctx, asked.Application)
	if err != nil {
		return err
	}
	policy, err := a.ownersPolicy(ctx, a.Store, by.User)
	if err != nil {
		return err
	}
	return checkAuthorization(by, policy, &app, &asked)
}

// inSession fails with Unauthenticated or Forbidden for whoever is not at a
// browser. A token could grant itself more than it has.
func inSession(by pat.Principal) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	if by.Credential != pat.BySession {
		return errForbidden
	}
	return nil
}

// checkAuthorization judges what the application asks for.
func checkAuthorization(by pat.Principal, policy *pat.Policy, app *pat.Application, asked *pat.Authorization) error {
	if app.Grant != pat.GrantCode {
		return errNotItsGrant
	}
	if _, ok := app.Redirect(asked.RedirectURI); !ok {
		return pat.FailField("redirect_uri", "the application is not registered for this address")
	}
	switch {
	case asked.Challenge == "" && app.Type == pat.Public:
		return pat.FailField("code_challenge", "a public application needs PKCE with S256")
	case asked.Challenge != "" && !pat.IsChallenge(asked.Challenge):
		return pat.FailField("code_challenge", "a challenge is a SHA-256 in base64url")
	case asked.Scopes == "":
		return pat.FailField("scope", "name at least one scope")
	}
	for _, err := range []error{
		policy.CheckCreator(by), policy.CheckScopes(asked.Scopes),
		policy.CheckNetworks(nil), // an application cannot name any
	} {
		if err != nil {
			return err
		}
	}
	return grantsReserved(by, "", asked.Scopes)
}

// ExchangeCode trades a code for a pair of tokens, once. A code that comes back
// is refused, and what was issued for it is revoked (RFC 6749 §4.1.2). It fails
// with Invalid, naming grant, with Forbidden unless the application obtains
// tokens in this way, and as CreateApplicationToken does.
func (a *Authority) ExchangeCode(ctx context.Context, app pat.Application, text, redirectURI, verifier string, via pat.Via) (pat.Pair, error) {
	if app.Grant != pat.GrantCode {
		return pat.Pair{}, errNotItsGrant
	}
	digest, err := grantDigest(pat.CodePrefix, text)
	if err != nil {
		return pat.Pair{}, err
	}
	return a.trade(ctx, func(tx store.Tx, pair *pat.Pair) error {
		code, by, err := a.usableCode(ctx, tx, &app, digest, via)
		switch {
		case err != nil:
			return err
		case code.RedirectURI != redirectURI, !code.Verifies(verifier):
			return errGrant
		}
		refresh, err := a.issuePair(ctx, tx, by, pat.TokenRequest{
			Owner: code.Owner, Application: app.ID, Scopes: code.Scopes, Origin: pat.OriginAPI,
		}, lineage{}, pair)
		if err != nil {
			return err
		}
		_, err = tx.UseCode(digest, pair.Token.CreatedAt, refresh.Family)
		return err
	})
}

// usableCode returns the application's code and whom it speaks for. One that was
// used before it fails as endFamily does; another application's is none of this
// one's business.
func (a *Authority) usableCode(ctx context.Context, tx store.Tx, app *pat.Application, digest pat.Digest, via pat.Via) (pat.Code, pat.Principal, error) {
	code, err := tx.Code(ctx, digest)
	switch {
	case pat.Is(err, pat.NotFound), err == nil && code.Application != app.ID:
		return code, pat.Principal{}, errGrant
	case err != nil:
		return code, pat.Principal{}, err
	}
	by, ended, err := onBehalf(ctx, tx, code.Owner, via)
	switch {
	case err != nil:
	case !code.UsedAt.IsZero():
		err = a.endFamily(ctx, tx, by, code.Family, pat.WhyCodeReused)
	case ended, !a.now().Before(code.ExpiresAt):
		err = errGrant
	}
	return code, by, err
}
