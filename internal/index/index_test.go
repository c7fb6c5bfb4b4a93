package index_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jeton/internal/index"
	"jeton/internal/pat"
	"jeton/internal/store"
	"jeton/internal/store/sqlite"
)

// clock is a clock that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) forward(d time.Duration) { c.at.Add(int64(d)) }

// cut is a real store whose line to the index can be cut.
type cut struct {
	*sqlite.Store
	feed, tokens atomic.Bool // cut
	asked        atomic.Int64
	beforeAnswer func() // runs between reading a token and answering
}

var errCut = errors.New("connection lost")

func (c *cut) Changes(ctx context.Context, after pat.Seq, limit int) ([]store.Change, bool, error) {
	if c.feed.Load() {
		return nil, false, errCut
	}
	return c.Store.Changes(ctx, after, limit)
}

func (c *cut) Entry(ctx context.Context, d pat.Digest) (store.Entry, error) {
	c.asked.Add(1)
	if c.tokens.Load() {
		return store.Entry{}, errCut
	}
	e, err := c.Store.Entry(ctx, d)
	if c.beforeAnswer != nil {
		c.beforeAnswer()
	}
	return e, err
}

func (c *cut) Standing(ctx context.Context, id pat.UserID) (pat.Standing, error) {
	if c.tokens.Load() {
		return pat.Standing{}, errCut
	}
	return c.Store.Standing(ctx, id)
}

type world struct {
	t     testing.TB
	clock *clock
	store *cut
	index *index.Index
	owner pat.UserID
	made  int
}

func newWorld(t testing.TB, edit ...func(*index.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: newClock()}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jeton.db"), sqlite.Options{Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.store = &cut{Store: db}
	w.update(func(tx store.Tx) (err error) {
		w.owner, err = tx.InsertUser(pat.User{Name: "ada", CreatedAt: w.clock.now(), ModifiedAt: w.clock.now()}, "")
		return err
	})
	o := index.Options{Source: w.store, Now: w.clock.now}
	for _, e := range edit {
		e(&o)
	}
	if w.index, err = index.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) update(fn func(store.Tx) error) {
	w.t.Helper()
	if err := w.store.Update(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// digest is that of the n-th token of a test.
func digest(n int) (d pat.Digest) {
	binary.LittleEndian.PutUint64(d[8:], uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(d[16:], uint64(n))
	d[0] = byte(n * 7)
	return d
}

// token inserts a token and returns its id and digest.
func (w *world) token(edit ...func(*pat.Token)) (id pat.TokenID, d pat.Digest) {
	w.t.Helper()
	w.made++
	tok := pat.Token{Owner: w.owner, Digest: digest(w.made), Prefix: "jtn", LastFour: "abcd", Scopes: "read", Origin: pat.OriginAPI, CreatedAt: w.clock.now(), ModifiedAt: w.clock.now()}
	for _, e := range edit {
		e(&tok)
	}
	w.update(func(tx store.Tx) (err error) {
		id, err = tx.InsertToken(tok)
		return err
	})
	return id, tok.Digest
}

func (w *world) revoke(id pat.TokenID) {
	w.t.Helper()
	w.update(func(tx store.Tx) error {
		_, err := tx.EndToken(id, w.clock.now(), w.owner, "")
		return err
	})
}

// says is a verdict in a word.
func (w *world) says(d pat.Digest) string {
	e, err := w.index.Lookup(w.t.Context(), d)
	switch {
	case err != nil:
		return pat.AsError(err).Kind.String()
	case e.Revoked:
		return "revoked"
	}
	return "live"
}

func (w *world) want(when string, d pat.Digest, want string) {
	w.t.Helper()
	if got := w.says(d); got != want {
		w.t.Errorf("%s: %s, want %s", when, got, want)
	}
}

func TestAMissReadsThroughAndIsKept(t *testing.T) {
	w := newWorld(t)
	_, d := w.token(func(tok *pat.Token) { tok.Scopes = "write read"; tok.ExpiresAt = w.clock.now().Add(time.Hour) })
	for range 3 {
		e, err := w.index.Lookup(t.Context(), d)
		if err != nil || e.Scopes != "write read" || e.Owner != w.owner || !e.ExpiresAt.Equal(w.clock.now().Add(time.Hour)) {
			t.Fatalf("Lookup = %+v, %v", e, err)
		}
	}
	if n := w.store.asked.Load(); n != 1 {
		t.Errorf("the store was asked %d times for one token", n)
	}
}

func TestOnceItHoldsEveryLiveTokenAMissIsANo(t *testing.T) {
	w := newWorld(t)
	_, d := w.token()
	if full := w.index.Warm(t.Context()); full || !w.index.Stats().Complete {
		t.Fatal("not complete after warming")
	}
	w.want("a token", d, "live")
	w.want("none", digest(99), "not found")
	if n := w.store.asked.Load(); n != 0 {
		t.Errorf("a complete index asked the store %d times", n)
	}
	_, fresh := w.token()
	w.index.Sync(t.Context())
	w.want("a token made since", fresh, "live")
}

func TestAfterSyncARevokedTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	id, d := w.token()
	w.want("before", d, "live")
	w.revoke(id)
	w.want("before Sync, within MaxAge", d, "live")
	w.index.Sync(t.Context())
	w.want("after Sync", d, "revoked")
}

func TestWhatAnotherProcessRevokedIsRefusedWithinMaxAge(t *testing.T) {
	w := newWorld(t)
	id, d := w.token()
	w.index.Warm(t.Context())
	w.want("before", d, "live")
	w.revoke(id) // and nobody tells the index
	w.clock.forward(time.Second)
	w.want("at MaxAge", d, "live")
	w.clock.forward(time.Nanosecond)
	w.want("a nanosecond later the store is asked", d, "revoked")
}

func TestWithoutTheStoreMemoryAnswersForTheGraceAndThenNobody(t *testing.T) {
	w := newWorld(t)
	_, d := w.token()
	w.index.Warm(t.Context())
	if _, err := w.index.Standing(t.Context(), w.owner); err != nil {
		t.Fatal(err)
	}
	w.store.feed.Store(true)
	w.store.tokens.Store(true)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{time.Second, "live"}, {time.Nanosecond, "live"}, {4*time.Second - time.Nanosecond, "live"}, {time.Nanosecond, "unavailable"}, {time.Hour, "unavailable"}} {
		w.clock.forward(tt.after)
		w.want(fmt.Sprintf("at an age of %v", w.index.Age()), d, tt.want)
		_, err := w.index.Standing(t.Context(), w.owner)
		if (err == nil) != (tt.want == "live") {
			t.Errorf("the owner at an age of %v: %v", w.index.Age(), err)
		}
	}
	w.want("an unknown token is no verdict either", digest(99), "unavailable")
	w.store.tokens.Store(false)
	w.want("the store is back, the feed is not", d, "live")
}

func TestWithoutGraceMaxAgeAloneHolds(t *testing.T) {
	w := newWorld(t, func(o *index.Options) { o.OutageGrace = -1 })
	_, d := w.token()
	w.want("before", d, "live")
	w.store.feed.Store(true)
	w.store.tokens.Store(true)
	w.clock.forward(time.Second)
	w.want("at MaxAge", d, "live")
	w.clock.forward(time.Nanosecond)
	w.want("beyond", d, "unavailable")
}

// A revocation was committed and acknowledged, and the feed cannot be read:
// memory must not say yes, though it is young.
func TestASyncThatFailsSilencesMemory(t *testing.T) {
	w := newWorld(t)
	id, d := w.token()
	w.want("before", d, "live")
	w.revoke(id)
	w.store.feed.Store(true)
	w.index.Sync(t.Context())
	w.want("the store is asked", d, "revoked")
	w.store.tokens.Store(true)
	w.want("and nobody answers for it", d, "unavailable")
}

// A token is read from the store, then it is revoked and the index hears of
// it, and only then is what was read put into memory: it must be dropped.
func TestWhatWasReadBeforeAChangeIsNotKept(t *testing.T) {
	w := newWorld(t)
	id, d := w.token()
	w.store.beforeAnswer = func() {
		w.store.beforeAnswer = nil
		w.revoke(id)
		w.index.Sync(t.Context())
	}
	w.want("the verdict that began before", d, "live")
	w.want("the next one", d, "revoked")
}

func TestAnUnknownTokenIsRememberedBrieflyAndNotAgainstAChange(t *testing.T) {
	w := newWorld(t, func(o *index.Options) { o.Limit = 1 })
	d := digest(1)
	w.want("unknown", d, "not found")
	w.want("unknown", d, "not found")
	if n := w.store.asked.Load(); n != 1 {
		t.Errorf("the store was asked %d times", n)
	}
	_, made := w.token()
	if made != d {
		t.Fatal("the test is to make the token that was asked for")
	}
	w.index.Sync(t.Context())
	w.want("made since", d, "live")
}

func TestAboveItsBoundTheIndexReadsThrough(t *testing.T) {
	w := newWorld(t, func(o *index.Options) { o.Limit = 256 })
	var all []pat.Digest
	for range 6000 {
		w.made++
		all = append(all, digest(w.made))
	}
	if err := w.store.Seed(t.Context(), len(all), func(i int) pat.Token {
		return pat.Token{Owner: w.owner, Digest: all[i], Prefix: "jtn", LastFour: "abcd", Scopes: "read", Origin: pat.OriginAPI, CreatedAt: w.clock.now(), ModifiedAt: w.clock.now()}
	}); err != nil {
		t.Fatal(err)
	}
	if full := w.index.Warm(t.Context()); !full {
		t.Error("Warm does not say that there are more")
	}
	for _, d := range all {
		w.want("every token", d, "live")
	}
	w.want("none", digest(99_999), "not found")
	if s := w.index.Stats(); s.Complete || s.Entries > 256*10 {
		t.Errorf("stats: %+v", s)
	}
}

// A flood of tokens that nobody made costs no memory, and drives nothing out
// that is known.
func TestAFloodOfUnknownTokensTakesNoRoom(t *testing.T) {
	w := newWorld(t, func(o *index.Options) { o.Limit = 1 })
	_, known := w.token()
	w.index.Sync(t.Context())
	w.want("the known one", known, "live")
	before, live := w.index.Stats(), liveBytes()
	if before.Complete {
		t.Fatal("with an index that knows all there is nothing to remember of the unknown")
	}
	const flood = 30_000
	for n := range flood {
		w.want("an unknown one", digest(1_000_000+n), "not found")
		if n%1000 == 0 {
			w.want("the known one", known, "live")
		}
	}
	after := w.index.Stats()
	if after.Entries != before.Entries || after.Hits-before.Hits != flood/1000 {
		t.Errorf("before: %+v, after: %+v", before, after)
	}
	if grown := liveBytes() - live; grown > 1<<20 {
		t.Errorf("%d bytes more are held", grown)
	}
}

// liveBytes is what the heap holds that is no garbage.
func liveBytes() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestANodeBehindTheFeedBeginsAnew(t *testing.T) {
	w := newWorld(t)
	id, d := w.token()
	w.index.Warm(t.Context())
	w.revoke(id)
	w.clock.forward(2 * time.Hour)
	w.token() // so that the newest change, which is kept, is another
	if err := w.store.PruneChanges(t.Context(), w.clock.now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.index.Sync(t.Context())
	w.want("revoked in a part of the feed that is gone", d, "revoked")
	if w.index.Stats().Complete {
		t.Error("complete, though it was emptied")
	}
}

func TestADisabledOwnerIsKnownAfterSync(t *testing.T) {
	w := newWorld(t)
	if s, err := w.index.Standing(t.Context(), w.owner); err != nil || s.Ended {
		t.Fatal(s, err)
	}
	w.update(func(tx store.Tx) error {
		u, err := tx.User(t.Context(), w.owner)
		if err != nil {
			return err
		}
		u.DisabledAt = w.clock.now()
		return tx.UpdateUser(u)
	})
	w.index.Sync(t.Context())
	if s, err := w.index.Standing(t.Context(), w.owner); err != nil || !s.Ended {
		t.Errorf("Standing = %+v, %v", s, err)
	}
	if _, err := w.index.Standing(t.Context(), 99); !pat.Is(err, pat.NotFound) {
		t.Errorf("an unknown user: %v", err)
	}
}

func TestRunFollowsFillsAndEnds(t *testing.T) {
	w := newWorld(t, func(o *index.Options) { o.Now = time.Now; o.MaxAge = 20 * time.Millisecond })
	id, d := w.token()
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { w.index.Run(ctx) })
	eventually(t, "complete", func() bool { return w.index.Stats().Complete })
	w.want("a token", d, "live")
	w.revoke(id)
	eventually(t, "heard of the revocation", func() bool { return w.says(d) == "not found" })
	stop()
	done.Wait()
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never %s", what)
		}
	}
}

// Whatever is put in, changed and taken out in whatever order, memory says what
// a map says: the open addressing, its growth and its removals lose nothing.
func TestMemoryIsAMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		feed := &list{}
		x, err := index.Open(t.Context(), index.Options{Source: feed, Now: newClock().now})
		if err != nil {
			r.Fatal(err)
		}
		x.Warm(t.Context())
		model, networks := map[pat.Digest]pat.TokenID{}, map[pat.Digest]string{}
		for i := range rapid.IntRange(1, 400).Draw(r, "steps") {
			n := rapid.IntRange(0, 60).Draw(r, "n")
			d := digest(n)
			d[0] = 0 // one shard
			e := store.Entry{Digest: d, ID: pat.TokenID(i + 1), Owner: 1, Scopes: "read", Revoked: rapid.Bool().Draw(r, "revoked")}
			if rapid.Bool().Draw(r, "bound") {
				e.Networks = pat.Networks{netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i), byte(i >> 8)}), 24)}
			}
			if delete(model, d); !e.Revoked {
				model[d], networks[d] = e.ID, e.Networks.String()
			}
			feed.changes = append(feed.changes, store.Change{Seq: pat.Seq(len(feed.changes) + 1), Entry: &e})
			x.Sync(t.Context())
		}
		for n := range 61 {
			d := digest(n)
			d[0] = 0
			e, err := x.Lookup(t.Context(), d)
			if id, there := model[d]; there != (err == nil) || e.ID != id {
				r.Fatalf("token %d: %v, %v; the map says %v", n, e.ID, err, id)
			} else if there && e.Networks.String() != networks[d] {
				r.Fatalf("token %d may be used from %q; the map says %q", n, e.Networks, networks[d])
			}
		}
	})
}

// list is a feed that is given, for the property above.
type list struct{ changes []store.Change }

func (*list) Entry(context.Context, pat.Digest) (store.Entry, error) {
	return store.Entry{}, pat.Fail(pat.NotFound, "no such token")
}

func (*list) Entries(context.Context, pat.TokenID, time.Time, int) ([]store.Entry, error) {
	return nil, nil
}

func (*list) Standing(context.Context, pat.UserID) (pat.Standing, error) {
	return pat.Standing{}, errCut
}
func (*list) Head(context.Context) (pat.Seq, error) { return 0, nil }
func (l *list) Changes(_ context.Context, after pat.Seq, limit int) ([]store.Change, bool, error) {
	rest := l.changes[after:]
	return rest[:min(limit, len(rest))], false, nil
}

// Thousands of verifications beside hundreds of revocations: none that began
// after Sync had returned says yes.
func TestNoLateYes(t *testing.T) {
	w := newWorld(t, func(o *index.Options) { o.Now = time.Now })
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { w.index.Run(ctx) })

	const tokens = 150
	var revoked [tokens]atomic.Bool // set after Sync returned
	ids, digests := make([]pat.TokenID, tokens), make([]pat.Digest, tokens)
	for i := range tokens {
		ids[i], digests[i] = w.token()
	}
	var checks, late atomic.Int64
	for range 4 {
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i = (i + 1) % tokens {
				ended := revoked[i].Load()
				e, err := w.index.Lookup(ctx, digests[i])
				if checks.Add(1); ended && err == nil && !e.Revoked {
					late.Add(1)
				}
			}
		})
	}
	for i := range tokens {
		w.revoke(ids[i])
		w.index.Sync(t.Context())
		revoked[i].Store(true)
	}
	eventually(t, "8000 checks", func() bool { return checks.Load() > 8000 })
	stop()
	group.Wait()
	if late.Load() > 0 {
		t.Errorf("%d late yeses in %d checks", late.Load(), checks.Load())
	}
}
