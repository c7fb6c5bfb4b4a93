package app

import (
	"context"
	"net/http"
	"os"

	"jeton/internal/authority"
	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/awx"
	"jeton/internal/web/console"
	"jeton/internal/web/oauth"
	"jeton/internal/web/tokenapi"
	"jeton/internal/web/verify"
	"jeton/internal/words"
)

// faces puts the faces on one floor. reserve is for the connections beyond the
// bound.
func (a *App) faces() (all, reserve http.Handler) {
	var faces web.Faces
	issuer := "" // not told where nobody has said it
	if a.cfg.PublicURL != "" {
		issuer = a.url
	}
	(&tokenapi.Face{Authority: a.Authority}).Mount(&faces)
	(&awx.Face{Authority: a.Authority, Sessions: a.sessions, Site: a.site, Now: a.now, Installation: a.installation, Issuer: issuer}).Mount(&faces)
	(&verify.Face{Authority: a.Authority, Routes: a.routes}).Mount(&faces)
	(&oauth.Face{
		Authority: a.Authority, Issuer: a.url, Public: a.cfg.PublicURL != "", Grants: grants,
		Feed: a.index, Stopping: a.stopping, Now: a.now,
	}).Mount(&faces)
	(&console.Face{
		Authority: firstSetup{a.Authority, a}, Sessions: a.sessions, Site: a.site, Words: words.NewBook(), Now: a.now, URL: a.url,
	}).Mount(&faces)
	a.mountHealth(&faces)
	a.mountMetrics(&faces)
	a.floor = &web.Floor{Log: a.log, Now: a.now, Trusted: a.cfg.TrustedProxies, LogVerify: a.cfg.LogVerify, Meter: a.meter}
	return a.floor.Wrap(&faces), a.floor.Reserve(&faces)
}

// grants is how programs are told to obtain tokens. The endpoint for scripts,
// /apiops/auth/token, is not told: there client_id is a user's name, which no
// program that discovers endpoints would expect.
var grants = oauth.Grants{
	Authorize:    "/api/o/authorize/",
	Token:        "/api/o/token/",
	Types:        []string{"authorization_code", "refresh_token", "password"},
	AuthMethods:  []string{"client_secret_basic", "client_secret_post", "none"},
	ResponseType: []string{"code"},
	Challenges:   []string{"S256"},
}

// firstSetup takes the set-up code's file away once the code is spent.
type firstSetup struct {
	*authority.Authority
	app *App
}

// SetUp is the authority's.
func (f firstSetup) SetUp(ctx context.Context, code string, req pat.UserRequest, via pat.Via) (pat.User, error) {
	user, err := f.Authority.SetUp(ctx, code, req, via)
	if err == nil {
		_ = os.Remove(f.app.setupFile()) // the code in it opens nothing any more
	}
	return user, err
}
