// Package storetest is the contract of package store as tests. Each sentence of
// it is one named test, and every database runs them all.
package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Run checks the contract of package store against fresh, empty stores. What
// open returns is closed by the test.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, group := range []map[string]func(*testing.T, store.Store){
		updates, feeds, users, tokens, uses, counts, lists, trails, places, applications, sessions,
		policies, lives, bulks, expiries, notices, forms, endings, devices,
	} {
		for name, check := range group {
			t.Run(name, func(t *testing.T) {
				s := open(t)
				t.Cleanup(func() { must(t, s.Close()) })
				check(t, s)
			})
		}
	}
}

// noon is the hour of all tests. The store's own clock dates only the feed.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// Times far from any clock's.
var (
	longAgo = time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC)
	farOff  = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// tester is what the helpers need of a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t tester, err error, kind pat.Kind) {
	t.Helper()
	if !pat.Is(err, kind) {
		t.Fatalf("got the error %v, want one of the kind %q", err, kind)
	}
}

func want[T comparable](t tester, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// update is Update without an error.
func update(t tester, s store.Store, fn func(tx store.Tx) error) {
	t.Helper()
	must(t, s.Update(context.Background(), fn))
}

// user is a user as the authority would add it.
func user(name string) pat.User {
	return pat.User{Name: name, CreatedAt: noon, ModifiedAt: noon}
}

func addUser(t tester, s store.Store, u pat.User) (id pat.UserID) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		id, err = tx.InsertUser(u, "")
		return err
	})
	return id
}

var digests atomic.Int64

// token is an unnamed token that never expires, with a digest of its own.
func token(owner pat.UserID) pat.Token {
	return pat.Token{
		Owner: owner, Digest: sha256.Sum256(fmt.Append(nil, digests.Add(1))), Scopes: "read",
		Prefix: "jtn", LastFour: "abcd", Origin: pat.OriginAPI, CreatedAt: noon, ModifiedAt: noon,
	}
}

func addToken(t tester, s store.Store, k pat.Token) (id pat.TokenID) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		id, err = tx.InsertToken(k)
		return err
	})
	return id
}

func endToken(t tester, s store.Store, id pat.TokenID, at time.Time) (ended bool) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		ended, err = tx.EndToken(id, at, 0, "")
		return err
	})
	return ended
}

// readFeed returns the whole feed.
func readFeed(t tester, s store.Store) []store.Change {
	t.Helper()
	return readAfter(t, s, 0)
}

func readAfter(t tester, s store.Store, after pat.Seq) (all []store.Change) {
	t.Helper()
	for {
		page, behind, err := s.Changes(context.Background(), after, 100)
		must(t, err)
		want(t, "behind", behind, false)
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		after = page[len(page)-1].Seq
	}
}

// tokenIDs returns the ids of all tokens.
func tokenIDs(t tester, s store.Store) (ids []pat.TokenID) {
	t.Helper()
	page, _, err := s.Tokens(context.Background(), pat.Query{Limit: 100_000})
	must(t, err)
	for _, k := range page {
		ids = append(ids, k.ID)
	}
	slices.Sort(ids)
	return ids
}
