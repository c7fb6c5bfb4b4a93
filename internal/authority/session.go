package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/store"
)

// Fresh reports whether by may do what a session may only do shortly after its
// password was proved, since it would make a stolen cookie worth more: make or
// widen a token, set a password, appoint administrators, change the policy. For
// how long is the policy's to say; it does not slide. A password that comes
// with the request is always fresh, a token never, and a session is not while
// the policy cannot be read.
func (a *Authority) Fresh(by pat.Principal) bool {
	switch by.Credential {
	case pat.ByToken:
		return false
	case pat.BySession:
		rules, err := a.recentRules(context.Background())
		if err != nil {
			return false
		}
		return freshBy(rules.For(standingOf(by)), by, a.now())
	}
	return by.Known()
}

// freshBy reports whether the session of by is fresh by the policy.
func freshBy(p *pat.Policy, by pat.Principal, now time.Time) bool {
	return now.Before(by.AuthenticatedAt.Add(span(p.Reauth)))
}

// stale is the Forbidden error of a session that is not fresh any more.
func stale(field string) error {
	const message = "type your password again first; it was too long ago"
	return &pat.Error{Kind: pat.Forbidden, Message: message, Reason: pat.ReasonStale, Fields: []pat.Field{{Name: field, Message: message}}}
}

// mayEditStale fails with Forbidden on a change of a user that needs a fresh
// session, when by's is not.
func (a *Authority) mayEditStale(by pat.Principal, old *pat.User, edit *pat.UserEdit) error {
	switch {
	case by.Credential != pat.BySession || a.Fresh(by):
	case edit.Password != nil:
		return stale("password")
	case edit.Admin != nil && *edit.Admin && !old.Admin:
		return stale("is_superuser")
	}
	return nil
}

// endSessions ends the sessions that a change of a user puts an end to: all but
// by's own where the password was set, all where the user may not sign in any
// more.
func endSessions(ctx context.Context, tx store.Tx, by pat.Principal, old, now *pat.User, password bool, at time.Time) error {
	why := ""
	switch {
	case !now.DeletedAt.IsZero():
		why = pat.WhyUserDeleted
	case old.DisabledAt.IsZero() && !now.DisabledAt.IsZero():
		why = pat.WhyUserDisabled
	case password:
		why = pat.WhyPassword
	default:
		return nil
	}
	_, err := session.EndAll(ctx, tx, by, now.ID, at, why)
	return err
}
