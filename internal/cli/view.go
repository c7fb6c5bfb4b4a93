package cli

import "time"

// user is a user as the commands show one; the keys are those of the API.
type user struct {
	ID        int64      `json:"id"`
	Name      string     `json:"username"`
	FirstName string     `json:"first_name"`
	LastName  string     `json:"last_name"`
	Email     string     `json:"email"`
	Admin     bool       `json:"is_superuser"`
	Auditor   bool       `json:"is_system_auditor"`
	Service   bool       `json:"is_service_account"`
	Status    string     `json:"status"` // enabled, disabled, or "" when the server does not say
	Created   time.Time  `json:"created"`
	LastLogin *time.Time `json:"last_login"`
}

// The standing of a user.
const (
	enabled  = "enabled"
	disabled = "disabled"
)

func standing(ended bool) string {
	if ended {
		return disabled
	}
	return enabled
}

func (u *user) role() string {
	switch {
	case u.Admin:
		return "administrator"
	case u.Auditor && u.Service:
		return "service auditor"
	case u.Auditor:
		return "auditor"
	case u.Service:
		return "service account"
	}
	return "user"
}

// newUser asks for a user.
type newUser struct {
	Name, FirstName, LastName, Email, Password string
	Admin, Auditor, Service                    bool
}

// token is a token as the commands show one.
type token struct {
	ID          int64      `json:"id"`
	Owner       string     `json:"user"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Scope       string     `json:"scope"`
	Status      string     `json:"status"` // live, expired, revoked or paused
	Looks       string     `json:"looks,omitempty"`
	Created     time.Time  `json:"created"`
	Expires     *time.Time `json:"expires"` // nil: never
	LastUsed    *time.Time `json:"last_used"`
	LastFrom    string     `json:"last_used_from,omitempty"`
	Networks    []string   `json:"networks,omitempty"` // none: from anywhere
	Paused      *time.Time `json:"paused,omitempty"`
	Retired     *time.Time `json:"retired,omitempty"` // of one that was rotated: when its overlap is over
	Replaces    int64      `json:"replaces,omitempty"`
	ReplacedBy  int64      `json:"replaced_by,omitempty"`
	Revoked     *time.Time `json:"revoked,omitempty"`
	Reason      string     `json:"reason,omitempty"` // of the revocation
}

// What a token can be. Revoked says more than expired, and that more than
// paused.
const (
	live    = "live"
	expired = "expired"
	revoked = "revoked"
	paused  = "paused"
)

// newToken asks for a token.
type newToken struct {
	Owner       string // "": whoever asks
	Name        string
	Description string
	Scope       string
	Networks    []string // in CIDR notation; none: from anywhere
	Expires     expiry
}

// issued is a new token with its secret.
type issued struct {
	token
	Secret string `json:"secret"`
}

// verdict is what a secret proves.
type verdict struct {
	Live    bool   `json:"live"`
	Why     string `json:"why,omitempty"` // it is not live
	User    string `json:"user,omitempty"`
	UserID  int64  `json:"user_id,omitempty"`
	TokenID int64  `json:"token_id,omitempty"`
	Scope   string `json:"scope,omitempty"`
}
