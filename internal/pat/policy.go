package pat

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy bounds the tokens of an owner.
type Policy struct {
	// Scopes are the words that may be granted; read, write and the reserved
	// ones always may.
	Scopes []string
	// MaxLifetime is the longest life of a token in whole seconds. Zero: no
	// bound. A bound forbids tokens that never expire.
	MaxLifetime int64
	// ForbidNever refuses tokens that never expire.
	ForbidNever bool
	// Lifetime is the life of a token, in whole seconds, whose request names
	// none, by origin.
	Lifetime map[Origin]int64
	// MaxNamed and MaxUnnamed bound an owner's live tokens. Tools make unnamed
	// ones by the dozen, so these are counted apart.
	MaxNamed, MaxUnnamed int
}

const day = 24 * 60 * 60 // seconds

// DefaultPolicy is in force until an administrator changes it.
func DefaultPolicy() Policy {
	return Policy{
		Lifetime: map[Origin]int64{
			OriginConsole: 30 * day,
			OriginAPI:     365 * day,
			OriginAPIOps:  3600,
			OriginCLI:     30 * day,
		},
		MaxNamed:   1000,
		MaxUnnamed: 10_000,
	}
}

// ScopeWords lists what may be granted, for messages.
func (p Policy) ScopeWords() string {
	return strings.Join(append([]string{ScopeRead, ScopeWrite}, p.Scopes...), ", ")
}

// CheckScopes fails with Invalid on a word that may not be granted.
func (p Policy) CheckScopes(s Scopes) error {
	for w := range strings.FieldsSeq(string(s)) {
		if !p.HasScope(w) {
			return FailField("scope", "unknown scope "+strconv.Quote(w)+"; there are: "+p.ScopeWords())
		}
	}
	return nil
}

// ExpiresAt returns when a token asked for at now expires; the zero time is
// never. It fails with Invalid, and names the field expires, where the policy
// forbids that.
func (p Policy) ExpiresAt(e Expiry, o Origin, now time.Time) (time.Time, error) {
	if e.IsZero() {
		e.After = p.Lifetime[o]
		if p.MaxLifetime > 0 && (e.After == 0 || e.After > p.MaxLifetime) {
			e.After = p.MaxLifetime
		}
		e.Never = e.After == 0
	}
	switch {
	case e.Never && (p.ForbidNever || p.MaxLifetime > 0):
		return time.Time{}, FailField("expires", "policy asks for a date on which the token expires")
	case e.Never:
		return time.Time{}, nil
	case e.After < 0:
		return time.Time{}, FailField("expires", "choose a time in the future")
	case e.At.IsZero():
		// By seconds and not by Duration, which ends after 292 years.
		e.At = time.Unix(now.Unix()+min(e.After, maxLifetime), int64(now.Nanosecond()))
	}
	at := Micro(e.At)
	switch {
	case !at.After(now):
		return time.Time{}, FailField("expires", "choose a time in the future")
	case at.Year() > 9999:
		return time.Time{}, FailField("expires", "choose a year up to 9999")
	case p.MaxLifetime > 0 && at.Unix()-now.Unix() > p.MaxLifetime:
		return time.Time{}, FailField("expires", "policy allows at most "+itoa(int(p.MaxLifetime))+" seconds")
	}
	return at, nil
}

// maxLifetime keeps the sum of now and a lifetime far from overflow, and far
// beyond the last year that is accepted.
const maxLifetime = 10_000 * 366 * day

func itoa(n int) string { return strconv.Itoa(n) }

// HasScope reports whether there is such a scope at all.
func (p *Policy) HasScope(word string) bool {
	return word == ScopeRead || word == ScopeWrite || reserved[word] || slices.Contains(p.Scopes, word)
}
