package authority

import (
	"context"
	"net/netip"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// VerifyClient is Verify for programs that can send their secret only as the
// password of a name (client_id and client_secret): the name is that of the
// token's owner, or the token's id. The logins are the readings of one
// credential, and count as one use. A user's password is none: it is refused
// without being looked at, and costs no attempt.
func (a *Authority) VerifyClient(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error) {
	var told attempt // of those that failed the one that tells most
	for i := range logins {
		var tried attempt
		a.try(ctx, &logins[i], via.Address, &tried)
		decided := tried.err == nil || !pat.Is(tried.err, pat.Unauthenticated)
		if decided || tried.weight() > told.weight() {
			told = tried
		}
		if decided {
			break
		}
	}
	switch {
	case len(logins) == 0:
		return pat.Principal{}, errMissing
	case told.entry.ID == 0:
		a.stranger(told.digest, told.err, via.Address)
	default:
		a.count(told.entry.ID, told.err, via.Address)
	}
	if told.err != nil {
		return pat.Principal{}, told.err
	}
	told.who.Via = via
	return told.who, nil
}

// attempt is what became of one reading of a credential.
type attempt struct {
	entry  store.Entry // the zero Entry: no token is known
	digest pat.Digest
	who    pat.Principal
	err    error
}

// weight orders attempts that failed: none, what is no secret, a secret that is
// not known, and a token that is.
func (t *attempt) weight() int {
	switch {
	case t.err == nil:
		return 0
	case t.entry.ID != 0:
		return 3
	case t.err == errUnknown:
		return 2
	}
	return 1
}

func (a *Authority) try(ctx context.Context, l *pat.Login, from netip.Addr, t *attempt) {
	if t.entry, t.digest, t.err = a.find(ctx, l.Password); t.err != nil {
		t.entry = store.Entry{}
		return
	}
	t.who, t.err = a.judge(ctx, &t.entry, "", from)
	if t.err == nil && !isName(&t.who, l.Name) {
		t.err = errPassword // the secret is right, and for another name
	}
}

func isName(who *pat.Principal, name string) bool {
	return name == who.Name || norm.NFKC.String(name) == who.Name || name == strconv.FormatInt(int64(who.Token), 10)
}

// AuthenticateClient is VerifyClient where a user's password will do too, as
// Authenticate has it.
func (a *Authority) AuthenticateClient(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error) {
	if slices.ContainsFunc(logins, func(l pat.Login) bool { return a.isSecret(l.Password) }) {
		return a.VerifyClient(ctx, logins, via)
	}
	return a.Authenticate(ctx, logins, via)
}

func (a *Authority) isSecret(text string) bool {
	_, err := a.Prefixes.ParseSecret(text)
	return err == nil
}
