package pat

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"
)

// The prefixes of what an application trades for tokens. It is in the form of a
// token's secret, so that it is recognised, but never taken for one.
const (
	RefreshPrefix = "refresh"
	CodePrefix    = "code"
)

// How long a grant can be used, in seconds.
const (
	CodeLifetime    = 600       // AWX's, and the most that RFC 6749 §4.1.2 recommends
	RefreshLifetime = 2_628_000 // AWX's: a twelfth of a year
)

// RefreshID names a refresh token for ever.
type RefreshID int64

// Refresh is the record of a refresh token, which an application trades, once,
// for the next pair of tokens (RFC 6749 §6). Those that came one from another
// are a family: when one is used twice, somebody has a copy, and all of them
// end with their tokens.
type Refresh struct {
	ID          RefreshID
	Digest      Digest
	Family      RefreshID // of the first; its own id when it began one
	Application ApplicationID
	Owner       UserID
	Token       TokenID // the token that it was issued with
	CreatedAt   time.Time
	ExpiresAt   time.Time
	EndedAt     time.Time // used or revoked; zero: neither
	// Until is when the family ends in any case, because it began with a token
	// that does not live on: what comes of a token does not outlive it. The zero
	// time is never.
	Until time.Time
}

// Code is the record of an authorization code, which an application trades,
// once, for a pair of tokens (RFC 6749 §4.1).
type Code struct {
	Digest      Digest
	Application ApplicationID
	Owner       UserID
	Scopes      Scopes
	RedirectURI string // as it was asked for; "" when it was not
	Challenge   string // PKCE's, always S256; "" for none
	CreatedAt   time.Time
	ExpiresAt   time.Time
	UsedAt      time.Time // zero: not used
	Family      RefreshID // what was issued for it; 0: nothing yet
}

// Pair is an access token with the refresh token that replaces it, both shown
// once.
type Pair struct {
	Access  Secret
	Refresh Secret
	Token   Token
}

// Authorization is what an application asks of a user.
type Authorization struct {
	Application ApplicationID
	Scopes      Scopes
	RedirectURI string // as asked for, "" when it was not
	Challenge   string // PKCE's S256 challenge, "" for none
}

// IsChallenge reports whether text is a challenge of PKCE's S256: 32 bytes in
// base64url without padding (RFC 7636 §4.2).
func IsChallenge(text string) bool {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(sum) == sha256.Size && len(text) == 43
}

// IsVerifier reports whether text is a verifier: 43 to 128 unreserved
// characters (RFC 7636 §4.1).
func IsVerifier(text string) bool {
	return len(text) >= 43 && len(text) <= 128 && strings.Trim(text, alphabet+"-._~") == ""
}

// Verifies reports whether the verifier is the one that the code's challenge was
// made of. A code without a challenge takes none: a verifier that nobody asked
// for means that the challenge was taken out of the request (RFC 9700 §2.1.1).
func (c *Code) Verifies(verifier string) bool {
	if c.Challenge == "" || verifier == "" {
		return c.Challenge == "" && verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return IsVerifier(verifier) && subtle.ConstantTimeCompare([]byte(made), []byte(c.Challenge)) == 1
}
