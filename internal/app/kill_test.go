package app_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// What was answered is there after a kill -9; what was not may be either, but
// stays what it is found to be; no id is given twice.
func TestKilledServerKeepsItsWord(t *testing.T) {
	t.Parallel()
	const kills, workers = 30, 6
	folder, env := filepath.Join(t.TempDir(), "data"), admin(t)
	k := newKilled(t, folder, env, workers)
	for n := range kills {
		p := serve(t, folder, env...)
		c := newClient(t, p.url())
		k.check(t, c, 100)
		k.workUntilKilled(p, c)
		if n%7 == 6 { // and once more, before it is ready
			p := serve(t, folder, env...)
			time.Sleep(rand.N(2 * k.startTime))
			p.kill()
		}
		if t.Failed() {
			return
		}
	}
	p := serve(t, folder, env...)
	c := newClient(t, p.url())
	k.check(t, c, 1<<30)
	k.checkList(t, c)
	p.kill()
	checkIntegrity(t, filepath.Join(folder, "jeton.db"))
	made, revoked, toggled, lost := k.count()
	t.Logf("%d kills, acknowledged: %d creates, %d revokes, %d disables and enables; %d answers lost", kills, made, revoked, toggled, lost)
	if made < 5*kills || revoked < kills || toggled < kills || lost < kills/2 {
		t.Error("that is too little to show anything")
	}
}

// A first start that is killed on the way leaves nothing in the way of the next.
func TestKilledFirstStartCanBeRepeated(t *testing.T) {
	t.Parallel()
	folder, env := filepath.Join(t.TempDir(), "data"), admin(t)
	for n := range 12 {
		p := serve(t, folder, env...)
		time.Sleep(time.Duration(n+1) * 12 * time.Millisecond)
		p.kill()
		if n%4 == 3 {
			p := serve(t, folder, env...)
			newClient(t, p.url()).basic("ada", adminPassword).must(t, http.StatusOK, "GET", "/api/v2/me/", "")
			p.kill()
			folder = filepath.Join(t.TempDir(), "data")
		}
	}
}

// killed is what a test knows about a server that is killed again and again.
type killed struct {
	root      string // a token of the administrator's
	startTime time.Duration
	workers   []*worker

	mu  sync.Mutex
	ids map[int64]bool // of all tokens made
}

func newKilled(t *testing.T, folder string, env []string, workers int) *killed {
	began := time.Now()
	p := serve(t, folder, env...)
	c := newClient(t, p.url())
	k := &killed{startTime: time.Since(began), ids: map[int64]bool{}}
	first := c.basic("ada", adminPassword).personal(t, "ada", "{}")
	k.root = first.Token
	k.ids[first.ID] = true
	for n := range workers {
		u := c.bearer(k.root).newUser(t, fmt.Sprintf("user%d", n))
		k.workers = append(k.workers, &worker{all: k, user: u.ID, enabled: yes, rng: rand.New(rand.NewPCG(1, uint64(n)))})
	}
	p.kill()
	return k
}

// workUntilKilled lets the workers work and kills the server while they do:
// after some steps and not after some time, which on a busy machine is none.
func (k *killed) workUntilKilled(p *process, c *client) {
	var group sync.WaitGroup
	var steps atomic.Int64
	for _, w := range k.workers {
		group.Go(func() {
			for w.step(p.t, c.bearer(k.root)) {
				steps.Add(1)
			}
		})
	}
	enough := 10 + rand.Int64N(300)
	for began := time.Now(); steps.Load() < enough && time.Since(began) < 10*time.Second; {
		time.Sleep(time.Millisecond)
	}
	p.kill()
	group.Wait()
}

// check compares the server with what the workers were told: of all that was in
// doubt, of what was last done, and of some of what is older.
func (k *killed) check(t *testing.T, c *client, older int) {
	if got := c.verify(t, k.root); got != http.StatusOK {
		t.Fatalf("the administrator's token is answered %d", got)
	}
	var group sync.WaitGroup
	for _, w := range k.workers {
		group.Go(func() { w.check(t, c, older) })
	}
	group.Wait()
}

// checkList compares the list of live tokens with what the workers were told.
func (k *killed) checkList(t *testing.T, c *client) {
	listed := map[int64]bool{}
	for next := "/api/v2/tokens/?page_size=200"; next != ""; {
		page := object[struct {
			Next    string  `json:"next"`
			Results []token `json:"results"`
		}](t, c.bearer(k.root).must(t, http.StatusOK, "GET", next, ""))
		for _, tok := range page.Results {
			if listed[tok.ID] {
				t.Errorf("token %d is listed twice", tok.ID)
			}
			listed[tok.ID] = true
		}
		next = page.Next
	}
	surplus := len(listed) - 1 // the administrator's own
	lost := 0
	for _, w := range k.workers {
		lost += w.lostCreates
		for _, tok := range w.tokens {
			if listed[tok.id] != (tok.live == yes) {
				t.Errorf("token %d is live: %v, listed: %v", tok.id, tok.live, listed[tok.id])
			}
			if tok.live == yes {
				surplus--
			}
		}
	}
	if surplus < 0 || surplus > lost {
		t.Errorf("%d tokens are listed that nobody was told of; %d answers to creates were lost", surplus, lost)
	}
}

func (k *killed) count() (made, revoked, toggled, lost int) {
	for _, w := range k.workers {
		made, revoked, toggled, lost = made+len(w.tokens), revoked+w.revoked, toggled+w.toggled, lost+w.lost
	}
	return made, revoked, toggled, lost
}

func checkIntegrity(t *testing.T, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for pragma, want := range map[string]string{"integrity_check": "ok", "journal_mode": "wal"} {
		var got string
		if err := db.QueryRow("pragma " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v", pragma, got, err)
		}
	}
}
