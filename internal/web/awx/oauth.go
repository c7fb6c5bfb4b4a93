package awx

import (
	"context"
	"net/http"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Grants is what the face asks of the authority for applications that obtain
// tokens.
type Grants interface {
	AuthenticateApplication(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Application, error)
	ClientApplication(ctx context.Context, clientID string) (pat.Application, error)
	Fresh(by pat.Principal) bool
	MayAuthorize(ctx context.Context, by pat.Principal, asked pat.Authorization) error
	Authorize(ctx context.Context, by pat.Principal, asked pat.Authorization) (pat.Secret, error)
	ExchangeCode(ctx context.Context, app pat.Application, code, redirectURI, verifier string, via pat.Via) (pat.Pair, error)
	Refresh(ctx context.Context, app pat.Application, refresh string, scopes pat.Scopes, via pat.Via) (pat.Pair, error)
	GrantPassword(ctx context.Context, app pat.Application, by pat.Principal, scopes pat.Scopes) (pat.Pair, error)
	RevokeGranted(ctx context.Context, app pat.Application, secret string, via pat.Via) error
}

// The paths of OAuth 2 in AWX, which has them from Django OAuth Toolkit.
const (
	oauthPath     = "/api/o"
	authorizePath = "/api/o/authorize/"
	tokenPath     = "/api/o/token/"
	revokePath    = "/api/o/revoke_token/"
)

// mountOAuth adds the endpoints by which applications obtain tokens. They read
// forms, and answer in OAuth's words and not in those of the API.
func (f *Face) mountOAuth(faces *web.Faces) {
	faces.Add(web.Face{Name: "api", Prefix: oauthPath, Class: web.API, Passwords: true, Fail: failOAuth, Handler: web.Table{
		oauthPath + "/": {http.MethodGet: oauthRoot, http.MethodOptions: oauthOptions("GET, HEAD, OPTIONS")},
		authorizePath:   {http.MethodGet: f.authorizeForm, http.MethodPost: f.authorize},
		tokenPath:       {http.MethodPost: f.grant, http.MethodOptions: oauthOptions("POST, OPTIONS")},
		revokePath:      {http.MethodPost: f.revokeGranted, http.MethodOptions: oauthOptions("POST, OPTIONS")},
	}.Handler(failOAuth)})
}

// oauthRoot tells the paths.
func oauthRoot(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Allow", "GET, HEAD, OPTIONS")
	return web.JSON(w, http.StatusOK, web.Object{
		{Key: "authorize", Value: authorizePath},
		{Key: "token", Value: tokenPath},
		{Key: "revoke_token", Value: revokePath},
	})
}

// oauthOptions tells the methods, and nothing else.
func oauthOptions(allow string) web.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", allow)
		return web.JSON(w, http.StatusOK, web.Object{})
	}
}

// failOAuth answers an error in the shape of the path: people see a page,
// applications OAuth's words.
func failOAuth(w http.ResponseWriter, r *http.Request, err error) {
	switch web.AsError(err) {
	case web.ErrPath:
		fail(w, r, err)
		return
	case web.ErrMethod:
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if strings.HasPrefix(r.URL.Path, strings.TrimSuffix(authorizePath, "/")) {
		failPage(w, r, err)
		return
	}
	failGrant(w, err)
}
