package main

import (
	"fmt"
	"os"
	"strconv"
)

// memory compares what a server holds that has nothing to index with one that
// has everything in its index, settled and after some load.
func (b *bench) memory() ([]row, error) {
	small, err := b.small()
	if err != nil {
		return nil, err
	}
	large, err := b.large()
	if err != nil {
		return nil, err
	}
	idle, _, err := b.resident(small)
	if err != nil {
		return nil, err
	}
	settled, loaded, err := b.resident(large)
	if err != nil {
		return nil, err
	}
	each := func(bytes int64) float64 { return float64(bytes-idle) / float64(b.many) }
	most := max(settled, loaded)
	return []row{
		row{figure: "memory, idle", measured: mib(idle)}.atMost(float64(idle)/(1<<20), 30, "MiB"),
		row{
			figure:   "memory, " + count(b.many) + " tokens",
			measured: fmt.Sprintf("%s, bytes a token: %.0f, after load %.0f", mib(most), each(settled), each(loaded)),
		}.atMost(each(most), 128, "bytes"),
	}, nil
}

// resident returns the resident memory of a server that has settled, and right
// after it has been asked for a while.
func (b *bench) resident(s site) (settled, loaded int64, err error) {
	p, err := b.open(s, "--index-limit", b.roomy())
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	if err := p.settle(b.ctx); err != nil {
		return 0, 0, err
	}
	if settled, err = p.rss(); err != nil {
		return 0, 0, err
	}
	t := traffic{to: p, request: verifyRequest, values: s.hot, status: 200}
	if _, err := t.run(b, b.duration); err != nil {
		return 0, 0, err
	}
	loaded, err = p.rss()
	return settled, loaded, err
}

// roomy is a limit of the index above all that a large store holds: the gateway
// has a token too.
func (b *bench) roomy() string { return strconv.Itoa(max(b.many, 1_000_000) + 1000) }

// start measures from the start of the process to the first 200 of /readyz. The
// files have just been written, so the operating system has them in memory.
func (b *bench) start() ([]row, error) {
	small, err := b.small()
	if err != nil {
		return nil, err
	}
	large, err := b.large()
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, it := range []struct {
		site
		tokens int
		limit  float64
	}{{small, hotTokens, 100}, {large, b.many, 300}} {
		var ms []float64
		for range 5 {
			p, err := b.open(it.site)
			if err != nil {
				return nil, err
			}
			ms = append(ms, micros(p.started)/1000)
			p.stop()
		}
		m := median(ms)
		rows = append(rows, row{
			figure:   "start to ready, " + count(it.tokens) + " tokens",
			measured: fmt.Sprintf("%.0f ms", m),
		}.atMost(m, it.limit, "ms"))
	}
	return rows, nil
}

// growth compares a server of many tokens with one of a thousand, asked for as
// many tokens and making as many.
func (b *bench) growth() ([]row, error) {
	var servers [2]*process
	var sites [2]site
	for i, get := range []func() (site, error){b.small, b.large} {
		s, err := get()
		if err != nil {
			return nil, err
		}
		if sites[i], err = b.copied(s); err != nil {
			return nil, err
		}
		p, err := b.open(sites[i], "--index-limit", b.roomy())
		if err != nil {
			return nil, err
		}
		defer p.stop()
		if err := p.settle(b.ctx); err != nil {
			return nil, err
		}
		servers[i] = p
	}
	var rows []row
	for _, it := range []struct {
		figure, request string
		status          int
		limit           float64
	}{{"verify", verifyRequest, 200, 1.2}, {"create", createRequest, 201, 1.5}} {
		got, err := b.take(
			&traffic{to: servers[0], request: it.request, values: sites[0].hot, status: it.status},
			&traffic{to: servers[1], request: it.request, values: sites[1].hot, status: it.status},
		)
		if err != nil {
			return nil, err
		}
		ratio := got[1].cpuOver(got[0])
		rows = append(rows, row{
			figure:   "growth: " + it.figure + " at " + count(b.many) + " tokens",
			measured: fmt.Sprintf("%.1f µs of %.1f µs", got[1].cpu(), got[0].cpu()),
			ratio:    times(ratio, "1,000 tokens"),
		}.atMost(ratio, it.limit, "×"))
	}
	return rows, nil
}

func (b *bench) size() ([]row, error) {
	info, err := os.Stat(b.jeton)
	if err != nil {
		return nil, err
	}
	mb := float64(info.Size()) / 1e6
	return []row{row{figure: "binary, stripped", measured: fmt.Sprintf("%.1f MB", mb)}.atMost(mb, 30, "MB")}, nil
}
