package app_test

import (
	"bytes"
	"net"
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

// BenchmarkVerifyConnection is the whole way, over connections. Its profile
// shows what of a verification is net/http's: see docs/performance.md.
func BenchmarkVerifyConnection(b *testing.B) {
	s := open(b, settings(b))
	request := []byte("GET /verify?scope=read HTTP/1.1\r\nHost: h\r\nUser-Agent: bench\r\nAuthorization: Bearer " + s.firstToken(b) + "\r\n\r\n")
	b.SetParallelism(16)
	b.RunParallel(func(p *testing.PB) {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			b.Error(err)
			return
		}
		defer func() { _ = c.Close() }()
		answer := make([]byte, 4096)
		for p.Next() {
			_, err := c.Write(request)
			if err == nil {
				_, err = c.Read(answer) // so short that it comes in one piece
			}
			if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 200 ")) {
				b.Errorf("%.80s, %v", answer, err)
				return
			}
		}
	})
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
