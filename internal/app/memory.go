package app

import (
	"runtime/debug"
	"runtime/metrics"
)

// The collector may let garbage grow by slack before it runs: enough that it
// runs seldom on a small heap, little enough that a large index does not pay
// for itself twice. The index has no pointers, so that a run is cheap.
const (
	slack      = 10 << 20 // bytes
	minPercent = 5
	maxPercent = 300
)

// tuneCollector sets the collector's target to what is live now and slack.
func tuneCollector() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	bytes := max(live[0].Value.Uint64(), 1)
	debug.SetGCPercent(int(min(maxPercent, max(minPercent, slack*100/bytes))))
}
