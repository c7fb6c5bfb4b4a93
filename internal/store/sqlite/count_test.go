package sqlite

import (
	"context"
	"testing"

	"jeton/internal/store"
)

// Each token that expires is counted off once, not at every creation after.
func TestCountIsCarriedForward(t *testing.T) {
	s := fresh(t)
	owner := benchUser(t, s)
	if err := createToken(context.Background(), s, owner, 1); err != nil {
		t.Fatal(err)
	}
	k, err := s.Token(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, wantStale := range []bool{true, false} {
		stale, err := ask(t.Context(), s, func(r reader) (bool, error) {
			_, _, stale, err := r.countLive(owner, k.ExpiresAt.UnixMicro())
			return stale, err
		})
		if err != nil || stale != wantStale {
			t.Errorf("tokens have expired since the count: %v, %v, want %v", stale, err, wantStale)
		}
		err = s.Update(t.Context(), func(tx store.Tx) error {
			_, _, err := tx.CountLive(t.Context(), owner, k.ExpiresAt)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
