package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// doomed is a secret whose end some worker brings about.
type doomed struct {
	secret string
	ended  atomic.Bool // the end has been answered
	yeses  atomic.Int64
	noes   atomic.Int64 // after the end was answered
}

// No verification that starts after a revoke, a disable or a delete was
// answered says yes, however many ask at the same time.
func TestNoLateYes(t *testing.T) {
	t.Parallel()
	const checkers, least = 6, 8000
	s := open(t, settings(t))
	w := &watch{}
	ends := []func(){w.revokes(t, s, &w.hot[0], 150), w.disables(t, s, &w.hot[1], 6), w.deletes(t, s, &w.hot[2], 6)}
	done := make(chan struct{})
	var asking, ending sync.WaitGroup
	for range checkers {
		asking.Go(func() {
			for rng := rand.New(rand.NewPCG(rand.Uint64(), 1)); w.checks.Load() < least || !isClosed(done); {
				w.check(t, s.client, rng)
			}
		})
	}
	for _, end := range ends {
		ending.Go(end)
	}
	ending.Wait()
	close(done)
	asking.Wait()
	before, after := w.count(t)
	t.Logf("%d checks: %d yes before the end, %d no after it", w.checks.Load(), before, after)
	if before < least/50 || after < least/50 {
		t.Error("too few checks saw the one or the other side of an end")
	}
}

// watch is what is asked about.
type watch struct {
	tokens []*doomed
	checks atomic.Int64
	hot    [3]atomic.Int64 // the token that each of the enders is about to end
}

// check asks about a token, and four times in five about one that is ended just
// now or was a moment before.
func (w *watch) check(t *testing.T, c *client, rng *rand.Rand) {
	d := w.tokens[rng.IntN(len(w.tokens))]
	if rng.IntN(5) > 0 {
		d = w.tokens[max(0, int(w.hot[rng.IntN(len(w.hot))].Load())-rng.IntN(2))]
	}
	ended := d.ended.Load()
	a, err := c.bearer(d.secret).try("GET", "/verify", "")
	w.checks.Add(1)
	switch {
	case err != nil:
		t.Error(err)
	case a.status == http.StatusOK && ended:
		t.Error("a late yes")
	case a.status == http.StatusOK:
		d.yeses.Add(1)
	case a.status != http.StatusUnauthorized:
		t.Errorf("verify: %s", a)
	case ended:
		d.noes.Add(1)
	}
}

// count adds up what was seen, and sees that each token was ended.
func (w *watch) count(t *testing.T) (before, after int64) {
	for i, d := range w.tokens {
		if !d.ended.Load() {
			t.Errorf("token %d was not ended", i)
		}
		before, after = before+d.yeses.Load(), after+d.noes.Load()
	}
	return before, after
}

// add makes n tokens of a user.
func (w *watch) add(t *testing.T, s *site, owner, n int) (ids []int64, made []*doomed) {
	for range n {
		tok := s.ada.personal(t, owner, `{"scope":"read"}`)
		ids, made = append(ids, tok.ID), append(made, &doomed{secret: tok.Token})
	}
	w.tokens = append(w.tokens, made...)
	return ids, made
}

// pause lets the checkers find a token alive a few times, so that they are
// asking about it while it is ended.
func (w *watch) pause(d *doomed) {
	seen := d.yeses.Load() + 5
	for n := 0; n < 5000 && d.yeses.Load() < seen; n++ {
		time.Sleep(100 * time.Microsecond)
	}
}

// end ends something and tells the checkers which tokens ended with it.
func (w *watch) end(t *testing.T, s *site, status int, method, path, body string, made []*doomed) {
	w.pause(made[0])
	a, err := s.ada.try(method, path, body)
	if err != nil || a.status != status {
		t.Errorf("%s %s: %v, %v", method, path, a, err)
		return
	}
	for _, d := range made {
		d.ended.Store(true)
	}
}

func (w *watch) revokes(t *testing.T, s *site, hot *atomic.Int64, n int) func() {
	first := len(w.tokens)
	ids, made := w.add(t, s, 1, n)
	return func() {
		for i, id := range ids {
			hot.Store(int64(first + i))
			w.end(t, s, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/v2/tokens/%d/", id), "", made[i:i+1])
		}
	}
}

func (w *watch) disables(t *testing.T, s *site, hot *atomic.Int64, n int) func() {
	return w.users(t, s, hot, n, "disabled", http.StatusOK, "PATCH", `{"is_active":false}`)
}

func (w *watch) deletes(t *testing.T, s *site, hot *atomic.Int64, n int) func() {
	return w.users(t, s, hot, n, "deleted", http.StatusNoContent, "DELETE", "")
}

// users makes n users of three tokens each, to be ended by a request.
func (w *watch) users(t *testing.T, s *site, hot *atomic.Int64, n int, name string, status int, method, body string) func() {
	first := len(w.tokens)
	var ids []int64
	var made []*doomed
	for i := range n {
		u := s.ada.newUser(t, fmt.Sprintf("%s%d", name, i))
		_, tokens := w.add(t, s, int(u.ID), 3)
		ids, made = append(ids, u.ID), append(made, tokens...)
	}
	return func() {
		for i, id := range ids {
			hot.Store(int64(first + 3*i))
			w.end(t, s, status, method, fmt.Sprintf("/api/v2/users/%d/", id), body, made[3*i:3*i+3])
		}
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
