package app

import (
	"context"
	"time"

	"jeton/internal/sweep"
)

const (
	flushEvery   = 10 * time.Second // last use is at most this old in the store, plus the time of a flush
	pruneEvery   = 10 * time.Minute
	keepChanges  = time.Hour           // a node that was away for longer begins anew
	keepGrants   = 30 * 24 * time.Hour // expired ones are told apart from unknown ones for so long
	keepSessions = time.Hour           // those that are over: whoever acts in one is told so
	pruneBatch   = 500
	tuneEvery    = 5 * time.Second
	alarmEvery   = time.Second
	answersEvery = time.Minute
	idleEvery    = time.Hour
	expiredEvery = 30 * time.Second
)

// sweep does the work of the clock until ctx ends.
func (a *App) sweep(ctx context.Context) {
	sweep.Run(ctx, a.log,
		sweep.Job{Name: "flush use", Every: flushEvery, Do: func(ctx context.Context) error {
			return a.Authority.Uses.FlushGently(ctx, a.store)
		}},
		sweep.Job{Name: "prune", Every: pruneEvery, Do: a.prune},
		sweep.Job{Name: "alarms", Every: alarmEvery, Do: a.Authority.RaiseAlarms},
		sweep.Job{Name: "repeated answers", Every: answersEvery, Do: a.Authority.PruneAnswers},
		sweep.Job{Name: "expired tokens", Every: expiredEvery, Do: a.Authority.TellExpired},
		sweep.Job{Name: "idle tokens", Every: idleEvery, Do: a.Authority.PauseIdle},
		sweep.Job{Name: "fold use", Every: pruneEvery, Do: a.foldUse},
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
	if err := a.Authority.PruneTokens(ctx); err != nil {
		return err
	}
	if err := inSteps(func() (int, error) { return a.store.PruneSessions(ctx, a.now().Add(-keepSessions), pruneBatch) }); err != nil {
		return err
	}
	return inSteps(func() (int, error) { return a.store.PruneGrants(ctx, a.now().Add(-keepGrants), pruneBatch) })
}

// inSteps prunes until a step finds less than it could remove.
func inSteps(step func() (int, error)) error {
	for {
		n, err := step()
		if err != nil || n < pruneBatch {
			return err
		}
	}
}
