package web

import (
	"sync"
	"time"
)

// refusalsPerSecond is how many refused verifications of each reason are
// logged in a second: a flood of bad tokens is to fill no disk.
const refusalsPerSecond = 10

// limiter counts lines by reason.
type limiter struct {
	mu       sync.Mutex
	byReason map[string]*window // reasons are words of ours: there are few
}

// window is one second of one reason.
type window struct {
	second         int64
	lines, dropped int
}

// allow reports whether one more line may be written, and how many were not
// since the last.
func (l *limiter) allow(reason string, now time.Time) (dropped int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.byReason[reason]
	if w == nil {
		if l.byReason == nil {
			l.byReason = map[string]*window{}
		}
		w = &window{}
		l.byReason[reason] = w
	}
	if s := now.Unix(); s != w.second {
		w.second, w.lines = s, 0
	}
	if w.lines >= refusalsPerSecond {
		w.dropped++
		return 0, false
	}
	w.lines++
	dropped, w.dropped = w.dropped, 0
	return dropped, true
}
