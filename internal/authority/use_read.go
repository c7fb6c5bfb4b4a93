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
