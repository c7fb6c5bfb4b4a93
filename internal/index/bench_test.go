package index_test

import (
	"testing"

	"jeton/internal/index"
	"jeton/internal/pat"
)

// BenchmarkLookup is a look-up that memory answers.
func BenchmarkLookup(b *testing.B) {
	w := newWorldForBench(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := w.index.Lookup(b.Context(), digest(1+i%1000)); err != nil {
			b.Fatal(err)
		}
	}
}

func newWorldForBench(b *testing.B) *world {
	b.Helper()
	w := newWorld(b)
	if err := w.store.Seed(b.Context(), 1000, func(i int) pat.Token {
		return pat.Token{Owner: w.owner, Digest: digest(1 + i), Prefix: "jtn", LastFour: "abcd", Scopes: "read", Origin: pat.OriginAPI, CreatedAt: w.clock.now(), ModifiedAt: w.clock.now()}
	}); err != nil {
		b.Fatal(err)
	}
	w.index.Warm(b.Context())
	return w
}

// BenchmarkMiss is a look-up that reads through, the index being far too small.
func BenchmarkMiss(b *testing.B) {
	const n = 20_000
	w := newWorld(b, func(o *index.Options) { o.Limit = 1 })
	if err := w.store.Seed(b.Context(), n, func(i int) pat.Token {
		return pat.Token{Owner: w.owner, Digest: digest(1 + i), Prefix: "jtn", LastFour: "abcd", Scopes: "read", Origin: pat.OriginAPI, CreatedAt: w.clock.now(), ModifiedAt: w.clock.now()}
	}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(p *testing.PB) {
		for i := 0; p.Next(); i += 7919 {
			if _, err := w.index.Lookup(b.Context(), digest(1+i%n)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
