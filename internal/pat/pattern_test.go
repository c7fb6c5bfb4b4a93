package pat_test

import (
	"strings"
	"testing"

	"jeton/internal/pat"
)

func TestCheckPattern(t *testing.T) {
	for _, tt := range []struct {
		name, pattern string
		ok            bool
	}{
		{"none", "", true},
		{"a usual one", `^ci-(prod|test)-\d{2,4}$`, true},
		{"200 characters of 2 bytes", strings.Repeat("ü", 200), true},
		{"201 characters", strings.Repeat("a", 201), false},
		{"a bracket that is not closed", "[a", false},
		{"a look behind", "(?<=a)b", false},
		{"a back reference", `(a)\1`, false},
		{"a thousand repetitions", "a{1000}", true},
		{"three thousand repetitions", "a{1000}b{1000}c{1000}", false},
		{"repetitions of repetitions", "((a{100}){100}){100}", false},
		{"what is not UTF-8", "\xff", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := pat.CheckPattern("description", tt.pattern)
			if (err == nil) != tt.ok {
				t.Errorf("CheckPattern says %v", err)
			}
			if err != nil && (!pat.Is(err, pat.Invalid) || len(pat.AsError(err).Fields) != 1) {
				t.Errorf("%v does not name the field", err)
			}
		})
	}
}
