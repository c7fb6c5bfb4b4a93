package index_test

import (
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func TestNewsFollowTheFeed(t *testing.T) {
	w := newWorld(t)
	begin, more := w.index.News(0)
	if !begin.Behind {
		t.Errorf("before the index's own beginning there are %+v", begin)
	}
	id, _ := w.token()
	w.update(func(tx store.Tx) error { return tx.SetPassword(w.owner, "x", w.clock.now()) })
	if got, _ := w.index.News(begin.Cursor); len(got.Changes) > 0 || isClosed(more) {
		t.Errorf("what the index has not heard is told: %+v", got)
	}
	w.index.Sync(t.Context())
	got, _ := w.index.News(begin.Cursor)
	if want := []pat.Change{{Token: id}, {User: w.owner}}; !slices.Equal(got.Changes, want) || got.Behind || got.Cursor != begin.Cursor+2 || !isClosed(more) {
		t.Errorf("the news are %+v, want %v", got, want)
	}
	if got, _ := w.index.News(begin.Cursor + 1); len(got.Changes) != 1 {
		t.Errorf("after the first the news are %+v", got)
	}
	w.clock.forward(3 * time.Second)
	if got, more := w.index.News(got.Cursor); len(got.Changes) > 0 || got.Age != 3*time.Second || isClosed(more) {
		t.Errorf("after the last the news are %+v", got)
	}
}

// What became of a token whose record is gone cannot be told, so everybody
// begins anew: its id is not in the feed.
func TestNewsOfWhatIsGone(t *testing.T) {
	w := newWorld(t)
	begin, _ := w.index.News(0)
	id, _ := w.token()
	w.revoke(id)
	if n, err := w.store.PruneTokens(t.Context(), w.clock.now().Add(time.Hour), 10); n != 1 || err != nil {
		t.Fatalf("pruned %d, %v", n, err)
	}
	w.index.Sync(t.Context())
	if got, _ := w.index.News(begin.Cursor); !got.Behind {
		t.Errorf("the news are %+v", got)
	}
}

func TestNewsOfAnIndexThatBeganAnew(t *testing.T) {
	w := newWorld(t)
	begin, more := w.index.News(0)
	for range 3 {
		w.token()
	}
	if err := w.store.PruneChanges(t.Context(), w.clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.index.Sync(t.Context())
	if got, _ := w.index.News(begin.Cursor); !got.Behind || got.Cursor != begin.Cursor+3 || !isClosed(more) {
		t.Errorf("the news are %+v", got)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
