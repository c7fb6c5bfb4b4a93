package awx

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// Sessions is what the face asks about the sign-ins of browsers.
type Sessions interface {
	Start(ctx context.Context, who pat.Principal, req pat.SessionRequest) (pat.Secret, pat.Session, error)
	Find(ctx context.Context, secret pat.Secret, via pat.Via) (pat.Principal, pat.Session, error)
	End(ctx context.Context, secret pat.Secret, via pat.Via) error
}

// bySession finds out whose session the cookie is of. What changes anything
// must come from a page of this site, and carry the session's CSRF token.
func (f *Face) bySession(c *call) error {
	secret := f.Site.Session(c.r)
	if secret.IsZero() {
		return pat.Refuse(pat.ReasonMissing)
	}
	who, s, err := f.Sessions.Find(c.r.Context(), secret, web.ViaOf(c.r))
	if err != nil {
		return err
	}
	if !web.IsSafe(c.r.Method) {
		if err := f.Site.CheckOrigin(c.r); err != nil {
			return err
		}
		if err := web.CheckCSRF(c.r, nil, secret.CSRFToken()); err != nil {
			return err
		}
	}
	c.who, c.visitor = who, who.Name
	f.keepSession(c.w, c.r, secret, &s)
	return nil
}

// glance looks whether anybody is signed in, where that decides nothing: for
// what a page says of them, and for the CSRF token that a client goes on with.
func (f *Face) glance(c *call) {
	secret := f.Site.Session(c.r)
	if secret.IsZero() || c.r.Header["Authorization"] != nil {
		return
	}
	who, s, err := f.Sessions.Find(c.r.Context(), secret, web.ViaOf(c.r))
	if err != nil {
		return
	}
	c.visitor = who.Name
	f.keepSession(c.w, c.r, secret, &s)
}

// keepSession says how long the session lasts unseen, and has the browser keep
// it for so long.
func (f *Face) keepSession(w http.ResponseWriter, r *http.Request, secret pat.Secret, s *pat.Session) {
	w.Header().Set("Session-Timeout", strconv.FormatInt(s.Idle, 10))
	// From now on, not from when it was last noted as seen: clients are told Idle.
	left := min(time.Duration(s.Idle)*time.Second, s.ExpiresAt.Sub(f.Now()))
	f.Site.SetSession(w, r, secret, left)
}
