package app

import (
	"context"

	"jeton/internal/pat"
)

const foldBatch = 2000 // counts of use in one transaction; some milliseconds

// foldUse makes days of old hours of use, and forgets the oldest days.
func (a *App) foldUse(ctx context.Context) error {
	for {
		now := a.now()
		more, err := a.store.FoldUse(ctx, now.Add(-pat.KeepUseHours), now.Add(-pat.KeepUse), foldBatch)
		if err != nil || !more {
			return err
		}
	}
}
