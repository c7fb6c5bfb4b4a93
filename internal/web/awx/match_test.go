package awx

import (
	"testing"

	"jeton/internal/pat"
)

func TestMatches(t *testing.T) {
	id := func(n int64) pat.Cond { return pat.Cond{Field: "id", Op: pat.Equal, Value: n} }
	not := func(c pat.Cond) pat.Cond { c.Not = true; return c }
	name := func(op pat.Op, text string, fold bool) pat.Cond {
		return pat.Cond{Field: "name", Op: op, Value: text, Fold: fold}
	}
	tests := []struct {
		name  string
		conds []pat.Cond
		want  bool
	}{
		{"nothing is asked", nil, true},
		{"what is so", []pat.Cond{id(1)}, true},
		{"one of two is not", []pat.Cond{id(1), id(2)}, false},
		{"one of any", []pat.Cond{{Any: []pat.Cond{id(2), id(1)}}}, true},
		{"none of any", []pat.Cond{{Any: []pat.Cond{id(2), id(3)}}}, false},
		{"a negated one of any", []pat.Cond{{Any: []pat.Cond{id(2), not(id(3))}}}, true},
		{"any, negated", []pat.Cond{not(pat.Cond{Any: []pat.Cond{id(2), id(1)}})}, false},
		{"all", []pat.Cond{{All: []pat.Cond{id(1), not(id(2))}}}, true},
		{"all, negated", []pat.Cond{not(pat.Cond{All: []pat.Cond{id(1), id(2)}})}, true},
		{"a pattern", []pat.Cond{name(pat.Matches, "^D.*t$", false)}, true},
		{"a pattern in another case", []pat.Cond{name(pat.Matches, "^d.*T$", false)}, false},
		{"a pattern, whatever the case", []pat.Cond{name(pat.Matches, "^d.*T$", true)}, true},
		{"no such operator", []pat.Cond{name(pat.Op("~"), "Default", false)}, false},
	}
	for _, tt := range tests {
		if got := matches(tt.conds, map[string]any{"id": int64(1), "name": "Default"}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
