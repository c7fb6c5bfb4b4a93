package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
)

// belief is what a worker may believe about the server.
type belief int

const (
	no belief = iota
	yes
	either // the answer was lost
)

func (b belief) String() string { return [...]string{"no", "yes", "either"}[b] }

// worker makes and revokes tokens of one user, and disables and enables the
// user, one act at a time; several work at once.
type worker struct {
	all     *killed
	rng     *rand.Rand
	user    int64
	enabled belief
	tokens  []*held
	recent  int // tokens from here on were made since the last check

	revoked, toggled, lost, lostCreates int
}

type held struct {
	id     int64
	secret string
	live   belief
	fresh  bool // revoked since the last check
}

// step does one act. It returns false when the server is gone.
func (w *worker) step(t testing.TB, c *client) bool {
	switch n := w.rng.IntN(10); {
	case n == 0, w.enabled == no && n < 5:
		return w.toggle(t, c)
	case n < 7 && w.enabled == yes:
		return w.create(t, c)
	}
	return w.revoke(t, c)
}

func (w *worker) create(t testing.TB, c *client) bool {
	a, err := c.try("POST", fmt.Sprintf("/api/v2/users/%d/personal_tokens/", w.user), `{"scope":"read"}`)
	if err != nil {
		w.lost++
		w.lostCreates++
		return false
	}
	var tok token
	if err := json.Unmarshal([]byte(a.body), &tok); err != nil || a.status != http.StatusCreated {
		t.Errorf("create: %s", a)
		return false
	}
	w.tokens = append(w.tokens, &held{id: tok.ID, secret: tok.Token, live: yes})
	w.all.mu.Lock()
	defer w.all.mu.Unlock()
	if w.all.ids[tok.ID] {
		t.Errorf("the id %d is given twice", tok.ID)
	}
	w.all.ids[tok.ID] = true
	return true
}

func (w *worker) revoke(t testing.TB, c *client) bool {
	if len(w.tokens) == 0 {
		return true
	}
	tok := w.tokens[w.rng.IntN(len(w.tokens))]
	if tok.live != yes {
		return true
	}
	tok.live, tok.fresh = either, true
	a, err := c.try("DELETE", fmt.Sprintf("/api/v2/tokens/%d/", tok.id), "")
	if err != nil {
		w.lost++
		return false
	}
	if a.status != http.StatusNoContent {
		t.Errorf("revoke: %s", a)
		return false
	}
	tok.live = no
	w.revoked++
	return true
}

func (w *worker) toggle(t testing.TB, c *client) bool {
	to := yes
	if w.enabled == yes {
		to = no
	}
	w.enabled = either
	a, err := c.try("PATCH", fmt.Sprintf("/api/v2/users/%d/", w.user), fmt.Sprintf(`{"is_active":%v}`, to == yes))
	if err != nil {
		w.lost++
		return false
	}
	if a.status != http.StatusOK {
		t.Errorf("toggle: %s", a)
		return false
	}
	w.enabled = to
	w.toggled++
	return true
}

// check compares what the server knows with what the worker was told, and
// settles what was in doubt: it must not change any more.
func (w *worker) check(t *testing.T, c *client, older int) {
	root := c.bearer(w.all.root)
	a, err := root.try("GET", fmt.Sprintf("/api/v2/users/%d/", w.user), "")
	var u user
	if err != nil || a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &u) != nil {
		t.Errorf("user %d: %v, %v", w.user, a, err)
		return
	}
	enabled := no
	if u.IsActive {
		enabled = yes
	}
	if w.enabled != either && w.enabled != enabled {
		t.Errorf("user %d is enabled: %v; the answer was %v", w.user, enabled, w.enabled)
	}
	w.enabled = enabled
	for i, tok := range w.tokens {
		if i >= w.recent || tok.fresh || w.rng.IntN(len(w.tokens)) < older {
			w.checkToken(t, c, tok)
		}
	}
	w.recent = len(w.tokens)
}

func (w *worker) checkToken(t *testing.T, c *client, tok *held) {
	tok.fresh = false
	if tok.live == either {
		a, err := c.bearer(w.all.root).try("GET", fmt.Sprintf("/api/v2/tokens/%d/", tok.id), "")
		if err != nil {
			t.Error(err)
			return
		}
		tok.live = no
		if a.status == http.StatusOK {
			tok.live = yes
		}
	}
	want := http.StatusUnauthorized
	if tok.live == yes && w.enabled == yes {
		want = http.StatusOK
	}
	a, err := c.bearer(tok.secret).try("GET", "/verify", "")
	if err != nil || a.status != want {
		t.Errorf("token %d, live: %v, its owner enabled: %v, is answered %v, %v; want %d", tok.id, tok.live, w.enabled, a, err, want)
	}
}
