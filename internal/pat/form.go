package pat

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Form is the number of a form that makes a token, an account or a password. The
// same user makes nothing more with it for FormTime, whether it is sent twice at
// once, by a reload, or after a restart. It is no secret and opens nothing: unlike with a
// RepeatKey, the answer is not kept. "" has no such effect.
type Form string

// FormTime is for how long it is known that a form was used: as long as a
// session lasts that is not remembered.
const FormTime = 12 * time.Hour

// ErrFormUsed is how a call fails whose form has made something before.
var ErrFormUsed = Fail(Conflict, "this form was used before; what it made exists")

// Made is what a form has made: a token, or else an account or its password.
type Made struct {
	Token   TokenID
	Account UserID
}

// IsZero reports whether nothing was made.
func (m Made) IsZero() bool { return m == Made{} }

// Digest is what is kept of the form. The numbers of other users are of no use.
func (f Form) Digest(user UserID) Digest {
	return sha256.Sum256(fmt.Appendf(nil, "form of user %d: %s", user, string(f)))
}
