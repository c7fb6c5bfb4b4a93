package sqlite

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// clause is a piece of SQL with its parameters.
type clause struct {
	text string
	args []any
}

// conditions returns the where clause, empty when there is none.
func (l list) conditions(conds []pat.Cond) (clause, error) {
	c, err := l.group(conds, " and ")
	if err != nil {
		return clause{}, err
	}
	switch {
	case len(conds) == 0 && l.where == "":
		return clause{}, nil
	case len(conds) == 0:
		c.text = l.where
	case l.where != "":
		c.text = l.where + " and " + c.text
	}
	c.text = " where " + c.text
	return c, nil
}

// group joins conditions.
func (l list) group(conds []pat.Cond, by string) (all clause, err error) {
	texts := make([]string, len(conds))
	for i, c := range conds {
		one, err := l.condition(c)
		if err != nil {
			return clause{}, err
		}
		texts[i] = one.text
		all.args = append(all.args, one.args...)
	}
	all.text = strings.Join(texts, by)
	return all, nil
}

func (l list) condition(c pat.Cond) (clause, error) {
	switch {
	case c.Field != "":
		return l.comparison(c)
	case len(c.Any) > 0 && c.All == nil:
		return negated(c)(l.group(c.Any, " or "))
	case len(c.All) > 0 && c.Any == nil:
		return negated(c)(l.group(c.All, " and "))
	}
	return clause{}, fmt.Errorf("list: a condition without a field")
}

// negated puts the clause of c into brackets, and into its contrary where that
// was asked for.
func negated(c pat.Cond) func(clause, error) (clause, error) {
	return func(what clause, err error) (clause, error) {
		what.text = "(" + what.text + ")"
		if c.Not {
			what.text += " is not true" // nulls included
		}
		return what, err
	}
}

// comparison writes the condition on one field.
func (l list) comparison(c pat.Cond) (clause, error) {
	expr, ok := l.exprs[c.Field]
	if !ok {
		return clause{}, fmt.Errorf("list: no field %q", c.Field)
	}
	values, err := parameters(c, l.fields[c.Field])
	if err != nil {
		return clause{}, err
	}
	if c.Op == pat.IsNull && len(values) == 0 { // in the words of the partial indexes
		if c.Not {
			return clause{text: expr + " is not null"}, nil
		}
		return clause{text: expr + " is null"}, nil
	}
	ranges := c.Op != pat.Equal && c.Op != pat.In
	if c.Field == l.apart && c.Op != pat.Equal || l.sweep && ranges && c.Field != "id" {
		expr = "+" + expr // see apart.go
	}
	c.Fold = c.Fold && l.fields[c.Field] == pat.String
	if c.Fold && c.Op != pat.Matches {
		expr, values = l.folded(c, expr, values)
	}
	what, err := compare(c, expr, values)
	if err == nil && c.Not {
		what.text = "(" + what.text + ") is not true"
	}
	return what, err
}

// folded returns the expression and the values for a comparison without regard
// to case. Users' names are kept in such a form, with an index.
func (l list) folded(c pat.Cond, expr string, values []any) (string, []any) {
	as := fold
	if kept, ok := l.kept[c.Field]; ok && (c.Op == pat.Equal || c.Op == pat.In) {
		expr, as = kept, store.FoldName
	} else {
		expr = "fold(" + expr + ")"
	}
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = as(v.(string))
	}
	return expr, out
}

// maxListed is how many values stand in a statement one by one: it has room for
// some 32,000. A longer list of numbers is one value.
const maxListed = 1000

// compare writes the comparison of expr with the values.
func compare(c pat.Cond, expr string, values []any) (clause, error) {
	if numbers, ok := c.Value.([]int64); ok && c.Op == pat.In && len(numbers) > maxListed {
		return clause{expr + " in (select value from json_each(?))", []any{jsonList(numbers)}}, nil
	}
	if c.Op == pat.In {
		return clause{expr + " in (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")", values}, nil
	}
	if len(values) != 1 {
		return clause{}, fmt.Errorf("list: operator %q with %d values", c.Op, len(values))
	}
	switch c.Op {
	case pat.Equal, pat.Less, pat.LessEq, pat.Greater, pat.GreaterEq:
		if is, ok := values[0].(bool); ok && c.Op == pat.Equal {
			return truth(expr, is), nil
		}
		return clause{expr + " " + string(c.Op) + " ?", values}, nil
	}
	text, ok := values[0].(string)
	if !ok {
		return clause{}, fmt.Errorf("list: operator %q with %T", c.Op, values[0])
	}
	switch c.Op {
	case pat.Contains:
		return clause{"instr(" + expr + ", ?) > 0", values}, nil
	case pat.StartsWith:
		return clause{"instr(" + expr + ", ?) = 1", values}, nil
	case pat.EndsWith:
		return clause{ending(expr, text) + " = ?", values}, nil
	case pat.Within:
		return within(expr, text)
	case pat.Matches:
		if c.Fold {
			text = "(?i)" + text
		}
		if _, err := regexp.Compile(text); err != nil { // where there is no record, nobody else would notice
			return clause{}, fmt.Errorf("list: %w", err)
		}
		return clause{"matches(?, " + expr + ")", []any{text}}, nil
	}
	return clause{}, fmt.Errorf("list: no operator %q", c.Op)
}

// truth writes the comparison of a boolean without a value, so that one on null
// is seen to agree with an index.
func truth(expr string, is bool) clause {
	if is {
		return clause{text: expr}
	}
	return clause{text: "not " + expr}
}

// ending is the part of expr that is as long as the text, in characters.
func ending(expr, text string) string {
	if text == "" {
		return "''"
	}
	return fmt.Sprintf("substr(%s, -%d)", expr, utf8.RuneCountInString(text))
}

// parameters returns the values of the condition as SQLite takes them. It fails
// where a value is not of the field's type.
func parameters(c pat.Cond, t pat.FieldType) (values []any, err error) {
	switch v := c.Value.(type) {
	case nil:
	case []int64:
		values = anys(v)
	case []string:
		values = anys(v)
	case []bool:
		values = anys(v)
	case []time.Time:
		values = anys(v)
	default:
		values = []any{v}
	}
	for i, v := range values {
		if values[i], err = parameter(v, t); err != nil {
			return nil, fmt.Errorf("list: field %s: %w", c.Field, err)
		}
	}
	return values, nil
}

func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

func parameter(v any, t pat.FieldType) (any, error) {
	var is pat.FieldType
	switch x := v.(type) {
	case int64:
		is = pat.Int
	case string:
		is = pat.String
	case bool:
		is = pat.Bool
	case time.Time:
		is, v = pat.Time, x.UnixMicro()
	}
	if is != t {
		return nil, fmt.Errorf("%T is not a value of type %s", v, t)
	}
	return v, nil
}
