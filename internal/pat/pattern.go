package pat

import (
	"regexp/syntax"
	"unicode/utf8"
)

// Bounds of a pattern. Matching takes time in proportion to its steps and to the
// text, so that these bound what one record can cost: some milliseconds.
const (
	MaxPattern      = 200   // characters
	maxPatternSteps = 2_000 // that it compiles to: a{1000} is more than its seven characters
)

// CheckPattern fails with Invalid unless the regular expression is one of RE2
// (https://github.com/google/re2/wiki/Syntax) and within bounds.
func CheckPattern(field, pattern string) error {
	if utf8.RuneCountInString(pattern) > MaxPattern {
		return FailField(field, "use a pattern of at most "+itoa(MaxPattern)+" characters")
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return FailField(field, "use a regular expression in the syntax of RE2")
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(prog.Inst) > maxPatternSteps {
		return FailField(field, "use a simpler pattern: this one repeats too much")
	}
	return nil
}
