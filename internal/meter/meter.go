// Package meter counts what the server does, for Prometheus. Its labels are
// words of ours, few and known beforehand: no user, token, address or path is
// ever one.
package meter

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Meter counts requests. It is safe for concurrent use.
type Meter struct {
	// Registry has all there is to tell.
	Registry *prometheus.Registry

	faces map[string]*face // never changed once made
	other *face
}

// face is what is counted of one face.
type face struct {
	classes [len(classes)]prometheus.Counter
	latency prometheus.Observer
}

// classes are those of statuses, by their hundreds.
var classes = [...]string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"}

// latencies reach from a verification that memory answers to a hash that had to
// wait, in seconds.
var latencies = []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// New returns a Meter for the faces of the names; further ones are counted
// together. state is asked at each scrape.
func New(version string, faces []string, state func() State) *Meter {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "jeton_http_requests_total", Help: "Requests answered, by face and class of status.",
	}, []string{"face", "class"})
	latency := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "jeton_http_request_duration_seconds", Help: "Time from the head of a request to its answer, by face.", Buckets: latencies,
	}, []string{"face"})
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "jeton_build_info", Help: "1, with the version in its labels.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	m := &Meter{Registry: prometheus.NewRegistry(), faces: map[string]*face{}}
	m.Registry.MustRegister(requests, latency, build, &collector{state},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	of := func(name string) *face {
		f := &face{latency: latency.WithLabelValues(name)}
		for i, class := range classes {
			f.classes[i] = requests.WithLabelValues(name, class)
		}
		return f
	}
	for _, name := range faces {
		m.faces[name] = of(name)
	}
	m.other = of("other")
	return m
}

// Observe counts a request that was answered.
func (m *Meter) Observe(name string, status int, took time.Duration) {
	f := m.faces[name]
	if f == nil {
		f = m.other
	}
	class := status / 100
	if class < 1 || class >= len(classes) {
		class = 0
	}
	f.classes[class].Inc()
	f.latency.Observe(took.Seconds())
}
