package pat

import "time"

// Introspection is what a third party is told of a secret. The zero value
// stands for all that is not a live token: nothing more is told of it.
type Introspection struct {
	Active    bool
	User      UserID // the owner
	Name      string // of the owner
	Token     TokenID
	Scopes    Scopes
	ClientID  string    // of the application it was issued to; "" for none
	CreatedAt time.Time // in whole seconds, rounded down; zero: not known
	ExpiresAt time.Time // zero: never
}
