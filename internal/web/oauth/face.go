// Package oauth is the face for other people's APIs and their libraries: token
// introspection (RFC 7662) and the changes that end what it said, revocation
// (RFC 7009) and the document that tells where they are (RFC 8414).
//
// Only the header Authorization and the form are credentials here; a cookie is
// none. Introspection is asked for each request of somebody else's service, so
// it is quiet and answers from memory.
package oauth

import (
	"context"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Authority is what the face asks.
type Authority interface {
	// Verify returns the principal behind a secret. It fails with
	// Unauthenticated, and with Unavailable when it cannot know.
	Verify(ctx context.Context, secret, need string, via pat.Via) (pat.Principal, error)
	// VerifyClient is Verify of a secret that came as a client's password.
	VerifyClient(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error)
	// AuthenticateClient is VerifyClient where a user's password will do too. It
	// fails with Throttled as well.
	AuthenticateClient(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Principal, error)
	// Introspect says what by may know of the secret in text, used from the
	// address. It fails with Forbidden and Unavailable.
	Introspect(ctx context.Context, by pat.Principal, text string, from netip.Addr) (pat.Introspection, error)
	// RevokeSecret ends the token of the secret in text where by may. It fails
	// with Forbidden when by may write nothing.
	RevokeSecret(ctx context.Context, by pat.Principal, text string) error
	// IsApplication reports whether one of the logins is by an application's
	// client id. It fails with Unavailable.
	IsApplication(ctx context.Context, logins []pat.Login) (bool, error)
	// AuthenticateApplication returns the application that sent one of the logins.
	// It fails with Unauthenticated and Throttled.
	AuthenticateApplication(ctx context.Context, logins []pat.Login, via pat.Via) (pat.Application, error)
	// RevokeGranted ends what the application was granted, where text is of that.
	RevokeGranted(ctx context.Context, app pat.Application, text string, via pat.Via) error
	// ScopeWords lists the scopes that there are. It fails with Unavailable.
	ScopeWords(ctx context.Context) ([]string, error)
	// MayFollow fails with Forbidden unless by may be told what changes.
	MayFollow(by pat.Principal) error
}

// Face serves /oauth2/ and the metadata.
type Face struct {
	Authority Authority
	// Issuer is this server's address without a slash at the end: the public
	// URL, else where it listens, never what a request says.
	Issuer string
	// Public says that Issuer is the public URL: then introspection tells it.
	Public bool
	// Grants says where tokens are had.
	Grants Grants
	// Feed tells what changes.
	Feed Feed
	// Stopping is closed when the server stops: nobody waits any longer.
	Stopping <-chan struct{}
	// Now is the clock.
	Now func() time.Time

	issuer  []byte // the end of an active answer
	waiting atomic.Int64
}

const (
	introspectPath = "/oauth2/introspect"
	batchPath      = "/oauth2/introspect/batch"
	revokePath     = "/oauth2/revoke"
	metadataPath   = "/.well-known/oauth-authorization-server"
)

// Mount adds the face to faces, in four parts: the first two are quiet.
func (f *Face) Mount(faces *web.Faces) {
	f.issuer = f.issuerMember()
	f.add(faces, "oauth", introspectPath, true, pat.ScopeIntrospect, web.Table{
		introspectPath: {http.MethodPost: f.introspect},
		batchPath:      {http.MethodPost: f.batch},
	})
	f.add(faces, "changes", changesPath, true, pat.ScopeIntrospect, web.Table{changesPath: {http.MethodGet: f.changes}})
	f.add(faces, "oauth", "/oauth2", false, pat.ScopeWrite, web.Table{revokePath: {http.MethodPost: f.revoke}})
	f.add(faces, "oauth", metadataPath, false, "", web.Table{metadataPath: {http.MethodGet: f.metadata}})
}

// add adds a part in which a token's scope, where it is not enough, is to be need.
// The changes have a name of their own: how long they waited says nothing of how
// fast this server is.
func (f *Face) add(faces *web.Faces, name, prefix string, quiet bool, need string, t web.Table) {
	fail := failFor(need)
	faces.Add(web.Face{Name: name, Prefix: prefix, Quiet: quiet, Class: web.API, Passwords: true, Fail: fail, Handler: t.Handler(fail)})
}
