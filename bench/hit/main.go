// Command hit measures what a request costs an API that uses package verifier
// and has asked about the token before: no network, no HTTP.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"testing"
	"time"

	"jeton/bench/result"
	"jeton/internal/pat"
	"jeton/verifier"
)

// tokens that are remembered: enough that they do not fit into the processor's caches.
const tokens = 50_000

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	v, err := verifier.New(verifier.Options{
		URL: "https://jeton.example.org", Credential: verifier.Static("own"), Client: &http.Client{Transport: server{}},
		MaxAge: time.Hour, Keep: time.Hour, Limit: 2 * tokens,
	})
	if err != nil {
		log.Fatalf("hit: %v", err)
	}
	defer v.Close()
	time.Sleep(100 * time.Millisecond) // until the feed was heard first, upon which everything is forgotten
	secrets := make([]string, tokens)
	verify := func(text string) {
		if _, err := v.Verify(ctx, text, verifier.ScopeRead); err != nil {
			log.Fatalf("hit: %v", err)
		}
	}
	for i := range secrets {
		secrets[i] = pat.NewSecret(pat.DefaultPrefix).Reveal()
		verify(secrets[i])
	}
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			verify(secrets[i%tokens])
		}
	})
	err = json.NewEncoder(os.Stdout).Encode(result.Lookup{
		Nanoseconds: float64(got.T.Nanoseconds()) / float64(got.N),
		Allocations: got.AllocsPerOp(),
	})
	if err != nil {
		log.Fatalf("hit: %v", err)
	}
}

// server knows every token, and nothing ever changes.
type server struct{}

// RoundTrip answers without a network.
func (server) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte(`{"cursor":1,"changes":[],"behind":false,"waited_ms":0,"age_ms":0}`)
	if r.Method == http.MethodPost {
		form, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = fmt.Appendf(nil, `{"active":true,"scope":"read write","username":"ada","sub":"2","exp":4000000000,"jti":%q}`, form[len(form)-8:])
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}, nil
}
