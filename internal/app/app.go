// Package app builds Jeton from its parts, runs it, and closes it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
	_ "time/tzdata" // people choose time zones, whatever the machine knows of them

	"jeton/internal/authority"
	"jeton/internal/config"
	"jeton/internal/index"
	"jeton/internal/meter"
	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/store/sqlite"
	"jeton/internal/throttle"
	"jeton/internal/web"
	"jeton/internal/web/verify"
)

// Version of this program; the build sets it.
var Version = "dev"

// App is one server: everything but the listening socket.
type App struct {
	Authority *authority.Authority
	Handler   http.Handler

	reserve      http.Handler // of the connections beyond the bound
	floor        *web.Floor   // beneath both
	cfg          config.Config
	url          string // where people reach this server
	installation string // a UUID, the same for ever
	log          *slog.Logger
	now          func() time.Time
	store        *sqlite.Store
	index        *index.Index
	sessions     *session.Register
	site         *web.Site
	passwords    *password.Hasher
	routes       verify.Routes
	meter        *meter.Meter
	opened       time.Time
	unlock       func() error
	draining     atomic.Bool
	stopping     chan struct{} // closed when draining begins
}

// Open builds the App that cfg describes; now is time.Now but in tests. On
// failure whatever had been opened is closed again. It fails when another
// server has the data folder.
func Open(ctx context.Context, cfg config.Config, now func() time.Time) (*App, error) {
	unlock, err := takeFolder(cfg.Data)
	if err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, url: publicURL(cfg), log: logger(cfg), now: now, unlock: unlock, stopping: make(chan struct{})}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) (err error) {
	if a.routes, err = readRoutes(a.cfg.VerifyRoutes); err != nil {
		return err
	}
	if a.store, err = openStore(ctx, a.cfg, a.now); err != nil {
		return err
	}
	a.index, err = index.Open(ctx, index.Options{
		Source: a.store, Now: a.now, MaxAge: a.cfg.MaxAge, OutageGrace: graceOption(a.cfg.OutageGrace), Limit: a.cfg.IndexLimit,
	})
	if err != nil {
		return err
	}
	prefixes, err := a.store.Prefixes(ctx, a.cfg.TokenPrefix)
	if err != nil {
		return fmt.Errorf("token prefixes: %w", err)
	}
	if a.passwords, err = password.New(password.Options{}); err != nil {
		return err
	}
	a.Authority = newAuthority(a.store, prefixes, a.index, a.passwords, a.now, a.log)
	a.Authority.PolicyAge = a.cfg.MaxAge
	a.sessions = &session.Register{Store: a.store, Now: a.now, Log: a.log}
	if a.site, err = web.NewSite(a.cfg.PublicURL); err != nil {
		return err
	}
	if a.installation, err = a.store.Installation(ctx); err != nil {
		return err
	}
	a.opened = a.now()
	a.meter = meter.New(Version, metered, a.state)
	a.Handler, a.reserve = a.faces()
	return nil
}

// graceOption tells the index "none" apart from "not said".
func graceOption(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

func newAuthority(db *sqlite.Store, prefixes []string, live authority.Live, passwords *password.Hasher, now func() time.Time, log *slog.Logger) *authority.Authority {
	return &authority.Authority{
		Store:     db,
		Live:      live,
		Passwords: passwords,
		Memory:    password.NewMemory(now),
		Throttle:  throttle.New(throttle.Options{Now: now}),
		Finders:   throttle.New(throttle.Options{Now: now}),
		Uses:      &authority.Uses{Now: now},
		Now:       now,
		Prefixes:  pat.Prefixes(prefixes),
		Policy:    pat.DefaultPolicy(),
		Log:       log,
	}
}

// closeTime bounds how long Close writes: the uses of a million tokens, as many as
// wait in memory at most, take some 20 s.
const closeTime = 30 * time.Second

// Close flushes what was counted and closes the store. It may be called after
// a failed Open.
func (a *App) Close() error {
	var errs []error
	if a.store != nil {
		if a.Authority != nil {
			ctx, cancel := context.WithTimeout(context.Background(), closeTime)
			defer cancel()
			if err := a.Authority.RaiseAlarms(ctx); err != nil { // they are few
				errs = append(errs, fmt.Errorf("alarms: %w", err))
			}
			if err := a.Authority.Uses.Flush(ctx, a.store); err != nil {
				errs = append(errs, fmt.Errorf("flush use: %w", err))
			}
		}
		errs = append(errs, a.store.Close())
	}
	return errors.Join(append(errs, a.unlock())...)
}
