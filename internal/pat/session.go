package pat

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"time"
)

// SessionID names a session for ever: it is never given to another one.
type SessionID int64

// Session is one sign-in of one browser. The secret by which the browser shows
// it is not in it.
//
// A session expires when it was not seen for Idle or when ExpiresAt has come; it
// is ended when someone decides so. It carries no rights of its own: those are
// its user's, as they are at each request.
type Session struct {
	ID              SessionID
	User            UserID
	Digest          Digest
	CreatedAt       time.Time
	SeenAt          time.Time // to the minute: see session.TouchEvery
	ExpiresAt       time.Time // however often it is seen
	Idle            int64     // seconds
	Remember        bool
	AuthenticatedAt time.Time // when the password was last proved in it
	Face            string    // where it began
	Address         netip.Addr
	Agent           string    // what the browser calls itself, of at most MaxAgent bytes
	EndedAt         time.Time // zero: not ended
}

// MaxAgent is how many bytes are kept of what a browser calls itself.
const MaxAgent = 256

// Until returns when the session expires unless it is seen again.
func (s *Session) Until() time.Time {
	idle := s.SeenAt.Add(time.Duration(s.Idle) * time.Second)
	if idle.Before(s.ExpiresAt) {
		return idle
	}
	return s.ExpiresAt
}

// Live reports whether the session is neither ended nor expired.
func (s *Session) Live(now time.Time) bool { return s.EndedAt.IsZero() && now.Before(s.Until()) }

// SessionRequest asks for a session.
type SessionRequest struct {
	Remember bool
	Agent    string
	// Replaces is the secret of the session that the browser had until now,
	// which ends. A session is never gone on with under another sign-in, so that
	// nobody can plant one.
	Replaces Secret
}

// sessionBytes are 256 bits, sessionLength what they take in unpadded base64.
const (
	sessionBytes  = 32
	sessionLength = 43
)

// NewSessionSecret draws the secret of a session. It is no token's: no
// ParseSecret of Prefixes takes it.
func NewSessionSecret() Secret {
	var random [sessionBytes]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	return Secret{base64.RawURLEncoding.EncodeToString(random[:])}
}

// ParseSessionSecret reads a session's secret that a browser sent. It fails
// with Unauthenticated and ReasonMalformed on anything else.
func ParseSessionSecret(text string) (Secret, error) {
	if len(text) != sessionLength {
		return Secret{}, errMalformed
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(text); err != nil {
		return Secret{}, errMalformed
	}
	return Secret{text}, nil
}

// CSRFToken returns what a form or a script that this server gave the session
// sends along, and no other site knows: HMAC-SHA-256 under the secret, so that
// nothing more is stored and one session's is of no use to another. It does not
// lead back to the secret.
func (s Secret) CSRFToken() string {
	mac := hmac.New(sha256.New, []byte(s.text))
	mac.Write([]byte("csrf"))
	return hex.EncodeToString(mac.Sum(nil))
}

// ProofOf returns what a principal by password carries of the stored hash that
// the password was checked against.
func ProofOf(hash string) Digest { return sha256.Sum256([]byte(hash)) }
