package pat

import (
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"
)

// Origin is the face on which a token was made.
type Origin string

const (
	OriginConsole Origin = "console"
	OriginAPI     Origin = "api"    // /api/v2/
	OriginAPIOps  Origin = "apiops" // /apiops/auth/token
	OriginCLI     Origin = "cli"    // the command, directly on the store
)

// Token is the record of one issued secret. The secret itself is not in it.
//
// A token ends in one of two ways, and the words are kept apart: it expires
// when the clock passes ExpiresAt, it is revoked when someone decides so.
type Token struct {
	ID           TokenID
	Owner        UserID
	Application  ApplicationID // 0: a personal token
	Name         string        // the owner's label: unique among the owner's live named tokens; may be empty
	Description  string
	Digest       Digest
	Prefix       string // of the secret, for display
	LastFour     string // of the secret, for display
	Scopes       Scopes
	CreatedAt    time.Time // UTC, microseconds, as every time in the store
	ModifiedAt   time.Time // strictly greater after every edit
	ExpiresAt    time.Time // zero: never expires
	Origin       Origin
	CreatedFrom  netip.Addr // the address that asked for it; the zero Addr when there was none
	PausedAt     time.Time  // zero: not paused
	RevokedAt    time.Time  // zero: not revoked
	RevokedBy    UserID
	RevokedWhy   string
	Family       TokenID // the first token of a chain of rotations; its own id when it began one
	Parent       TokenID // the token it was made with or replaced; 0 when there was none
	Generation   int     // 0 for the first of its family
	RetiredAt    time.Time
	Successor    TokenID   // which replaced it; 0 when none did, or it is no longer kept
	Networks     Networks  // from where it may be used; none: from anywhere
	LastUsedAt   time.Time // zero: never used
	LastUsedFrom netip.Addr
}

// Live reports whether the token is neither revoked nor expired at now.
// Whether its owner is in good standing is not known here.
func (t *Token) Live(now time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt))
}

// Ended is the Conflict that whoever wants to change a token which has ended is
// told: when that was, and what to do. It is nil of one that is live at now.
func (t *Token) Ended(now time.Time) error {
	how, at := "was revoked", t.RevokedAt
	switch {
	case t.Live(now):
		return nil
	case at.IsZero():
		how, at = "expired", t.ExpiresAt
	}
	return Fail(Conflict, "the token "+how+" at "+at.UTC().Format(time.RFC3339)+"; create a new one")
}

// Bounds of a token's texts, in characters.
const (
	MaxTokenName        = 100
	MaxTokenDescription = 4096
	MaxReason           = 500 // why a token was paused or revoked
)

// ShownExpiry returns ExpiresAt, or, for a token that never expires, the date
// 365,000 days after its creation that AWX's clients are shown.
func (t *Token) ShownExpiry() time.Time {
	if !t.ExpiresAt.IsZero() {
		return t.ExpiresAt
	}
	return t.CreatedAt.AddDate(0, 0, 365_000)
}

// Expiry says when a new token is to expire. The zero value leaves it to
// policy's default for the origin.
type Expiry struct {
	Never bool
	At    time.Time // an instant
	After int64     // whole seconds from creation
}

// IsZero reports whether nothing was asked for.
func (e Expiry) IsZero() bool { return !e.Never && e.At.IsZero() && e.After == 0 }

// TokenRequest asks for a token.
type TokenRequest struct {
	Owner       UserID
	Application ApplicationID // 0: a personal token
	Name        string
	Description string
	Scopes      Scopes
	Expiry      Expiry
	Networks    Networks // from where it may be used; none: from anywhere
	Origin      Origin
	// Form makes no second token when it was used before: see Form.
	Form Form
}

// Trim removes the blanks around name and description.
func (r *TokenRequest) Trim() {
	r.Name = strings.TrimSpace(r.Name)
	r.Description = strings.TrimSpace(r.Description)
}

// Check reports the first way in which the request breaks its form or p, as
// an Invalid error that names the field. ExpiresAt has its own check.
func (r *TokenRequest) Check(p *Policy) error {
	if err := r.CheckForm(); err != nil {
		return err
	}
	return p.CheckScopes(r.Scopes)
}

// CheckForm is Check without a policy.
func (r *TokenRequest) CheckForm() error {
	switch {
	case r.Owner == 0:
		return FailField("owner", "say whose token it is")
	case r.Scopes == "":
		return FailField("scope", "name at least one scope, like read")
	}
	if len(r.Networks) > MaxNetworks {
		return errTooManyNetworks
	}
	if err := CheckText("name", r.Name, MaxTokenName); err != nil {
		return err
	}
	return CheckText("description", r.Description, MaxTokenDescription)
}

// CheckText fails with Invalid unless text is UTF-8 of at most limit
// characters without NUL.
func CheckText(field, text string, limit int) error {
	switch {
	case !utf8.ValidString(text):
		return FailField(field, "use UTF-8")
	case strings.ContainsRune(text, 0):
		return FailField(field, "leave out the NUL character")
	case utf8.RuneCountInString(text) > limit:
		return FailField(field, "use at most "+itoa(limit)+" characters")
	}
	return nil
}

// TokenEdit changes a token in place. A nil field stays as it is.
type TokenEdit struct {
	Name        *string
	Description *string
	Scopes      *Scopes
	// ExpiresAt shortens the life. An instant that is not earlier than the
	// present expiry changes nothing; one in the past is refused.
	ExpiresAt *time.Time
	// Networks replaces from where it may be used; an empty list is from anywhere.
	Networks *Networks
	Why      string // of the event; not part of the token
}
