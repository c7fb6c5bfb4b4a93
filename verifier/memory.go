package verifier

import (
	"sync"
	"time"
)

// changeLog has what was heard of lately, so that an answer which does not know
// of it is told from one that does.
type changeLog struct {
	mu    sync.Mutex
	heard map[subject]int64 // when, in ns after the Verifier's start
	// floor is up to when nobody knows what there was.
	floor  int64
	pruned int64
}

const (
	// maxHeard is how many subjects the log has at most. Beyond it everything is
	// forgotten, as after a gap in the feed.
	maxHeard   = 1 << 16
	pruneAbove = 1 << 12

	// minLag is how far behind another of Jeton's servers may be at least: its
	// max-age and outage-grace, as they are by default.
	minLag = 5 * time.Second
)

// lag is how far behind the server that answers a question may be, compared to
// the one whose feed is heard: a change that the feed told of before the question
// was sent may be missing from the answer all the same.
func (v *Verifier) lag() int64 { return int64(max(minLag, v.o.MaxAge+v.o.OutageGrace)) }

// learn forgets what has changed; everything, where what was missed cannot be
// told.
func (v *Verifier) learn(n *news, everything bool) {
	l := &v.log
	l.mu.Lock()
	defer l.mu.Unlock()
	now := v.sinceStart()
	if everything || len(l.heard)+len(n.Changes) > maxHeard {
		l.heard, l.floor = nil, now
		v.cache.clear()
		return
	}
	if l.heard == nil {
		l.heard = map[subject]int64{}
	}
	for _, c := range n.Changes {
		of := subject{false, c.Token}
		if c.User != "" {
			of = subject{true, c.User}
		}
		l.heard[of] = now
		v.cache.forget(of)
	}
	l.prune(now, v.lag()+int64(v.o.Timeout))
}

// prune drops what is of no use for any answer to come.
func (l *changeLog) prune(now, keep int64) {
	if len(l.heard) < pruneAbove || now-l.pruned < int64(time.Second) {
		return
	}
	l.pruned = now
	for of, at := range l.heard {
		if at < now-keep {
			delete(l.heard, of)
		}
	}
}

// remember keeps an answer, unless a change of its token or owner was heard since
// the question was sent, of which the answer may not know; it reports whether it
// did. After a change shortly before, and after a gap in the feed, the answer
// stands alone: the feed's silence does not make it younger.
func (v *Verifier) remember(e *entry) bool {
	l := &v.log
	l.mu.Lock()
	defer l.mu.Unlock()
	last := int64(noWord)
	for _, of := range e.subjects() {
		if at, ok := l.heard[of]; ok {
			last = max(last, at)
		}
	}
	if last >= e.asked {
		return false
	}
	e.alone = max(last, l.floor) > e.asked-v.lag()
	v.cache.put(e)
	return true
}
