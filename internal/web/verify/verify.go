// Package verify is the face for proxies: nginx's auth_request, forward_auth of
// Caddy and Traefik, Envoy's ext_authz ask it about every request of somebody
// else's service. It answers 200 with the owner in four headers, or refuses.
//
// Only the header Authorization is a credential here; a cookie is none. No
// method, path or header of the request makes it answer 200 without one.
package verify

import (
	"context"
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Authority is what the face asks.
type Authority interface {
	// Verify returns the principal behind a secret whose scopes allow need:
	// scopes with blanks between them, "" for any. It fails with
	// Unauthenticated, with Forbidden when the scope is not enough, and with
	// Unavailable when it cannot know.
	Verify(ctx context.Context, secret, need string, via pat.Via) (pat.Principal, error)
}

// Face serves /verify and all beneath it.
type Face struct {
	Authority Authority
	// Routes add to what the query demands; none add nothing.
	Routes Routes
}

const root = "/verify"

// Mount adds the face to faces.
func (f *Face) Mount(faces *web.Faces) {
	faces.Add(web.Face{
		Name:    "verify",
		Prefix:  root,
		Handler: web.Handler(f.verify, fail),
		Fail:    fail,
		Quiet:   true,
	})
}

// verify answers any method alike: a proxy may repeat the client's, and what
// the method demands is for scope=auto to say.
func (f *Face) verify(w http.ResponseWriter, r *http.Request) error {
	web.LeaveBody(w, r)
	need, err := f.need(r)
	if err != nil {
		return err
	}
	a, err := web.ParseAuthorization(r)
	switch {
	case err != nil:
		return err
	case a.Scheme != web.Bearer:
		return errMissing
	}
	p, err := f.Authority.Verify(r.Context(), a.Token, need, web.AskedVia(w))
	if err != nil {
		return scarce(err, need)
	}
	identify(w.Header(), &p)
	w.WriteHeader(http.StatusOK)
	return nil
}

// need returns the scopes that the request needs, with blanks between them.
func (f *Face) need(r *http.Request) (string, error) {
	need, err := demand(r)
	if err != nil || len(f.Routes) == 0 {
		return need, err
	}
	return f.Routes.demand(r, need)
}

var errMissing = pat.Refuse(pat.ReasonMissing)

// identify sets the four headers, empty ones too: a proxy that copies them
// overwrites whatever the client has forged.
func identify(h http.Header, p *pat.Principal) {
	var buf [40]byte // two int64
	ids := strconv.AppendInt(buf[:0], int64(p.User), 10)
	n := len(ids)
	ids = strconv.AppendInt(ids, int64(p.Token), 10)
	both := string(ids)
	// One allocation for all four, since net/http wants slices.
	v := &[4]string{p.Name, both[:n], both[n:], p.Scopes.Effective()}
	h["X-Auth-User"] = v[0:1:1]
	h["X-Auth-User-Id"] = v[1:2:2]
	h["X-Auth-Token-Id"] = v[2:3:3]
	h["X-Auth-Scope"] = v[3:4:4]
}
