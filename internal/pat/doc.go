// Package pat holds the words of the domain: User, Token, Secret, Scopes,
// Policy, Principal, Event and the errors that cross layers. Its checks are
// pure: nothing here reads a clock, a disk or a network.
package pat

import "time"

// UserID names a user for ever: it is never given to another one.
type UserID int64

// TokenID names a token for ever: it is never given to another one.
type TokenID int64

// EventID names a line of the audit trail.
type EventID int64

// Seq is a place in the feed of changes. A later change has a greater one.
type Seq int64

// Micro returns t as the store keeps times: UTC, whole microseconds. The zero
// time stays zero.
func Micro(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
