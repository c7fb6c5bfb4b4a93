package main

import "fmt"

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

// overCeiling is the row of what may cost at most so many times the processor
// time of the ceiling.
func overCeiling(figure string, ceiling, got samples, most float64) row {
	ratio := got.cpuOver(ceiling)
	return row{figure: figure, measured: cost(got), ratio: times(ratio, "ceiling")}.atMost(ratio, most, "×")
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
	return []row{overCeiling("GET /verify, index hit", got[0], got[1], 1.5)}, nil
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
	return []row{overCeiling("POST /oauth2/introspect, index hit", got[0], got[1], 2.5)}, nil
}

// miss asks, in random order, for two hundred times as many tokens as the index
// may hold. They have been used before: what the first use of a token costs, an
// event in the trail, it costs once.
func (b *bench) miss() ([]row, error) {
	s, err := b.filled(seed{tokens: b.more, users: b.more / 100, used: true})
	if err != nil {
		return nil, err
	}
	got, err := b.besideCeiling(s, verifyRequest, s.all, 200, "--index-limit", "1000")
	if err != nil {
		return nil, err
	}
	return []row{overCeiling("GET /verify, index miss", got[0], got[1], 2.5)}, nil
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
	rate := made.rateOver(bare)
	return []row{
		overCeiling("token created, bearer", got[0], made, 12),
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
