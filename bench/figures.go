package main

import (
	"fmt"
	"os"
	"strconv"

	"jeton/bench/result"
)

// figure is one thing to measure; it may fill several rows.
type figure struct {
	name    string
	measure func(*bench) ([]row, error)
}

var figures = []figure{
	{"ceiling", (*bench).ceilingItself},
	{"lookup", (*bench).lookup},
	{"hit", (*bench).hit},
	{"verify", (*bench).verify},
	{"introspect", (*bench).introspect},
	{"miss", (*bench).miss},
	{"create", (*bench).create},
	{"password", (*bench).password},
	{"overload", (*bench).overload},
	{"guessing", (*bench).guessing},
	{"memory", (*bench).memory},
	{"start", (*bench).start},
	{"growth", (*bench).growth},
	{"size", (*bench).size},
}

func names() []string {
	var all []string
	for _, f := range figures {
		all = append(all, f.name)
	}
	return all
}

// cost describes a run of requests.
func cost(s samples) string {
	return fmt.Sprintf("%.1f µs, %s/s, p99 %.1f ms", s.cpu(), count(int(s.rate())), s.p99())
}

func (b *bench) ceilingItself() ([]row, error) {
	small, err := b.small()
	if err != nil {
		return nil, err
	}
	c, err := b.ceiling(small)
	if err != nil {
		return nil, err
	}
	defer c.stop()
	got, err := b.take(&traffic{to: c, request: verifyRequest, values: small.hot, status: 200})
	if err != nil {
		return nil, err
	}
	return []row{{figure: "ceiling: bare net/http", measured: cost(got[0])}}, nil
}

// lookup is measured within a process of its own, on one processor, without HTTP.
func (b *bench) lookup() ([]row, error) {
	var ns []float64
	var got result.Lookup
	for range b.rounds {
		if _, err := b.tool(&got, "lookup"); err != nil {
			return nil, err
		}
		ns = append(ns, got.Nanoseconds)
	}
	m := median(ns)
	r := row{
		figure:   "look-up in process",
		measured: fmt.Sprintf("%.0f ns, %d allocations", m, got.Allocations),
	}.atMost(m, 500, "ns, 0 allocations")
	if got.Allocations > 0 {
		r.verdict = "missed"
	}
	return []row{r}, nil
}

// hit is a verification in somebody else's API, by package verifier, measured
// like lookup.
func (b *bench) hit() ([]row, error) {
	var ns []float64
	var got result.Lookup
	for range b.rounds {
		if _, err := b.tool(&got, "hit"); err != nil {
			return nil, err
		}
		ns = append(ns, got.Nanoseconds)
	}
	m := median(ns)
	return []row{row{
		figure:   "Go library, token remembered",
		measured: fmt.Sprintf("%.0f ns, %d allocations", m, got.Allocations),
	}.atMost(m, 1000, "ns")}, nil
}

// verify asks for tokens that the index knows.
func (b *bench) verify() ([]row, error) {
	small, err := b.small()
	if err != nil {
		return nil, err
	}
	got, err := b.besideCeiling(small, verifyRequest, small.hot, 200)
	if err != nil {
		return nil, err
	}
	ratio := got[1].cpuOver(got[0])
	return []row{row{figure: "GET /verify, index hit", measured: cost(got[1]), ratio: times(ratio, "ceiling")}.atMost(ratio, 1.5, "×")}, nil
}

// introspect asks, by Basic, for tokens that the index knows. A token that is none
// is answered with the same status, so one answer is looked at before.
func (b *bench) introspect() ([]row, error) {
	small, err := b.small()
	if err != nil {
		return nil, err
	}
	if err := b.introspects(small); err != nil {
		return nil, err
	}
	got, err := b.besideCeiling(small, small.introspectRequest(), small.hot, 200)
	if err != nil {
		return nil, err
	}
	ratio := got[1].cpuOver(got[0])
	return []row{row{figure: "POST /oauth2/introspect, index hit", measured: cost(got[1]), ratio: times(ratio, "ceiling")}.atMost(ratio, 2.5, "×")}, nil
}

// miss asks, in random order, for two hundred times as many tokens as the index may hold.
func (b *bench) miss() ([]row, error) {
	s, err := b.site(b.more, b.more/100)
	if err != nil {
		return nil, err
	}
	got, err := b.besideCeiling(s, verifyRequest, s.all, 200, "--index-limit", "1000")
	if err != nil {
		return nil, err
	}
	ratio := got[1].cpuOver(got[0])
	return []row{row{figure: "GET /verify, index miss", measured: cost(got[1]), ratio: times(ratio, "ceiling")}.atMost(ratio, 2.5, "×")}, nil
}

// besideCeiling returns the samples of the ceiling and of Jeton serving the site.
func (b *bench) besideCeiling(s site, request, values string, status int, args ...string) ([]samples, error) {
	c, err := b.ceiling(s)
	if err != nil {
		return nil, err
	}
	defer c.stop()
	p, err := b.open(s, args...)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	if err := p.settle(b.ctx); err != nil {
		return nil, err
	}
	return b.take(
		&traffic{to: c, request: verifyRequest, values: s.hot, status: 200},
		&traffic{to: p, request: request, values: values, status: status},
	)
}

// create makes tokens, each with a bearer token, beside the bare inserts of one
// row into the same kind of store: 64 callers, each waiting for its commit. The
// load generator then has nothing to send, so the inserts have the machine to
// themselves; the ratio of processor time, printed too, does not depend on that.
func (b *bench) create() ([]row, error) {
	small, err := b.smallCopy()
	if err != nil {
		return nil, err
	}
	c, err := b.ceiling(small)
	if err != nil {
		return nil, err
	}
	defer c.stop()
	p, err := b.open(small)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	got, err := b.take(
		&traffic{to: c, request: verifyRequest, values: small.hot, status: 200},
		&traffic{to: p, request: createRequest, values: small.hot, status: 201},
		work{"inserts", "-dir", b.dir},
	)
	if err != nil {
		return nil, err
	}
	made, bare := got[1], got[2]
	cpu, rate := made.cpuOver(got[0]), made.rateOver(bare)
	return []row{
		row{figure: "token created, bearer", measured: cost(made), ratio: times(cpu, "ceiling")}.atMost(cpu, 12, "×"),
		row{figure: "  beside bare inserts", measured: fmt.Sprintf("%s/s of %s/s", count(int(made.rate())), count(int(bare.rate()))), ratio: times(rate, "inserts")}.atLeast(rate, 1.0/3, "×"),
		{figure: "  in processor time", measured: fmt.Sprintf("%.1f µs of %.1f µs", made.cpu(), bare.cpu()), ratio: times(made.cpuOver(bare), "inserts")},
	}, nil
}

// password makes tokens with passwords that the server has not seen, beside
// argon2id alone with as many slots. Sixteen clients at once, and as many
// callers there: more would be refused, since the queue for a slot is short.
func (b *bench) password() ([]row, error) {
	s, err := b.site(hotTokens, 10_000)
	if err != nil {
		return nil, err
	}
	s, err = b.copied(s)
	if err != nil {
		return nil, err
	}
	p, err := b.open(s)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	got, err := b.take(
		&traffic{to: p, request: createBasic, values: s.user, status: 201, conns: 16, once: true},
		work{"argon"},
	)
	if err != nil {
		return nil, err
	}
	ratio := got[0].rateOver(got[1])
	return []row{row{
		figure:   "token created, new password",
		measured: fmt.Sprintf("%.1f/s of %.1f/s", got[0].rate(), got[1].rate()),
		ratio:    times(ratio, "argon2id"),
	}.atLeast(ratio, 0.9, "×")}, nil
}

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
