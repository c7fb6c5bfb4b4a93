package pat

import (
	"time"
)

// BulkID names a selection of tokens.
type BulkID int64

// BulkAct is what can be done to many tokens at once.
type BulkAct string

const (
	BulkRevoke BulkAct = "revoke"
	BulkPause  BulkAct = "pause"
	BulkResume BulkAct = "resume"
)

// BulkActs are all there are.
var BulkActs = []BulkAct{BulkRevoke, BulkPause, BulkResume}

const (
	// BulkTime is for how long a selection can be run, from when it was previewed
	// or last run.
	BulkTime = time.Hour
	// MaxBulk bounds how many tokens a selection has.
	MaxBulk = 1_000_000
	// MaxBulks bounds how many selections are kept of a user: the latest.
	MaxBulks = 10
	// MaxBulkIDs bounds how many can be named one by one in IDs.
	MaxBulkIDs = 5000
)

// BulkRequest asks for a selection of tokens that something is to be done to:
// those for which all that is given holds, and which the act can change.
type BulkRequest struct {
	Act    BulkAct
	Reason string

	Owner         UserID
	CreatedBefore time.Time
	CreatedAfter  time.Time // or at that time
	// UnusedSince selects those that were not used then or later; those that
	// were never used count from their creation.
	UnusedSince  time.Time
	UsedFrom     Networks // as far as their addresses are kept
	Scope        Scopes   // one word, which they carry
	NeverExpires bool
	Family       TokenID
	// Status "" is live and paused ones; to revoke also the expired of
	// applications, which these could renew.
	Status Status
	IDs    []TokenID
	// Where are further conditions, those of a list of tokens.
	Where []Cond
}

// Check fails with Invalid, naming the field where one is at fault. A request
// that names nothing is one for everything, by mistake.
func (r *BulkRequest) Check() error {
	switch {
	case r.Act != BulkRevoke && r.Act != BulkPause && r.Act != BulkResume:
		return FailField("act", "choose revoke, pause or resume")
	case len(r.IDs) > MaxBulkIDs:
		return FailField("ids", "name at most "+itoa(MaxBulkIDs)+" tokens at a time")
	case r.Status == StatusRevoked:
		return FailField("status", "a revoked token stays as it is; choose live, paused or expired")
	case r.all():
		return Fail(Invalid, "say which tokens: by owner, created_before, created_after, unused_since, used_from, scope, never_expires, family, status or ids")
	}
	return CheckText("reason", r.Reason, MaxReason)
}

func (r *BulkRequest) all() bool {
	return r.Owner == 0 && r.CreatedBefore.IsZero() && r.CreatedAfter.IsZero() && r.UnusedSince.IsZero() &&
		len(r.UsedFrom) == 0 && r.Scope == "" && !r.NeverExpires && r.Family == 0 && r.Status == "" && r.IDs == nil && len(r.Where) == 0
}

// Bulk is a selection of tokens as it was previewed, and how far it was run.
type Bulk struct {
	ID     BulkID
	Act    BulkAct
	Reason string
	By     UserID
	ByName string // as it was then
	Wide   bool   // it may hold the tokens of others than By
	At     time.Time
	Tokens []TokenID
	Done   int // how many of Tokens were gone through
	// Changed is how many of those the act changed; the others had ended, or were
	// so already.
	Changed int
}

// Left is how many tokens have not been gone through.
func (b *Bulk) Left() int { return len(b.Tokens) - b.Done }
