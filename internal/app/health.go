package app

import (
	"context"
	"net/http"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// readyTimeout bounds how long /readyz waits for the store.
const readyTimeout = 2 * time.Second

// mountHealth adds what load balancers ask: /healthz, whether the process
// lives, and /readyz, whether it should be sent requests. Neither tells a
// stranger more than that.
func (a *App) mountHealth(faces *web.Faces) {
	for path, h := range map[string]web.HandlerFunc{"/healthz": healthy, "/readyz": a.ready} {
		faces.Add(web.Face{
			Name: "health", Prefix: path, Quiet: true, Fail: failHealth,
			Handler: web.Table{path: {http.MethodGet: h}}.Handler(failHealth),
		})
	}
}

type health struct {
	Status string `json:"status"`
}

func healthy(w http.ResponseWriter, _ *http.Request) error {
	return web.JSON(w, http.StatusOK, health{"ok"})
}

// ready reports whether the schema is right and the store can be read. That the
// index has its place in the feed is certain: Open fails otherwise. Warming is
// no part of it, since a miss reads through.
func (a *App) ready(w http.ResponseWriter, r *http.Request) error {
	if a.draining.Load() {
		return pat.Fail(pat.Unavailable, "stopping")
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := a.store.Check(ctx); err != nil {
		return pat.Wrap(pat.Unavailable, "the store does not answer", err)
	}
	return web.JSON(w, http.StatusOK, health{"ready"})
}

func failHealth(w http.ResponseWriter, _ *http.Request, err error) {
	status, word := http.StatusServiceUnavailable, "not ready"
	if e := web.AsError(err); e != nil {
		status, word = e.Status, e.Message
	} else if e := pat.AsError(err); e.Kind == pat.Unavailable {
		word = e.Message
	}
	_ = web.JSON(w, status, health{word}) // one string: cannot fail
}
