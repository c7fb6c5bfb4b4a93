package app_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"time"

	"jeton/internal/app"
	"jeton/internal/config"
	"jeton/internal/pat"
)

// site is a whole server in this process, on its own folder, listening.
type site struct {
	*app.App
	*client // without a credential
	cfg     config.Config
	ada     *client // the administrator, by token
	stop    func() error
}

// settings are those of a test: a folder of its own and a quiet log.
func settings(t testing.TB) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Listen = "127.0.0.1:0"
	cfg.LogLevel = slog.LevelError + 1
	return cfg
}

// open starts a server with ada for its administrator.
func open(t testing.TB, cfg config.Config) *site {
	t.Helper()
	s := start(t, cfg, time.Now)
	s.ada = s.bearer(s.firstToken(t))
	return s
}

// start starts a server by that clock, without users; it is stopped when the
// test ends, unless stop was called.
func start(t testing.TB, cfg config.Config, now func() time.Time) *site {
	t.Helper()
	a, err := app.Open(t.Context(), cfg, now)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		t.Fatal(errors.Join(err, a.Close()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- errors.Join(a.Serve(ctx, listener), a.Close()) }()
	stopped := false
	s := &site{App: a, cfg: cfg, client: newClient(t, "http://"+listener.Addr().String())}
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		s.http.CloseIdleConnections() // one that was never used would be waited for
		cancel()
		select {
		case err := <-served:
			return err
		case <-time.After(20 * time.Second):
			return errors.New("the server does not stop")
		}
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// firstToken returns a new token of ada's.
func (s *site) firstToken(t testing.TB) string {
	t.Helper()
	ctx, by := context.Background(), pat.Operator("test")
	ada, err := s.Authority.UserByName(ctx, by, "ada")
	if pat.Is(err, pat.NotFound) {
		ada, err = s.Authority.FirstAdmin(ctx, by, pat.UserRequest{Name: "ada", Password: adminPassword})
	}
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := s.Authority.CreateToken(ctx, by, pat.TokenRequest{Owner: ada.ID, Scopes: pat.ScopeWrite, Origin: pat.OriginCLI})
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}
