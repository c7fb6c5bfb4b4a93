package index

import (
	"strconv"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// When no number is left for a text, the index begins anew: what it then
// answers is right or is asked for, and a token that has ended never comes back.
func TestTermsBeginAnewWhenTheyAreFull(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	x := &Index{Options: Options{Now: func() time.Time { return now }, Limit: 100_000}, start: now}
	id := pat.TokenID(0)
	made := func(shard byte, scopes pat.Scopes) *store.Entry {
		id++
		return &store.Entry{Digest: pat.Digest{shard, byte(id), 1}, ID: id, Owner: 1, Scopes: scopes, ClientID: "app-" + string(scopes)}
	}
	learn := func(e *store.Entry) { x.shardOf(&e.Digest).learn(x, e) }
	want := func(what string, e *store.Entry, there bool) {
		t.Helper()
		got, found, _ := x.shardOf(&e.Digest).find(&e.Digest)
		if found != there || found && (got.Scopes != e.Scopes || got.ClientID != e.ClientID || got.ID != e.ID) {
			t.Errorf("%s: found %t, %+v", what, found, got)
		}
	}
	texts := 0
	fill := func() {
		for n := x.current(); !n.full(); texts++ {
			n.scopes.id(pat.Scopes("s" + strconv.Itoa(texts)))
		}
	}
	near, far := made(1, "read"), made(2, "write")
	learn(near)
	learn(far)
	fill()
	known := made(1, "read")
	learn(known)
	want("a known text needs no number", known, true)

	before := x.losses.Load()
	first := made(1, "first")
	learn(first)
	want("the first in other terms", first, true)
	want("one beside it in the old terms", near, false)
	want("one in another shard", far, true)
	if x.losses.Load() == before {
		t.Error("what was forgotten is not counted: a miss would be a no")
	}

	fill()
	before = x.losses.Load()
	second := made(1, "second")
	learn(second)
	want("one more within the hour", second, false)
	want("the one before", first, true)
	if x.losses.Load() == before {
		t.Error("what was not kept is not counted")
	}
	far.Revoked = true
	learn(far)
	want("one that ended, in the oldest terms", far, false)

	now = now.Add(2 * time.Hour)
	learn(second)
	want("one more after the hour", second, true)
	want("the one before", first, false)
	_, old, _ := x.recordOf(first)
	x.forget()
	learn(second)
	s := x.shardOf(&second.Digest)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.speaks(x, old) || s.used != 1 {
		t.Error("a record in terms that were replaced is let in")
	}
}
