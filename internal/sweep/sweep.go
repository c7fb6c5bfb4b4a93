// Package sweep does the work of the clock: flushing what was counted,
// pruning what has served its time. Each job runs by itself, so that a slow
// one delays no other.
package sweep

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Job is done again and again until the context ends.
type Job struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// Run does the jobs until ctx ends, and returns once none is under way. A job
// that fails is logged and tried again at its next turn.
func Run(ctx context.Context, log *slog.Logger, jobs ...Job) {
	var group sync.WaitGroup
	for _, j := range jobs {
		group.Go(func() { j.run(ctx, log) })
	}
	group.Wait()
}

func (j Job) run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(j.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := j.Do(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "job failed", "job", j.Name, "error", err)
		}
	}
}
