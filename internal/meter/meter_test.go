package meter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"jeton/internal/meter"
)

func TestRequests(t *testing.T) {
	m := meter.New("v1", []string{"verify"}, func() meter.State { return meter.State{} })
	for _, status := range []int{200, 200, 401, 503, 0, 999} {
		m.Observe("verify", status, time.Millisecond)
	}
	m.Observe("a stranger's word", 200, time.Second)
	want := `
# HELP jeton_http_requests_total Requests answered, by face and class of status.
# TYPE jeton_http_requests_total counter
jeton_http_requests_total{class="1xx",face="other"} 0
jeton_http_requests_total{class="1xx",face="verify"} 0
jeton_http_requests_total{class="2xx",face="other"} 1
jeton_http_requests_total{class="2xx",face="verify"} 2
jeton_http_requests_total{class="3xx",face="other"} 0
jeton_http_requests_total{class="3xx",face="verify"} 0
jeton_http_requests_total{class="4xx",face="other"} 0
jeton_http_requests_total{class="4xx",face="verify"} 1
jeton_http_requests_total{class="5xx",face="other"} 0
jeton_http_requests_total{class="5xx",face="verify"} 1
jeton_http_requests_total{class="other",face="other"} 0
jeton_http_requests_total{class="other",face="verify"} 2
`
	if err := testutil.GatherAndCompare(m.Registry, strings.NewReader(want), "jeton_http_requests_total"); err != nil {
		t.Error(err)
	}
}

func TestState(t *testing.T) {
	m := meter.New("v1", nil, func() meter.State {
		return meter.State{Verdicts: map[string]int64{"accepted": 7, "unknown": 2}, FeedAge: 250 * time.Millisecond, DroppedUses: 3}
	})
	want := `
# HELP jeton_feed_age_seconds How old memory's knowledge of other processes' changes is.
# TYPE jeton_feed_age_seconds gauge
jeton_feed_age_seconds 0.25
# HELP jeton_use_dropped_total Uses that were not counted, or not their address, or unknown secrets that were not looked into, or uses of retired ones that the trail was not told of, for want of room.
# TYPE jeton_use_dropped_total counter
jeton_use_dropped_total{what="address"} 0
jeton_use_dropped_total{what="alarm"} 0
jeton_use_dropped_total{what="unknown"} 0
jeton_use_dropped_total{what="use"} 3
# HELP jeton_verdicts_total Secrets judged, by accepted or why they were refused.
# TYPE jeton_verdicts_total counter
jeton_verdicts_total{verdict="accepted"} 7
jeton_verdicts_total{verdict="unknown"} 2
`
	if err := testutil.GatherAndCompare(m.Registry, strings.NewReader(want), "jeton_feed_age_seconds", "jeton_use_dropped_total", "jeton_verdicts_total"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(m.Registry, "jeton_verdicts_total", "jeton_feed_age_seconds", "jeton_index_tokens"); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
}

func BenchmarkObserve(b *testing.B) {
	m := meter.New("v1", []string{"verify"}, func() meter.State { return meter.State{} })
	b.ReportAllocs()
	for b.Loop() {
		m.Observe("verify", 200, 40*time.Microsecond)
	}
}
