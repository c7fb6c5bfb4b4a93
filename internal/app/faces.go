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
	"jeton/internal/web/tokenapi"
	"jeton/internal/web/verify"
)

// faces puts the faces on one floor.
func (a *App) faces() http.Handler {
	var faces web.Faces
	(&tokenapi.Face{Authority: a.Authority}).Mount(&faces)
	(&awx.Face{Authority: a.Authority, Now: a.now, Scopes: a.Authority.Policy.Scopes, Installation: a.installation}).Mount(&faces)
	(&verify.Face{Authority: a.Authority}).Mount(&faces)
	(&console.Face{Authority: firstSetup{a.Authority, a}, URL: a.url}).Mount(&faces)
	a.mountHealth(&faces)
	floor := &web.Floor{Log: a.log, Now: a.now, Trusted: a.cfg.TrustedProxies, LogVerify: a.cfg.LogVerify}
	return floor.Wrap(&faces)
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
