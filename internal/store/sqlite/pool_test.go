package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"jeton/internal/pat"
)

// Long questions take every connection but one, on which verification and
// health are answered; those behind them give up with their callers.
func TestVerificationDoesNotWaitForOtherQuestions(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "jeton.db"), Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	done, asking := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	defer all.Wait()
	defer close(done)
	for range readerCount - 1 {
		all.Go(func() {
			_, _ = ask(t.Context(), s, func(reader) (struct{}, error) {
				asking <- struct{}{}
				<-done
				return struct{}{}, nil
			})
		})
		<-asking
	}
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() { _, err := s.User(ctx, 1); gaveUp <- err }()

	if _, err := s.Entry(t.Context(), pat.Digest{}); !pat.Is(err, pat.NotFound) {
		t.Errorf("a token is answered %v", err)
	}
	if _, err := s.Standing(t.Context(), 1); !pat.Is(err, pat.NotFound) {
		t.Errorf("its owner is answered %v", err)
	}
	if _, _, err := s.Changes(t.Context(), 0, 10); err != nil {
		t.Errorf("the feed is answered %v", err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("health is answered %v", err)
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) || !pat.Is(err, pat.Unavailable) {
		t.Errorf("who waits behind is answered %v", err)
	}
}
