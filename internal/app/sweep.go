package app

import (
	"context"
	"time"

	"jeton/internal/sweep"
)

const (
	flushEvery  = 10 * time.Second // last use is at most this old in the store, plus the time of a flush
	pruneEvery  = 10 * time.Minute
	keepChanges = time.Hour      // a node that was away for longer begins anew
	keepUnnamed = 24 * time.Hour // tools make tokens by the dozen and drop them
	pruneBatch  = 500
	tuneEvery   = 5 * time.Second
)

// sweep does the work of the clock until ctx ends.
func (a *App) sweep(ctx context.Context) {
	sweep.Run(ctx, a.log,
		sweep.Job{Name: "flush use", Every: flushEvery, Do: func(ctx context.Context) error {
			return a.Authority.Uses.Flush(ctx, a.store)
		}},
		sweep.Job{Name: "prune", Every: pruneEvery, Do: a.prune},
		sweep.Job{Name: "memory", Every: tuneEvery, Do: func(context.Context) error {
			a.passwords.Release()
			tuneCollector()
			return nil
		}},
	)
}

// prune removes what has served its time, in small steps.
func (a *App) prune(ctx context.Context) error {
	if err := a.store.PruneChanges(ctx, a.now().Add(-keepChanges)); err != nil {
		return err
	}
	for {
		n, err := a.store.PruneTokens(ctx, a.now().Add(-keepUnnamed), pruneBatch)
		if err != nil || n < pruneBatch {
			return err
		}
	}
}
