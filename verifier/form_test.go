package verifier_test

import (
	"strings"
	"testing"

	"jeton/internal/pat"
	"jeton/verifier"
)

// Here and there the same texts are secrets.
func FuzzWellFormed(f *testing.F) {
	f.Add(pat.NewSecret("jtn").Reveal())
	f.Add(pat.NewSecret("abcdefghij12").Reveal())
	f.Add("jtn_" + strings.Repeat("0", 46))
	f.Add("jtn_" + strings.Repeat("é", 23))
	f.Fuzz(func(t *testing.T, text string) {
		prefix, _, _ := strings.Cut(text, "_")
		_, err := pat.Prefixes{prefix}.ParseSecret(text)
		want := err == nil && pat.CheckPrefix(prefix) == nil
		if got := verifier.WellFormed(text); got != want {
			t.Errorf("%q is well formed: %v here, %v there", text, got, want)
		}
	})
}
