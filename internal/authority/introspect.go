package authority

import (
	"context"
	"net/netip"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var errIntrospect = error(&pat.Error{
	Kind: pat.Forbidden, Reason: pat.ReasonScope,
	Message: "without the scope " + pat.ScopeIntrospect + " a token may ask about itself only",
})

// Introspect says whether text is the secret of a live token, and whose. Who
// asks bears a token with the scope introspect; any other may ask about itself
// only, and is refused alike whether or not there is what it asks about. What
// is not live, whatever the reason, is the zero Introspection and no error.
//
// It counts as a use of the token, from the address that whoever asks was
// asked from, the zero Addr when that is not known: then a token with networks
// is not live. It fails with Unauthenticated and Forbidden where by may not ask,
// and with Unavailable when it cannot know.
func (a *Authority) Introspect(ctx context.Context, by pat.Principal, text string, from netip.Addr) (pat.Introspection, error) {
	if !by.Known() {
		return pat.Introspection{}, errMissing
	}
	e, d, err := a.find(ctx, text)
	itself := err == nil && isItself(&by, &e)
	switch absent := pat.Is(err, pat.Unauthenticated); {
	case !itself && !mayIntrospect(&by) && (err == nil || absent):
		return pat.Introspection{}, errIntrospect // nobody has used it: nothing counts
	case absent:
		a.stranger(d, err, from)
		return pat.Introspection{}, nil
	case err != nil:
		a.stranger(d, err, from)
		return pat.Introspection{}, err
	}
	if itself && !from.IsValid() {
		from = by.Via.Address // it is being used from there
	}
	who, err := a.judge(ctx, &e, "", from)
	if !itself { // else it was counted when it proved who asks
		a.count(e.ID, err, from)
	}
	switch {
	case pat.Is(err, pat.Unauthenticated):
		return pat.Introspection{}, nil
	case err != nil:
		return pat.Introspection{}, err
	}
	return pat.Introspection{
		Active: true, User: who.User, Name: who.Name, Token: e.ID, Scopes: who.Scopes,
		ClientID: e.ClientID, CreatedAt: e.CreatedAt, ExpiresAt: endOf(&e),
	}, nil
}

// endOf is when the clock ends the token: it expires, or the overlap of a
// rotation is over. Whoever keeps an answer keeps it no longer.
func endOf(e *store.Entry) time.Time {
	if !e.RetiredAt.IsZero() && (e.ExpiresAt.IsZero() || e.RetiredAt.Before(e.ExpiresAt)) {
		return e.RetiredAt
	}
	return e.ExpiresAt
}

// MayFollow fails, as Introspect does, unless by may be told which tokens and
// users change: whoever may ask about anybody's tokens may.
func (a *Authority) MayFollow(by pat.Principal) error {
	switch {
	case !by.Known():
		return errMissing
	case !mayIntrospect(&by):
		return errIntrospect
	}
	return nil
}

// mayIntrospect asks for the scope by name and of a token: a password is never
// kept where other people's tokens are checked.
func mayIntrospect(by *pat.Principal) bool {
	return by.Credential == pat.ByToken && by.Scopes.Allows(pat.ScopeIntrospect)
}

func isItself(by *pat.Principal, e *store.Entry) bool {
	return by.Credential == pat.ByToken && by.Token == e.ID
}

// RevokeSecret ends the token whose secret text is. A token may end itself,
// though it may do nothing else. Owners end their own and administrators
// anyone's, with a credential that may write; another is refused with
// Forbidden, alike whether or not there is such a token. A token that is not
// there, has ended, or is another's stays as it is, and that is no error. When
// RevokeSecret returns nil, no later Verify on this node accepts what it ended.
func (a *Authority) RevokeSecret(ctx context.Context, by pat.Principal, text string) error {
	if !by.Known() {
		return errMissing
	}
	secret, err := a.Prefixes.ParseSecret(text)
	var e store.Entry
	if err == nil {
		e, err = a.Store.Entry(ctx, secret.Digest())
	}
	absent := pat.Is(err, pat.Unauthenticated) || pat.Is(err, pat.NotFound)
	itself := err == nil && isItself(&by, &e)
	switch {
	case err != nil && !absent:
		return err
	case !itself && !by.MayWrite():
		return mayWrite(by)
	case absent, !itself && !by.MayActFor(e.Owner):
		return nil
	}
	return a.revokeSecret(ctx, by, e.ID, itself)
}

func (a *Authority) revokeSecret(ctx context.Context, by pat.Principal, id pat.TokenID, itself bool) error {
	err := a.update(ctx, func(tx store.Tx) error {
		now, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		tok, err := tx.Token(ctx, id)
		if err != nil || !itself && !now.MayActFor(tok.Owner) {
			return err
		}
		return a.endToken(tx, now, &tok, "")
	})
	if pat.Is(err, pat.NotFound) { // pruned a moment ago
		return nil
	}
	return err
}
