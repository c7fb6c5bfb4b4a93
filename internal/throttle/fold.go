package throttle

import (
	"strings"

	"jeton/internal/store"
)

// Fold returns the form of a user name by which attempts are counted: the form
// in which the store lets no two users agree, without blanks around it. So
// every spelling of one user's name shares one count.
func Fold(name string) string { return strings.TrimSpace(store.FoldName(name)) }
