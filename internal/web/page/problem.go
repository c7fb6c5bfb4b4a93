package page

import (
	"html/template"

	"jeton/internal/words"
)

// Problem is one thing that is wrong with a form.
type Problem struct {
	Field string // the id of the field at fault, "" for the form as a whole
	Key   string // of the message
	Args  words.Args
	// Href leads to what would help, in the words of LinkKey; "" where nothing would.
	Href, LinkKey string
}

// Problems are all that is wrong with a form, in the order of its fields.
type Problems []Problem

// Of returns the first problem of a field, nil when there is none.
func (p Problems) Of(field string) *Problem {
	for i := range p {
		if p[i].Field == field {
			return &p[i]
		}
	}
	return nil
}

// Add appends a problem.
func (p *Problems) Add(field, key string, args words.Args) {
	*p = append(*p, Problem{Field: field, Key: key, Args: args})
}

// problemHTML says what is wrong. What was typed is kept apart from the sentence.
func problemHTML(s *words.Speaker) func(p any) template.HTML {
	return func(p any) template.HTML {
		var is Problem
		switch p := p.(type) {
		case Problem:
			is = p
		case *Problem:
			is = *p
		}
		args := words.Args{}
		for name, v := range is.Args {
			args[name] = isolated(v)
		}
		return template.HTML(s.Say(is.Key, args)) //nolint:gosec // escaped piece by piece
	}
}
