package page

import (
	"errors"
	"fmt"
	"html/template"
	"strings"
	"time"

	"jeton/internal/words"
)

// Code is a piece of a message that stands for itself: a file, a word to type.
type Code string

// Errors of templates, which are compiled in: tests meet them.
var (
	errPairs = errors.New("page: arguments come in pairs of name and value")
	errName  = errors.New("page: the name of an argument is a text")
)

// functions are what the templates of a language call.
//
//	say "key" "Name" .Name       a message as text
//	sayHTML "key" "Name" .Name   the same where it is read: what people have
//	                             written is kept apart from the sentence around it
func functions(s *words.Speaker) template.FuncMap {
	return template.FuncMap{
		"say": func(key string, pairs ...any) (string, error) {
			args, err := arguments(pairs, func(v any) any { return v })
			return s.Say(key, args), err
		},
		"sayHTML": func(key string, pairs ...any) (template.HTML, error) {
			args, err := arguments(pairs, isolated)
			// The messages are compiled in, and a test keeps markup out of them.
			return template.HTML(s.Say(key, args)), err //nolint:gosec // escaped piece by piece
		},
		"number":   s.Whole,
		"dir":      s.Dir,
		"lang":     func() string { return s.Tag },
		"date":     s.Date,
		"datetime": s.DateTime,
		"datelong": s.DateTimeLong,
		"near":     s.Near,
		"utc":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"args":     pairsMap,
		"asset":    versioned,
		"problem":  problemHTML(s),
		"marked":   markedHTML,
		"topic":    topicTitle(s),
	}
}

// isolated makes HTML of what is put into a sentence.
func isolated(v any) any {
	switch v := v.(type) {
	case string:
		return "<bdi>" + template.HTMLEscapeString(v) + "</bdi>"
	case Code:
		return `<code dir="ltr">` + template.HTMLEscapeString(string(v)) + "</code>"
	case fmt.Stringer:
		return "<bdi>" + template.HTMLEscapeString(v.String()) + "</bdi>"
	}
	return v
}

func arguments(pairs []any, of func(any) any) (words.Args, error) {
	if len(pairs)%2 != 0 {
		return nil, errPairs
	}
	args := words.Args{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errName
		}
		args[name] = of(pairs[i+1])
	}
	return args, nil
}

// pairsMap makes one value of several for a template that is used by others.
func pairsMap(pairs ...any) (map[string]any, error) {
	args, err := arguments(pairs, func(v any) any { return v })
	return args, err
}

// Lines joins texts for a text area.
func Lines(texts []string) string { return strings.Join(texts, "\n") }
