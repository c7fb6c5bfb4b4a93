package store

import (
	"net/netip"
	"time"

	"jeton/internal/pat"
)

// UseFinding is something about a token's use that had not been seen before.
type UseFinding struct {
	Token pat.TokenID
	// What is pat.TokenUsed, when the token had never been accepted, pat.TokenRoamed,
	// when not from this network, or pat.TokenRefused, when it is refused often.
	What pat.Act
	At   time.Time
	From netip.Addr // the zero Addr where it is not known

	Why   pat.Reason // of the refusals
	Count int64      // of the refusals for that reason, in the hour so far
}
