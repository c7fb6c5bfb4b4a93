package awx

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
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
	search  []string // the columns that search= looks into, texts all; none: it is refused
	order   []pat.Order
	// status reads status and status__in; nil where there is none.
	status func(words []string, now time.Time) (pat.Cond, error)
	// base selects what is listed unless a status is asked for.
	base []pat.Cond
}

// column is one name that can be filtered by.
type column struct {
	field string // of the domain; "" for what is null with every object here
	kind  pat.FieldType
	// relation columns hold the id of another object.
	relation bool
	// to has the columns of that other object, which may follow after "__", and
	// via is what stands before their fields in the domain. Names that stand
	// whole in the list's own columns come first.
	to  *list
	via string
	// enabled columns are true where the field, a time, is null.
	enabled bool
}

// selection is what a query asks of a list.
type selection struct {
	filters []pat.Cond
	base    []pat.Cond
	order   []pat.Order
	none    bool // the type that was asked for is another

	page      string // as it was sent: a single object has no pages, and passes it over
	size      int
	capped    bool // the size was more than allowed
	countless bool

	or    []pat.Cond // while the query is read: one of them must hold
	conds int        // so far
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
	if len(s.or) > 0 {
		s.filters = append(s.filters, pat.Cond{Any: s.or})
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
	default:
		err = l.filter(s, key, value, now)
	}
	return err
}

// filter reads one condition into s. chain__ asks for a related object of its
// own for the condition; no relation here leads to several, so that it asks for
// nothing more.
func (l *list) filter(s *selection, key, value string, now time.Time) error {
	rest, or := strings.CutPrefix(key, "or__")
	if !or {
		rest = strings.TrimPrefix(key, "chain__")
	}
	rest, not := strings.CutPrefix(rest, "not__")
	if name, _, _ := strings.Cut(rest, "__"); name == "status" && l.status != nil {
		s.base = nil
	}
	cond, n, err := l.cond(rest, value, now)
	if err != nil {
		return err
	}
	if s.conds += n; s.conds > maxFilters {
		return invalid("Too many filters in one query.")
	}
	cond.Not = cond.Not != not
	if or {
		s.or = append(s.or, cond)
	} else {
		s.filters = append(s.filters, cond)
	}
	return nil
}

// cond reads one condition, prefixes apart, and says how many it counts as.
func (l *list) cond(key, value string, now time.Time) (cond pat.Cond, n int, err error) {
	name, lookup, _ := strings.Cut(key, "__")
	switch {
	case key == "search" && len(l.search) > 0:
		return l.searching("", value)
	case name == "status" && l.status != nil:
		cond, err = l.standing(lookup, value, now)
		return cond, 1, err
	}
	col, lookup, err := l.resolve(key)
	switch {
	case err != nil:
		return cond, 0, err
	case lookup == "search" && col.to != nil && len(col.to.search) > 0:
		return col.to.searching(col.via, value)
	case col.field == "":
		is, err := col.whenNull(lookup, value)
		return constant(is), 1, err
	}
	cond, err = col.cond(lookup, value)
	return cond, 1, err
}

// standing reads a condition on the status, which every object has.
func (l *list) standing(lookup, value string, now time.Time) (pat.Cond, error) {
	switch lookup {
	case "", "exact":
		return l.status([]string{value}, now)
	case "in":
		return l.status(strings.Split(value, ","), now)
	case "isnull":
		is, err := parseBool(value)
		return constant(!is), err
	}
	status := named{name: "status"}
	return pat.Cond{}, status.unserved(lookup)
}

// constant is a condition that holds always or never.
func constant(is bool) pat.Cond {
	return pat.Cond{Field: "id", Op: pat.In, Value: []int64{}, Not: is}
}

// searching is the condition that every word of the text is somewhere in the
// columns of search, whose fields have via before them. Commas part words too.
func (l *list) searching(via, text string) (cond pat.Cond, n int, err error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(words) == 0 {
		return constant(true), 0, nil
	}
	if len(words) > maxFilters {
		return cond, len(words), invalid("Too many words to search for.")
	}
	for _, word := range words {
		var anywhere []pat.Cond
		for _, name := range l.search {
			anywhere = append(anywhere, pat.Cond{Field: via + l.columns[name].field, Op: pat.Contains, Value: word, Fold: true})
		}
		cond.All = append(cond.All, pat.Cond{Any: anywhere})
	}
	return cond, len(words), nil
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
	col, err := l.column(path)
	return col, lookup, err
}

// column finds the column at the path, which may lead through relations.
func (l *list) column(path []string) (named, error) {
	if col, ok := l.columns[strings.Join(path, "__")]; ok {
		return named{col, path[len(path)-1]}, nil
	}
	first, ok := l.columns[path[0]]
	switch {
	case !ok:
		return named{}, l.noField(path[0])
	case first.to == nil:
		return named{}, quoting("an unknown lookup", "No related model for field "+path[1]+".")
	}
	col, err := first.to.column(path[1:])
	if first.field == "" {
		col.field = "" // what belongs to nothing is nothing
	} else if col.field != "" {
		col.field = first.via + col.field
	}
	col.via = first.via + col.via
	return col, err
}

func (l *list) noField(name string) error {
	return quoting("an unknown field", l.class+" has no field named '"+name+"'")
}

// parseOrder reads a comma-separated list of fields, "-" for descending.
func (l *list) parseOrder(text string) ([]pat.Order, error) {
	var keys []pat.Order
	for part := range strings.SplitSeq(text, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(part), "-")
		if name == "" {
			continue
		}
		if l.status != nil && name == "status" {
			return nil, invalid("Ordering by status is not available. Order by expires.")
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
