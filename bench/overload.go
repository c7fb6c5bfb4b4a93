package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Overload is ten times the connections that saturate a server: 64 keep every
// processor busy and every commit full.
const (
	saturating = 64
	overload   = 10 * saturating
)

// overload sends ten times what saturates, and compares what is answered. The
// clients heed no Retry-After: each is back as soon as it was refused.
func (b *bench) overload() ([]row, error) {
	small, err := b.smallCopy()
	if err != nil {
		return nil, err
	}
	p, err := b.open(small)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	healthy := watch(b.ctx, p)
	var rows []row
	for _, it := range []struct {
		figure, request string
		status          int
	}{{"verify", verifyRequest, 200}, {"create", createRequest, 201}} {
		more, err := b.overloaded(p, small, it.figure, traffic{to: p, request: it.request, values: small.hot, status: it.status, but: []int{429, 503}})
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	bare, err := b.bareOverload(small)
	if err != nil {
		return nil, err
	}
	rows = append(rows, bare)
	asked, well := healthy()
	part := float64(well) / float64(max(asked, 1))
	return append(rows, row{
		figure: "  /readyz meanwhile", measured: fmt.Sprintf("%d of %d answered 200", well, asked),
	}.atLeast(part, 1, "of all")), nil
}

// overloaded returns the rows of one kind of request. What it compares with is the
// same request over 64 connections, in the same round.
func (b *bench) overloaded(p *process, s site, figure string, t traffic) ([]row, error) {
	few, many := t, t
	few.conns, many.conns = saturating, overload
	before, err := p.rss()
	if err != nil {
		return nil, err
	}
	got, err := b.take(&few, &many)
	if err != nil {
		return nil, err
	}
	after, err := p.rss()
	if err != nil {
		return nil, err
	}
	goodput, p99 := got[1].rateOver(got[0]), got[1].p99()
	return []row{
		row{
			figure:   fmt.Sprintf("overload: %s, %d connections", figure, overload),
			measured: fmt.Sprintf("%s/s of %s/s, %.0f %% refused", count(int(got[1].rate())), count(int(got[0].rate())), 100*got[1].refused()),
			ratio:    times(goodput, "the peak"),
		}.atLeast(goodput, 0.6, "×"),
		row{figure: "  p99 of what is admitted", measured: fmt.Sprintf("%.0f ms of %.1f ms", p99, got[0].p99())}.atMost(p99, max(500, 30*got[0].p99()), "ms"),
		row{figure: "  memory", measured: mib(after) + " of " + mib(before)}.atMost(float64(after-before)/(1<<20), 256, "MiB more"),
	}, nil
}

// bareOverload says what of its peak the ceiling keeps, whose loss is the machine's and
// the load generator's.
func (b *bench) bareOverload(s site) (row, error) {
	c, err := b.ceiling(s)
	if err != nil {
		return row{}, err
	}
	defer c.stop()
	few := &traffic{to: c, request: verifyRequest, values: s.hot, status: 200, conns: saturating}
	many := *few
	many.conns = overload
	got, err := b.take(few, &many)
	if err != nil {
		return row{}, err
	}
	return row{
		figure:   fmt.Sprintf("  the ceiling, %d connections", overload),
		measured: fmt.Sprintf("%s/s of %s/s", count(int(got[1].rate())), count(int(got[0].rate()))),
		ratio:    times(got[1].rateOver(got[0]), "its peak"),
	}, nil
}

// watch asks whether the server is ready, again and again, until the function
// that it returns is called.
func watch(ctx context.Context, p *process) func() (asked, well int) {
	ctx, stop := context.WithCancel(ctx)
	var asking sync.WaitGroup
	var asked, well int
	asking.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
			asked++
			if bytes.HasPrefix(ask(p.addr, "/readyz"), []byte("HTTP/1.1 200 ")) {
				well++
			}
		}
	})
	return func() (int, int) {
		stop()
		asking.Wait()
		return asked, well
	}
}

// guessRequest tries a password. {3} is where it comes from: each source may
// try a few only, so that a flood worth its name has many.
const guessRequest = "GET /api/v2/me/ HTTP/1.1\n" + host + "Authorization: Basic {1}\nX-Forwarded-For: {3}\n\n"

// guesses are wrong passwords for names that nobody has, each from an address
// of its own.
func guesses(n int) string {
	var lines strings.Builder
	for i := range n {
		name := fmt.Sprintf("nobody%d", i)
		fmt.Fprintf(&lines, "%s\t%s\t10.%d.%d.%d\n", base64.StdEncoding.EncodeToString([]byte(name+":wrong password")), name, i>>16&0xff, i>>8&0xff, i&0xff)
	}
	return lines.String()
}

// guessing verifies over 16 connections, alone and while 32 others guess
// passwords as fast as they are answered.
func (b *bench) guessing() ([]row, error) {
	small, err := b.small()
	if err != nil {
		return nil, err
	}
	values, err := b.file("guesses-", guesses(1<<17))
	if err != nil {
		return nil, err
	}
	p, err := b.open(small, "--trusted-proxies", "127.0.0.0/8")
	if err != nil {
		return nil, err
	}
	defer p.stop()
	before, err := p.rss()
	if err != nil {
		return nil, err
	}
	verify := &traffic{to: p, request: verifyRequest, values: small.hot, status: 200, conns: 16}
	guess := &traffic{to: p, request: guessRequest, values: values, status: 401, but: []int{429, 503}, conns: 32, once: true}
	got, err := b.take(verify, &beside{verify, guess})
	if err != nil {
		return nil, err
	}
	after, err := p.rss()
	if err != nil {
		return nil, err
	}
	p99 := got[1].p99()
	return []row{
		row{
			figure:   "verify while 32 guess, p99",
			measured: fmt.Sprintf("%.1f ms, alone %.1f ms; %s/s of %s/s", p99, got[0].p99(), count(int(got[1].rate())), count(int(got[0].rate()))),
			ratio:    times(got[1].rateOver(got[0]), "alone"),
		}.atMost(p99, 250, "ms"),
		{figure: "  memory", measured: mib(after) + " of " + mib(before)},
	}, nil
}

// beside is a source with another beneath it, which is not measured.
type beside struct{ measured, other source }

func (s *beside) run(b *bench, d time.Duration) (sample, error) {
	failed := make(chan error, 1)
	go func() {
		_, err := s.other.run(b, d)
		failed <- err
	}()
	got, err := s.measured.run(b, d)
	if other := <-failed; err == nil {
		err = other
	}
	return got, err
}
