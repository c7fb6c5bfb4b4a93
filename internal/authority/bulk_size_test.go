package authority_test

import (
	"flag"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// stock adds live tokens past the rules and returns their secrets, in the order
// of their ids.
func (w *world) stock(owner pat.UserID, n int) []string {
	w.t.Helper()
	texts := make([]string, 0, n)
	for len(texts) < n {
		w.update(func(tx store.Tx) error {
			for range min(1000, n-len(texts)) {
				s := pat.NewSecret("jtn")
				if _, err := tx.InsertToken(pat.Token{
					Owner: owner, Digest: s.Digest(), Prefix: "jtn", LastFour: s.LastFour(), Scopes: "write",
					CreatedAt: w.clock.Now(), ModifiedAt: w.clock.Now(), Origin: pat.OriginAPI,
				}); err != nil {
					return err
				}
				texts = append(texts, s.Reveal())
			}
			return nil
		})
	}
	return texts
}

var many = flag.Int("many", 2_000, "how many tokens TestNoLateYesWhileManyEnd revokes")

// TestNoLateYesWhileManyEnd revokes many tokens while others verify: none is
// accepted whose batch has been answered for, and every one of the others is.
func TestNoLateYesWhileManyEnd(t *testing.T) {
	n := *many
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	texts, spared := w.stock(bob.User, n), w.stock(eve.User, 10)
	b, err := w.preview(bob, pat.BulkRequest{Owner: bob.User})
	must(t, err)
	if len(b.Tokens) != n {
		t.Fatalf("%d are selected", len(b.Tokens))
	}
	var done, asked atomic.Int64
	var late, lost atomic.Bool
	stop := make(chan struct{})
	var all sync.WaitGroup
	for v := range 4 {
		all.Go(func() {
			for i := v; ; i = (i + 7919) % n {
				select {
				case <-stop:
					return
				default:
				}
				ended := int64(i) < done.Load() // known before it is asked
				if w.live(texts[i]) && ended {
					late.Store(true)
				}
				if !w.live(spared[i%len(spared)]) {
					lost.Store(true)
				}
				asked.Add(1)
			}
		})
	}
	for b.Left() > 0 {
		b, err = w.RunBulk(t.Context(), bob, b.ID)
		must(t, err)
		done.Store(int64(b.Done))
	}
	close(stop)
	all.Wait()
	if late.Load() || lost.Load() || asked.Load() == 0 {
		t.Errorf("accepted late: %t, refused another's: %t, %d asked", late.Load(), lost.Load(), asked.Load())
	}
	if slices.ContainsFunc(texts, w.live) {
		t.Error("one is accepted still")
	}
}

// BenchmarkVerifyWhileManyEnd tells how long verifications take, before and
// while 20,000 tokens are revoked, as the time that one of a hundred exceeds.
func BenchmarkVerifyWhileManyEnd(b *testing.B) {
	w := newWorld(b)
	bob, eve := w.user("bob"), w.user("eve")
	spared := w.stock(eve.User, 1000)
	for b.Loop() {
		w.stock(bob.User, 20_000)
		before := p99(w, spared, func() { time.Sleep(2 * time.Second) })
		during := p99(w, spared, func() {
			sel, err := w.preview(bob, pat.BulkRequest{Owner: bob.User})
			must(b, err)
			for sel.Left() > 0 {
				sel, err = w.RunBulk(b.Context(), bob, sel.ID)
				must(b, err)
			}
		})
		b.ReportMetric(float64(before.Nanoseconds())/1000, "µs-p99-before")
		b.ReportMetric(float64(during.Nanoseconds())/1000, "µs-p99-during")
		b.ReportMetric(float64(during)/float64(before), "times")
	}
}

// p99 measures verifications, one after the other and a tenth of a millisecond
// apart, for as long as fn runs.
func p99(w *world, texts []string, fn func()) time.Duration {
	done := make(chan struct{})
	go func() { defer close(done); fn() }()
	var took []time.Duration
	for i := 0; ; i++ {
		select {
		case <-done:
			slices.Sort(took)
			return took[len(took)*99/100]
		default:
		}
		began := time.Now()
		w.live(texts[i%len(texts)])
		took = append(took, time.Since(began))
		time.Sleep(100 * time.Microsecond)
	}
}
