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
