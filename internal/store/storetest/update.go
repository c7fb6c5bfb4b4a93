package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var updates = map[string]func(*testing.T, store.Store){
	"a failed update leaves nothing":                        testRollback,
	"an update sees what it has written":                    testOwnWrites,
	"updates are serializable":                              testSerializable,
	"a neighbour that fails does no harm":                   testNeighbours,
	"a panic leaves nothing and reaches its own caller":     testPanic,
	"who no longer waits has written nothing":               testEndedContext,
	"once started, an update does not depend on its caller": testStarted,
	"after Close everything is Unavailable":                 testClosed,
	"a store that is open can be checked":                   testCheck,
}

func testRollback(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	kept := addToken(t, s, token(bob))
	head, err := s.Head(ctx)
	must(t, err)

	sorry := errors.New("sorry")
	err = s.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.InsertUser(user("eve"), "hash"); err != nil {
			return err
		}
		if _, err := tx.InsertToken(token(bob)); err != nil {
			return err
		}
		if _, err := tx.EndToken(kept, noon, bob, ""); err != nil {
			return err
		}
		if err := tx.Append(pat.Event{At: noon}); err != nil {
			return err
		}
		return sorry
	})
	if !errors.Is(err, sorry) {
		t.Fatalf("got the error %v, want the function's own", err)
	}
	_, err = s.UserByName(ctx, "eve")
	wantKind(t, err, pat.NotFound)
	want(t, "tokens", len(tokenIDs(t, s)), 1)
	k, err := s.Token(ctx, kept)
	must(t, err)
	want(t, "revoked", !k.RevokedAt.IsZero(), false)
	events, err := s.Events(ctx, 0, 10)
	must(t, err)
	want(t, "events", len(events), 0)
	want(t, "changes", len(readAfter(t, s, head)), 0)
	named, unnamed, err := s.CountLive(ctx, bob, noon)
	must(t, err)
	want(t, "live tokens", [2]int{named, unnamed}, [2]int{0, 1})
}

func testOwnWrites(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) error {
		id, err := tx.InsertUser(user("bob"), "hash")
		must(t, err)
		u, err := tx.UserByName(t.Context(), "bob")
		must(t, err)
		want(t, "id", u.ID, id)
		k, err := tx.InsertToken(token(id))
		must(t, err)
		_, total, err := tx.Tokens(t.Context(), pat.Query{Limit: 10})
		must(t, err)
		want(t, "tokens", total, 1)
		_, unnamed, err := tx.CountLive(t.Context(), id, noon)
		must(t, err)
		want(t, "live tokens", unnamed, 1)
		_, err = tx.EndToken(k, noon, id, "")
		must(t, err)
		got, err := tx.Token(t.Context(), k)
		must(t, err)
		want(t, "revoked", got.RevokedAt, noon)
		return nil
	})
}

// Of many who would each add the one token of a name if there is none, one does.
func testSerializable(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	var added atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			var did bool
			err := s.Update(t.Context(), func(tx store.Tx) error {
				did = false
				have, err := tx.LiveNamed(t.Context(), bob, "ci", noon)
				if err != nil || have != 0 {
					return err
				}
				k := token(bob)
				k.Name, did = "ci", true
				_, err = tx.InsertToken(k)
				return err
			})
			if err != nil {
				t.Error(err)
			} else if did {
				added.Add(1)
			}
		})
	}
	wg.Wait()
	want(t, "who added one", added.Load(), 1)
	want(t, "tokens", len(tokenIDs(t, s)), 1)
}

var errSpoiled = errors.New("spoiled")

// spoil says how the i-th of the neighbours ends.
func spoil(i int) string {
	return []string{"well", "well", "late", "well", "early", "panic", "well", "taken"}[i%8]
}

func testNeighbours(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	taken := token(bob)
	addToken(t, s, taken)
	const n, rounds = 64, 5
	var good atomic.Int64
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			for range rounds {
				if err := neighbour(s, bob, taken, spoil(i)); err != nil {
					t.Error(err)
				} else if spoil(i) == "well" {
					good.Add(1)
				}
			}
		})
	}
	wg.Wait()
	want(t, "tokens", len(tokenIDs(t, s)), int(good.Load())+1)
	events, err := s.Events(t.Context(), 0, n*rounds)
	must(t, err)
	want(t, "events", len(events), int(good.Load()))
	want(t, "changes", len(readFeed(t, s)), int(good.Load())+2) // and the user, and the token before
	_, unnamed, err := s.CountLive(t.Context(), bob, noon)
	must(t, err)
	want(t, "live tokens", unnamed, int(good.Load())+1)
}

// neighbour adds a token in the way that it is told, and returns an error unless
// that ends as it should.
func neighbour(s store.Store, bob pat.UserID, taken pat.Token, way string) (err error) {
	defer func() {
		if v := recover(); (v != nil) != (way == "panic") {
			err = fmt.Errorf("%s: recovered %v", way, v)
		}
	}()
	err = s.Update(context.Background(), func(tx store.Tx) error {
		if way == "early" {
			return errSpoiled
		}
		if _, err := tx.InsertToken(token(bob)); err != nil {
			return err
		}
		if err := tx.Append(pat.Event{At: noon}); err != nil {
			return err
		}
		switch way {
		case "late":
			return errSpoiled
		case "panic":
			panic("spoiled")
		case "taken":
			_, err := tx.InsertToken(taken)
			return err
		}
		return nil
	})
	switch {
	case way == "well":
		return err
	case way == "taken" && pat.Is(err, pat.Conflict), errors.Is(err, errSpoiled):
		return nil
	}
	return fmt.Errorf("%s: got the error %v", way, err)
}

func testPanic(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic reached the caller")
			}
		}()
		_ = s.Update(t.Context(), func(tx store.Tx) error {
			_, err := tx.InsertToken(token(bob))
			must(t, err)
			panic("help")
		})
	}()
	want(t, "tokens", len(tokenIDs(t, s)), 0)
	addToken(t, s, token(bob)) // and the store goes on
}

func testEndedContext(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Update(ctx, func(tx store.Tx) error {
		_, err := tx.InsertToken(token(bob))
		return err
	})
	wantKind(t, err, pat.Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not say why", err)
	}
	want(t, "tokens", len(tokenIDs(t, s)), 0)
}

func testStarted(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ctx, cancel := context.WithCancel(t.Context())
	must(t, s.Update(ctx, func(tx store.Tx) error {
		cancel()
		_, err := tx.InsertToken(token(bob))
		return err
	}))
	want(t, "tokens", len(tokenIDs(t, s)), 1)
}

func testClosed(t *testing.T, s store.Store) {
	must(t, s.Close())
	wantKind(t, s.Update(t.Context(), func(store.Tx) error { return nil }), pat.Unavailable)
	_, err := s.Head(t.Context())
	wantKind(t, err, pat.Unavailable)
	_, err = s.Entry(t.Context(), pat.Digest{})
	wantKind(t, err, pat.Unavailable)
}

func testCheck(t *testing.T, s store.Store) { must(t, s.Check(t.Context())) }
