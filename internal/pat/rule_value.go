package pat

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Check fails with Invalid, naming the rule's key, on a value that the rule
// cannot have.
func (r *Rule) Check(v any) error {
	ok := false
	switch x := v.(type) {
	case nil:
		ok = r.Kind == SecondsOrNone || r.Kind == WordsOrAll
	case int64:
		ok = (r.Kind == Seconds || r.Kind == SecondsOrNone || r.Kind == Count) && x >= r.Least && x <= r.Most
	case bool:
		ok = r.Kind == Truth
	case string:
		ok = r.Kind == Choice && slices.Contains([]Creators{Everyone, Administrators, Nobody}, Creators(x))
	case []string:
		if r.Kind == Words || r.Kind == WordsOrAll && len(x) > 0 {
			return r.checkWords(x)
		}
	}
	if !ok {
		return FailField(r.Key, "choose "+r.Domain())
	}
	return nil
}

// Most scopes that a list has, and characters that each has.
const (
	maxScopes = 50
	maxScope  = 64
)

func (r *Rule) checkWords(list []string) error {
	scopes, err := ParseScopes(strings.Join(list, " "))
	switch {
	case err != nil:
		return FailField(r.Key, AsError(err).Fields[0].Message)
	case len(strings.Fields(string(scopes))) != len(list):
		return FailField(r.Key, "a scope is one word")
	case len(list) > maxScopes:
		return FailField(r.Key, "name at most "+itoa(maxScopes)+" scopes")
	}
	for _, w := range list {
		switch {
		case len(w) > maxScope:
			return FailField(r.Key, "a scope has at most "+itoa(maxScope)+" characters")
		case r.Kind == Words && (w == ScopeRead || w == ScopeWrite):
			return FailField(r.Key, "read and write are there always; name the others")
		case strings.ContainsAny(w, ",'"):
			return FailField(r.Key, "leave out commas and quotes")
		}
	}
	return nil
}

// Domain says what the rule's values are, in words.
func (r *Rule) Domain() string {
	switch r.Kind {
	case Seconds:
		return fmt.Sprintf("a whole number of seconds from %d to %d", r.Least, r.Most)
	case SecondsOrNone:
		return fmt.Sprintf("a whole number of seconds from %d to %d, or null for none", r.Least, r.Most)
	case Count:
		return fmt.Sprintf("a whole number from %d to %d", r.Least, r.Most)
	case Truth:
		return "true or false"
	case Words:
		return "a list of scopes"
	case WordsOrAll:
		return "a list of at least one scope, or null for all"
	}
	return "everyone, administrators or nobody"
}

// Parse reads a value as it is typed: a lifetime like 30d, 12h or never, a
// number, true or false, words with commas between them, or all. It fails with
// Invalid as Check does.
func (r *Rule) Parse(text string) (v any, err error) {
	switch r.Kind {
	case Seconds, SecondsOrNone:
		v, err = parseSpan(text)
	case Count:
		v, err = strconv.ParseInt(text, 10, 64)
	case Truth:
		v, err = parseTruth(text)
	case Words, WordsOrAll:
		v = parseWords(text, r.Kind)
	default:
		v = text
	}
	if err != nil {
		return nil, FailField(r.Key, "choose "+r.Domain()+", like "+r.example())
	}
	return v, r.Check(v)
}

func (r *Rule) example() string {
	switch r.Kind {
	case Seconds:
		return "90d, 12h, 15m or 600s"
	case SecondsOrNone:
		return "90d, 12h or never"
	case Count:
		return strconv.FormatInt(max(r.Least, 12), 10)
	}
	return "true"
}

// spans are the seconds of the units in which people write lifetimes.
var spans = map[byte]int64{'s': 1, 'm': 60, 'h': hour, 'd': day, 'w': 7 * day}

func parseSpan(text string) (any, error) {
	if text == "never" || text == "none" {
		return nil, nil
	}
	unit := int64(1)
	if n := len(text); n > 0 && spans[text[n-1]] > 0 {
		unit, text = spans[text[n-1]], text[:n-1]
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > maxLifetime/unit {
		return nil, errors.New("no span of time")
	}
	return n * unit, nil
}

func parseTruth(text string) (any, error) {
	switch text {
	case "true", "yes", "on":
		return true, nil
	case "false", "no", "off":
		return false, nil
	}
	return nil, errors.New("neither true nor false")
}

func parseWords(text string, k RuleKind) any {
	if text == "all" && k == WordsOrAll {
		return nil
	}
	if text == "none" && k == Words {
		return []string{}
	}
	return strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ' ' })
}

// Text writes a value for people, as Parse reads it.
func (r *Rule) Text(v any) string {
	switch x := v.(type) {
	case nil:
		switch r.Kind {
		case WordsOrAll:
			return "all"
		case SecondsOrNone:
			if strings.Contains(r.Key, "default_lifetime") || r.Key == "apiops_lifetime" {
				return "never"
			}
		}
		return "none"
	case bool:
		return strconv.FormatBool(x)
	case []string:
		if len(x) == 0 {
			return "none"
		}
		return strings.Join(x, ",")
	case string:
		return x
	case int64:
		if r.Kind == Count {
			return strconv.FormatInt(x, 10)
		}
		return spanText(x)
	}
	return ""
}

func spanText(n int64) string {
	for _, unit := range []byte("dhm") {
		if size := spans[unit]; n >= size && n%size == 0 {
			return strconv.FormatInt(n/size, 10) + string(unit)
		}
	}
	return strconv.FormatInt(n, 10) + "s"
}
