package pat

import (
	"strings"
	"time"
)

// Act is what was done, as the audit trail calls it.
type Act string

const (
	TokenCreated Act = "token.created"
	TokenEdited  Act = "token.edited"
	TokenRevoked Act = "token.revoked"
	TokenPaused  Act = "token.paused"
	TokenResumed Act = "token.resumed"
	TokenRotated Act = "token.rotated"
	TokenRetired Act = "token.retired" // the overlap of a rotation was ended by someone
	TokenReused  Act = "token.reused"  // a retired secret was used: an alarm
	TokenUsed    Act = "token.used"    // for the first time
	TokenRoamed  Act = "token.roamed"  // it was accepted from a network that it had not been used from
	TokenRefused Act = "token.refused" // often, for one reason
	TokenExpired Act = "token.expired" // or the overlap of its rotation ran out: the clock's doing
	UserCreated  Act = "user.created"
	UserEdited   Act = "user.edited"
	UserDisabled Act = "user.disabled"
	UserEnabled  Act = "user.enabled"
	UserDeleted  Act = "user.deleted"
	PasswordSet  Act = "password.set"

	ApplicationCreated    Act = "application.created"
	ApplicationEdited     Act = "application.edited"
	ApplicationDeleted    Act = "application.deleted"
	ApplicationAuthorized Act = "application.authorized" // by a user, for the user's account

	SessionStarted Act = "session.started"
	SessionRenewed Act = "session.renewed" // the password was proved anew in it
	SessionEnded   Act = "session.ended"

	SessionNewDevice Act = "session.new_device" // it began where its user had not signed in before

	PolicyChanged Act = "policy.changed"

	BulkRun Act = "bulk.run" // the first time; each token it changes has an event of its own
)

// Operation is what an act does to its object, in the three words that every
// act comes down to.
type Operation string

const (
	Creates Operation = "create"
	Updates Operation = "update"
	Deletes Operation = "delete" // revoking a token too: it is gone for its clients
)

// Operation returns what the act does to its object: its last word tells, so
// that new acts need no table.
func (a Act) Operation() Operation {
	switch a[strings.LastIndexByte(string(a), '.')+1:] {
	case "created":
		return Creates
	case "revoked", "deleted":
		return Deletes
	}
	return Updates
}

// ObjectType is what an event is about.
type ObjectType string

const (
	ObjectToken ObjectType = "token"
	ObjectUser  ObjectType = "user"

	ObjectApplication ObjectType = "application"

	ObjectSession ObjectType = "session" // its name is its user's
	ObjectBulk    ObjectType = "bulk"    // its name is its act
	ObjectPolicy  ObjectType = "policy"  // there is one; its id is 0
)

// FieldChange is the old and the new value of one field; nil where there is
// none. Secrets and passwords never stand here.
type FieldChange struct {
	Field    string
	Old, New any // string, bool, int64, or nil
}

// Event is one line of the audit trail. It is written in the transaction of
// the act that it reports and never altered.
type Event struct {
	ID         EventID
	At         time.Time
	Actor      UserID // 0: the operator or the set-up
	ActorName  string // as it was then
	Credential Credential
	Token      TokenID // the credential, when it was a token
	Via        Via
	Act        Act
	Object     ObjectType
	ObjectID   int64
	ObjectName string // as it was then
	Owner      UserID // whose the object is; a user is their own; 0: nobody's
	Changes    []FieldChange
	Reason     string
	Outcome    string // "done"; other words come with the acts that need them
}

// EventBy begins an event of p.
func EventBy(p Principal, at time.Time, act Act) Event {
	return Event{At: at, Actor: p.User, ActorName: p.Name, Credential: p.Credential, Token: p.Token, Via: p.Via, Act: act, Outcome: "done"}
}

// Activity is an event together with what is known now of who acted.
type Activity struct {
	Event
	ActorKept                     bool // the actor is a user who is not deleted
	ActorFirstName, ActorLastName string
}
