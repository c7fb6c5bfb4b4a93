package meter

import (
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// State are the numbers that others keep.
type State struct {
	Verdicts map[string]int64 // on secrets, by accepted or the reason of the refusal

	IndexEntries  int  // tokens in memory
	IndexComplete bool // all that are live
	IndexHits     int64
	IndexMisses   int64 // read from the store, not being in memory
	IndexAsked    int64 // read from the store, memory being too old
	IndexUnknown  int64 // refused from memory

	FeedAge     time.Duration // of what memory knows
	MaxAge      time.Duration // until memory is not trusted
	OutageBound time.Duration // until it is not even when the store does not answer

	FlushLag         time.Duration // since the last flush of use that wrote everything
	DroppedUses      int64
	DroppedAddresses int64
	DroppedUnknown   int64
	DroppedAlarms    int64

	PasswordsBusy    int // being hashed
	PasswordsWaiting int
	ThrottleRefusals int64

	Busy map[string]int64 // requests turned away for want of a place, by class
}

// collector turns a State into metrics whenever it is asked.
type collector struct{ state func() State }

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("jeton_"+name, help, labels, nil)
}

var (
	verdicts         = described("verdicts_total", "Secrets judged, by accepted or why they were refused.", "verdict")
	indexEntries     = described("index_tokens", "Tokens in memory.")
	indexComplete    = described("index_complete", "1 when all live tokens are in memory.")
	indexLookups     = described("index_lookups_total", "Look-ups: hit (answered from memory), unknown (refused from memory), miss (read, not in memory), stale (read, memory too old).", "result")
	feedAge          = described("feed_age_seconds", "How old memory's knowledge of other processes' changes is.")
	maxAge           = described("max_age_seconds", "Age beyond which memory is not trusted while the database answers.")
	outageBound      = described("outage_bound_seconds", "Age beyond which nothing is answered from memory.")
	flushLag         = described("use_flush_lag_seconds", "Time since the last flush of use that wrote everything.")
	droppedUses      = described("use_dropped_total", "Uses that were not counted, or not their address, or unknown secrets that were not looked into, or uses of retired ones that the trail was not told of, for want of room.", "what")
	passwords        = described("passwords", "Passwords being hashed, and waiting for that.", "state")
	throttleRefusals = described("throttle_refusals_total", "Attempts with a password that were refused unseen.")
	busy             = described("admission_refusals_total", "Requests that were turned away because no place to work on them became free in time.", "class")
)

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		verdicts, indexEntries, indexComplete, indexLookups, feedAge, maxAge, outageBound, flushLag, droppedUses, passwords, throttleRefusals, busy,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	s := c.state()
	count := func(d *prometheus.Desc, n int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, verdict := range slices.Sorted(maps.Keys(s.Verdicts)) {
		count(verdicts, s.Verdicts[verdict], verdict)
	}
	gauge(indexEntries, float64(s.IndexEntries))
	gauge(indexComplete, number(s.IndexComplete))
	count(indexLookups, s.IndexHits, "hit")
	count(indexLookups, s.IndexUnknown, "unknown")
	count(indexLookups, s.IndexMisses, "miss")
	count(indexLookups, s.IndexAsked, "stale")
	gauge(feedAge, s.FeedAge.Seconds())
	gauge(maxAge, s.MaxAge.Seconds())
	gauge(outageBound, s.OutageBound.Seconds())
	gauge(flushLag, s.FlushLag.Seconds())
	count(droppedUses, s.DroppedUses, "use")
	count(droppedUses, s.DroppedAddresses, "address")
	count(droppedUses, s.DroppedUnknown, "unknown")
	count(droppedUses, s.DroppedAlarms, "alarm")
	gauge(passwords, float64(s.PasswordsBusy), "hashing")
	gauge(passwords, float64(s.PasswordsWaiting), "waiting")
	count(throttleRefusals, s.ThrottleRefusals)
	for _, class := range slices.Sorted(maps.Keys(s.Busy)) {
		count(busy, s.Busy[class], class)
	}
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
