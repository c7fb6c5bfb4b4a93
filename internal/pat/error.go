package pat

import (
	"errors"
	"strings"
	"time"
)

// Kind sorts errors by what whoever asked can do about them. Every face
// translates each kind once.
type Kind int

const (
	Internal        Kind = iota // ours; nothing of its text leaves the process
	Invalid                     // the request breaks its form or the policy
	Unauthenticated             // no credential, or one that proves nothing
	Forbidden                   // known, but not allowed
	NotFound                    // no such record
	Conflict                    // taken by another record
	Throttled                   // too often; RetryAfter says when
	Unavailable                 // cannot know or cannot write now; RetryAfter says when
	NumKinds                    // how many there are
)

var kindNames = [NumKinds]string{"internal", "invalid", "unauthenticated", "forbidden", "not found", "conflict", "throttled", "unavailable"}

func (k Kind) String() string {
	if k < 0 || k >= NumKinds {
		return "unknown"
	}
	return kindNames[k]
}

// Reason says in one word why a secret was not accepted. It is for logs and
// metrics, and for those faces that were promised different texts.
type Reason string

const (
	ReasonMissing   Reason = "missing"   // no secret was sent
	ReasonMalformed Reason = "malformed" // not in the form of a secret of this installation
	ReasonUnknown   Reason = "unknown"   // no such token, or a revoked one
	ReasonExpired   Reason = "expired"
	ReasonPaused    Reason = "paused"
	ReasonRetired   Reason = "retired" // replaced, and the overlap is over
	ReasonOwner     Reason = "owner"   // the owner is disabled or deleted
	ReasonNetwork   Reason = "network" // used from outside of its networks
	ReasonScope     Reason = "scope"
	ReasonPolicy    Reason = "policy"   // the message names the rule, and every face shows it
	ReasonPassword  Reason = "password" // unknown name, wrong password, disabled user
	ReasonStale     Reason = "stale"    // the password was proved too long ago in this session
)

// Field is what is wrong with one field of a request.
type Field struct {
	Name    string // as the domain calls it: name, scope, expires, username …
	Message string
}

// Error is an error that whoever asked may read. Any other error is Internal.
type Error struct {
	Kind       Kind
	Message    string
	Fields     []Field       // Invalid and Conflict: the fields at fault
	Reason     Reason        // Unauthenticated and Forbidden: why, for logs
	RetryAfter time.Duration // Throttled and Unavailable: when it makes sense to ask again
	Cause      error         // for the log only
}

// Error returns the message, with the names of the fields at fault and the
// cause: it is written for the log. What is wrong with a field is not in it,
// since that may quote what was sent, and people send passwords in any field. A
// face shows Message and Fields.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		b.WriteString(": " + f.Name)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// Fail returns an error of the kind with a message for whoever asked.
func Fail(k Kind, message string) error {
	return &Error{Kind: k, Message: message}
}

// FailField returns an Invalid error that names the field at fault.
func FailField(name, message string) error {
	return &Error{Kind: Invalid, Fields: []Field{{name, message}}}
}

// Refuse returns an Unauthenticated error that keeps its reason from the caller.
func Refuse(why Reason) error {
	return &Error{Kind: Unauthenticated, Message: "not authenticated", Reason: why}
}

// Wrap gives cause a kind and a message for whoever asked; the cause is for the log.
func Wrap(k Kind, message string, cause error) error {
	return &Error{Kind: k, Message: message, Cause: cause}
}

// AsError returns the Error in err's chain, or an Internal one around err.
// It returns nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Message: "internal error", Cause: err}
}

// Is reports whether err is of the kind. Nil is of none.
func Is(err error, k Kind) bool {
	return err != nil && AsError(err).Kind == k
}
