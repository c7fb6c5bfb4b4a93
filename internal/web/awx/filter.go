package awx

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jeton/internal/pat"
)

// list says what a kind of object can be filtered and ordered by. The wire's
// names lead to those of the domain; nothing else of a query gets to the store
// but values.
type list struct {
	class   string // AWX's, for messages
	typ     string // the value of "type"
	columns map[string]column
	order   []pat.Order
	// status reads status and status__in; nil where there is none.
	status func(words []string, now time.Time) ([]pat.Cond, error)
	// base selects what is listed unless a status is asked for.
	base []pat.Cond
}

// column is one name that can be filtered by.
type column struct {
	field string // of the domain; "" for what is null with every object here
	kind  pat.FieldType
	// relation columns hold the id of another object.
	relation bool
	// enabled columns are true where the field, a time, is null.
	enabled bool
}

// selection is what a query asks of a list.
type selection struct {
	filters []pat.Cond
	base    []pat.Cond
	order   []pat.Order
	none    bool // the filters exclude everything

	page      string // as it was sent: a single object has no pages, and passes it over
	size      int
	capped    bool // the size was more than allowed
	countless bool
}

// maxFilters bounds the conditions of one query.
const maxFilters = 50

// secrets are the names of what nobody may filter by, or order by, however it
// is reached: the answers would give it away digit by digit.
var secrets = []string{"token", "password", "client_id", "client_secret", "code"}

// parse reads a query. A parameter that means nothing here is refused: to pass
// over a filter is to answer another question.
func (l *list) parse(rawQuery string, now time.Time) (selection, error) {
	s := selection{base: l.base, order: l.order, size: defaultPageSize}
	params, err := parameters(rawQuery)
	if err != nil {
		return s, err
	}
	for _, p := range params {
		if err := l.parameter(&s, p.key, p.value, now); err != nil {
			return s, err
		}
	}
	if len(s.filters) > maxFilters {
		return s, invalid("Too many filters in one query.")
	}
	return s, nil
}

// parameter reads one parameter into s.
func (l *list) parameter(s *selection, key, value string, now time.Time) (err error) {
	switch key {
	case "page":
		s.page = value
	case "page_size":
		s.size, s.capped = parsePageSize(value)
	case "count_disabled":
		s.countless = true
	case "order_by", "order":
		s.order, err = l.parseOrder(value)
	case "type":
		s.none = s.none || !slices.Contains(strings.Split(value, ","), l.typ)
	case "format", "host_filter", "no_truncate", "limit", "validate":
		// As in AWX these are for others to read.
	case "search":
		err = unserved(key)
	case "status", "status__in":
		if l.status == nil {
			return l.noField(key)
		}
		words := []string{value}
		if key == "status__in" {
			words = strings.Split(value, ",")
		}
		var conds []pat.Cond
		conds, err = l.status(words, now)
		s.base, s.filters = nil, append(s.filters, conds...)
	default:
		err = l.filter(s, key, value)
	}
	return err
}

// filter reads one condition into s.
func (l *list) filter(s *selection, key, value string) error {
	rest, not := strings.CutPrefix(key, "not__")
	for _, prefix := range []string{"or__", "chain__"} {
		if strings.HasPrefix(key, prefix) {
			return unserved(prefix)
		}
	}
	col, lookup, err := l.resolve(rest)
	if err != nil {
		return err
	}
	if col.field == "" {
		is, err := col.whenNull(lookup, value)
		s.none = s.none || err == nil && is == not
		return err
	}
	cond, err := col.cond(lookup, value)
	if err != nil {
		return err
	}
	cond.Not = cond.Not != not
	s.filters = append(s.filters, cond)
	return nil
}

// resolve finds the column and the lookup of a name.
func (l *list) resolve(key string) (named, string, error) {
	path := strings.Split(key, "__")
	lookup := "exact"
	if last := len(path) - 1; last > 0 && isLookup(path[last]) {
		lookup, path = path[last], path[:last]
	}
	for _, name := range path {
		if slices.Contains(secrets, name) {
			return named{}, "", &refusal{status: http.StatusForbidden, detail: "Filtering on " + name + " is not allowed."}
		}
	}
	name := strings.Join(path, "__")
	if col, ok := l.columns[name]; ok {
		return named{col, name}, lookup, nil
	}
	first, ok := l.columns[path[0]]
	switch {
	case !ok:
		return named{}, "", l.noField(path[0])
	case first.relation:
		return named{}, "", quoting("a relation that is not served", "Filtering on "+name+" is not available here.")
	}
	return named{}, "", quoting("an unknown lookup", "No related model for field "+path[1]+".")
}

func (l *list) noField(name string) error {
	return quoting("an unknown field", l.class+" has no field named '"+name+"'")
}

// unserved refuses a part of the filter language that AWX has.
func unserved(what string) error {
	return invalid("Filtering with " + what + " is not available here.")
}

// parseOrder reads a comma-separated list of fields, "-" for descending.
func (l *list) parseOrder(text string) ([]pat.Order, error) {
	var keys []pat.Order
	for part := range strings.SplitSeq(text, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(part), "-")
		if name == "" {
			continue
		}
		col, lookup, err := l.resolve(name)
		switch {
		case err != nil:
			return nil, err
		case lookup != "exact":
			return nil, l.noField(name)
		case col.field == "": // null with every object: all are equal
			continue
		}
		if !slices.ContainsFunc(keys, func(o pat.Order) bool { return o.Field == col.field }) {
			keys = append(keys, pat.Order{Field: col.field, Desc: desc != col.enabled})
		}
	}
	if len(keys) == 0 {
		return l.order, nil
	}
	return keys, nil
}

// param is one parameter of a query. A name may stand several times.
type param struct{ key, value string }

// parameters reads a query in order. It fails with 400 on an escape that is
// none, and on what is not UTF-8 or holds a NUL.
func parameters(rawQuery string) ([]param, error) {
	var list []param
	for part := range strings.SplitSeq(rawQuery, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		key, errKey := url.QueryUnescape(key)
		value, errValue := url.QueryUnescape(value)
		if text := key + value; errKey != nil || errValue != nil || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return nil, invalid("The query is not well encoded.")
		}
		list = append(list, param{key, value})
	}
	return list, nil
}
