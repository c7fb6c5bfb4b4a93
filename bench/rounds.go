package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"jeton/bench/result"
)

// traffic is one kind of request to one server.
type traffic struct {
	to      *process
	request string // see the templates of load
	values  string // file
	status  int    // any other answer fails the run
	but     []int  // statuses of refusals that are no failure; what is measured then is the rest
	conns   int    // 0: 64
	once    bool   // no value is ever used again, so there is no warming up
	used    int    // values used so far, where once holds
}

// sample is one run: what the clients saw and what it cost the server.
type sample struct {
	rate float64 // requests a second
	cpu  float64 // microseconds of the server a request
	p99  float64 // milliseconds

	refused float64 // part of all requests, where refusals are no failure
}

// source runs once, for about d.
type source interface {
	run(b *bench, d time.Duration) (sample, error)
}

// run sends the traffic for d. It fails when anything but the expected answer came.
func (t *traffic) run(b *bench, d time.Duration) (sample, error) {
	if t.conns == 0 {
		t.conns = 64
	}
	request, err := b.file("request-", t.request)
	if err != nil {
		return sample{}, err
	}
	defer os.Remove(request)
	before, err := t.to.cpu()
	if err != nil {
		return sample{}, err
	}
	var seen result.Load
	_, err = b.tool(&seen, "load", "-addr", t.to.addr, "-conns", strconv.Itoa(t.conns), "-duration", d.String(),
		"-from", strconv.Itoa(t.used), "-request", request, "-values", t.values)
	if err != nil {
		return sample{}, err
	}
	after, err := t.to.cpu()
	if err != nil {
		return sample{}, err
	}
	expected := seen.Statuses[t.status]
	for _, status := range t.but {
		expected += seen.Statuses[status]
	}
	if seen.Requests == 0 || seen.Errors > 0 || expected != seen.Requests {
		return sample{}, fmt.Errorf("%d answers, %v, %d errors, among them: %s", seen.Requests, seen.Statuses, seen.Errors, seen.Refused)
	}
	if t.once {
		// Connections advance at their own pace: the furthest is never this far.
		t.used += 2*int(seen.Requests) + t.conns
	}
	if len(t.but) > 0 {
		refused := float64(seen.Requests-seen.Good) / float64(seen.Requests)
		return sample{rate: float64(seen.Good) / seen.Seconds, cpu: micros(after-before) / float64(seen.Good), p99: seen.GoodP99 / 1000, refused: refused}, nil
	}
	return sample{rate: seen.Rate, cpu: micros(after-before) / float64(seen.Requests), p99: seen.P99 / 1000}, nil
}

// file writes text into a new file of the run.
func (b *bench) file(name, text string) (string, error) {
	f, err := os.CreateTemp(b.dir, name)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return f.Name(), errors.Join(err, f.Close())
}

// work is a program that serves nobody: it works for a duration and says what it did.
type work []string

func (w work) run(b *bench, d time.Duration) (sample, error) {
	var done result.Work
	args := append(slices.Clone(w[1:]), "-duration", d.String())
	used, err := b.tool(&done, w[0], args...)
	if err != nil {
		return sample{}, err
	}
	n := float64(done.Done)
	return sample{rate: n / done.Seconds, cpu: micros(used) / n}, nil
}

// tool runs another program of the benchmark, reads the JSON it prints and
// returns the processor time that it took from start to end.
func (b *bench) tool(into any, name string, args ...string) (time.Duration, error) {
	cmd := exec.CommandContext(b.ctx, filepath.Join(b.tools, name), args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	used := cmd.ProcessState
	return used.UserTime() + used.SystemTime(), json.Unmarshal(out, into)
}

// take runs the sources in turn, round after round, and returns the samples of
// each. A short round before warms them up and does not count.
func (b *bench) take(sources ...source) ([]samples, error) {
	all := make([]samples, len(sources))
	for round := range b.rounds + 1 {
		for i, s := range sources {
			d := b.duration
			if round == 0 {
				d /= 4
				if t, ok := s.(*traffic); ok && t.once {
					continue
				}
			}
			got, err := s.run(b, d)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				all[i] = append(all[i], got)
			}
		}
	}
	return all, nil
}

// samples are those of one source, by round.
type samples []sample

func (s samples) rate() float64 { return s.median(func(x sample) float64 { return x.rate }) }
func (s samples) cpu() float64  { return s.median(func(x sample) float64 { return x.cpu }) }
func (s samples) p99() float64  { return s.median(func(x sample) float64 { return x.p99 }) }

func (s samples) refused() float64 {
	return s.median(func(x sample) float64 { return x.refused })
}

func (s samples) median(of func(sample) float64) float64 {
	var values []float64
	for _, x := range s {
		values = append(values, of(x))
	}
	return median(values)
}

// cpuOver and rateOver return the median, over the rounds, of the ratio to
// another source in the same round.
func (s samples) cpuOver(base samples) float64 {
	return s.over(base, func(x sample) float64 { return x.cpu })
}

func (s samples) rateOver(base samples) float64 {
	return s.over(base, func(x sample) float64 { return x.rate })
}

func (s samples) over(base samples, of func(sample) float64) float64 {
	var ratios []float64
	for i := range s {
		ratios = append(ratios, of(s[i])/of(base[i]))
	}
	return median(ratios)
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
