package pat

import (
	"crypto/rand"
	"crypto/sha256"
	"net/url"
	"strings"
	"time"
)

// ApplicationID names an application for ever: it is never given to another one.
type ApplicationID int64

// ClientType says whether an application can keep a secret (RFC 6749 §2.1).
type ClientType string

const (
	Confidential ClientType = "confidential" // runs on a server, has a secret
	Public       ClientType = "public"       // runs with its user, has none
)

// GrantType is the way in which an application obtains tokens.
type GrantType string

const (
	GrantCode     GrantType = "authorization-code"
	GrantPassword GrantType = "password"
)

// Application is a program that obtains tokens for users who let it: a client
// in the words of OAuth 2. Its secret is not in it.
type Application struct {
	ID           ApplicationID
	Name         string // unique; may be empty, as in AWX
	Description  string
	ClientID     string // 40 letters and digits; public, never given twice
	SecretDigest Digest // the zero Digest: a public application, which has none
	Type         ClientType
	Grant        GrantType
	RedirectURIs string // blanks between them
	// SkipConsent spares users the question whether they let the application.
	// A public one asks all the same: anybody can claim to be it.
	SkipConsent bool
	CreatedAt   time.Time
	ModifiedAt  time.Time // strictly greater after every edit
}

// ApplicationRequest asks for an application.
type ApplicationRequest struct {
	Name, Description string
	Type              ClientType
	Grant             GrantType
	RedirectURIs      string
	SkipConsent       bool
}

// ApplicationEdit changes an application in place. A nil field stays as it is;
// the way of obtaining tokens always does.
type ApplicationEdit struct {
	Name, Description *string
	RedirectURIs      *string
	SkipConsent       *bool
}

// Bounds of an application's texts, in characters.
const (
	MaxApplicationName = 255
	MaxRedirectURIs    = 4096
)

// ApplicationFields are what Applications filters and orders by. All belong to
// the organisation 1, Default.
var ApplicationFields = map[string]FieldType{
	"id": Int, "name": String, "description": String, "type": String, "grant": String,
	"redirect_uris": String, "skip_consent": Bool, "created": Time, "modified": Time,
	"organization": Int, "organization.name": String,
}

// Check reports the first way in which the application breaks its form, as an
// Invalid error that names the field.
func (a *Application) Check() error {
	switch {
	case a.Type != Confidential && a.Type != Public:
		return FailField("client_type", "choose confidential or public")
	case a.Grant != GrantCode && a.Grant != GrantPassword:
		return FailField("authorization_grant_type", "choose authorization-code or password")
	}
	for _, text := range []struct {
		field, text string
		limit       int
	}{
		{"name", a.Name, MaxApplicationName},
		{"description", a.Description, MaxTokenDescription},
		{"redirect_uris", a.RedirectURIs, MaxRedirectURIs},
	} {
		if err := CheckText(text.field, text.text, text.limit); err != nil {
			return err
		}
	}
	uris := strings.Fields(a.RedirectURIs)
	if a.Grant == GrantCode && len(uris) == 0 {
		return FailField("redirect_uris", "name at least one address to which users are sent back")
	}
	for _, u := range uris {
		if !isRedirectURI(u) {
			return FailField("redirect_uris", "use whole addresses that begin with https:// or http:// and have no fragment")
		}
	}
	return nil
}

// isRedirectURI reports whether text is an absolute address on the web without a
// fragment (RFC 6749 §3.1.2) and without a user. Its host is in letters that
// mean nothing in a header.
func isRedirectURI(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		strings.Trim(u.Host, alphabet+".-_:[]") == "" && !strings.ContainsFunc(text, func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune("#\\\"'<>`", c)
	})
}

// Redirect returns the address to which users are sent back when the
// application asks for uri, and whether it may. It is compared character by
// character; only the port of an address on 127.0.0.1 or [::1] is free, since a
// program on the user's own machine takes whichever it gets (RFC 8252 §7.3).
// The empty uri stands for the only one that is registered.
func (a *Application) Redirect(uri string) (string, bool) {
	registered := strings.Fields(a.RedirectURIs)
	if uri == "" {
		if len(registered) != 1 {
			return "", false
		}
		return registered[0], true
	}
	if !isRedirectURI(uri) {
		return "", false
	}
	portless, onLoopback := withoutPort(uri)
	for _, r := range registered {
		if r == uri {
			return uri, true
		}
		if other, ok := withoutPort(r); ok && onLoopback && other == portless {
			return uri, true
		}
	}
	return "", false
}

// withoutPort returns the address without its port, when it is one on the
// user's own machine. The name localhost is none: it may lead elsewhere.
func withoutPort(uri string) (string, bool) {
	for _, host := range []string{"http://127.0.0.1", "http://[::1]"} {
		rest, ok := strings.CutPrefix(uri, host)
		if !ok {
			continue
		}
		if port, ok := strings.CutPrefix(rest, ":"); ok {
			rest = strings.TrimLeft(port, "0123456789")
		}
		if rest == "" || rest[0] == '/' || rest[0] == '?' {
			return host + rest, true
		}
	}
	return "", false
}

// Lengths that AWX's clients know.
const (
	clientIDLength     = 40
	clientSecretLength = 128
)

// NewClientID draws the public name of an application.
func NewClientID() string { return randomText(clientIDLength) }

// NewClientSecret draws the secret of an application.
func NewClientSecret() Secret { return Secret{randomText(clientSecretLength)} }

// ClientSecretDigest returns the digest of what a client sent as its secret. It
// is not judged by its form: a wrong one is a wrong one.
func ClientSecretDigest(text string) Digest { return sha256.Sum256([]byte(text)) }

// randomText draws n characters of the alphabet, each as likely as any other.
func randomText(n int) string {
	text := make([]byte, 0, n)
	for random := [64]byte{}; len(text) < n; {
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
		for _, b := range random {
			if b < 248 && len(text) < n { // 248 is the greatest multiple of 62
				text = append(text, alphabet[b%62])
			}
		}
	}
	return string(text)
}
