package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// twoProcesses returns two stores on one file, as two processes have them, the
// clock of the first, a token's digest, and how the second revokes that token.
func twoProcesses(t *testing.T) (here *Store, clock *atomic.Int64, d pat.Digest, revoke func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jeton.db")
	clock = new(atomic.Int64)
	here, err := Open(t.Context(), path, Options{Now: func() time.Time { return time.Unix(0, clock.Load()) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = here.Close() })
	there := openTest(t, path)
	k := benchToken(benchUser(t, here), 1)
	var id pat.TokenID
	if err := here.Update(t.Context(), func(tx store.Tx) (err error) { id, err = tx.InsertToken(k); return err }); err != nil {
		t.Fatal(err)
	}
	return here, clock, k.Digest, func() { end(t, there, id) }
}

func end(t *testing.T, s *Store, id pat.TokenID) {
	t.Helper()
	err := s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.EndToken(id, time.Now(), 0, ""); return err })
	if err != nil {
		t.Error(err)
	}
}

func (s *Store) revoked(t *testing.T, d pat.Digest) bool {
	t.Helper()
	e, err := s.Entry(t.Context(), d)
	if err != nil {
		t.Error(err)
	}
	return e.Revoked
}

// A view that is kept open lacks what another process has committed since, for no
// longer than recentFor.
func TestViewsAreRecent(t *testing.T) {
	here, clock, d, revoke := twoProcesses(t)
	_ = here.revoked(t, d) // opens the view
	revoke()
	clock.Store(int64(recentFor) - 1)
	if here.revoked(t, d) {
		t.Error("the view of the look-up before was not kept")
	}
	clock.Store(int64(recentFor))
	if !here.revoked(t, d) {
		t.Errorf("after %v a token that another process revoked is answered as live", recentFor)
	}
}

func TestViewsEnd(t *testing.T) {
	for _, tt := range []struct {
		when string
		do   func(*testing.T, *Store, *atomic.Int64)
	}{
		{"the feed has been read", func(t *testing.T, s *Store, _ *atomic.Int64) {
			if _, _, err := s.Changes(t.Context(), 0, 10); err != nil {
				t.Error(err)
			}
		}},
		{"the clock was set back", func(_ *testing.T, _ *Store, clock *atomic.Int64) { clock.Store(-1) }},
		{"this process has committed", func(t *testing.T, s *Store, _ *atomic.Int64) { end(t, s, 0) }},
		{"a look-up found nothing", func(t *testing.T, s *Store, _ *atomic.Int64) {
			if _, err := s.Entry(t.Context(), pat.Digest{}); !pat.Is(err, pat.NotFound) {
				t.Error(err)
			}
		}},
	} {
		t.Run(tt.when, func(t *testing.T) {
			here, clock, d, revoke := twoProcesses(t)
			_ = here.revoked(t, d)
			revoke()
			tt.do(t, here, clock)
			if !here.revoked(t, d) {
				t.Error("the token is answered as it was before")
			}
		})
	}
}

// Views end on every connection, not only on the one that is at hand.
func TestViewsEndEverywhere(t *testing.T) {
	for _, tt := range []struct {
		when  string
		do    func(*Store) error
		inUse bool // the other connection meanwhile
	}{
		{"the feed was read beside it", readFeed, false},
		{"the feed was read while it was in use", readFeed, true},
		{"this process has committed while it was in use", func(s *Store) error {
			return s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.EndToken(0, time.Now(), 0, ""); return err })
		}, true},
	} {
		t.Run(tt.when, func(t *testing.T) {
			here, _, d, revoke := twoProcesses(t)
			_ = here.revoked(t, d)
			other := takeLookup(t, here)
			if !other.view.open {
				t.Fatal("no view was kept")
			}
			_ = here.revoked(t, d) // on a second one
			second := takeLookup(t, here)
			give := func() { here.lookups.give(second); here.lookups.give(other) }
			revoke()
			if !tt.inUse {
				give()
			}
			if err := tt.do(here); err != nil {
				t.Fatal(err)
			}
			if tt.inUse {
				give()
			}
			first := takeLookup(t, here)
			if !here.revoked(t, d) {
				t.Error("the second connection answers as before")
			}
			here.lookups.give(first)
			if !here.revoked(t, d) {
				t.Error("the first connection answers as before")
			}
		})
	}
}

func TestNoViewIsOpenedDuringACommit(t *testing.T) {
	here, _, d, _ := twoProcesses(t)
	open := here.lookups.closeViews()
	_ = here.revoked(t, d)
	c := takeLookup(t, here)
	defer here.lookups.give(c)
	if c.view.open {
		t.Error("a view is open while the writer commits")
	}
	open()
}

func readFeed(s *Store) error {
	_, _, err := s.Changes(context.Background(), 0, 10)
	return err
}

func takeLookup(t *testing.T, s *Store) *lookup {
	t.Helper()
	c, err := s.lookups.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What this process has committed is seen at once, whoever looks up meanwhile.
func TestViewsHaveWhatWasCommitted(t *testing.T) {
	s := fresh(t)
	owner := benchUser(t, s)
	stop := make(chan struct{})
	var all sync.WaitGroup
	defer all.Wait()
	defer close(stop)
	for range 3 {
		all.Go(func() {
			for i := int64(0); ; i++ {
				select {
				case <-stop:
					return
				default:
					_, _ = s.Entry(context.Background(), benchToken(owner, i%200).Digest)
				}
			}
		})
	}
	var g errgroup.Group
	for by := range int64(2) {
		g.Go(func() error {
			for i := range int64(100) {
				k := benchToken(owner, 2*i+by)
				var id pat.TokenID
				if err := s.Update(t.Context(), func(tx store.Tx) (err error) { id, err = tx.InsertToken(k); return err }); err != nil {
					return err
				}
				if s.revoked(t, k.Digest) { // not found fails too
					t.Errorf("token %d is answered as revoked", id)
				}
				if end(t, s, id); !s.revoked(t, k.Digest) {
					t.Errorf("token %d is answered as live after its end was committed", id)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// Views that are kept open do not keep the log from being emptied: it starts from
// its beginning again once its pages are in the database.
func TestViewsLetTheLogBeEmptied(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	s := openTest(t, path)
	if err := s.commits.conn.set("wal_autocheckpoint = 50"); err != nil {
		t.Fatal(err)
	}
	k := benchToken(benchUser(t, s), 0)
	if err := s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.InsertToken(k); return err }); err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		if s.revoked(t, k.Digest) {
			t.Fatal("not the token that was made")
		}
		if err := createToken(t.Context(), s, k.Owner, int64(1+i)); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if pages := log.Size() / 4096; pages > 150 {
		t.Errorf("the log has %d pages, and is to be emptied at 50", pages)
	}
}
