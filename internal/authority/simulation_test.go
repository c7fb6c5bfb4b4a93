package authority_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
)

var (
	seeds   = flag.Int("seeds", 10, "how many years of tokens TestYears lives through")
	oneSeed = flag.Uint64("seed", 0, "the one year that TestYears lives through, as a failure names it")
)

// TestYears lives through a year of an owner's tokens for each seed, and holds
// what verification says after every step against a model that is too simple to
// be wrong. The years follow each other in one store; each has an owner of its
// own, so that a seed means the same alone. A year has a dozen tokens or two, and
// not a thousand: what goes wrong goes wrong with few, and there are many years.
func TestYears(t *testing.T) {
	w := newWorld(t)
	first, last := uint64(1), uint64(*seeds)
	if *oneSeed != 0 {
		first, last = *oneSeed, *oneSeed
	}
	for seed := first; seed <= last; seed++ {
		y := beginYear(w, seed)
		y.live()
		if t.Failed() {
			t.Fatalf("this was year %d: go test ./internal/authority -run TestYears -seed %d", seed, seed)
		}
	}
}

const (
	simDay  = 24 * time.Hour
	idleFor = 40 * simDay
	yearEnd = 365 * simDay
)

// simToken is what the model knows of a token.
type simToken struct {
	secret   string
	id       pat.TokenID
	family   pat.TokenID
	parent   pat.TokenID
	expires  time.Time // zero: never
	retired  time.Time // zero: not rotated
	touched  time.Time // made, changed or used
	paused   bool
	revoked  bool
	everOver bool // it has ended once: never again is it to be accepted
}

// touch notes a change, which may be one of long ago: what changes nothing leaves
// the time of the last.
func (k *simToken) touch(at time.Time) {
	if at.After(k.touched) {
		k.touched = at
	}
}

// over reports whether the token has ended for good.
func (k *simToken) over(now time.Time) bool {
	return k.revoked || !k.expires.IsZero() && !now.Before(k.expires) || !k.retired.IsZero() && !now.Before(k.retired)
}

// year is one owner's.
type year struct {
	*world
	rng     *rand.Rand
	owner   pat.Principal
	began   time.Time
	off     bool // the owner is disabled
	tokens  []*simToken
	checker *authority.Authority // verifies without counting
	steps   []string
}

func beginYear(w *world, seed uint64) *year {
	y := &year{world: w, rng: rand.New(rand.NewPCG(seed, 1)), owner: w.user(fmt.Sprintf("owner%d", seed)), began: w.clock.now()}
	y.checker = &authority.Authority{Store: w.store, Live: w.index, Uses: &authority.Uses{}, Now: w.clock.now, Policy: w.Policy}
	w.rule(forUser(y.owner.User, "idle_limit", int64(idleFor/time.Second)))
	return y
}

func (y *year) live() {
	acts := []struct {
		weight int
		name   string
		do     func()
	}{
		{6, "wait", y.wait},
		{5, "create", y.create},
		{4, "use", y.use},
		{4, "rotate", y.rotateOne},
		{2, "pause", y.pause},
		{2, "resume", y.resume},
		{1, "retire", y.retire},
		{1, "revoke", y.revoke},
		{1, "shorten", y.shorten},
		{1, "revoke many", y.revokeMany},
		{1, "switch the owner", y.switchOwner},
		{2, "sweep", y.sweep},
	}
	var bag []int
	for i, a := range acts {
		for range a.weight {
			bag = append(bag, i)
		}
	}
	for y.clock.now().Before(y.began.Add(yearEnd)) && !y.t.Failed() {
		a := acts[bag[y.rng.IntN(len(bag))]]
		y.steps = append(y.steps, a.name)
		a.do()
		y.check()
	}
	y.checkFamilies()
	if y.t.Failed() {
		y.t.Logf("the steps were %v", y.steps)
	}
}

// any returns one of the tokens, nil when there is none.
func (y *year) any() *simToken {
	if len(y.tokens) == 0 {
		return nil
	}
	return y.tokens[y.rng.IntN(len(y.tokens))]
}

func (y *year) wait() {
	most := []time.Duration{time.Minute, time.Hour, simDay, 20 * simDay, 45 * simDay}
	y.clock.forward(time.Duration(y.rng.Int64N(int64(most[y.rng.IntN(len(most))]))))
}

func (y *year) life() pat.Expiry {
	if y.rng.IntN(4) == 0 {
		return pat.Expiry{Never: true}
	}
	lives := []time.Duration{time.Hour, 10 * simDay, 90 * simDay}
	return pat.Expiry{After: 1 + y.rng.Int64N(int64(lives[y.rng.IntN(len(lives))]/time.Second))}
}

func (y *year) add(secret string, tok pat.Token) {
	y.tokens = append(y.tokens, &simToken{
		secret: secret, id: tok.ID, family: tok.Family, parent: tok.Parent, expires: tok.ExpiresAt, touched: tok.ModifiedAt,
	})
}

func (y *year) create() {
	if len(y.tokens) > 25 {
		return
	}
	name := ""
	if y.rng.IntN(2) == 0 {
		name = fmt.Sprintf("t%d", len(y.tokens))
	}
	secret, tok, err := y.world.create(y.owner, named(name), func(r *pat.TokenRequest) { r.Expiry = y.life() })
	if y.off {
		y.refused("create", err, "unauthenticated")
		return
	}
	must(y.t, err)
	y.add(secret.Reveal(), tok)
}

func (y *year) refused(act string, err error, kind string) {
	if kindOf(err) != kind {
		y.t.Errorf("%s: %v, want %s", act, err, kind)
	}
}

func (y *year) use() {
	if k := y.any(); k != nil {
		if _, err := y.Verify(y.t.Context(), k.secret, "", via()); err == nil {
			k.touched = y.clock.now()
		}
		must(y.t, y.Uses.Flush(y.t.Context(), y.store))
	}
}

// rotateOne rotates as root, who may whatever the owner may not.
func (y *year) rotateOne() {
	k := y.any()
	if k == nil || len(y.tokens) > 40 {
		return
	}
	overlaps := []int64{0, 60, 24 * 3600, 720 * 3600}
	r := pat.Rotation{Overlap: overlaps[y.rng.IntN(len(overlaps))], Expiry: y.life(), Origin: pat.OriginAPI}
	secret, tok, err := y.RotateToken(y.t.Context(), y.root, k.id, r)
	now := y.clock.now()
	switch {
	case y.gone(k, err):
	case y.off:
		y.refused("rotate of a disabled owner's", err, "invalid")
	case k.over(now) || k.paused || !k.retired.IsZero():
		y.refused("rotate", err, "conflict")
	default:
		must(y.t, err)
		k.retired, k.touched = now.Add(time.Duration(r.Overlap)*time.Second).Truncate(time.Second), now
		if k.expires.IsZero() || k.retired.Before(k.expires) {
			k.expires = k.retired
		}
		if tok.Family != k.family || tok.Parent != k.id {
			y.t.Errorf("token %d is of family %d after %d, want %d after %d", tok.ID, tok.Family, tok.Parent, k.family, k.id)
		}
		y.add(secret.Reveal(), tok)
	}
}

// gone reports whether an act failed because the record was removed, which only
// ended ones are.
func (y *year) gone(k *simToken, err error) bool {
	return kindOf(err) == "not found" && k.over(y.clock.now())
}

func (y *year) pause() {
	if k := y.any(); k != nil {
		tok, err := y.PauseToken(y.t.Context(), y.root, k.id, "")
		if !y.moved("pause", k, err) {
			return
		}
		k.paused = true
		k.touch(tok.ModifiedAt)
	}
}

func (y *year) resume() {
	if k := y.any(); k != nil {
		tok, err := y.ResumeToken(y.t.Context(), y.root, k.id)
		if !y.moved("resume", k, err) {
			return
		}
		k.paused = false
		k.touch(tok.ModifiedAt)
	}
}

// moved reports whether a token that is not revoked was moved.
func (y *year) moved(act string, k *simToken, err error) bool {
	switch {
	case y.gone(k, err):
		return false
	case k.revoked:
		y.refused(act, err, "conflict")
		return false
	}
	must(y.t, err)
	return true
}

func (y *year) retire() {
	k := y.any()
	if k == nil {
		return
	}
	tok, err := y.EndOverlap(y.t.Context(), y.root, k.id)
	switch now := y.clock.now(); {
	case y.gone(k, err):
	case k.revoked || k.retired.IsZero():
		y.refused("retire", err, "conflict")
	default:
		must(y.t, err)
		if end := now.Truncate(time.Second); end.Before(k.retired) {
			k.retired = end
			k.touch(tok.ModifiedAt)
			if end.Before(k.expires) {
				k.expires = end
			}
		}
	}
}

func (y *year) revoke() {
	if k := y.any(); k != nil {
		if err := y.RevokeToken(y.t.Context(), y.root, k.id, ""); !y.gone(k, err) {
			must(y.t, err)
			k.revoked = true
		}
	}
}

func (y *year) shorten() {
	k := y.any()
	if k == nil {
		return
	}
	end := y.clock.now().Add(time.Duration(1 + y.rng.Int64N(int64(60*simDay))))
	tok, err := y.EditToken(y.t.Context(), y.root, k.id, pat.TokenEdit{ExpiresAt: &end})
	if err != nil {
		if !k.over(y.clock.now()) {
			y.t.Errorf("shorten: %v", err)
		}
		return
	}
	was := k.expires
	k.expires = tok.ExpiresAt
	k.touch(tok.ModifiedAt)
	if !was.IsZero() && tok.ExpiresAt.After(was) {
		y.t.Errorf("token %d was to end at %v and now ends at %v", k.id, was, tok.ExpiresAt)
	}
}

func (y *year) revokeMany() {
	if y.rng.IntN(3) > 0 {
		return
	}
	before := y.clock.now().Add(-time.Duration(y.rng.Int64N(int64(60 * simDay))))
	b, err := y.preview(y.root, pat.BulkRequest{Owner: y.owner.User, CreatedBefore: before})
	must(y.t, err)
	_, err = y.RunBulk(y.t.Context(), y.root, b.ID)
	must(y.t, err)
	chosen := map[pat.TokenID]bool{}
	for _, id := range b.Tokens {
		chosen[id] = true
	}
	for _, k := range y.tokens {
		k.revoked = k.revoked || chosen[k.id]
	}
}

func (y *year) switchOwner() {
	y.off = !y.off
	must(y.t, y.edit(y.root, y.owner.User, pat.UserEdit{Disabled: new(y.off)}))
}

// sweep is the work of the clock.
func (y *year) sweep() {
	now := y.clock.now()
	must(y.t, y.PauseIdle(y.t.Context()))
	must(y.t, y.PruneTokens(y.t.Context()))
	must(y.t, y.RaiseAlarms(y.t.Context()))
	for _, k := range y.tokens {
		since := k.touched
		if y.began.After(since) {
			since = y.began
		}
		if !k.over(now) && !k.paused && k.retired.IsZero() && now.Unix()-since.Unix() >= int64(idleFor/time.Second) {
			k.paused, k.touched = true, now
		}
	}
}

// check asks about every secret that there ever was.
func (y *year) check() {
	now := y.clock.now()
	for _, k := range y.tokens {
		_, err := y.checker.Verify(y.t.Context(), k.secret, "", via())
		over := k.over(now)
		k.everOver = k.everOver || over
		good := !over && !k.paused && !y.off
		switch {
		case k.everOver && err == nil:
			y.t.Errorf("token %d was accepted after its end: %+v", k.id, *k)
		case good != (err == nil):
			y.t.Errorf("token %d: %v, and is to be accepted: %t; %+v, now %v", k.id, err, good, *k, now)
		}
		if !over {
			if _, err := y.store.Token(y.t.Context(), k.id); err != nil {
				y.t.Errorf("token %d is lost: %v", k.id, err)
			}
		}
	}
}

// checkFamilies checks that each chain is one, with one head at most.
func (y *year) checkFamilies() {
	heads := map[pat.TokenID]int{}
	parents := map[pat.TokenID]bool{}
	for _, k := range y.tokens {
		if k.retired.IsZero() {
			heads[k.family]++
		}
		if k.parent != 0 && parents[k.parent] {
			y.t.Errorf("token %d has two successors", k.parent)
		}
		parents[k.parent] = true
		stored, err := y.store.Token(y.t.Context(), k.id)
		if err != nil {
			continue // removed: it was to be over, which check has seen to
		}
		if stored.Family != k.family || stored.Parent != k.parent {
			y.t.Errorf("token %d has become one of family %d after %d, was of %d after %d", k.id, stored.Family, stored.Parent, k.family, k.parent)
		}
	}
	for family, n := range heads {
		if n != 1 {
			y.t.Errorf("family %d has %d heads", family, n)
		}
	}
}
