package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jeton/internal/meter"
	"jeton/internal/pat"
	"jeton/internal/throttle"
	"jeton/internal/web"
)

// metered are the names of the faces.
var metered = []string{"console", "api", "apiops", "oauth", "changes", "verify", "health", "metrics", "none"}

const metricsPath = "/metrics"

// scrapes answers with all metrics, for few at once.
func (a *App) scrapes() http.Handler {
	return promhttp.HandlerFor(a.meter.Registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// mountMetrics adds /metrics to the main address, for administrators' tokens:
// how busy a site is, and how often passwords are guessed, is not for everybody.
func (a *App) mountMetrics(faces *web.Faces) {
	scrapes := a.scrapes()
	show := func(w http.ResponseWriter, r *http.Request) error {
		auth, err := web.ParseAuthorization(r)
		if err != nil {
			return err
		}
		if auth.Scheme != web.Bearer {
			return pat.Refuse(pat.ReasonMissing)
		}
		who, err := a.Authority.Verify(r.Context(), auth.Token, pat.ScopeRead, web.QuietVia(w))
		switch {
		case err != nil:
			return err
		case !who.Admin:
			return pat.Fail(pat.Forbidden, "only an administrator may see the metrics")
		}
		scrapes.ServeHTTP(w, r)
		return nil
	}
	faces.Add(web.Face{
		Name: "metrics", Prefix: metricsPath, Quiet: true, Fail: failMetrics,
		Handler: web.Table{metricsPath: {http.MethodGet: show}}.Handler(failMetrics),
	})
}

// failMetrics answers in plain text, as scrapers show it to people.
func failMetrics(w http.ResponseWriter, _ *http.Request, err error) {
	status, words := http.StatusInternalServerError, "internal error"
	if e := web.AsError(err); e != nil {
		status, words = e.Status, e.Message
	} else {
		switch e := pat.AsError(err); e.Kind {
		case pat.Unauthenticated:
			w.Header().Set("WWW-Authenticate", `Bearer realm="jeton"`)
			status, words = http.StatusUnauthorized, "send an administrator's token, or ask at metrics-listen"
		case pat.Forbidden:
			status, words = http.StatusForbidden, "this token may not see the metrics"
		case pat.Invalid:
			status, words = http.StatusBadRequest, e.Message
		case pat.Unavailable:
			w.Header().Set("Retry-After", "1")
			status, words = http.StatusServiceUnavailable, "it cannot be known now whether you may"
		}
	}
	http.Error(w, words, status)
}

// serveMetrics answers anybody at metrics-listen until ctx ends. It returns
// when it listens, and does nothing where no address is set.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.cfg.MetricsListen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", a.cfg.MetricsListen)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w; choose another address with --metrics-listen", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, a.scrapes())
	server := web.Server(mux, a.log)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics", "error", err)
		}
	}()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	a.log.Info("metrics", "address", listener.Addr().String())
	return nil
}

// state gathers the numbers that others keep.
func (a *App) state() meter.State {
	live := a.index.Stats()
	s := meter.State{
		Verdicts:     a.Authority.Verdicts(),
		IndexEntries: live.Entries, IndexComplete: live.Complete,
		IndexHits: live.Hits, IndexMisses: live.Misses, IndexAsked: live.Asked, IndexUnknown: live.Unknown,
		FeedAge: live.Age, MaxAge: a.cfg.MaxAge, OutageBound: a.cfg.MaxAge + a.cfg.OutageGrace,
	}
	written := a.Authority.Uses.WrittenAt()
	if written.IsZero() {
		written = a.opened
	}
	s.FlushLag = max(0, a.now().Sub(written))
	s.DroppedUses, s.DroppedAddresses = a.Authority.Uses.Dropped()
	s.DroppedUnknown = a.Authority.Uses.DroppedUnknown()
	s.DroppedAlarms = a.Authority.Alarms.Dropped()
	s.PasswordsBusy, s.PasswordsWaiting = a.passwords.Load()
	s.Busy = a.floor.Refused()
	if l, ok := a.Authority.Throttle.(*throttle.Limiter); ok {
		s.ThrottleRefusals = l.Refusals()
	}
	return s
}
