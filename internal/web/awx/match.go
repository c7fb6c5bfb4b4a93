package awx

import (
	"cmp"
	"strings"
	"time"

	"jeton/internal/pat"
)

// matches reports whether an object that no store keeps fulfils the conditions.
// fields has a value of the field's type for each field; none is null.
func matches(conds []pat.Cond, fields map[string]any) bool {
	for _, c := range conds {
		if matchesOne(c, fields[c.Field]) == c.Not {
			return false
		}
	}
	return true
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
