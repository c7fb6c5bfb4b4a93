package pat

import (
	"log/slog"
	"net/netip"
	"time"
)

// Credential is how a principal proved who they are.
type Credential string

const (
	ByPassword Credential = "password"
	BySession  Credential = "session"
	ByToken    Credential = "token"
	ByOperator Credential = "operator" // the command, directly on the store
	BySetup    Credential = "setup"    // the one-time code of the first start
	ByGrant    Credential = "grant"    // an application, for the user who let it
	ByPolicy   Credential = "policy"   // nobody: a rule has it done
	ByFinder   Credential = "finder"   // nobody who signed in: whoever has a secret, reporting it
)

// Via is where a request came from, for the audit trail.
type Via struct {
	Face      string     // console, api, apiops, verify, cli
	Address   netip.Addr // of the client, as far as trusted proxies tell
	RequestID string
}

// Principal is who acts in this request. The zero value may do nothing.
type Principal struct {
	User       UserID
	Name       string // a snapshot, for the audit trail and answers
	Admin      bool
	Auditor    bool
	Credential Credential
	Via        Via

	// Of the token, when Credential is ByToken.
	Token     TokenID
	Scopes    Scopes
	ExpiresAt time.Time // zero: never
	Networks  Networks  // from where the token may be used; none: from anywhere

	// Of the session, when Credential is BySession.
	Session         SessionID
	AuthenticatedAt time.Time // when the password was last proved in it

	// Proof is of the password hash, when Credential is ByPassword: a session
	// begins only while that is still the user's.
	Proof Digest
}

// Operator is who acts when the command works directly on the store: whoever
// may write the data folder may do anything to it.
func Operator(name string) Principal {
	return Principal{Name: name, Admin: true, Credential: ByOperator, Via: Via{Face: "cli"}}
}

// ThePolicy is who acts when a rule has something done without being asked.
func ThePolicy() Principal {
	return Principal{Name: "policy", Admin: true, Credential: ByPolicy}
}

// Known reports whether anyone was authenticated.
func (p *Principal) Known() bool { return p.Credential != "" }

// MayWrite reports whether the credential itself permits changes; a token
// without write does not, whoever owns it.
func (p *Principal) MayWrite() bool {
	return p.Known() && (p.Credential != ByToken || p.Scopes.Allows(ScopeWrite))
}

// MayRead reports whether the credential itself permits reading.
func (p *Principal) MayRead() bool {
	return p.Known() && (p.Credential != ByToken || p.Scopes.Allows(ScopeRead))
}

// MayActFor reports whether p may change what belongs to owner.
func (p *Principal) MayActFor(owner UserID) bool {
	return p.MayWrite() && (p.Admin || p.User != 0 && p.User == owner)
}

// MaySee reports whether p may read what belongs to owner.
func (p *Principal) MaySee(owner UserID) bool {
	return p.MayRead() && (p.Admin || p.Auditor || p.User != 0 && p.User == owner)
}

// Login is a name and a password as one reading of what a client sent.
type Login struct {
	Name     string
	Password string
}

func (l Login) String() string       { return masked }
func (l Login) GoString() string     { return masked }
func (l Login) LogValue() slog.Value { return slog.StringValue(masked) }
