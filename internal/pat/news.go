package pat

import "time"

// Change says of which token, or of which user, something is different now.
// One of the two is set. It is what programs outside are told of the feed: they
// forget what they remember, and ask again.
type Change struct {
	Token TokenID
	User  UserID
}

// News is what has changed since a place in the feed.
type News struct {
	Changes []Change // oldest first
	// Cursor is the place up to which Changes tells.
	Cursor Seq
	// Behind says that what has changed cannot be told any more: whoever asks
	// forgets everything and goes on from Cursor.
	Behind bool
	// Age is how old this is: whatever was committed earlier is accounted for.
	Age time.Duration
}
