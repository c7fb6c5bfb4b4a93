package index

import (
	"slices"
	"sort"
	"sync"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// maxNews is how many changes are kept for programs outside; half as many at
// least. One that is further behind begins anew.
const maxNews = 16_384

// news keeps the latest changes, so that any number of programs may follow the
// feed while the index alone reads it.
type news struct {
	mu     sync.Mutex
	latest []told
	since  pat.Seq       // every later change is in latest
	cursor pat.Seq       // up to which the feed was read
	more   chan struct{} // closed when there is more; nil while nobody waits
}

type told struct {
	seq    pat.Seq
	change pat.Change // zero: of something that is gone, nobody can tell of what
}

// News returns what has changed after a place in the feed, and a channel that
// is closed as soon as there is more. A place that the index has not reached
// has no news: another server may be ahead of this one.
func (x *Index) News(after pat.Seq) (pat.News, <-chan struct{}) {
	age := x.Age() // first: what is read below is younger
	found, more := x.news.after(after)
	found.Age = age
	return found, more
}

func (n *news) after(after pat.Seq) (pat.News, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.more == nil {
		n.more = make(chan struct{})
	}
	found := pat.News{Cursor: n.cursor, Behind: after < n.since}
	if found.Behind {
		return found, n.more
	}
	first := sort.Search(len(n.latest), func(i int) bool { return n.latest[i].seq > after })
	for _, t := range n.latest[first:] {
		if t.change == (pat.Change{}) {
			return pat.News{Cursor: n.cursor, Behind: true}, n.more
		}
		found.Changes = append(found.Changes, t.change)
	}
	return found, n.more
}

// add tells of changes that the index has applied.
func (n *news) add(changes []store.Change) {
	if len(changes) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range changes {
		n.latest = append(n.latest, told{changes[i].Seq, outside(&changes[i])})
	}
	if drop := len(n.latest) - maxNews/2; len(n.latest) > maxNews {
		n.since = n.latest[drop-1].seq
		n.latest = slices.Clone(n.latest[drop:])
	}
	n.cursor = changes[len(changes)-1].Seq
	n.wake()
}

// outside is what may be told of a change: neither a digest nor a name.
func outside(c *store.Change) pat.Change {
	switch {
	case c.Entry != nil:
		return pat.Change{Token: c.Entry.ID}
	case c.Standing != nil:
		return pat.Change{User: c.Standing.ID}
	}
	return pat.Change{}
}

// restart begins at the place: of what was before nothing can be told.
func (n *news) restart(head pat.Seq) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.latest, n.since, n.cursor = nil, head, head
	n.wake()
}

func (n *news) wake() {
	if n.more != nil {
		close(n.more)
		n.more = nil
	}
}
