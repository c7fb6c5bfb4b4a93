package password

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// queuePerSlot bounds how many callers may wait for each slot: at some 30 ms a
// hash the last of them waits well under a second.
const queuePerSlot = 20

// retryAfter is when a full queue has had time to empty.
const retryAfter = time.Second

// slots bounds how many hashes are computed, and how many callers wait, at
// once. Whoever waits is served in order of arrival.
type slots struct {
	busy    chan struct{} // one element for each hash being computed
	waiting chan struct{} // one element for each caller in the queue
}

func newSlots(n int) slots {
	return slots{busy: make(chan struct{}, n), waiting: make(chan struct{}, n*queuePerSlot)}
}

// enter takes a slot, waiting for one if it must. It fails with Unavailable
// when the queue is full or ctx ends first.
func (s slots) enter(ctx context.Context) error {
	select {
	case s.busy <- struct{}{}:
		return nil
	default:
	}
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return unavailable(nil)
	}
	select {
	case s.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
}

// leave gives back the slot that enter took.
func (s slots) leave() { <-s.busy }

func unavailable(cause error) error {
	return &pat.Error{Kind: pat.Unavailable, Message: "too many passwords are being checked; try again", RetryAfter: retryAfter, Cause: cause}
}
