// Command lookup measures what a verification does before and after HTTP has
// had its share: parse the secret, hash it, find it in the index.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"testing"
	"time"

	"jeton/bench/result"
	"jeton/internal/index"
	"jeton/internal/pat"
	"jeton/internal/store"
)

// tokens in the index: enough that they do not fit into the processor's caches.
const tokens = 200_000

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	entries := make(source, tokens)
	secrets := make([]string, tokens)
	for i := range secrets {
		s := pat.NewSecret(pat.DefaultPrefix)
		secrets[i] = s.Reveal()
		entries[s.Digest()] = store.Entry{Digest: s.Digest(), ID: pat.TokenID(i + 1), Owner: 1, Scopes: pat.ScopeWrite}
	}
	x, err := index.Open(ctx, index.Options{Source: entries, Now: time.Now, MaxAge: time.Hour})
	if err != nil {
		log.Fatalf("lookup: %v", err)
	}
	var prefixes pat.Prefixes
	lookup := func(text string) {
		s, err := prefixes.ParseSecret(text)
		if err == nil {
			_, err = x.Lookup(ctx, s.Digest())
		}
		if err != nil {
			log.Fatalf("lookup: %v", err)
		}
	}
	for _, text := range secrets { // read through once: then they are in memory
		lookup(text)
	}
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			lookup(secrets[i%tokens])
		}
	})
	err = json.NewEncoder(os.Stdout).Encode(result.Lookup{
		Nanoseconds: float64(got.T.Nanoseconds()) / float64(got.N),
		Allocations: got.AllocsPerOp(),
	})
	if err != nil {
		log.Fatalf("lookup: %v", err)
	}
}

// source is a store of tokens that never change.
type source map[pat.Digest]store.Entry

func (s source) Entry(_ context.Context, d pat.Digest) (store.Entry, error) {
	e, ok := s[d]
	if !ok {
		return e, pat.Fail(pat.NotFound, "no such token")
	}
	return e, nil
}

func (s source) Entries(context.Context, pat.TokenID, time.Time, int) ([]store.Entry, error) {
	return nil, nil
}

func (s source) Standing(_ context.Context, id pat.UserID) (pat.Standing, error) {
	return pat.Standing{ID: id}, nil
}

func (s source) Changes(context.Context, pat.Seq, int) ([]store.Change, bool, error) {
	return nil, false, nil
}

func (s source) Head(context.Context) (pat.Seq, error) { return 0, nil }
