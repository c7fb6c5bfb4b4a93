package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
)

// What keeps other sites from acting with a browser's cookies. Each is a 403.
var (
	ErrOrigin     = &Error{Status: http.StatusForbidden, Message: "the request comes from another site"}
	ErrNoCSRF     = &Error{Status: http.StatusForbidden, Message: "the form was not made for this browser; allow cookies, reload it and try again"}
	ErrCSRFLength = &Error{Status: http.StatusForbidden, Message: ErrNoCSRF.Message}
	ErrCSRF       = &Error{Status: http.StatusForbidden, Message: ErrNoCSRF.Message}
)

const (
	csrfCookie = "csrftoken"
	csrfLength = 64 // hexadecimal digits: as many characters as Django's have

	// CSRFHeader is where scripts and clients send the token.
	CSRFHeader = "X-Csrftoken"
	// CSRFField is where forms send it.
	CSRFField = "csrfmiddlewaretoken"

	csrfLife = 365 * 24 * 60 * 60 // seconds
)

// NewCSRFToken draws a token for a browser without a session. One that has a
// session gets that session's: see pat.Secret.CSRFToken.
func NewCSRFToken() string {
	var random [csrfLength / 2]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(random[:])
}

// CSRFToken returns the token of the browser's cookie, "" when there is none
// in form. Whoever has a session does not trust it: a neighbouring host can
// plant cookies.
func (s *Site) CSRFToken(r *http.Request) string {
	c, err := r.Cookie(csrfCookie)
	if err != nil || len(c.Value) != csrfLength {
		return ""
	}
	if _, err := hex.DecodeString(c.Value); err != nil {
		return ""
	}
	return c.Value
}

// EnsureCSRFToken returns the token of the browser's cookie, which it sends
// anew, or one that it draws.
func (s *Site) EnsureCSRFToken(w http.ResponseWriter, r *http.Request) string {
	token := s.CSRFToken(r)
	if token == "" {
		token = NewCSRFToken()
	}
	s.SetCSRFToken(w, r, token)
	return token
}

// SetCSRFToken gives the browser a token, which scripts may read.
func (s *Site) SetCSRFToken(w http.ResponseWriter, r *http.Request, token string) {
	s.set(w, r, &http.Cookie{Name: csrfCookie, Value: token, MaxAge: csrfLife})
}

// CheckOrigin fails with ErrOrigin when the browser says that the request comes
// from another origin than this site's. Requests that only read pass, and so do
// those of clients which say nothing of it: they need the token.
func (s *Site) CheckOrigin(r *http.Request) error {
	if s.origin.Check(r) != nil {
		return ErrOrigin
	}
	return nil
}

// CheckCSRF compares the token that a request sends, in the header or in the
// form, with the one it must have: the session's, or, before there is one, that
// of the cookie. It fails with ErrNoCSRF, ErrCSRFLength and ErrCSRF.
func CheckCSRF(r *http.Request, form Form, want string) error {
	sent := r.Header[CSRFHeader]
	if field, ok := form[CSRFField]; ok && len(sent) == 0 {
		sent = []string{field}
	}
	switch {
	case len(sent) == 0 || want == "":
		return ErrNoCSRF
	case len(sent) > 1:
		return ErrCSRF
	case len(sent[0]) != csrfLength:
		return ErrCSRFLength
	case subtle.ConstantTimeCompare([]byte(sent[0]), []byte(want)) != 1:
		return ErrCSRF
	}
	return nil
}

// IsSafe reports whether a method only reads (RFC 9110 §9.2.1).
func IsSafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	return false
}
