// Package tokenapi is the face of /apiops/: the endpoint at which scripts
// written for Apinizer trade a user's name and password for a token, and the two
// endpoints by which they try it out.
//
// It has two shapes of error. The token endpoint speaks OAuth's (error,
// error_description), everything else the envelope of Apinizer's management
// endpoints (status, resultMessage).
package tokenapi

import (
	"context"
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Authority is what the face asks.
type Authority interface {
	// Authenticate returns the principal whose password one of the logins is.
	// They are readings of one credential and count as one attempt. It fails
	// with Unauthenticated, Throttled and Unavailable.
	Authenticate(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error)
	// CreateToken issues a token. It fails with Invalid, naming the field.
	CreateToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Secret, pat.Token, error)
	// Verify returns the principal behind a secret whose scopes allow need. It
	// fails with Unauthenticated, Forbidden and Unavailable.
	Verify(ctx context.Context, secret, need string, via pat.Via) (pat.Principal, error)
	// CheckOrigin fails with Unavailable while the policy has switched the
	// origin's endpoints off.
	CheckOrigin(ctx context.Context, o pat.Origin) error
}

// Face serves /apiops/.
type Face struct {
	Authority Authority
}

// Mount adds the face to faces, in two parts, since each has its own errors.
func (f *Face) Mount(faces *web.Faces) {
	faces.Add(web.Face{Name: "apiops", Prefix: "/apiops/auth", Class: web.API, Passwords: true, Fail: failToken, Handler: web.Table{
		"/apiops/auth/token": {"POST": f.token},
	}.Handler(failToken)})
	faces.Add(web.Face{Name: "apiops", Prefix: "/apiops", Class: web.API, Fail: failManagement, Handler: web.Table{
		"/apiops/test/healthcheck":  {"GET": healthcheck},
		"/apiops/test/hello/{name}": {"GET": f.hello},
	}.Handler(failManagement)})
}

const (
	jsonType = "application/json;charset=UTF-8" // in this spelling on every answer
	textType = "text/plain;charset=UTF-8"
)

// healthcheck tells scripts that somebody listens.
func healthcheck(w http.ResponseWriter, _ *http.Request) error {
	web.Bytes(w, http.StatusOK, textType, []byte("OK"))
	return nil
}

// hello greets whoever bears a live token.
func (f *Face) hello(w http.ResponseWriter, r *http.Request) error {
	a, err := web.ParseAuthorization(r)
	switch {
	case err != nil:
		return err
	case a.Scheme == web.NoScheme:
		return errNoToken
	case a.Scheme != web.Bearer:
		return errNotBearer
	}
	if err := f.Authority.CheckOrigin(r.Context(), pat.OriginAPIOps); err != nil {
		return err
	}
	if _, err := f.Authority.Verify(r.Context(), a.Token, pat.ScopeForMethod(r.Method), web.ViaOf(r)); err != nil {
		return err
	}
	web.Bytes(w, http.StatusOK, textType, []byte("Hello "+r.PathValue("name")))
	return nil
}

var (
	errNoToken   = pat.Refuse(pat.ReasonMissing)
	errNotBearer = pat.Refuse(pat.ReasonMalformed)
)
