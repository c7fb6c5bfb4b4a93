package store

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// FoldName returns the form of a user's name in which no two users may agree:
// NFKC without regard to case. It is Unicode's toNFKC_Casefold but that
// ignorable characters stay, which pat.CheckUserName refuses, and that İ folds
// into i.
func FoldName(name string) string {
	// The library folds the two cases of Cherokee letters into each other
	// instead of into one, hence lower case first.
	lower := strings.ToLower(norm.NFKC.String(name))
	return norm.NFKC.String(cases.Fold().String(lower))
}
