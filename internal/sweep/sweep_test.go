package sweep_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"jeton/internal/sweep"
)

func TestAFailingJobIsTriedAgainAndASlowOneDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var failed, quick int
		go func() {
			time.Sleep(10*time.Second + time.Millisecond)
			stop()
		}()
		sweep.Run(ctx, slog.New(slog.DiscardHandler),
			sweep.Job{Name: "fails", Every: time.Second, Do: func(context.Context) error { failed++; return errors.New("no") }},
			sweep.Job{Name: "slow", Every: time.Second, Do: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			sweep.Job{Name: "quick", Every: 2 * time.Second, Do: func(context.Context) error { quick++; return nil }},
		)
		if failed != 10 || quick != 5 {
			t.Errorf("in ten seconds the failing job ran %d times, the other %d; want 10 and 5", failed, quick)
		}
	})
}
