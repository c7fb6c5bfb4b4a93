package awx

import (
	"slices"
	"strings"

	"jeton/internal/web"
)

// shape is what is told of one kind of object, each field once: OPTIONS and the
// OpenAPI document are both made of it, and the tests hold every answer against
// it. A view names its shape in paths.
type shape struct {
	name   string // of its schema in the document
	typ    string // the value of "type"; "" where the objects have none
	fields []field

	// single shapes are of what there is one of: a view of theirs is no list.
	single bool
	// index shapes have keys that are not told one by one, each with a path.
	index bool
	// exact shapes are refused where they come with a key that they do not have.
	// Others pass it over, as AWX does.
	exact bool
	// empty shapes are of what AWX has and there is none of here.
	empty bool

	search        []string // the fields that search= looks into
	relatedSearch []string // the parameters that search related objects
	// roles tells that AWX's objects of the kind have roles, of which there
	// are none here.
	roles bool
}

// field is one key of an object.
type field struct {
	name  string
	typ   string // AWX's word: integer, string, boolean, id, datetime, choice, object, field, json, list
	label string
	help  string
	// note is what the document says in the place of help.
	note string
	// choices are the values of a choice, each with its label.
	choices []choice

	nullable bool // may be null in answers
	sparse   bool // is not in every answer
	hidden   bool // cannot be filtered by

	json  string  // the type of its values where typ does not tell: string, integer, strings, integers, objects, any
	inner []field // of an object, or of each of the objects; nil: any keys
	// format is the document's word for the form of a text.
	format string

	// limit is the length of a text, in characters; 0 is none told. quiet
	// limits are not told in OPTIONS: AWX has none there, and its clients know
	// exactly what they get.
	limit int
	quiet bool

	create *input // how POST takes it; nil: it does not
	update *input // how PUT and PATCH take it; nil: they do not
}

type choice struct{ value, label string }

// input is how a request takes a field.
type input struct {
	must     bool // the request has to have it
	nullable bool
	preset   any // what it is when it is left out; nil is not told
	// note is what the document says of the field in a request, where that is
	// something else than of the field in an answer.
	note string
	// extra inputs are told in the document only. AWX's clients were promised
	// the exact list of what POST takes, and build their options from it.
	extra bool
}

// without returns the shape where POST does not take the fields.
func (s *shape) without(names ...string) *shape {
	return s.posting(func(f *field) {
		if slices.Contains(names, f.name) {
			f.create = nil
		}
	})
}

// demanding returns the shape where POST has to have the field.
func (s *shape) demanding(name string) *shape {
	return s.posting(func(f *field) {
		if f.name == name {
			f.create = &input{must: true}
		}
	})
}

// posting returns the shape with its fields edited, for a view that takes
// others than its siblings.
func (s *shape) posting(edit func(*field)) *shape {
	other := *s
	other.fields = slices.Clone(s.fields)
	for i := range other.fields {
		edit(&other.fields[i])
	}
	return &other
}

// isList reports whether GET answers a page.
func (v *view) isList() bool { return !v.of.single && !v.isDetail() && v.get != nil }

// isDetail reports whether the view is of one object among several.
func (v *view) isDetail() bool { return strings.HasSuffix(v.pattern, "}/") }

// read describes the field as GET answers it.
func (f *field) read() web.Object {
	o := web.Object{{Key: "type", Value: f.typ}, {Key: "hidden", Value: false}}
	o = f.words(o)
	o = append(o, web.Member{Key: "filterable", Value: !f.hidden})
	return f.options(o)
}

// written describes the field as a request takes it.
func (f *field) written(in *input) web.Object {
	o := web.Object{{Key: "type", Value: f.typ}, {Key: "required", Value: in.must}, {Key: "hidden", Value: false}}
	o = f.words(o)
	if f.limit > 0 && !f.quiet {
		o = append(o, web.Member{Key: "max_length", Value: f.limit})
	}
	o = append(o, web.Member{Key: "filterable", Value: !f.hidden})
	if in.preset != nil {
		o = append(o, web.Member{Key: "default", Value: in.preset})
	}
	return f.options(o)
}

func (f *field) words(o web.Object) web.Object {
	o = append(o, web.Member{Key: "label", Value: f.label})
	if f.help != "" {
		o = append(o, web.Member{Key: "help_text", Value: f.help})
	}
	return o
}

func (f *field) options(o web.Object) web.Object {
	if len(f.choices) == 0 {
		return o
	}
	pairs := make([][2]string, len(f.choices))
	for i, c := range f.choices {
		pairs[i] = [2]string{c.value, c.label}
	}
	return append(o, web.Member{Key: "choices", Value: pairs})
}

// reads describes what GET answers.
func (s *shape) reads() web.Object {
	o := web.Object{}
	for i := range s.fields {
		o = append(o, web.Member{Key: s.fields[i].name, Value: s.fields[i].read()})
	}
	return o
}

// creates describes what POST takes.
func (s *shape) creates() web.Object {
	return s.takes(func(f *field) *input { return f.create })
}

// updates describes what PUT takes.
func (s *shape) updates() web.Object {
	return s.takes(func(f *field) *input { return f.update })
}

func (s *shape) takes(how func(*field) *input) web.Object {
	o := web.Object{}
	for i := range s.fields {
		f := &s.fields[i]
		if in := how(f); in != nil && !in.extra {
			o = append(o, web.Member{Key: f.name, Value: f.written(in)})
		}
	}
	return o
}
