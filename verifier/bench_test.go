package verifier_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"jeton/verifier"
)

// remembered returns a Verifier that remembers n tokens, and their secrets.
func remembered(b *testing.B, n int) (*verifier.Verifier, []string) {
	j := newJeton()
	v := j.open(b, func(o *verifier.Options) { o.MaxAge, o.Keep, o.Limit = time.Hour, time.Hour, 4*n })
	time.Sleep(100 * time.Millisecond) // until the feed was heard first, upon which all is forgotten
	secrets := make([]string, n)
	for i := range secrets {
		secrets[i] = j.mint(i + 1)
		if _, err := v.Verify(b.Context(), secrets[i]); err != nil {
			b.Fatal(err)
		}
	}
	b.Cleanup(func() {
		if got := j.questions(); got != n {
			b.Errorf("Jeton was asked %d times about %d tokens", got, n)
		}
	})
	b.ReportAllocs()
	b.ResetTimer()
	return v, secrets
}

func BenchmarkHit(b *testing.B) {
	v, secrets := remembered(b, 10_000)
	from := netip.Addr{}
	for i := 0; b.Loop(); i++ {
		if _, err := v.VerifyFrom(b.Context(), secrets[i%len(secrets)], from, "read"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHitByAllCores(b *testing.B) {
	v, secrets := remembered(b, 10_000)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := v.Verify(b.Context(), secrets[i%len(secrets)], "read"); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkMiddleware(b *testing.B) {
	v, secrets := remembered(b, 1)
	h := v.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+secrets[0])
	w := httptest.NewRecorder()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}
