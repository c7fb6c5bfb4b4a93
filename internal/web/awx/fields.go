package awx

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// fieldErrors are what is wrong with the fields of a request, in the order in
// which AWX checks them.
type fieldErrors []fieldError

type fieldError struct {
	key      string
	messages []string
}

// unbound is the key for what no field is at fault for.
const unbound = "__all__"

// Error names the fields and not the messages, which may quote the request.
func (e fieldErrors) Error() string {
	keys := make([]string, len(e))
	for i, f := range e {
		keys[i] = f.key
	}
	return "invalid fields: " + strings.Join(keys, ", ")
}

func (e *fieldErrors) add(key, message string) {
	for i := range *e {
		if (*e)[i].key == key {
			(*e)[i].messages = append((*e)[i].messages, message)
			return
		}
	}
	*e = append(*e, fieldError{key, []string{message}})
}

func (e fieldErrors) object() web.Object {
	o := make(web.Object, len(e))
	for i, f := range e {
		o[i] = web.Member{Key: f.key, Value: f.messages}
	}
	return o
}

// wireOrder is the order of the keys of the domain's errors.
var wireOrder = []string{
	"description", "scope", "expires", "name", "networks",
	"username", "first_name", "last_name", "email", "is_superuser", "is_system_auditor", "password",
	"is_active", "language", "time_zone", "is_service_account",
	"act", "reason", "overlap", "Idempotency-Key", "status", "ids",
}

// wireErrors says in this face's words what the authority has found.
func wireErrors(e *pat.Error) fieldErrors {
	fields := slices.Clone(e.Fields)
	rank := func(f pat.Field) int {
		if i := slices.Index(wireOrder, f.Name); i >= 0 {
			return i
		}
		return len(wireOrder)
	}
	slices.SortStableFunc(fields, func(a, b pat.Field) int { return rank(a) - rank(b) })
	if len(fields) == 0 {
		fields = []pat.Field{{Name: unbound, Message: e.Message}}
	}
	var errs fieldErrors
	for _, f := range fields {
		key := f.Name
		if !slices.Contains(wireOrder, key) {
			key = unbound
		}
		errs.add(key, wireMessage(e.Kind, f))
	}
	return errs
}

// wireMessage is the message that clients know, where they know one.
func wireMessage(k pat.Kind, f pat.Field) string {
	switch {
	case f.Name == "username" && k == pat.Conflict:
		return "A user with that username already exists."
	case f.Name == "username":
		return badUsername
	case f.Name == "email":
		return badEmail
	}
	return sentence(f.Message)
}

// sentence makes one of a message of the domain, which is a part of one. A
// message that begins with a capital is in AWX's words already, and what the
// policy says is said everywhere in the same.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || unicode.IsUpper(first) || strings.HasPrefix(text, "policy ") {
		return text
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if strings.ContainsRune(".!?", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}
