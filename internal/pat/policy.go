package pat

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy bounds an owner's tokens and the ways to them. Rules says what each
// field is called where administrators set it, and within which limits.
// Lifetimes are in whole seconds. The zero Policy permits next to nothing.
type Policy struct {
	// Scopes is the catalogue: the words that there are besides read, write
	// and the reserved ones.
	Scopes []string
	// AllowedScopes is what a token may be granted, read and write among it;
	// what they cover is allowed too. Nil: all of the catalogue.
	AllowedScopes []string

	// MaxLifetime is the longest life of a token. Zero: no bound. A bound
	// forbids tokens that never expire.
	MaxLifetime int64
	// AllowNever permits tokens that never expire.
	AllowNever bool
	// Lifetime is the life of a token whose request names none, by origin.
	// Zero: never expires.
	Lifetime map[Origin]int64
	// NetworksRequired refuses tokens that may be used from anywhere.
	NetworksRequired bool
	// MaxNamed and MaxUnnamed bound an owner's live tokens. Tools make unnamed
	// ones by the dozen, so these are counted apart.
	MaxNamed, MaxUnnamed int64
	// Creators says who may make tokens for an owner.
	Creators Creators
	// IdlePause is after how long without use a token is to be paused. Zero: never.
	IdlePause int64
	// APIOps serves /apiops/auth/token and what is tried out beside it.
	APIOps bool

	// PasswordMinLength is in characters. It judges new passwords alone.
	PasswordMinLength int64
	// Reauth is for how long a sign-in counts as fresh.
	Reauth int64
	// Retention is how long ended tokens stay visible.
	Retention int64
	// CodeLifetime and RefreshLifetime are of OAuth's authorization codes and
	// refresh tokens.
	CodeLifetime, RefreshLifetime int64

	// RotateSelf lets a token rotate itself.
	RotateSelf bool
	// ReuseEndsFamily ends all tokens of a family when a retired value is used.
	ReuseEndsFamily bool
	// MaxOverlap bounds for how long the old value goes on after a rotation.
	MaxOverlap int64

	// PublicReports offers a page on which anybody who has found a secret reports
	// it, without signing in.
	PublicReports bool
}

// Creators says who may make tokens.
type Creators string

const (
	Everyone       Creators = "everyone"
	Administrators Creators = "administrators"
	Nobody         Creators = "nobody"
)

const (
	hour = 60 * 60
	day  = 24 * hour
)

// DefaultPolicy is in force until an administrator changes it.
func DefaultPolicy() Policy {
	return Policy{
		AllowNever: true,
		Lifetime: map[Origin]int64{
			OriginConsole: 30 * day,
			OriginAPI:     365 * day,
			OriginAPIOps:  hour,
			OriginCLI:     30 * day,
		},
		MaxNamed:          1000,
		MaxUnnamed:        10_000,
		Creators:          Everyone,
		APIOps:            true,
		PasswordMinLength: 12,
		Reauth:            15 * 60,
		Retention:         90 * day,
		CodeLifetime:      CodeLifetime,
		RefreshLifetime:   RefreshLifetime,
		MaxOverlap:        720 * hour,
	}
}

// ScopeWords lists the scopes that there are.
func (p *Policy) ScopeWords() []string {
	return append([]string{ScopeRead, ScopeWrite}, p.Scopes...)
}

// HasScope reports whether there is such a scope at all.
func (p *Policy) HasScope(word string) bool {
	return word == ScopeRead || word == ScopeWrite || reserved[word] || slices.Contains(p.Scopes, word)
}

// CheckScopes fails with Invalid on a word that there is not or that may not be
// granted.
func (p *Policy) CheckScopes(s Scopes) error {
	for w := range strings.FieldsSeq(string(s)) {
		if !p.HasScope(w) {
			return FailField("scope", "unknown scope "+strconv.Quote(w)+"; there are: "+strings.Join(p.ScopeWords(), ", "))
		}
	}
	switch {
	case p.AllowedScopes == nil || Scopes(strings.Join(p.AllowedScopes, " ")).Covers(s):
		return nil
	case len(p.AllowedScopes) == 0:
		return FailField("scope", "policy allows no scope (allowed scopes)")
	}
	return FailField("scope", "policy allows only "+strings.Join(p.AllowedScopes, ", ")+" (allowed scopes)")
}

// ExpiresAt returns when a token asked for at now expires; the zero time is
// never. It fails with Invalid, and names the field expires, where the policy
// forbids that.
func (p *Policy) ExpiresAt(e Expiry, o Origin, now time.Time) (time.Time, error) {
	if e.IsZero() {
		e = p.defaultExpiry(o)
	}
	at := e.At
	switch {
	case e.Never:
		return time.Time{}, p.checkLife(now, time.Time{})
	case e.After < 0:
		return time.Time{}, FailField("expires", "choose a time in the future")
	case at.IsZero():
		// By seconds and not by Duration, which ends after 292 years.
		at = time.Unix(now.Unix()+min(e.After, maxLifetime), int64(now.Nanosecond()))
	}
	at = Micro(at)
	switch {
	case !at.After(now):
		return time.Time{}, FailField("expires", "choose a time in the future")
	case at.Year() > 9999:
		return time.Time{}, FailField("expires", "choose a year up to 9999")
	}
	if err := p.checkLife(now, at); err != nil {
		return time.Time{}, err
	}
	return at, nil
}

// defaultExpiry is what a request that names none asks for, cut to the bound. A
// default of never gives way to a bound, but not to a policy without never: how
// long it would be then nobody has said.
func (p *Policy) defaultExpiry(o Origin) Expiry {
	after := p.Lifetime[o]
	if p.MaxLifetime > 0 && (after == 0 || after > p.MaxLifetime) {
		after = p.MaxLifetime
	}
	return Expiry{After: after, Never: after == 0}
}

// checkLife fails with Invalid when a token made and expiring then lives for
// longer than the policy allows.
func (p *Policy) checkLife(created, expires time.Time) error {
	never := expires.IsZero()
	switch {
	case p.MaxLifetime > 0 && (never || expires.Unix()-created.Unix() > p.MaxLifetime):
		return FailField("expires", "policy allows at most "+Lasting(p.MaxLifetime)+" (maximum lifetime)")
	case never && !p.AllowNever:
		return FailField("expires", "policy asks for a date on which the token expires (never expires)")
	}
	return nil
}

// CheckLife fails with Invalid when a token lives for longer than the policy
// allows.
func (p *Policy) CheckLife(t *Token) error { return p.checkLife(t.CreatedAt, t.ExpiresAt) }

// CheckNetworks fails with Invalid where a token may be used from anywhere and
// the policy does not allow that.
func (p *Policy) CheckNetworks(nets Networks) error {
	if p.NetworksRequired && len(nets) == 0 {
		return FailField("networks", "policy asks for the networks from which the token may be used (networks required)")
	}
	return nil
}

// CheckCreator fails with Forbidden when by may not make tokens for an owner
// with this policy.
func (p *Policy) CheckCreator(by Principal) error {
	switch {
	case p.Creators == Everyone, p.Creators == Administrators && by.Admin:
		return nil
	case p.Creators == Administrators:
		return refuse("policy allows only administrators to create this user's tokens (who may create)")
	}
	return refuse("policy allows nobody to create this user's tokens (who may create)")
}

// CheckRoom fails with Invalid when an owner of so many live tokens of its
// kind, named or unnamed, may have no further one.
func (p *Policy) CheckRoom(named bool, live int64) error {
	most, kind := p.MaxUnnamed, "unnamed"
	if named {
		most, kind = p.MaxNamed, "named"
	}
	if live < most {
		return nil
	}
	return FailField("owner", "policy allows at most "+strconv.FormatInt(most, 10)+" live "+kind+
		" tokens (live "+kind+" tokens per user); revoke some first")
}

// CheckOrigin fails with Unavailable on an origin that is switched off.
func (p *Policy) CheckOrigin(o Origin) error {
	if o == OriginAPIOps && !p.APIOps {
		return &Error{
			Kind: Unavailable, Message: "policy has switched this endpoint off (token endpoint)",
			Reason: ReasonPolicy, RetryAfter: time.Minute,
		}
	}
	return nil
}

// CheckIdle fails with Invalid when a token that was last used, or made, at the
// time is to be paused.
func (p *Policy) CheckIdle(used, now time.Time) error {
	if p.IdlePause == 0 || now.Unix()-used.Unix() < p.IdlePause {
		return nil
	}
	return FailField("last_used", "policy pauses tokens unused for "+Lasting(p.IdlePause)+" (idle limit)")
}

func refuse(message string) error {
	return &Error{Kind: Forbidden, Message: message, Reason: ReasonPolicy}
}

// maxLifetime keeps the sum of now and a lifetime far from overflow, and far
// beyond the last year that is accepted.
const maxLifetime = 10_000 * 366 * day

func itoa(n int) string { return strconv.Itoa(n) }

// Lasting writes seconds for people, in the largest unit of which they are a
// whole number.
func Lasting(seconds int64) string {
	n, unit := seconds, "second"
	switch {
	case n >= day && n%day == 0:
		n, unit = n/day, "day"
	case n >= hour && n%hour == 0:
		n, unit = n/hour, "hour"
	case n >= 60 && n%60 == 0:
		n, unit = n/60, "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.FormatInt(n, 10) + " " + unit
}
