package authority_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/index"
	"jeton/internal/pat"
)

// victim is a token that is to be ended while others use it.
type victim struct {
	owner pat.UserID
	id    pat.TokenID
	text  string
	ended atomic.Bool // the end has been answered
}

// The promise: what was ended is refused from the moment the answer left.
func TestNoLateYes(t *testing.T) {
	for name, limit := range map[string]int{"all in memory": 0, "more than memory holds": 1} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var err error
			w.index, err = index.Open(t.Context(), index.Options{Source: w.store, Now: w.clock.Now, Limit: limit})
			must(t, err)
			w.Live = w.index
			victims := make([]*victim, 60)
			for i := range victims {
				owner := w.user(fmt.Sprint("user", i))
				text, tok := w.mint(owner)
				victims[i] = &victim{owner: owner.User, id: tok.ID, text: text}
			}
			asked, early, late := w.askAbout(victims, func() { w.endAll(t, victims) })
			t.Logf("%d verifications, of which %d said yes in time", asked, early)
			if late != 0 || early == 0 || asked < 2000 {
				t.Errorf("%d late yes among %d, %d in time", late, asked, early)
			}
		})
	}
}

// endAll ends the victims in turn, each in one of the ways there are. The clock
// moves on, so that now and then memory is too old to be trusted.
func (w *world) endAll(t *testing.T, victims []*victim) {
	ways := []func(v *victim) error{
		func(v *victim) error { return w.RevokeToken(context.Background(), w.root, v.id, "") },
		func(v *victim) error { return endings["disable"](w, v.owner) },
		func(v *victim) error { return endings["delete"](w, v.owner) },
		func(v *victim) error { w.clock.Forward(2 * time.Second); return endings["disable"](w, v.owner) },
	}
	for i, v := range victims {
		if err := ways[i%len(ways)](v); err != nil {
			t.Errorf("end %d: %v", i, err)
		}
		v.ended.Store(true)
		time.Sleep(time.Millisecond) // the others get their turn
	}
}

// askAbout verifies the victims over and over, by several at once, while and a
// little after end runs. It counts the verifications, those that said yes, and
// those that did although they began after the end was answered.
func (w *world) askAbout(victims []*victim, end func()) (asked, early, late int64) {
	var n, yes, lateYes atomic.Int64
	var done atomic.Bool
	var all sync.WaitGroup
	for first := range 6 {
		all.Go(func() {
			for last := false; !last; {
				last = done.Load()
				for i := range victims {
					v := victims[(i+first*7)%len(victims)]
					ended := v.ended.Load()
					n.Add(1)
					switch live := w.live(v.text); {
					case live && ended:
						lateYes.Add(1)
					case live:
						yes.Add(1)
					}
				}
			}
		})
	}
	end()
	done.Store(true)
	all.Wait()
	return n.Load(), yes.Load(), lateYes.Load()
}
