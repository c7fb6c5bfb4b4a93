package verifier

import (
	"strings"
	"time"
)

// Token is what Jeton says of a live token. The zero Token may do nothing.
type Token struct {
	ID       string // jti; never given twice
	Owner    string // sub, the owner's id; never given twice: key your records on it
	Username string // the owner's name, which may change
	// Scope are the scopes, blanks between them, with the read that write implies.
	Scope     string
	ClientID  string    // of the application that it was granted to; "": a personal token
	IssuedAt  time.Time // in whole seconds
	ExpiresAt time.Time // in whole seconds; zero: never
}

// The scopes that every installation of Jeton has, and the one that nothing covers.
const (
	ScopeRead       = "read"
	ScopeWrite      = "write"
	scopeIntrospect = "introspect"
)

// Allows reports whether the token may do what needs the scope: by name, or
// because write covers it.
func (t *Token) Allows(scope string) bool {
	return scope != "" && (t.has(scope) || scope != scopeIntrospect && t.has(ScopeWrite))
}

func (t *Token) has(scope string) bool {
	for rest := t.Scope; rest != ""; {
		var word string
		if word, rest, _ = strings.Cut(rest, " "); word == scope {
			return true
		}
	}
	return false
}

// ScopeForMethod returns the scope that an HTTP method needs: read where it is
// safe (RFC 9110 §9.2.1), else write.
func ScopeForMethod(method string) string {
	switch method {
	case "GET", "HEAD", "OPTIONS":
		return ScopeRead
	}
	return ScopeWrite
}
