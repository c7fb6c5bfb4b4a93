package awx

import (
	"encoding/json"
	"strconv"
	"strings"

	"jeton/internal/web"
)

// application reads the application that a token is to belong to. There are
// none, so anything but null is refused, in AWX's words: administrators are told
// among the other fields, everybody else at once.
func (f *form) application(admin bool) error {
	v, ok := f.body.Get("application")
	if !ok || v == nil || admin && v == "" {
		return nil
	}
	key, isKey := primaryKey(v)
	switch {
	case isKey && admin:
		f.errs.add("application", "Invalid pk "+strconv.Quote(key)+" - object does not exist.")
	case isKey:
		return quoting("no such application", applicationClass+" matching query does not exist.")
	case admin:
		f.errs.add("application", "Incorrect type. Expected pk value, received "+pythonType(v)+".")
	default:
		return invalid("Bad data found in related field application.")
	}
	return nil
}

// primaryKey returns the integer that v is or spells.
func primaryKey(v any) (string, bool) {
	text, ok := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		text, ok = n.String(), true
	}
	text = strings.TrimSpace(text)
	return text, ok && isNumber(strings.TrimPrefix(text, "-"))
}

// pythonType is what Python calls the type of a value of JSON that is no key.
func pythonType(v any) string {
	switch v.(type) {
	case bool:
		return "bool"
	case json.Number: // an integer would be a key
		return "float"
	case []any:
		return "list"
	case web.Object:
		return "dict"
	}
	return "str"
}
