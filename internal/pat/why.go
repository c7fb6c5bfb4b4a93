package pat

// Reasons that the trail gives of what nobody asked for. Faces may translate
// them; they are never changed, since the trail keeps them.
const (
	WhyReused       = "a retired value was used (reuse ends the family)"
	WhyOwnerDeleted = "owner deleted"
	WhyOverlap      = "the overlap of its rotation is over"

	WhyApplicationDeleted = "application deleted"
	WhyCodeReused         = "authorization code used twice"
	WhyRefreshReused      = "refresh token used twice"

	WhySignedOut       = "signed out"
	WhySignedInAnew    = "signed in anew"
	WhyTooManySessions = "too many sessions"
	WhyEndedByHand     = "ended" // of a session, in a list of them
	WhyUserDeleted     = "user deleted"
	WhyUserDisabled    = "user disabled"
	WhyPassword        = "password changed"
)
