package pat

import "time"

// Rotation asks for a successor of a token: the same settings, a new secret.
type Rotation struct {
	// Overlap is for how long, in whole seconds, the old secret goes on beside
	// the new one. 0 ends it at once.
	Overlap int64
	// Usual says that nobody chose the overlap: it is DefaultOverlap, or as much of
	// it as the policy allows, whatever Overlap says.
	Usual bool
	// Expiry of the successor. The zero value gives it the span that the old
	// token was made for.
	Expiry Expiry
	Origin Origin
	// Key makes a call that is repeated within RepeatTime have the same answer
	// and no second successor. The zero Key has no such effect.
	Key RepeatKey
	// Form makes no second successor when it was used before: see Form.
	Form Form
}

const (
	// DefaultOverlap leaves a day to bring the new secret to where it is used.
	DefaultOverlap = day
	// MaxOverlap is the longest that a rotation may ask for: thirty days.
	MaxOverlap = 30 * day
	// MinOwnOverlap is the shortest for a token that rotates itself: a call
	// whose answer was lost can be repeated only while the old secret is good.
	MinOwnOverlap = int64(RepeatTime / time.Second)
)

// Check fails with Invalid, naming overlap, outside of what can be asked for.
func (r *Rotation) Check() error {
	switch {
	case r.Overlap < 0:
		return FailField("overlap", "choose 0 or more seconds")
	case r.Overlap > MaxOverlap:
		return FailField("overlap", "choose at most "+itoa(MaxOverlap)+" seconds, which are 30 days")
	}
	return nil
}
