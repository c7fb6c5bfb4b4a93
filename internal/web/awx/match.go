package awx

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"jeton/internal/pat"
)

// matches reports whether an object that no store keeps fulfils the conditions.
// fields has a value of the field's type for each field; none is null.
func matches(conds []pat.Cond, fields map[string]any) bool {
	for _, c := range conds {
		if matchesCond(c, fields) == c.Not {
			return false
		}
	}
	return true
}

// matchesCond is matches of one condition, or of a group, whether or not it is
// negated.
func matchesCond(c pat.Cond, fields map[string]any) bool {
	switch {
	case c.Field != "":
		return matchesOne(c, fields[c.Field])
	case c.All != nil:
		return matches(c.All, fields)
	}
	return slices.ContainsFunc(c.Any, func(one pat.Cond) bool { return matches([]pat.Cond{one}, fields) })
}

func matchesOne(c pat.Cond, have any) bool {
	switch values := c.Value.(type) {
	case nil: // of null
		return have == nil
	case []int64:
		return matchesAny(c, have, values)
	case []string:
		return matchesAny(c, have, values)
	case []time.Time:
		return matchesAny(c, have, values)
	}
	if c.Op == pat.Matches {
		return matchesPattern(c, have)
	}
	value := c.Value
	if c.Fold {
		have, value = lowered(have), lowered(value)
	}
	text, _ := have.(string)
	part, _ := value.(string)
	switch c.Op {
	case pat.Contains:
		return strings.Contains(text, part)
	case pat.StartsWith:
		return strings.HasPrefix(text, part)
	case pat.EndsWith:
		return strings.HasSuffix(text, part)
	}
	return stands(compare(have, value), c.Op)
}

func matchesAny[T any](c pat.Cond, have any, values []T) bool {
	for _, v := range values {
		if matchesOne(pat.Cond{Op: pat.Equal, Value: v, Fold: c.Fold}, have) {
			return true
		}
	}
	return false
}

func matchesPattern(c pat.Cond, have any) bool {
	text, _ := have.(string)
	pattern, _ := c.Value.(string)
	if c.Fold {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(text)
}

func compare(a, b any) int {
	switch a := a.(type) {
	case int64:
		b, _ := b.(int64)
		return cmp.Compare(a, b)
	case time.Time:
		b, _ := b.(time.Time)
		return a.Compare(b)
	case string:
		b, _ := b.(string)
		return strings.Compare(a, b)
	}
	return -1
}

// stands reports whether the order of two values is what the operator asks for.
func stands(order int, op pat.Op) bool {
	switch op {
	case pat.Equal:
		return order == 0
	case pat.Less:
		return order < 0
	case pat.LessEq:
		return order <= 0
	case pat.Greater:
		return order > 0
	case pat.GreaterEq:
		return order >= 0
	}
	return false
}
