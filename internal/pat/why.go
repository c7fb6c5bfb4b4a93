package pat

// Reasons that the trail gives of what nobody asked for. Faces may translate
// them; they are never changed, since the trail keeps them.
const (
	WhyReused       = "a retired value was used (reuse ends the family)"
	WhyOwnerDeleted = "owner deleted"
	WhyOverlap      = "the overlap of its rotation is over"
)
