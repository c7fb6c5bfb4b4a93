package verifier

// Remembered returns how many answers v remembers.
func Remembered(v *Verifier) int { return v.cache.len() }

// WellFormed is wellFormed of any text.
func WellFormed(text string) bool { return rightLength(text) && wellFormed(text) }
