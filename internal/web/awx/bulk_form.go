package awx

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// withoutNulls returns a body in which what is null is not there.
func withoutNulls(body web.Object) web.Object {
	return slices.DeleteFunc(slices.Clone(body), func(m web.Member) bool { return m.Value == nil })
}

// only reports keys that the shape does not take. AWX passes over those, and so do
// the paths that it has; where a condition or a term that is misspelt would change
// what is done to tokens, it is said.
func (f *form) only(s *shape) {
	for i := range f.body {
		key := f.body[i].Key
		if !slices.ContainsFunc(s.fields, func(of field) bool { return of.name == key }) {
			f.errs.add(key, "There is no such field.")
		}
	}
}

// instant reads a time; the zero time stands for a field that is absent or
// wrong.
func (f *form) instant(key string) time.Time {
	v, ok := f.body.Get(key)
	if !ok {
		return time.Time{}
	}
	text, _ := v.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.Year() < 1970 {
		f.errs.add(key, "Use RFC 3339, like 2030-01-31T12:00:00Z.")
		return time.Time{}
	}
	return at
}

// positive reads a number that may be an id: 0 must not read as none given.
func (f *form) positive(key string) *int64 {
	n := f.whole(key)
	if n != nil && *n <= 0 {
		f.errs.add(key, "Ensure this value is greater than or equal to 1.")
		return nil
	}
	return n
}

// word reads one scope, be it in the catalogue or not any more.
func (f *form) word(key string) pat.Scopes {
	text, there := f.raw(key)
	if there != given {
		return ""
	}
	scopes, err := pat.ParseScopes(text)
	if err != nil || scopes == "" || strings.Contains(string(scopes), " ") {
		f.errs.add(key, "Name one scope.")
		return ""
	}
	return scopes
}

// status reads how tokens are to stand.
func (f *form) status(key string) pat.Status {
	text, there := f.raw(key)
	if there != given {
		return ""
	}
	if !slices.Contains(statuses[:3], pat.Status(text)) {
		f.errs.add(key, "Choose live, paused or expired.")
		return ""
	}
	return pat.Status(text)
}

// tokenIDs reads a list of numbers; nil is none that was given.
func (f *form) tokenIDs(key string) []pat.TokenID {
	v, ok := f.body.Get(key)
	if !ok {
		return nil
	}
	list, is := v.([]any)
	ids := make([]pat.TokenID, len(list))
	for i, v := range list {
		number, _ := v.(json.Number)
		n, err := number.Int64()
		ids[i], is = pat.TokenID(n), is && err == nil
	}
	if !is {
		f.errs.add(key, "Expected a list of the numbers of tokens.")
		return nil
	}
	return ids
}
