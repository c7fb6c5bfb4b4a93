package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/app"
	"jeton/internal/config"
	"jeton/internal/pat"
)

// BenchmarkCreate makes tokens with a token, many callers at once, down to
// stable storage, but without a connection.
func BenchmarkCreate(b *testing.B) {
	a, secret := benchApp(b)
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			r := httptest.NewRequest(http.MethodPost, "/api/v2/users/ada/personal_tokens/", strings.NewReader(`{"description":"bench","scope":"write"}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+secret)
			w := httptest.NewRecorder()
			if a.Handler.ServeHTTP(w, r); w.Code != http.StatusCreated {
				b.Fatal(w.Code, w.Body)
			}
		}
	})
}

// BenchmarkVerify is the whole way of a verification but the connection.
func BenchmarkVerify(b *testing.B) {
	a, secret := benchApp(b)
	r := httptest.NewRequest(http.MethodGet, "/verify?scope=read", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		if a.Handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

func benchApp(b *testing.B) (*app.App, string) {
	b.Helper()
	cfg := config.Default()
	cfg.Data = b.TempDir()
	cfg.MaxAge = time.Hour // nobody follows the feed here
	a, err := app.Open(b.Context(), cfg, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	user, err := a.Authority.FirstAdmin(b.Context(), pat.Operator("bench"), pat.UserRequest{Name: "ada", Password: "correct horse battery"})
	if err != nil {
		b.Fatal(err)
	}
	a.Authority.Policy.MaxUnnamed = 1 << 30
	secret, _, err := a.Authority.CreateToken(b.Context(), pat.Operator("bench"), pat.TokenRequest{Owner: user.ID, Scopes: "write", Origin: pat.OriginCLI})
	if err != nil {
		b.Fatal(err)
	}
	return a, secret.Reveal()
}
