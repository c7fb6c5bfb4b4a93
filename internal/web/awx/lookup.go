package awx

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
)

// named is a column together with the name it was asked for by.
type named struct {
	column
	name string
}

// lookups are the comparisons. isnull is apart, and search, which is for
// relations.
var lookups = map[string]struct {
	op   pat.Op
	fold bool
}{
	"exact":       {pat.Equal, false},
	"iexact":      {pat.Equal, true},
	"contains":    {pat.Contains, false},
	"icontains":   {pat.Contains, true},
	"startswith":  {pat.StartsWith, false},
	"istartswith": {pat.StartsWith, true},
	"endswith":    {pat.EndsWith, false},
	"iendswith":   {pat.EndsWith, true},
	"gt":          {pat.Greater, false},
	"gte":         {pat.GreaterEq, false},
	"lt":          {pat.Less, false},
	"lte":         {pat.LessEq, false},
	"in":          {pat.In, false},
	"regex":       {pat.Matches, false},
	"iregex":      {pat.Matches, true},
}

// isLookup reports whether there is such a lookup.
func isLookup(word string) bool {
	_, ok := lookups[word]
	return ok || word == "isnull" || word == "search"
}

// unserved refuses a lookup that makes no sense for the column.
func (n *named) unserved(lookup string) error {
	return quoting("a lookup that is not served", "The lookup "+lookup+" is not available for "+n.name+".")
}

// suits reports whether the comparison makes sense for the column's type.
func (n *named) suits(op pat.Op) bool {
	switch op {
	case pat.Equal, pat.In:
		return true
	case pat.Contains, pat.StartsWith, pat.EndsWith, pat.Matches:
		return n.kind == pat.String
	}
	return n.kind != pat.Bool
}

// cond returns the condition that the lookup and the value make.
func (n *named) cond(lookup, value string) (pat.Cond, error) {
	if lookup == "isnull" {
		is, err := parseBool(value)
		if n.enabled { // a boolean is never null; the time behind it may be
			return pat.Cond{Field: "id", Op: pat.IsNull, Not: !is}, err
		}
		return pat.Cond{Field: n.field, Op: pat.IsNull, Not: !is}, err
	}
	look, ok := lookups[lookup]
	if !ok || !n.suits(look.op) {
		return pat.Cond{}, n.unserved(lookup)
	}
	v, isNull, err := n.values(look.op, value)
	switch {
	case err != nil:
		return pat.Cond{}, err
	case isNull:
		return pat.Cond{Field: n.field, Op: pat.IsNull}, nil
	case n.enabled:
		return n.enabling(v), nil
	}
	return pat.Cond{Field: n.field, Op: look.op, Value: v, Fold: look.fold}, nil
}

// enabling is the condition that a column is one of the booleans where the
// field, a time, is null or not.
func (n *named) enabling(v any) pat.Cond {
	if is, ok := v.(bool); ok {
		return pat.Cond{Field: n.field, Op: pat.IsNull, Not: !is}
	}
	var any []pat.Cond
	for _, is := range v.([]bool) {
		any = append(any, n.enabling(is))
	}
	return pat.Cond{Any: any}
}

// whenNull reports whether the condition holds for a column that is null with
// every object. Equality with null is null's own; nothing else is true of it.
func (n *named) whenNull(lookup, value string) (bool, error) {
	if lookup == "isnull" {
		return parseBool(value)
	}
	look, ok := lookups[lookup]
	if !ok {
		return false, n.unserved(lookup)
	}
	_, isNull, err := n.values(look.op, value)
	return isNull && look.op == pat.Equal, err
}

// values reads what the column is compared with; isNull says that it is null.
func (n *named) values(op pat.Op, text string) (v any, isNull bool, err error) {
	switch op {
	case pat.In:
		v, err := n.several(text)
		return v, false, err
	case pat.Matches:
		return text, false, n.pattern(text)
	}
	if n.relation && (strings.EqualFold(text, "none") || strings.EqualFold(text, "null")) {
		return nil, true, nil
	}
	switch n.kind {
	case pat.Int:
		v, err = n.integer(text)
	case pat.Bool:
		v, err = parseBool(text)
	case pat.Time:
		v, err = parseTime(text)
	default:
		v = text
	}
	return v, false, err
}

// several reads a comma-separated list.
func (n *named) several(text string) (any, error) {
	if text == "" {
		return nil, invalid("cannot provide empty value for __in")
	}
	parts := strings.Split(text, ",")
	switch n.kind {
	case pat.Int:
		return each(parts, n.integer)
	case pat.Time:
		return each(parts, parseTime)
	case pat.Bool:
		return each(parts, parseBool)
	}
	return parts, nil
}

// pattern refuses a regular expression that the store would.
func (n *named) pattern(text string) error {
	if err := pat.CheckPattern(n.name, text); err != nil {
		return invalid(sentence(pat.AsError(err).Fields[0].Message))
	}
	return nil
}

func each[T any](parts []string, parse func(string) (T, error)) ([]T, error) {
	all := make([]T, len(parts))
	for i, p := range parts {
		var err error
		if all[i], err = parse(p); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// integer reads a number. One beyond all ids is the greatest or the least that
// there is, which is as good: nothing has it.
func (n *named) integer(text string) (int64, error) {
	i, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	switch {
	case err == nil:
		return i, nil
	case err.(*strconv.NumError).Err == strconv.ErrRange:
		if strings.HasPrefix(strings.TrimSpace(text), "-") {
			return math.MinInt64, nil
		}
		return math.MaxInt64, nil
	case n.relation:
		return 0, quoting("not an id", "Invalid "+n.name+" id: "+text)
	}
	return 0, inQuotes(text, "value must be an integer.")
}

// inQuotes refuses a value in the way of Django, whose list of messages AWX
// puts into one text.
func inQuotes(text, message string) error {
	quoted, _ := json.Marshal([]string{"“" + text + "” " + message}) // one text: cannot fail
	return quoting("a bad value: "+message, string(quoted))
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "t", "1":
		return true, nil
	case "false", "f", "0":
		return false, nil
	}
	return false, quoting("not a boolean", `Unable to convert "`+text+`" to boolean`)
}

// timeForms are those of Django: a date, or a time with or without seconds and
// zone, a blank or a T between the two. Without a zone it is UTC.
var timeForms = func() (forms []string) {
	for _, between := range []string{"T", " "} {
		for _, clock := range []string{"15:04:05", "15:04"} { // fractions are read in any case
			for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
				forms = append(forms, "2006-01-02"+between+clock+zone)
			}
		}
	}
	return append(forms, "2006-01-02")
}()

func parseTime(text string) (time.Time, error) {
	for _, form := range timeForms {
		if t, err := time.Parse(form, text); err == nil {
			return pat.Micro(t), nil
		}
	}
	return time.Time{}, inQuotes(text, "value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format.")
}
