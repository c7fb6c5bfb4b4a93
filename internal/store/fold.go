package store

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// FoldName returns the form of a user's name in which no two users may agree:
// NFKC without regard to case (Unicode's toNFKC_Casefold, but that ignorable
// characters stay: pat.CheckUserName refuses them).
func FoldName(name string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
}
