package storetest

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var counts = map[string]func(*testing.T, store.Store){
	"CountLive is as if each token were looked at": testCountLive,
	"nobody has no live tokens":                    testCountNobody,
}

// testCountLive compares the count, however a store comes by it, with what the
// tokens say, while they are made, edited and ended and the clock goes on, and
// sometimes back.
func testCountLive(t *testing.T, s store.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		c := counting{s: s, owner: addUser(t, s, user(rapid.StringMatching(`[a-z]{30}`).Draw(rt, "owner"))), now: noon}
		rt.Repeat(map[string]func(*rapid.T){
			"":          c.compare,
			"make":      c.make,
			"edit":      c.edit,
			"end":       c.end,
			"wait":      func(rt *rapid.T) { c.now = c.now.Add(hours(rt, 0, 4)) },
			"set clock": func(rt *rapid.T) { c.now = c.now.Add(hours(rt, -4, 0)) },
			"settle":    c.settle,
			"fail":      c.fail,
		})
	})
}

type counting struct {
	s      store.Store
	owner  pat.UserID
	now    time.Time
	tokens []pat.Token
}

func hours(rt *rapid.T, least, most int) time.Duration {
	return time.Duration(rapid.IntRange(least, most).Draw(rt, "hours")) * time.Hour
}

// draw gives the token a name, or none, and an expiry, or none.
func (c *counting) draw(rt *rapid.T, k *pat.Token) {
	k.Name = rapid.SampledFrom([]string{"", "named"}).Draw(rt, "name")
	k.ExpiresAt = time.Time{}
	if rapid.Bool().Draw(rt, "expires") {
		k.ExpiresAt = c.now.Add(hours(rt, -2, 6))
	}
}

func (c *counting) make(rt *rapid.T) {
	k := token(c.owner)
	c.draw(rt, &k)
	if rapid.IntRange(0, 5).Draw(rt, "revoked") == 0 {
		k.RevokedAt = c.now
	}
	k.ID = addToken(rt, c.s, k)
	c.tokens = append(c.tokens, k)
}

func (c *counting) edit(rt *rapid.T) {
	if k := c.pick(rt); k != nil && k.RevokedAt.IsZero() {
		c.draw(rt, k)
		update(rt, c.s, func(tx store.Tx) error { return tx.UpdateToken(*k) })
	}
}

func (c *counting) end(rt *rapid.T) {
	if k := c.pick(rt); k != nil {
		if endToken(rt, c.s, k.ID, c.now) {
			k.RevokedAt = c.now
		}
	}
}

func (c *counting) pick(rt *rapid.T) *pat.Token {
	if len(c.tokens) == 0 {
		return nil
	}
	return &c.tokens[rapid.IntRange(0, len(c.tokens)-1).Draw(rt, "token")]
}

// settle counts in a transaction, where a store may take notes.
func (c *counting) settle(rt *rapid.T) {
	var named, unnamed int
	update(rt, c.s, func(tx store.Tx) (err error) {
		named, unnamed, err = tx.CountLive(context.Background(), c.owner, c.now)
		return err
	})
	c.check(rt, "in a transaction", named, unnamed)
}

// fail makes a token and thinks better of it.
func (c *counting) fail(rt *rapid.T) {
	err := c.s.Update(context.Background(), func(tx store.Tx) error {
		if _, _, err := tx.CountLive(context.Background(), c.owner, c.now); err != nil {
			return err
		}
		if _, err := tx.InsertToken(token(c.owner)); err != nil {
			return err
		}
		return errSpoiled
	})
	if err != errSpoiled {
		rt.Fatal(err)
	}
}

func (c *counting) compare(rt *rapid.T) {
	named, unnamed, err := c.s.CountLive(context.Background(), c.owner, c.now)
	must(rt, err)
	c.check(rt, "outside", named, unnamed)
}

func (c *counting) check(rt *rapid.T, where string, named, unnamed int) {
	var wantNamed, wantUnnamed int
	for _, k := range c.tokens {
		switch {
		case !k.Live(c.now):
		case k.Name != "":
			wantNamed++
		default:
			wantUnnamed++
		}
	}
	want(rt, where+" at "+c.now.String(), [2]int{named, unnamed}, [2]int{wantNamed, wantUnnamed})
}

func testCountNobody(t *testing.T, s store.Store) {
	named, unnamed, err := s.CountLive(t.Context(), 7, noon)
	must(t, err)
	want(t, "live tokens", named+unnamed, 0)
}
