package authority_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
)

var (
	seeds   = flag.Int("seeds", 1, "how many years of a thousand tokens TestYears lives through")
	fewer   = flag.Int("small", 10, "how many years of a dozen tokens or two TestYears lives through")
	oneSeed = flag.Uint64("seed", 0, "the one year that TestYears lives through, as a failure names it")
)

// TestYears lives through a year of an owner's tokens for each seed, and holds
// what verification says after every step against a model that is too simple to
// be wrong. Some years have a thousand tokens; the others have few, which get
// into each other's way. Years follow each other in one store, in as many
// stores as there are processors; each year has an owner of its own, so that a
// seed means the same alone.
func TestYears(t *testing.T) {
	if shm, err := os.Stat("/dev/shm"); err == nil && shm.IsDir() {
		t.Setenv("TMPDIR", "/dev/shm") // where to wait for a disk takes no time: no power is cut here
	}
	years := make(chan uint64, *seeds+*fewer+1)
	if *oneSeed != 0 {
		years <- *oneSeed
	} else {
		for i := range *seeds {
			years <- uint64(i + 1)
		}
		for i := range *fewer {
			years <- smallFrom + uint64(i)
		}
	}
	close(years)
	for range runtime.GOMAXPROCS(0) {
		t.Run("world", func(t *testing.T) {
			t.Parallel()
			liveThrough(t, years)
		})
	}
}

// liveThrough lives through years until one fails or none is left.
func liveThrough(t *testing.T, years <-chan uint64) {
	w := newWorld(t)
	w.Policy.MaxNamed = 10_000
	for seed := range years {
		y := beginYear(w, seed)
		y.live()
		if t.Failed() {
			t.Fatalf("this was year %d: go test ./internal/authority -run TestYears -seed %d", seed, seed)
		}
		t.Logf("year %d had %d tokens", seed, len(y.tokens))
	}
}

const (
	simDay  = 24 * time.Hour
	idleFor = 40 * simDay
	yearEnd = 365 * simDay

	smallFrom = 1_000_000 // from this seed on a year has few tokens
	aFew      = 6         // of many tokens are asked about after each step
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
	last    *simToken // of the last step
	room    int       // for tokens, of which a quarter is kept for successors
	pace    int64     // how many steps are taken where a small year takes one
}

func beginYear(w *world, seed uint64) *year {
	y := &year{world: w, rng: rand.New(rand.NewPCG(seed, 1)), owner: w.user(fmt.Sprintf("owner%d", seed)), began: w.clock.Now()}
	y.room, y.pace = 2000, 50
	if seed >= smallFrom {
		y.room, y.pace = 40, 1
	}
	y.checker = &authority.Authority{Store: w.store, Live: w.index, Uses: &authority.Uses{}, Now: w.clock.Now, Policy: w.Policy}
	w.rule(forUser(y.owner.User, "idle_limit", int64(idleFor/time.Second)))
	return y
}

func (y *year) live() {
	acts := []struct {
		weight int
		name   string
		do     func()
		wide   bool // it may change any token
	}{
		{6, "wait", y.wait, false},
		{5, "create", y.create, false},
		{4, "use", y.use, false},
		{4, "rotate", y.rotateOne, false},
		{2, "pause", y.pause, false},
		{2, "resume", y.resume, false},
		{1, "retire", y.retire, false},
		{1, "revoke", y.revoke, false},
		{1, "shorten", y.shorten, false},
		{1, "revoke many", y.revokeMany, true},
		{1, "switch the owner", y.switchOwner, true},
		{2, "sweep", y.sweep, true},
	}
	var bag []int
	for i, a := range acts {
		for range a.weight {
			bag = append(bag, i)
		}
	}
	for y.clock.Now().Before(y.began.Add(yearEnd)) && !y.t.Failed() {
		a := acts[bag[y.rng.IntN(len(bag))]]
		y.steps = append(y.steps, a.name)
		a.do()
		y.checkSome(a.wide)
	}
	y.check(y.tokens)
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

// chosen is any for a step, which is asked about right after it.
func (y *year) chosen() *simToken {
	y.last = y.any()
	return y.last
}

func (y *year) wait() {
	most := []time.Duration{time.Minute, time.Hour, simDay, 20 * simDay, 45 * simDay}
	y.clock.Forward(time.Duration(y.rng.Int64N(int64(most[y.rng.IntN(len(most))])) / y.pace))
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
	if len(y.tokens) > y.room*5/8 {
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
	if k := y.chosen(); k != nil {
		if _, err := y.Verify(y.t.Context(), k.secret, "", via()); err == nil {
			k.touched = y.clock.Now()
		}
		must(y.t, y.Uses.Flush(y.t.Context(), y.store))
	}
}

// rotateOne rotates as root, who may whatever the owner may not.
func (y *year) rotateOne() {
	k := y.chosen()
	if k == nil || len(y.tokens) > y.room {
		return
	}
	overlaps := []int64{0, 60, 24 * 3600, 720 * 3600}
	r := pat.Rotation{Overlap: overlaps[y.rng.IntN(len(overlaps))], Expiry: y.life(), Origin: pat.OriginAPI}
	secret, tok, err := y.RotateToken(y.t.Context(), y.root, k.id, r)
	now := y.clock.Now()
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
	return kindOf(err) == "not found" && k.over(y.clock.Now())
}

func (y *year) pause() {
	if k := y.chosen(); k != nil {
		tok, err := y.PauseToken(y.t.Context(), y.root, k.id, "")
		if !y.moved("pause", k, err) {
			return
		}
		k.paused = true
		k.touch(tok.ModifiedAt)
	}
}

func (y *year) resume() {
	if k := y.chosen(); k != nil {
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
	k := y.chosen()
	if k == nil {
		return
	}
	tok, err := y.EndOverlap(y.t.Context(), y.root, k.id)
	switch now := y.clock.Now(); {
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
	if k := y.chosen(); k != nil {
		if err := y.RevokeToken(y.t.Context(), y.root, k.id, ""); !y.gone(k, err) {
			must(y.t, err)
			k.revoked = true
		}
	}
}

func (y *year) shorten() {
	k := y.chosen()
	if k == nil {
		return
	}
	end := y.clock.Now().Add(time.Duration(1 + y.rng.Int64N(int64(60*simDay))))
	tok, err := y.EditToken(y.t.Context(), y.root, k.id, pat.TokenEdit{ExpiresAt: &end})
	if err != nil {
		if !k.over(y.clock.Now()) {
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
	before := y.clock.Now().Add(-time.Duration(y.rng.Int64N(int64(60 * simDay))))
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
	now := y.clock.Now()
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

// checkSome asks about every secret that there ever was, or about a few of many
// when there are many: all of those after one in twelve of the steps that may
// have changed any, some dozens of times in a year.
func (y *year) checkSome(wide bool) {
	if len(y.tokens) <= 50 || wide && y.rng.IntN(12) == 0 {
		y.check(y.tokens)
		return
	}
	some := []*simToken{y.last}
	if y.last == nil {
		some = nil
	}
	for range aFew {
		some = append(some, y.any())
	}
	y.last = nil
	some = append(some, y.tokens[len(y.tokens)-1])
	y.check(some)
}

func (y *year) check(tokens []*simToken) {
	now := y.clock.Now()
	for _, k := range tokens {
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
