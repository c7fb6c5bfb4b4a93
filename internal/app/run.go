package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"jeton/internal/web"
)

// drainTime bounds how long requests in flight may take once the server is
// told to stop; with closing the store it stays below 15 s.
const drainTime = 10 * time.Second

// Run listens and serves until ctx ends; then it finishes what is in flight.
// It fails when it cannot listen, or when the listener breaks.
func (a *App) Run(ctx context.Context) error {
	noCoreDump()
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --listen", err)
	}
	if err := a.bootstrap(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	group.Go(func() { a.index.Run(background) })
	group.Go(func() { a.sweep(background) })
	defer group.Wait()
	defer stop()
	return a.serve(ctx, listener)
}

func (a *App) serve(ctx context.Context, listener net.Listener) error {
	server := web.Server(a.Handler, a.log)
	broken := make(chan error, 1)
	go func() {
		if a.cfg.TLSCert != "" {
			broken <- server.ServeTLS(listener, a.cfg.TLSCert, a.cfg.TLSKey)
			return
		}
		broken <- server.Serve(listener)
	}()
	select {
	case err := <-broken:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return a.drain(server)
}

// drain turns readiness red, stops to accept, and waits for what is in flight.
func (a *App) drain(server *http.Server) error {
	a.draining.Store(true)
	a.log.Info("stopping")
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		a.log.Warn("requests cut off", "error", err)
		return server.Close()
	}
	return nil
}
