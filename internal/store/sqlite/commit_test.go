package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// occupied is a store whose writer is held by one call until release.
type occupied struct {
	*Store
	release func()
	done    chan error
}

func occupy(t *testing.T) *occupied {
	t.Helper()
	hold, held := make(chan struct{}), make(chan struct{})
	o := &occupied{fresh(t), sync.OnceFunc(func() { close(hold) }), make(chan error, 1)}
	go func() {
		o.done <- o.commits.do(context.Background(), func(*writer) error {
			close(held)
			<-hold
			return nil
		})
	}()
	<-held
	t.Cleanup(o.release)
	return o
}

// waiting yields until n calls stand in line.
func (o *occupied) waiting(n int) {
	for {
		o.commits.mu.Lock()
		have := len(o.commits.queue)
		o.commits.mu.Unlock()
		if have == n {
			return
		}
		runtime.Gosched()
	}
}

func TestWaitingCallsShareTransactions(t *testing.T) {
	o := occupy(t)
	const n = 2*maxBatch + 10
	var mu sync.Mutex
	served := map[*writer]int{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			var by *writer
			err := o.commits.do(context.Background(), func(w *writer) error { by = w; return insertUserNamed(w, i) })
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			served[by]++
			mu.Unlock()
		})
	}
	o.waiting(n)
	o.release()
	wg.Wait()
	var sizes []int
	for _, size := range served {
		sizes = append(sizes, size)
	}
	// No leader serves for ever: each takes one batch.
	if len(sizes) != 3 || max(sizes[0], sizes[1], sizes[2]) != maxBatch || min(sizes[0], sizes[1], sizes[2]) != 10 {
		t.Errorf("%d calls were served in transactions of %v, want %d, %d and 10", n, sizes, maxBatch, maxBatch)
	}
}

func insertUserNamed(w *writer, i int) error {
	_, _, err := w.exec("insert into prefixes (prefix, place) values (?, ?)", strconv.Itoa(i), int64(i))
	return err
}

func TestWhoWaitsCanLeave(t *testing.T) {
	o := occupy(t)
	ctx, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			err := o.Update(ctx, func(store.Tx) error { t.Error("was started"); return nil })
			if !pat.Is(err, pat.Unavailable) || !errors.Is(err, context.Canceled) || pat.AsError(err).RetryAfter <= 0 {
				t.Errorf("got the error %v", err)
			}
		})
	}
	o.waiting(3)
	leave()
	wg.Wait() // while the writer is still held
	o.waiting(0)
	o.release()
	if err := <-o.done; err != nil {
		t.Error(err)
	}
	benchUser(t, o.Store) // and the line moves on
}

// Whoever is told to lead and leaves at that moment passes the lead on.
func TestLeavingLeader(t *testing.T) {
	s := fresh(t)
	leaves, next := &call{turn: make(chan struct{}, 1)}, &call{turn: make(chan struct{}, 1)}
	c := s.commits
	c.mu.Lock()
	c.queue, c.led = []*call{leaves, next}, true
	c.passOn() // as the leader before them does
	c.mu.Unlock()
	if !c.withdraw(leaves) || !next.leads || len(next.turn) != 1 {
		t.Error("the next in line was not told to lead")
	}
	if !c.withdraw(next) || c.led {
		t.Error("somebody leads though nobody is left")
	}
	benchUser(t, s) // and who comes then leads
}

// The same as it happens.
func TestLeavingCallers(t *testing.T) {
	s := fresh(t)
	var wg sync.WaitGroup
	for range 200 {
		ctx, leave := context.WithCancel(t.Context())
		wg.Go(func() {
			err := s.Update(ctx, func(store.Tx) error { return nil })
			if err != nil && !pat.Is(err, pat.Unavailable) {
				t.Error(err)
			}
		})
		wg.Go(leave)
		wg.Go(func() {
			if err := s.Update(t.Context(), func(store.Tx) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s.commits.led || len(s.commits.queue) > 0 {
		t.Errorf("led: %v, %d in line", s.commits.led, len(s.commits.queue))
	}
}

// Counting takes notes of what has expired. An owner at the limit, whose creation
// then fails, must not cost the neighbours a second run.
func TestCountingIsNoWrite(t *testing.T) {
	o := occupy(t)
	runs := 0
	var wg sync.WaitGroup
	wg.Go(func() {
		err := o.Update(t.Context(), func(tx store.Tx) error {
			runs++
			_, err := tx.InsertUser(pat.User{Name: "neighbour"}, "")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	o.waiting(1)
	wg.Go(func() {
		err := o.commits.do(t.Context(), func(w *writer) error {
			tx := &tx{reader: reader{conn: w.conn, inTx: true}, w: w, now: o.now}
			k := benchToken(1, 1)
			if _, err := tx.InsertToken(k); err != nil {
				return err
			}
			w.wrote = false // so far that was the good neighbour
			if _, unnamed, err := tx.CountLive(t.Context(), 1, k.ExpiresAt); err != nil || unnamed != 0 {
				t.Errorf("%d live tokens, %v", unnamed, err)
			}
			return pat.Fail(pat.Invalid, "too many")
		})
		if !pat.Is(err, pat.Invalid) {
			t.Error(err)
		}
	})
	o.waiting(2)
	o.release()
	wg.Wait()
	if runs != 1 {
		t.Errorf("the neighbour was run %d times", runs)
	}
}

// A function may end its goroutine, as t.FailNow does. It may be the leader's.
func TestEndedGoroutineLeavesNobodyWaiting(t *testing.T) {
	o := occupy(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = o.commits.do(context.Background(), func(w *writer) error {
			if err := insertUserNamed(w, 1); err != nil {
				t.Error(err)
			}
			runtime.Goexit()
			return nil
		})
		t.Error("Goexit returned")
	})
	o.waiting(1) // it will lead
	wg.Go(func() {
		if err := o.commits.do(context.Background(), func(*writer) error { return nil }); !errors.Is(err, errAbandoned) {
			t.Errorf("the neighbour got the error %v", err)
		}
	})
	o.waiting(2)
	o.release()
	wg.Wait()
	used, err := o.Prefixes(t.Context(), "jtn")
	if err != nil || len(used) != 1 {
		t.Errorf("prefixes %v, %v", used, err)
	}
}

func TestCloseWaits(t *testing.T) {
	o := occupy(t)
	closed := make(chan error)
	go func() { closed <- o.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("closed (%v) under a transaction", err)
	case <-o.readers.closed:
	}
	o.release()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := <-o.done; err != nil {
		t.Error(err)
	}
}

// A full disk: nobody of the batch is told that it was stored, not even who
// made light of the error, and all is well again once there is room.
func TestFullDisk(t *testing.T) {
	o := occupy(t)
	owner := pat.UserID(0)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			err := o.Update(t.Context(), func(tx store.Tx) (err error) {
				if owner, err = tx.InsertUser(pat.User{Name: "u" + strconv.Itoa(i)}, ""); i != 1 {
					return err
				}
				for n := range 1000 {
					if _, err := tx.InsertToken(benchToken(owner, int64(n))); err != nil {
						return nil
					}
				}
				t.Error("the disk did not fill")
				return nil
			})
			if !pat.Is(err, pat.Unavailable) {
				t.Errorf("call %d: got the error %v", i, err)
			}
		})
		o.waiting(i + 1)
	}
	pages := ask1(t, o.commits.conn, "select page_count + 5 from pragma_page_count")
	limit(t, o, pages)
	o.release()
	wg.Wait()
	if has, err := o.HasUsers(t.Context()); err != nil || has {
		t.Errorf("something was stored: %v, %v", has, err)
	}
	limit(t, o, "1000000")
	benchUser(t, o.Store)
}

func limit(t *testing.T, o *occupied, pages string) {
	t.Helper()
	if err := o.commits.conn.set("max_page_count = " + pages); err != nil {
		t.Fatal(err)
	}
}

func TestLockedByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	s := openTest(t, path)
	if err := s.commits.conn.set("busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	other, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	if _, _, err := other.exec("begin immediate"); err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(store.Tx) error { t.Error("was started"); return nil })
	if !pat.Is(err, pat.Unavailable) || pat.AsError(err).RetryAfter <= 0 {
		t.Errorf("got the error %v", err)
	}
	if _, err := s.HasUsers(t.Context()); err != nil {
		t.Errorf("reading waits for the writer: %v", err)
	}
	if _, _, err := other.exec("rollback"); err != nil {
		t.Fatal(err)
	}
	benchUser(t, s)
}
