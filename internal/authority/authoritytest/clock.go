package authoritytest

import (
	"sync/atomic"
	"time"
)

// Clock stands still until a test moves it.
type Clock struct{ at atomic.Int64 } // nanoseconds

// NewClock returns a clock that stands at the given time.
func NewClock(at time.Time) *Clock {
	c := &Clock{}
	c.at.Store(at.UnixNano())
	return c
}

// Now is the time, in UTC.
func (c *Clock) Now() time.Time { return time.Unix(0, c.at.Load()).UTC() }

// Forward moves the clock by d and returns what it then shows.
func (c *Clock) Forward(d time.Duration) time.Time { return time.Unix(0, c.at.Add(int64(d))).UTC() }
