package authority

import (
	"context"

	"jeton/internal/pat"
)

// Still fails unless by may do all that they could when their request began. It
// is for answers that take minutes, which ask from time to time: a token that is
// revoked, or a user who is disabled or demoted, has no use of the rest. It fails
// with Unauthenticated, with Forbidden, and with Unavailable.
func (a *Authority) Still(ctx context.Context, by pat.Principal) error {
	now, err := present(ctx, a.Store, by)
	switch {
	case err != nil:
		return err
	case now.Admin != by.Admin, now.Auditor != by.Auditor:
		return errForbidden
	case by.Credential != pat.ByToken:
		return nil
	}
	switch tok, err := a.Store.Token(ctx, by.Token); {
	case pat.Is(err, pat.NotFound), err == nil && tok.Status(a.now()) != pat.StatusLive:
		return errUnknown
	default:
		return err
	}
}
