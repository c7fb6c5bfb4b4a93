package authority

import (
	"context"

	"jeton/internal/pat"
)

// OwnPolicy returns the policy that bounds the tokens of by's own, for faces
// that show what may be chosen. It is not to be changed. CreateToken judges again.
func (a *Authority) OwnPolicy(ctx context.Context, by pat.Principal) (*pat.Policy, error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	return a.ownersPolicy(ctx, a.Store, by.User)
}

// PolicyOf returns the policy that bounds the tokens of an owner whom by may
// see. It fails with Forbidden, and with NotFound when there has never been such
// a user.
func (a *Authority) PolicyOf(ctx context.Context, by pat.Principal, owner pat.UserID) (*pat.Policy, error) {
	switch err := mayRead(by); {
	case err != nil:
		return nil, err
	case !by.MaySee(owner):
		return nil, errForbidden
	}
	return a.ownersPolicy(ctx, a.Store, owner)
}
