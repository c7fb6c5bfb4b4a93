package password

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"jeton/internal/pat"
)

func TestSlotsBoundWhatRunsAndWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 2
		s := newSlots(n)
		let := make(chan struct{})
		var running, most, done, refused int
		outcome := make(chan error)
		for range n + n*queuePerSlot + 5 {
			go func() {
				err := s.enter(t.Context())
				if err == nil {
					<-let
					s.leave()
				}
				outcome <- err
			}()
		}
		synctest.Wait()
		for range 5 { // only those beyond the queue have an answer yet
			err := pat.AsError(<-outcome)
			require.Equal(t, pat.Unavailable, err.Kind)
			require.Equal(t, time.Second, err.RetryAfter)
			refused++
		}
		synctest.Wait()
		require.Len(t, s.waiting, n*queuePerSlot)
		for range n + n*queuePerSlot {
			running = len(s.busy)
			most = max(most, running)
			let <- struct{}{}
			require.NoError(t, <-outcome)
			synctest.Wait()
			done++
		}
		require.Equal(t, n, most)
		require.Equal(t, 5, refused)
		require.Equal(t, n+n*queuePerSlot, done)
		require.Empty(t, s.busy)
		require.Empty(t, s.waiting)
	})
}

func TestSlotsServeInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots(1)
		require.NoError(t, s.enter(t.Context()))
		var order []int
		for i := range 5 {
			go func() {
				if s.enter(t.Context()) == nil {
					order = append(order, i)
					s.leave()
				}
			}()
			synctest.Wait()
		}
		s.leave()
		synctest.Wait()
		require.Equal(t, []int{0, 1, 2, 3, 4}, order)
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t)
		require.NoError(t, h.slots.enter(t.Context()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := h.Hash(ctx, "correct horse")
		require.Equal(t, time.Minute, time.Since(start))
		require.True(t, pat.Is(err, pat.Unavailable))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, h.slots.waiting, "whoever gave up leaves the queue")
		h.slots.leave()
		require.NoError(t, h.CheckNone(t.Context(), "correct horse"))
	})
}
