package pat

import (
	"slices"
	"strings"
)

// The scopes that every installation has. Administrators add further words.
const (
	ScopeRead  = "read"  // GET, HEAD, OPTIONS
	ScopeWrite = "write" // everything; covers read

	// ScopeIntrospect allows asking about other people's tokens. It is reserved.
	ScopeIntrospect = "introspect"
)

// Scopes are the permission words that a token carries, single blanks between
// them, in the order and spelling in which they were granted. The zero value
// permits nothing.
type Scopes string

// ParseScopes reads the space-separated list of RFC 6749 §3.3, blanks
// collapsed. The empty string is the empty set. It fails with Invalid, and
// names the field scope, on a character outside %x21 / %x23-5B / %x5D-7E and
// on a word that stands twice.
func ParseScopes(text string) (Scopes, error) {
	words := strings.Fields(text)
	for i, w := range words {
		for _, c := range []byte(w) {
			if c < 0x21 || c == '"' || c == '\\' || c > 0x7e {
				return "", FailField("scope", "a scope is a word of printable ASCII without quotes and backslashes")
			}
		}
		for _, before := range words[:i] {
			if before == w {
				return "", FailField("scope", "name each scope once: "+w)
			}
		}
	}
	return Scopes(strings.Join(words, " ")), nil
}

// Has reports whether the word was granted by name.
func (s Scopes) Has(word string) bool {
	for rest := string(s); rest != ""; {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		if w == word {
			return true
		}
	}
	return false
}

// reserved are the words that nothing covers: they must be granted by name, and
// only administrators do so.
var reserved = map[string]bool{ScopeIntrospect: true}

// IsReserved reports whether the word is one that only an administrator grants.
// There is such a scope in every installation, whatever its policy.
func IsReserved(word string) bool { return reserved[word] }

// Reserved returns those of the words that only an administrator grants.
func (s Scopes) Reserved() Scopes {
	var words []string
	for w := range strings.FieldsSeq(string(s)) {
		if reserved[w] {
			words = append(words, w)
		}
	}
	return Scopes(strings.Join(words, " "))
}

// Without returns the others in their order.
func (s Scopes) Without(word string) Scopes {
	words := slices.DeleteFunc(strings.Fields(string(s)), func(w string) bool { return w == word })
	return Scopes(strings.Join(words, " "))
}

// Allows reports whether a token with these scopes may do what needs the
// word: by name, or because write covers it. Whether there is such a word at
// all is the policy's to say.
func (s Scopes) Allows(word string) bool {
	return s.Has(word) || word != "" && !reserved[word] && s.Has(ScopeWrite)
}

// Covers reports whether everything that other allows is allowed by s.
func (s Scopes) Covers(other Scopes) bool {
	for w := range strings.FieldsSeq(string(other)) {
		if !s.Allows(w) {
			return false
		}
	}
	return true
}

// Effective returns the words with the implied read written out, as
// verifications report them.
func (s Scopes) Effective() string {
	switch {
	case s == ScopeWrite: // by far the most, and made without an allocation
		return ScopeRead + " " + ScopeWrite
	case s.Has(ScopeWrite) && !s.Has(ScopeRead):
		return ScopeRead + " " + string(s)
	}
	return string(s)
}

// ScopeForMethod returns the scope that an HTTP method needs (RFC 9110 §9.2.1:
// safe methods change nothing).
func ScopeForMethod(method string) string {
	switch method {
	case "GET", "HEAD", "OPTIONS":
		return ScopeRead
	}
	return ScopeWrite
}
