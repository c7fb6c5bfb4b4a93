package main

import (
	"fmt"

	"jeton/bench/result"
)

// lookup is measured within a process of its own, on one processor, without HTTP.
func (b *bench) lookup() ([]row, error) {
	ns, allocations, err := b.inProcess("lookup")
	if err != nil {
		return nil, err
	}
	r := row{figure: "look-up in process", measured: perCall(ns, allocations)}.atMost(ns, 500, "ns, 0 allocations")
	if allocations > 0 {
		r.verdict = "missed"
	}
	return []row{r}, nil
}

// hit is a verification in somebody else's API, by package verifier, measured
// like lookup.
func (b *bench) hit() ([]row, error) {
	ns, allocations, err := b.inProcess("hit")
	if err != nil {
		return nil, err
	}
	return []row{row{figure: "Go library, token remembered", measured: perCall(ns, allocations)}.atMost(ns, 1000, "ns")}, nil
}

// inProcess runs a tool that calls one function many times, once a round. It
// returns the median time of a call, and the allocations of the last round.
func (b *bench) inProcess(tool string) (ns float64, allocations int64, err error) {
	var all []float64
	var got result.Lookup
	for range b.rounds {
		if _, err := b.tool(&got, tool); err != nil {
			return 0, 0, err
		}
		all = append(all, got.Nanoseconds)
	}
	return median(all), got.Allocations, nil
}

func perCall(ns float64, allocations int64) string {
	return fmt.Sprintf("%.0f ns, %d allocations", ns, allocations)
}
