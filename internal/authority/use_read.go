package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// TokenUse returns what is kept of a token's use, ended ones too, with the
// hours and days that begin at from or later and before to. What was used in
// the last seconds is not in it yet. It fails as Token does.
func (a *Authority) TokenUse(ctx context.Context, by pat.Principal, id pat.TokenID, from, to time.Time) (pat.TokenUse, error) {
	if _, err := a.Token(ctx, by, id); err != nil {
		return pat.TokenUse{}, err
	}
	return a.Store.TokenUse(ctx, id, from, to)
}

// LiveUse returns the live tokens of those of the users who have any, by id. It
// fails with Unauthenticated, and with Forbidden where by may not see them.
func (a *Authority) LiveUse(ctx context.Context, by pat.Principal, owners []pat.UserID) ([]pat.LiveUse, error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	for _, id := range owners {
		if !by.MaySee(id) {
			return nil, errForbidden
		}
	}
	if len(owners) == 0 {
		return nil, nil
	}
	return a.Store.LiveUse(ctx, owners, a.now())
}
