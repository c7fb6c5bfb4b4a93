package index

import (
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// However much happens, memory is bounded, and whoever is not far behind misses
// nothing.
func TestNewsAreBounded(t *testing.T) {
	var n news
	n.restart(100)
	const all = 3*maxNews + 7
	for i := range all {
		n.add([]store.Change{{Seq: pat.Seq(101 + i), Entry: &store.Entry{ID: pat.TokenID(i + 1)}}})
		if len(n.latest) > maxNews {
			t.Fatalf("%d are kept", len(n.latest))
		}
	}
	for _, back := range []int{0, 1, maxNews / 2} {
		got, _ := n.after(pat.Seq(100 + all - back))
		if got.Behind || len(got.Changes) != back || back > 0 && got.Changes[0].Token != pat.TokenID(all-back+1) {
			t.Errorf("%d back there are %d changes, behind %v", back, len(got.Changes), got.Behind)
		}
	}
	if got, _ := n.after(n.since - 1); !got.Behind || got.Cursor != 100+all {
		t.Errorf("too far back it says %+v", got)
	}
	if got, _ := n.after(n.since); got.Behind || len(got.Changes) != len(n.latest) {
		t.Errorf("as far back as can be there are %d changes", len(got.Changes))
	}
}
