// Package awx is the face of /api/: the management API, in the paths, words
// and shapes of AWX 24.6.1, so that its command line, its Ansible collection and
// its Terraform providers work unchanged. What AWX lacks is added to it as
// further keys, which those clients ignore.
//
// Where AWX has a hole the face departs from it: a token belongs to the user
// whose path it was made at, a path that nobody has answers JSON, a bearer token
// in the query is no credential, and PUT does not widen a token.
package awx

import (
	"context"
	"maps"
	"net/http"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Authority is what the face asks. Each method is told who acts and decides
// whether they may.
type Authority interface {
	trail
	beginning

	Authenticate(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error)
	Verify(ctx context.Context, secret, need string, via pat.Via) (pat.Principal, error)

	CreateToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Secret, pat.Token, error)
	Token(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.Token, error)
	Tokens(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Token, int, error)
	EditToken(ctx context.Context, by pat.Principal, id pat.TokenID, edit pat.TokenEdit) (pat.Token, error)
	RevokeToken(ctx context.Context, by pat.Principal, id pat.TokenID, why string) error
	Still(ctx context.Context, by pat.Principal) error
	tokenUser
	tokenLife
	tokenBulk

	CreateUser(ctx context.Context, by pat.Principal, req pat.UserRequest) (pat.User, error)
	User(ctx context.Context, by pat.Principal, id pat.UserID) (pat.User, error)
	UserByName(ctx context.Context, by pat.Principal, name string) (pat.User, error)
	Users(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.User, int, error)
	EditUser(ctx context.Context, by pat.Principal, id pat.UserID, edit pat.UserEdit) (pat.User, error)
	DeleteUser(ctx context.Context, by pat.Principal, id pat.UserID) error

	Applications
	Grants
	settingsAuthority
}

// Face serves /api/.
type Face struct {
	Authority Authority
	Sessions  Sessions
	Site      *web.Site // nil: each request tells
	Now       func() time.Time
	// Installation is the UUID by which clients tell installations apart. ""
	// is the nil UUID.
	Installation string
	// Issuer is the public address, by which applications tell who answers
	// them. "" is not told.
	Issuer string

	views  map[string]*view
	router *web.Router
	// document makes the description of the views once, when it is asked for.
	document func() web.Object
}

// Mount adds the face to faces.
func (f *Face) Mount(faces *web.Faces) {
	if f.Site == nil {
		f.Site = &web.Site{}
	}
	f.mountLogin(faces)
	f.mountOAuth(faces)
	f.views = f.paths()
	for _, more := range []map[string]*view{f.applicationPaths(), f.settingsPaths(), f.activityPaths(), f.organizationPaths(), f.collectionPaths(), f.lifePaths(), f.bulkPaths()} {
		maps.Copy(f.views, more)
	}
	table := web.Table{}
	for pattern, v := range f.views {
		v.pattern = pattern
		table[pattern] = v.methods()
	}
	f.router = table.Router()
	f.document = sync.OnceValue(func() web.Object { return openAPI(f.views) })
	faces.Add(web.Face{Name: "api", Prefix: "/api", Class: web.API, Handler: http.HandlerFunc(f.serveHTTP), Fail: fail})
}

// handler answers a call. It returns an error or writes, never both.
type handler func(c *call) error

// view is what one path has. GET stands for HEAD, and every path has OPTIONS.
type view struct {
	name                          string
	of                            *shape // what its objects are like
	get, post, put, patch, delete handler

	// open views answer anybody. Credentials decide nothing.
	open bool
	// numbered views have an id in their path that is a number: with anything
	// else it is the path of nothing.
	numbered bool
	// gate is what else GET demands before it answers, so that OPTIONS can
	// demand the same; nil is nothing.
	gate handler
	// may reports whether the caller may use POST or PUT, so that OPTIONS tells
	// of them; nil: whoever's credential may write.
	may func(c *call) bool

	// deleteShows says that DELETE answers with what is left.
	deleteShows bool
	// takes is what POST reads where that is something else than the object; nil:
	// it is not.
	takes *shape
	// makes views answer POST with a new object, though they are no list of it.
	makes bool
	// acts views do something to an object that its state may not allow (409).
	acts bool
	// joins views take by POST also the id of an object that is there already,
	// and say only that it is done.
	joins bool
	// wide views read bodies of up to wideBody bytes, and only once they know
	// whose. AWX has none of them, and so no order of refusals to keep.
	wide bool

	pattern string // its own in paths
}

// paths lists what the face has. No name among them is made up: what is not
// here answers 404, /api/gateway/ too, by which newer clients recognise AWX.
func (f *Face) paths() map[string]*view {
	return map[string]*view{
		"/api/":                {name: "REST API", of: rootShape, open: true, get: f.root},
		"/api/v2/":             {name: "Version 2", of: indexShape, open: true, get: f.versionTwo},
		"/api/v2/openapi.json": {name: "OpenAPI", of: documentShape, open: true, get: f.documentShow},
		"/api/v2/ping/":        {name: "Ping", of: pingShape, open: true, get: f.ping},
		"/api/v2/config/":      {name: "Configuration", of: configShape, get: config},
		"/api/v2/me/":          {name: "Me", of: userShape, get: f.me},

		"/api/v2/users/": {name: "Users", of: userShape, get: f.userList, post: f.userCreate, may: mayManage},
		"/api/v2/users/{id}/": {
			name: "User", of: userShape,
			get: f.userShow, put: f.userPut, patch: f.userPatch, delete: f.userDelete, gate: f.userGate, may: f.mayChangeUser,
		},
		"/api/v2/users/{id}/personal_tokens/": {
			name: "OAuth2 Personal Access Tokens", of: personalTokenShape,
			get: f.personalTokenList, post: f.personalTokenCreate, gate: f.personalTokenGate, may: f.mayChangeUser,
		},

		"/api/v2/tokens/": {name: "OAuth2 Tokens", of: tokenShape, get: f.tokenList, post: f.tokenCreate},
		"/api/v2/tokens/{id}/": {
			name: "OAuth Token Detail", of: tokenShape, numbered: true,
			get: f.tokenShow, put: f.tokenPut, patch: f.tokenPatch, delete: f.tokenDelete, gate: f.tokenGate, may: f.mayChangeToken,
		},
		"/api/v2/tokens/{id}/usage/": {name: "OAuth Token Usage", of: usageShape, numbered: true, get: f.tokenUsage, gate: f.usageGate},
	}
}

// handler returns what answers the method, or nil.
func (v *view) handler(method string) handler {
	switch method {
	case http.MethodGet, http.MethodHead:
		return v.get
	case http.MethodPost:
		return v.post
	case http.MethodPut:
		return v.put
	case http.MethodPatch:
		return v.patch
	case http.MethodDelete:
		return v.delete
	case http.MethodOptions:
		return v.options
	}
	return nil
}

// methods lists the methods for the router, which finds the path and says what
// it allows. It never calls them: before a handler of this face is called, body
// and credentials have been read.
func (v *view) methods() map[string]web.HandlerFunc {
	named := map[string]web.HandlerFunc{}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		if v.handler(method) != nil {
			named[method] = func(http.ResponseWriter, *http.Request) error { return web.ErrMethod }
		}
	}
	return named
}
