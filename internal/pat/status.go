package pat

import "time"

// Status is the one word for how a token stands.
type Status string

// Revoked says more than expired, and that more than paused. Whether the owner of
// a live token is in good standing is not known here.
const (
	StatusLive    Status = "live"
	StatusExpired Status = "expired"
	StatusPaused  Status = "paused"
	StatusRevoked Status = "revoked"
)

// Status returns how the token stands at now.
func (t *Token) Status(now time.Time) Status {
	switch {
	case !t.RevokedAt.IsZero():
		return StatusRevoked
	case !t.Live(now):
		return StatusExpired
	case !t.PausedAt.IsZero():
		return StatusPaused
	}
	return StatusLive
}
