package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// PublicReports reports whether policy lets anybody report a secret without
// signing in. It fails with Unavailable when that cannot be known.
func (a *Authority) PublicReports(ctx context.Context) (bool, error) {
	rules, err := a.recentRules(ctx)
	return err == nil && rules.Everyone.PublicReports, err
}

var errNoReports = pat.Fail(pat.NotFound, "policy takes no reports without a sign-in (public reports)")

// finders is a name that no account has, for what finders try.
const finders = "\x00finders"

// ReportSecret pauses the token that the secret in text belongs to, for whoever
// found it and has not signed in; where may say where that was, in the finder's
// words, and its owner is told. It is no power that the finder would lack: whoever
// has a secret can use it. stopped says that the token was live, and not paused,
// until now. All others look alike, be it ended, paused or of no token, and cost a
// try. That a paused one was found its owner is told even so, once until it is
// resumed.
//
// The trail has the finder's address and no actor.
//
// It fails with NotFound where policy takes no reports, with Invalid, naming
// where, with Unauthenticated and ReasonMalformed, without a look-up, when text is
// no secret of this installation, and with Throttled.
func (a *Authority) ReportSecret(ctx context.Context, text, where string, via pat.Via) (stopped bool, err error) {
	if err := a.takesReports(ctx, a.Store); err != nil {
		return false, err
	}
	if err := pat.CheckText("where", where, pat.MaxReason); err != nil {
		return false, err
	}
	secret, err := a.Prefixes.ParseSecret(text)
	if err != nil {
		return false, err
	}
	withdrawn, err := a.Finders.TakeAlone(finders, via.Address)
	if err != nil {
		return false, err
	}
	e, err := a.Store.Entry(ctx, secret.Digest())
	if pat.Is(err, pat.NotFound) {
		return false, nil
	}
	if err == nil {
		stopped, err = a.reportFound(ctx, e.ID, where, via)
	}
	if stopped || err != nil {
		withdrawn()
	}
	return stopped, err
}

// reportFound reports whether it stopped the token. The writer is not asked where
// nothing is to be written.
func (a *Authority) reportFound(ctx context.Context, id pat.TokenID, where string, via pat.Via) (stopped bool, err error) {
	if _, news, err := a.news(ctx, a.Store, id); err != nil || !news {
		return false, err
	}
	err = a.update(ctx, func(tx store.Tx) error {
		stopped = false
		if err := a.takesReports(ctx, tx); err != nil {
			return err
		}
		tok, news, err := a.news(ctx, tx, id)
		if err != nil || !news {
			return err
		}
		stopped = tok.PausedAt.IsZero()
		return a.report(ctx, tx, pat.Principal{Credential: pat.ByFinder, Via: via}, &tok, where)
	})
	return stopped && err == nil, err
}

func (a *Authority) takesReports(ctx context.Context, r store.Reader) error {
	rules, err := a.rules(ctx, r)
	if err == nil && !rules.Everyone.PublicReports {
		err = errNoReports
	}
	return err
}

// news returns the token, and whether it is news to its owner that it was found:
// it is live, and nobody has reported it since it was paused.
func (a *Authority) news(ctx context.Context, r store.Reader, id pat.TokenID) (pat.Token, bool, error) {
	tok, err := r.Token(ctx, id)
	if err != nil || !tok.Live(a.now()) || tok.PausedAt.IsZero() {
		return tok, err == nil && tok.Live(a.now()), err
	}
	told, _, err := r.Activity(ctx, pat.Newest(1,
		pat.Cond{Field: "token", Op: pat.Equal, Value: int64(id)},
		pat.Cond{Field: "act", Op: pat.Equal, Value: string(pat.TokenReported)},
		pat.Cond{Field: "at", Op: pat.GreaterEq, Value: tok.PausedAt}))
	return tok, len(told) == 0, err
}
