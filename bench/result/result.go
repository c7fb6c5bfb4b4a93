// Package result is what the processes of the benchmark tell each other, as
// one JSON object on standard output.
package result

// Load is what the load generator saw.
type Load struct {
	Requests int64         `json:"requests"` // answered, whatever the status
	Errors   int64         `json:"errors"`   // connections broken, answers that are not HTTP
	Statuses map[int]int64 `json:"statuses"`
	Seconds  float64       `json:"seconds"` // from the first request to the last answer
	Rate     float64       `json:"rate"`    // answers a second
	P50      float64       `json:"p50_us"`  // microseconds, within 3 %
	P99      float64       `json:"p99_us"`
	Good     int64         `json:"good"` // answered with 2xx
	GoodP99  float64       `json:"good_p99_us"`
	Refused  string        `json:"refused,omitempty"` // the first answer that was not 2xx, or the first error
}

// Work is what a process that serves nobody did: inserts, password hashes.
type Work struct {
	Done    int64   `json:"done"`
	Seconds float64 `json:"seconds"`
}

// Lookup is one look-up in process.
type Lookup struct {
	Nanoseconds float64 `json:"ns"`
	Allocations int64   `json:"allocations"`
}
