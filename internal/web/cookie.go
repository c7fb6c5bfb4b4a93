package web

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"jeton/internal/pat"
)

// The names of the session's cookie. Browsers take the first over https alone,
// for this host alone and for all of its paths, so that no neighbour can plant one.
const (
	secureSessionCookie = "__Host-jeton_session"
	plainSessionCookie  = "jeton_session"
)

// Site is this server as browsers know it: what scheme its cookies follow and
// which origin's forms it takes. The zero Site goes by each request alone.
type Site struct {
	https  bool // by its public address, whatever a request looks like here
	origin http.CrossOriginProtection
}

// NewSite returns the site at the public address; "" is the zero Site. Behind a
// proxy that rewrites Host only the public address tells this site's forms from
// another's.
func NewSite(publicURL string) (*Site, error) {
	s := &Site{}
	if publicURL == "" {
		return s, nil
	}
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("public address: %w", err)
	}
	s.https = u.Scheme == "https"
	if err := s.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return nil, fmt.Errorf("public address: %w", err)
	}
	return s, nil
}

// Secure reports whether browsers reach the site by https, as far as the public
// address, the connection and trusted proxies tell.
func (s *Site) Secure(r *http.Request) bool { return s.https || Secure(r) }

// SessionCookie returns the name of the cookie in which a session's secret
// comes and goes.
func (s *Site) SessionCookie(r *http.Request) string {
	if s.Secure(r) {
		return secureSessionCookie
	}
	return plainSessionCookie
}

// Session returns the session's secret that the browser sent: the zero Secret
// when there is none, none that is in form, or two that differ, one of which
// somebody else may have planted.
func (s *Site) Session(r *http.Request) pat.Secret {
	var found pat.Secret
	for _, c := range r.CookiesNamed(s.SessionCookie(r)) {
		secret, err := pat.ParseSessionSecret(c.Value)
		if err != nil || !found.IsZero() && found != secret {
			return pat.Secret{}
		}
		found = secret
	}
	return found
}

// SetSession gives the browser a session's secret, and the CSRF token that
// belongs to it, for as long as the session has left.
func (s *Site) SetSession(w http.ResponseWriter, r *http.Request, secret pat.Secret, left time.Duration) {
	s.set(w, r, &http.Cookie{
		Name: s.SessionCookie(r), Value: secret.Reveal(), HttpOnly: true,
		MaxAge: max(1, int(left/time.Second)),
	})
	if token := secret.CSRFToken(); s.CSRFToken(r) != token {
		s.SetCSRFToken(w, r, token)
	}
}

// DropSession makes the browser forget its session, and gives it a CSRF token
// that belongs to none.
func (s *Site) DropSession(w http.ResponseWriter, r *http.Request) {
	s.set(w, r, &http.Cookie{Name: s.SessionCookie(r), HttpOnly: true, MaxAge: -1})
	s.SetCSRFToken(w, r, NewCSRFToken())
}

// SetMark sets a cookie for scripts that holds nothing secret, until the
// browser is closed.
func (s *Site) SetMark(w http.ResponseWriter, r *http.Request, name, value string) {
	s.set(w, r, &http.Cookie{Name: name, Value: value})
}

// set sends a cookie that holds for the whole site and follows its scheme.
func (s *Site) set(w http.ResponseWriter, r *http.Request, c *http.Cookie) {
	c.Path, c.Secure, c.SameSite = "/", s.Secure(r), http.SameSiteLaxMode
	http.SetCookie(w, c)
}
