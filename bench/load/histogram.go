package main

import (
	"math/bits"
	"time"
)

// steps is how many buckets each power of two is cut into: a quantile is right
// within 1/32, 3 %.
const steps = 32

// histogram counts latencies in nanoseconds in buckets that grow with them.
type histogram [64 * steps]int64

func (h *histogram) record(d time.Duration) {
	ns := uint64(max(d, steps))
	shift := bits.Len64(ns) - 6 // leaves 6 bits: the leading one and 5 that choose among 32
	h[shift*steps+int(ns>>shift)-steps]++
}

func (h *histogram) add(o *histogram) {
	for i, n := range o {
		h[i] += n
	}
}

// quantile returns the latency, in microseconds, that the share q does not
// exceed. It is 0 when nothing was recorded.
func (h *histogram) quantile(q float64) float64 {
	var all int64
	for _, n := range h {
		all += n
	}
	rank := int64(q * float64(all))
	for i, n := range h {
		if rank -= n; rank < 0 {
			return float64(uint64(i%steps+steps+1)<<(i/steps)) / 1000
		}
	}
	return 0
}
