package awx

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// form reads the fields of a body and collects what is wrong with them, in the
// order in which they are read, so that a client is told everything at once.
// Each method returns nil for a field that is absent or wrong.
type form struct {
	body web.Object
	errs fieldErrors
}

// err returns what was wrong, nil when nothing was.
func (f *form) err() error {
	if len(f.errs) == 0 {
		return nil
	}
	return f.errs
}

// presence says in what way a field is there.
type presence int

const (
	absent presence = iota
	null
	wrong // no text, and reported
	given
)

// raw reads a field as AWX reads texts: numbers are texts too.
func (f *form) raw(key string) (string, presence) {
	v, ok := f.body.Get(key)
	if !ok {
		return "", absent
	}
	switch v := v.(type) {
	case nil:
		return "", null
	case string:
		return v, given
	case json.Number:
		return v.String(), given
	}
	f.errs.add(key, "Not a valid string.")
	return "", wrong
}

const (
	notNull  = "This field may not be null."
	notBlank = "This field may not be blank."
)

// text reads a text of at most limit characters, without the blanks around it.
func (f *form) text(key string, limit int) *string {
	s, there := f.raw(key)
	switch there {
	case null:
		f.errs.add(key, notNull)
	case given:
		s = strings.TrimSpace(s)
		return f.bounded(key, s, limit)
	}
	return nil
}

// label is text where null stands for the empty text.
func (f *form) label(key string, limit int) *string {
	if v, ok := f.body.Get(key); ok && v == nil {
		return new(string)
	}
	return f.text(key, limit)
}

// bounded returns s unless it is too long or has a NUL.
func (f *form) bounded(key, s string, limit int) *string {
	ok := true
	if utf8.RuneCountInString(s) > limit {
		f.errs.add(key, fmt.Sprintf("Ensure this field has no more than %d characters.", limit))
		ok = false
	}
	if strings.ContainsRune(s, 0) {
		f.errs.add(key, "Null characters are not allowed.")
		ok = false
	}
	if !ok {
		return nil
	}
	return &s
}

var (
	trueWords  = []string{"t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "1"}
	falseWords = []string{"f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "0"}
)

// truth reads a boolean in any of the spellings that AWX takes; its own client
// sends 1 and 0.
func (f *form) truth(key string) *bool {
	v, ok := f.body.Get(key)
	if !ok {
		return nil
	}
	var word string
	switch v := v.(type) {
	case nil:
		f.errs.add(key, notNull)
		return nil
	case bool:
		return &v
	case string:
		word = strings.TrimSpace(v)
	case json.Number:
		n, _ := v.Float64() // a number beyond all floats is neither 0 nor 1
		word = strconv.FormatFloat(n, 'f', -1, 64)
	}
	is := slices.Contains(trueWords, word)
	if !is && !slices.Contains(falseWords, word) {
		f.errs.add(key, "Must be a valid boolean.")
		return nil
	}
	return &is
}

// scope reads a list of scopes, each of words or reserved, none twice. Whether a
// reserved one may be had is for the authority to say.
func (f *form) scope(key string, words []string) *pat.Scopes {
	s, there := f.raw(key)
	if there == absent || there == wrong {
		return nil
	}
	scopes, err := pat.ParseScopes(s)
	known := err == nil && scopes != ""
	for w := range strings.FieldsSeq(string(scopes)) {
		known = known && (slices.Contains(words, w) || pat.IsReserved(w))
	}
	if !known {
		f.errs.add(key, "Must be a simple space-separated string with allowed scopes ['"+strings.Join(words, "', '")+"'].")
		return nil
	}
	return &scopes
}

// expiry reads an instant in the future; null is never. The zero Expiry stands
// for a field that is absent or wrong.
func (f *form) expiry(key string, now time.Time) pat.Expiry {
	v, ok := f.body.Get(key)
	if !ok {
		return pat.Expiry{}
	}
	if v == nil {
		return pat.Expiry{Never: true}
	}
	text, _ := v.(string)
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		f.errs.add(key, "Use RFC 3339, like 2030-01-31T12:00:00Z, or null for never.")
	case !at.After(now):
		f.errs.add(key, "Choose a time in the future.")
	default:
		return pat.Expiry{At: at}
	}
	return pat.Expiry{}
}
