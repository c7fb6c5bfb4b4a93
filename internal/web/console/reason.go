package console

import (
	"slices"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

// ownWhys are the messages of reasons that nobody gives: those of the clock, of
// the policy, of sessions, and of pages that revoke all tokens of a user.
var ownWhys = map[string]string{
	pat.WhyReused: "why.reused", pat.WhyOwnerDeleted: "why.owner", pat.WhyOverlap: "why.overlap",
	pat.WhyApplicationDeleted: "why.application", pat.WhyCodeReused: "why.code", pat.WhyRefreshReused: "why.refresh",
	pat.WhySignedOut: "why.signedout", pat.WhySignedInAnew: "why.anew", pat.WhyTooManySessions: "why.sessions", pat.WhyEndedByHand: "why.hand",
	pat.WhyUserDeleted: "why.owner", pat.WhyUserDisabled: "reason.owner", pat.WhyPassword: "why.password",
	whyAllMine: "why.allmine", whyReset: "why.reset", whyEnabled: "why.enabled",
}

// Reasons of the pages themselves for revoking all tokens of a user, as the
// audit trail keeps them.
const (
	whyAllMine = "all revoked by the owner"
	whyReset   = "password reset"
	whyEnabled = "enabled without the tokens of before"
)

// whyKey is the message of a reason that is known, "" for one in somebody's own
// words, which are shown as they are.
func whyKey(why string) string {
	if key := whyKeys[why]; key != "" {
		return key
	}
	return ownWhys[why]
}

// eventReason is whyKey for an event: that of a refusal is one of a fixed set, and
// the policy pauses only what is not used.
func eventReason(e *pat.Event) string {
	switch {
	case e.Act == pat.TokenReported: // by whoever found it, who must not sound like the system
		return ""
	case e.Act == pat.TokenRefused && slices.Contains(pat.UseReasons[:], pat.Reason(e.Reason)):
		return reasonKey(pat.Reason(e.Reason))
	case e.Act == pat.TokenPaused && e.Credential == pat.ByPolicy:
		return "why.idle"
	}
	return whyKey(e.Reason)
}

// reasonProblem says what is wrong with a reason that must be given, for owners to
// read.
func reasonProblem(problems *page.Problems, reason string) {
	switch {
	case reason == "":
		problems.Add("reason", "err.reason", nil)
	case len([]rune(reason)) > pat.MaxReason:
		problems.Add("reason", "err.reason.long", map[string]any{"N": pat.MaxReason})
	}
}
