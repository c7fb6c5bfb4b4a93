package app

import (
	"net/http"

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
	(&console.Face{Authority: a.Authority, URL: a.url}).Mount(&faces)
	a.mountHealth(&faces)
	floor := &web.Floor{Log: a.log, Now: a.now, Trusted: a.cfg.TrustedProxies, LogVerify: a.cfg.LogVerify}
	return floor.Wrap(&faces)
}
