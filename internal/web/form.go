package web

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"
)

// FormType is the content type of forms.
const FormType = "application/x-www-form-urlencoded"

// Form holds the fields of a form or a query in which each may stand once.
type Form map[string]string

// ReadForm reads the body as a form of at most MaxBody bytes. It fails with
// ErrMediaType on any other content type, with what ReadBody fails with, and
// with what ParseForm fails with.
func ReadForm(r *http.Request) (Form, error) {
	if !IsType(r, FormType) {
		return nil, ErrMediaType
	}
	body, err := ReadBody(r, MaxBody)
	if err != nil {
		return nil, err
	}
	return ParseForm(string(body))
}

// InQuery reports whether one of the names is a parameter in the query, where
// logs would keep what must not be seen. It fails as ParseForm does.
func InQuery(r *http.Request, names []string) (bool, error) {
	if r.URL.RawQuery == "" {
		return false, nil
	}
	query, err := ParseForm(r.URL.RawQuery)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(names, func(name string) bool { _, ok := query[name]; return ok }), nil
}

// ParseForm reads the fields of a form or of a query. It fails with a 400 on
// a field that stands twice (RFC 6749 §3.2), on an escape that is none and on
// a semicolon. A value that is not UTF-8 is read as Latin-1: clients from
// before 2010 encode so.
func ParseForm(text string) (Form, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		// The cause is left out: it quotes the form.
		return nil, &Error{Status: http.StatusBadRequest, Message: "the form is not well encoded"}
	}
	form := make(Form, len(values))
	for key, all := range values {
		if len(all) > 1 {
			return nil, &Error{Status: http.StatusBadRequest, Message: "a parameter is given twice"}
		}
		form[key] = text8(all[0])
	}
	return form, nil
}

// IsType reports whether the request has one content type and it is this one,
// its parameters apart.
func IsType(r *http.Request, mediaType string) bool {
	values := r.Header["Content-Type"]
	if len(values) != 1 {
		return false
	}
	got, _, err := mime.ParseMediaType(values[0])
	return got == mediaType && (err == nil || err == mime.ErrInvalidMediaParameter)
}

// text8 returns text when it is UTF-8, else what it says in Latin-1.
func text8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	runes := make([]rune, len(text))
	for i := range len(text) {
		runes[i] = rune(text[i])
	}
	return string(runes)
}
