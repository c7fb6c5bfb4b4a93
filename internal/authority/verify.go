package authority

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Refusals of the fast path are made once: a flood of junk allocates nothing.
var (
	errMissing = pat.Refuse(pat.ReasonMissing)
	errUnknown = pat.Refuse(pat.ReasonUnknown)
	errExpired = pat.Refuse(pat.ReasonExpired)
	errPaused  = pat.Refuse(pat.ReasonPaused)
	errRetired = pat.Refuse(pat.ReasonRetired)
	errNetwork = pat.Refuse(pat.ReasonNetwork)
	errOwner   = pat.Refuse(pat.ReasonOwner)
	errScope   = error(&pat.Error{Kind: pat.Forbidden, Message: "the token's scope does not cover this", Reason: pat.ReasonScope})
)

// Verify says who bears the secret in text, when the token permits what needs
// the scopes of need, blanks between them; "" asks for none in particular. It
// fails with Unauthenticated for anything but a live token of a user in good
// standing that is used from where it may be, with Forbidden when the token is
// good but its scopes do not cover need, and with Unavailable when it cannot
// know. It writes nothing: use is counted in memory.
func (a *Authority) Verify(ctx context.Context, text, need string, via pat.Via) (pat.Principal, error) {
	if text == "" {
		a.strangers.add(errMissing)
		return pat.Principal{}, errMissing
	}
	e, err := a.entry(ctx, text, via.Address)
	if err != nil {
		return pat.Principal{}, err
	}
	who, err := a.judge(ctx, &e, need, via.Address)
	a.count(e.ID, err, via.Address)
	if err != nil {
		return pat.Principal{}, err
	}
	who.Via = via
	return who, nil
}

// entry returns what is known of the token whose secret text is, and counts
// where there is none. It fails with Unauthenticated when there is none, and with
// Unavailable.
func (a *Authority) entry(ctx context.Context, text string, from netip.Addr) (store.Entry, error) {
	e, d, err := a.find(ctx, text)
	if err != nil {
		a.stranger(d, err, from)
	}
	return e, err
}

// find is entry without the counting, for which it tells the digest.
func (a *Authority) find(ctx context.Context, text string) (e store.Entry, d pat.Digest, err error) {
	secret, err := a.Prefixes.ParseSecret(text)
	if err != nil {
		return e, d, err
	}
	d = secret.Digest()
	e, err = a.Live.Lookup(ctx, d)
	return e, d, unknownWhenAbsent(err)
}

// stranger counts a secret behind which no token is known, and why.
func (a *Authority) stranger(d pat.Digest, err error, from netip.Addr) {
	if err == errUnknown {
		a.Uses.Unknown(d, a.Now(), from)
	}
	a.strangers.add(err)
}

// count counts a use of the token, refused when err is a verdict.
func (a *Authority) count(id pat.TokenID, err error, from netip.Addr) {
	switch {
	case err == nil:
		a.Uses.Accepted(id, a.Now(), from)
	case !pat.Is(err, pat.Unavailable):
		reason := pat.AsError(err).Reason
		a.Uses.Refused(id, a.Now(), from, reason)
		if reason == pat.ReasonRetired {
			a.Alarms.retired(id, a.now(), from)
		}
	default:
		a.strangers.add(err)
	}
}

// judge decides on a known token that is used from the address. A token with
// networks is refused when the address is not known.
func (a *Authority) judge(ctx context.Context, e *store.Entry, need string, from netip.Addr) (pat.Principal, error) {
	if err := stopped(e, a.Now()); err != nil {
		return pat.Principal{}, err
	}
	if !e.Networks.Allow(from) {
		return pat.Principal{}, errNetwork
	}
	owner, err := a.Live.Standing(ctx, e.Owner)
	switch {
	case pat.Is(err, pat.NotFound) || err == nil && owner.Ended:
		return pat.Principal{}, errOwner
	case err != nil:
		return pat.Principal{}, err
	}
	scopes, err := a.thereOf(ctx, e.Scopes)
	switch {
	case err != nil:
		return pat.Principal{}, err
	case !allows(scopes, need):
		return pat.Principal{}, errScope
	}
	for word := range strings.FieldsSeq(need) {
		if err := a.hasScope(ctx, word); err != nil {
			return pat.Principal{}, err
		}
	}
	return pat.Principal{
		User: owner.ID, Name: owner.Name, Admin: owner.Admin, Auditor: owner.Auditor,
		Credential: pat.ByToken, Token: e.ID, Scopes: scopes, ExpiresAt: e.ExpiresAt, Networks: e.Networks,
	}, nil
}

// stopped says why a known token is not to be accepted any more, or for now,
// whoever uses it; nil when it is.
func stopped(e *store.Entry, now time.Time) error {
	switch {
	case e.Revoked:
		return errUnknown
	case !e.RetiredAt.IsZero() && !now.Before(e.RetiredAt): // before expired, which it is too
		return errRetired
	case !e.ExpiresAt.IsZero() && !now.Before(e.ExpiresAt):
		return errExpired
	case e.Paused:
		return errPaused
	}
	return nil
}

// allows reports whether the scopes allow each word of need.
func allows(scopes pat.Scopes, need string) bool {
	for word := range strings.FieldsSeq(need) {
		if !scopes.Allows(word) {
			return false
		}
	}
	return true
}

func unknownWhenAbsent(err error) error {
	if pat.Is(err, pat.NotFound) {
		return errUnknown
	}
	return err
}
