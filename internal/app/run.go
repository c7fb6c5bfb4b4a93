package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"jeton/internal/web"
)

// Of a server that is told to stop. Together with closing the store these stay
// below 15 s.
const (
	// noticeTime is for how long requests are still taken while /readyz says
	// that the server stops: net/http answers no request that it reads later.
	noticeTime = 500 * time.Millisecond
	// drainTime bounds how long requests in flight may take after that.
	drainTime = 10 * time.Second
)

// Run listens and serves until ctx ends; then it finishes what is in flight.
// It fails when it cannot listen, or when the listener breaks.
func (a *App) Run(ctx context.Context) error {
	noCoreDump()
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --listen", err)
	}
	return a.Serve(ctx, listener)
}

// Serve is Run on a listener that is there already; it closes it.
func (a *App) Serve(ctx context.Context, listener net.Listener) error {
	a.locate(listener.Addr())
	servers, err := a.servers(listener)
	if err == nil {
		err = a.bootstrap(ctx)
		if ctx.Err() != nil { // told to stop before it was ready: that is no failure
			return listener.Close()
		}
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := a.serveMetrics(background); err != nil {
		stop()
		return errors.Join(err, listener.Close())
	}
	var group sync.WaitGroup
	group.Go(func() { a.index.Run(background) })
	group.Go(func() { a.sweep(background) })
	defer group.Wait()
	defer stop()
	return a.serve(ctx, servers)
}

// locate completes an address whose port the system has chosen, so that people
// are told where to go.
func (a *App) locate(addr net.Addr) {
	host, port, err := net.SplitHostPort(a.cfg.Listen)
	tcp, ok := addr.(*net.TCPAddr)
	if err != nil || port != "0" || !ok {
		return
	}
	a.cfg.Listen = net.JoinHostPort(host, strconv.Itoa(tcp.Port))
	a.url = publicURL(a.cfg)
	a.Handler, a.reserve = a.faces()
}

// reserveConnections are those beyond the bound that are still asked what they
// want: enough for the load balancers that watch over this server.
const reserveConnections = 64

// listening is a server and what it listens on.
type listening struct {
	*http.Server
	on net.Listener
}

// servers returns the server of the connections and that of the few beyond
// their bound. It reads the certificate, where one is set: it is to be found
// wanting before anybody is told that the server is ready.
func (a *App) servers(listener net.Listener) ([]listening, error) {
	gate := web.NewGate(listener, a.cfg.MaxConnections, reserveConnections)
	servers := []listening{{web.Server(a.Handler, a.log), gate}, {web.ReserveServer(a.reserve, a.log), gate.Reserve()}}
	if a.cfg.TLSCert == "" {
		return servers, nil
	}
	cert, err := tls.LoadX509KeyPair(a.cfg.TLSCert, a.cfg.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("certificate (tls-cert, tls-key): %w", err)
	}
	for _, s := range servers {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	return servers, nil
}

func (a *App) serve(ctx context.Context, servers []listening) error {
	broken := make(chan error, len(servers))
	for _, s := range servers {
		go func() { broken <- s.serve() }()
	}
	select {
	case err := <-broken:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return a.drain(servers)
}

func (s listening) serve() error {
	if s.TLSConfig != nil {
		return s.ServeTLS(s.on, "", "") // its certificate is in the TLSConfig
	}
	return s.Serve(s.on)
}

// drain turns readiness red, then stops to accept and waits for what is in
// flight.
func (a *App) drain(servers []listening) error {
	a.draining.Store(true)
	close(a.stopping)
	a.log.Info("stopping")
	time.Sleep(noticeTime)
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var errs []error
	for _, s := range servers {
		if err := s.Shutdown(ctx); err != nil {
			a.log.Warn("requests cut off", "error", err)
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
