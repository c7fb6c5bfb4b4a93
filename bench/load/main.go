// Command load sends requests over keep-alive connections, each connection its
// next request as soon as the last one is answered, and prints what it saw as
// JSON. It shares the machine with the server it measures, so it does little:
// it writes prepared bytes and of an answer reads status and length only.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"jeton/bench/result"
)

// job is what all connections share.
type job struct {
	addr    string
	request template
	values  [][]string
	conns   int
	from    int       // the value that the first request uses
	count   int       // requests in all; 0: until the end
	end     time.Time // no request starts after it
}

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "127.0.0.1:8080", "`address` of the server")
	conns := flag.Int("conns", 64, "connections")
	duration := flag.Duration("duration", 5*time.Second, "how long to send")
	count := flag.Int("count", 0, "requests in all, within the duration; 0: no bound")
	from := flag.Int("from", 0, "line of the values to begin with, from 0")
	request := flag.String("request", "", "`file` with the request; {1}, {2} … stand for the fields of a line of the values")
	values := flag.String("values", "", "`file` of lines to cycle through, fields between tabs")
	flag.Parse()

	text, err := os.ReadFile(*request)
	if err != nil {
		log.Fatalf("load: %v", err)
	}
	lines, err := readValues(*values)
	if err != nil {
		log.Fatalf("load: %v", err)
	}
	parsed, err := parseTemplate(string(text))
	if err != nil {
		log.Fatalf("load: %s: %v", *request, err)
	}
	j := &job{addr: *addr, request: parsed, values: lines, conns: *conns, from: *from, count: *count, end: time.Now().Add(*duration)}
	if err := json.NewEncoder(os.Stdout).Encode(j.run()); err != nil {
		log.Fatalf("load: %v", err)
	}
}

// run opens all connections, sends, and returns the sum of what they saw.
func (j *job) run() result.Load {
	start := time.Now()
	seen := make([]tally, j.conns)
	var wg sync.WaitGroup
	for i := range seen {
		wg.Go(func() { seen[i].run(j, i) })
	}
	wg.Wait()

	var all tally
	for i := range seen {
		all.add(&seen[i])
	}
	seconds := time.Since(start).Seconds()
	return result.Load{
		Requests: all.requests,
		Errors:   all.errors,
		Statuses: all.statuses(),
		Seconds:  seconds,
		Rate:     float64(all.requests) / seconds,
		P50:      all.latency.quantile(0.50),
		P99:      all.latency.quantile(0.99),
		Good:     all.succeeded(),
		GoodP99:  all.good.quantile(0.99),
		Refused:  all.refused,
	}
}

func readValues(file string) ([][]string, error) {
	if file == "" {
		return [][]string{nil}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var lines [][]string
	for line := range strings.Lines(string(text)) {
		lines = append(lines, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return lines, nil
}
