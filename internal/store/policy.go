package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// PolicyReader reads what administrators have set of the policy, and finds the
// tokens that a rule may touch.
type PolicyReader interface {
	// PolicyVersion returns a number that is another one after every change, and
	// that no earlier state had; 0 while nothing was ever set.
	PolicyVersion(ctx context.Context) (int64, error)

	// Policy returns all settings, those for everyone first, then by role, user
	// and key, with the version of them.
	Policy(ctx context.Context) ([]pat.Setting, int64, error)

	// LiveTokens calls each with at most limit tokens that are live at now and
	// that sel selects, in no particular order. It is ended by ctx, with
	// Unavailable.
	LiveTokens(ctx context.Context, sel LiveSelection, now time.Time, limit int, each func(pat.Token)) error

	// LiveScopes returns the different lists of scopes of tokens that are not
	// revoked.
	LiveScopes(ctx context.Context) ([]pat.Scopes, error)

	// Crowded returns at most limit owners of whom more than so many named, or
	// unnamed, tokens were live when they were last counted.
	Crowded(ctx context.Context, named, unnamed int64, limit int) ([]pat.UserID, error)
}

// PolicyWriter sets the policy.
type PolicyWriter interface {
	// SetPolicy replaces all settings. Of two for the same subject and key it
	// keeps neither: it fails.
	SetPolicy(set []pat.Setting) error
}

// LiveSelection is one way to select live tokens; of its fields but Status one is
// set, or none, which selects all.
type LiveSelection struct {
	// Status narrows it to those that are paused, or live and not paused; "" is
	// both. Those of an owner are both always.
	Status pat.Status

	Longer int64      // those that live for more than so many seconds; never counts as 365,000 days
	Scopes pat.Scopes // those with just these
	Owner  pat.UserID // those of an owner,
	Named  bool       //   named or unnamed ones,
	Offset int64      //   without so many of the oldest
}
