package password

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"jeton/internal/pat"
)

// Bounds on the length of a password, in characters. How low and how high the
// minimum may be set is a rule of the policy.
const (
	DefaultMinLength = 12
	MaxLength        = 128
)

// Policy bounds new passwords. It judges none that is already in use, and has
// no rules of composition: they make passwords worse (SP 800-63B-4 §3.1.1.2).
type Policy struct {
	MinLength int // characters; 0: DefaultMinLength
}

func (p Policy) minLength() int {
	if p.MinLength == 0 {
		return DefaultMinLength
	}
	return p.MinLength
}

// Check fails with Invalid, and names the field password, on a new password
// that is too short, too long or too easily guessed. context are the words that
// whoever guesses would try first: the user's names, the mail address, the
// product.
//
// A password is easily guessed when more than half of it is one common
// password or one word of context, once or repeated, in upper or lower case;
// or when it has fewer than 5 different characters. Characters are counted
// after normalisation. The texts on length are those that clients of AWX know.
func (p Policy) Check(pw string, context ...string) error {
	folded := fold(pw)
	switch n := utf8.RuneCountInString(normal(pw)); {
	case n < p.minLength():
		return fail("Password must be at least " + strconv.Itoa(p.minLength()) + " characters long.")
	case n > MaxLength:
		return fail("Password max length is " + strconv.Itoa(MaxLength))
	case variety(folded) < leastVariety:
		return fail("Password must have at least " + strconv.Itoa(leastVariety) + " different characters.")
	}
	for _, word := range context {
		for _, w := range contextWords(word) {
			if dominates(w, folded) {
				return fail("Password must not be built on your name, your mail address or the name of the product.")
			}
		}
	}
	common, err := builtOnCommon(folded)
	switch {
	case err != nil:
		return err
	case common:
		return fail("Password must not be built on one of the most common passwords.")
	}
	return nil
}

func fail(message string) error { return pat.FailField("password", message) }

// fold returns the form in which passwords and words are compared.
func fold(s string) string { return cases.Fold().String(normal(s)) }

const leastVariety = 5

// variety counts the different characters of s.
func variety(s string) int {
	seen := map[rune]bool{}
	for _, c := range s {
		seen[c] = true
	}
	return len(seen)
}

// leastContext is the length, in characters, below which a word of context
// is passed over: it is found in too many good passwords by chance.
const leastContext = 3

// contextWords returns what to look for because of one text of context: the
// whole, the local part of a mail address, and each word of several.
func contextWords(text string) []string {
	text = fold(strings.TrimSpace(text))
	local, _, _ := strings.Cut(text, "@")
	var words []string
	for _, w := range append([]string{text, local}, strings.Fields(text)...) {
		if utf8.RuneCountInString(w) >= leastContext {
			words = append(words, w)
		}
	}
	return words
}

// dominates reports whether more than half of the password is the word, once
// or repeated. Both are folded.
func dominates(word, pw string) bool {
	return 2*len(word)*strings.Count(pw, word) > len(pw)
}
