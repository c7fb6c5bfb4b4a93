package verify_test

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// sink is a ResponseWriter that costs nothing of its own.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

// BenchmarkVerify sets the whole way of a verification, from the floor to the
// index and back, beside a handler that reads the bearer, hashes it, finds it in
// a map and answers 60 bytes. What net/http costs is in neither.
func BenchmarkVerify(b *testing.B) {
	h := newHouse(b)
	h.real = time.Now
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { h.Index.Run(ctx) })
	defer done.Wait()
	defer stop()
	secret, _ := h.AddToken(b, h.AddUser(b, "alice"), "write", 3600)
	known := map[[32]byte]bool{sha256.Sum256([]byte(secret)): true}
	body := []byte(strings.Repeat("x", 60))
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !known[sha256.Sum256([]byte(bearer))] {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	for name, handler := range map[string]http.Handler{"jeton": h, "bare": bare} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/verify", nil)
			r.Header.Set("Authorization", "Bearer "+secret)
			r.Header.Set("User-Agent", "bench")
			r.Header.Set("Accept", "*/*")
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(&sink{http.Header{}}, r)
			}
		})
	}
}
