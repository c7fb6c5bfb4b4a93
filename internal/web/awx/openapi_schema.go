package awx

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"jeton/internal/web"
)

// schemaComponents are the schemas of the shapes, of their pages and of what all
// paths share. Nothing is answered that they do not have.
func schemaComponents(shapes map[string]*shape) web.Object {
	o := web.Object{}
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		s := shapes[name]
		if !s.empty {
			o = append(o, web.Member{Key: name, Value: s.schema()})
		}
		if !s.single {
			o = append(o, web.Member{Key: name + "Page", Value: s.pageSchema()})
		}
	}
	return append(o,
		web.Member{Key: "Description", Value: descriptionSchema()},
		web.Member{Key: "Detail", Value: closed([]field{{name: "detail", typ: "string", help: "What is wrong, for people."}})},
		web.Member{Key: "FieldErrors", Value: fieldErrorsSchema()},
	)
}

// schema is the schema of an answer.
func (s *shape) schema() web.Object {
	if s.index {
		return web.Object{{Key: "type", Value: "object"}, {Key: "additionalProperties", Value: web.Object{{Key: "type", Value: "string"}}}}
	}
	return closed(s.fields)
}

// pageSchema is the schema of a page of a list.
func (s *shape) pageSchema() web.Object {
	rows := web.Object{{Key: "type", Value: "array"}, {Key: "items", Value: reference("schemas", s.name)}}
	if s.empty {
		rows = web.Object{{Key: "type", Value: "array"}, {Key: "maxItems", Value: 0}}
	}
	page := closed([]field{
		{name: "count", typ: "integer", help: "How many there are on all pages.", sparse: true},
		{name: "next", typ: "string", help: "The path of the next page, without a host.", nullable: true, sparse: true},
		{name: "previous", typ: "string", help: "The path of the page before, without a host.", nullable: true, sparse: true},
	})
	properties, _ := page.Get("properties")
	return web.Object{
		{Key: "type", Value: "object"},
		{Key: "description", Value: "With `count_disabled` a page has `results` only."},
		{Key: "properties", Value: append(properties.(web.Object), web.Member{Key: "results", Value: rows})},
		{Key: "required", Value: []string{"results"}},
		{Key: "additionalProperties", Value: false},
	}
}

// closed is the schema of an object that has these fields and no others.
func closed(fields []field) web.Object {
	properties := web.Object{}
	required := []string{}
	for i := range fields {
		f := &fields[i]
		properties = append(properties, web.Member{Key: f.name, Value: f.schema(f.nullable)})
		if !f.sparse {
			required = append(required, f.name)
		}
	}
	return web.Object{
		{Key: "type", Value: "object"},
		{Key: "properties", Value: properties},
		{Key: "required", Value: required},
		{Key: "additionalProperties", Value: false},
	}
}

// request is the schema of the body of a method. Other keys may be there unless
// the shape is exact. What PUT and PATCH do without stays, so that only POST has
// defaults, and no key of an object within is required.
func (s *shape) request(method string) web.Object {
	properties := web.Object{}
	var required []string
	for i := range s.fields {
		f := s.fields[i]
		in := f.update
		if method == "POST" {
			in = f.create
		}
		if in == nil {
			continue
		}
		f.note = cmp.Or(in.note, f.note)
		schema := f.schema(in.nullable)
		if f.typ == "object" {
			schema = slices.DeleteFunc(schema, func(m web.Member) bool { return m.Key == "required" })
		}
		if f.limit > 0 {
			schema = append(schema, web.Member{Key: "maxLength", Value: f.limit})
		}
		if in.preset != nil && method == "POST" {
			schema = append(schema, web.Member{Key: "default", Value: in.preset})
		}
		properties = append(properties, web.Member{Key: f.name, Value: schema})
		if in.must && method != "PATCH" {
			required = append(required, f.name)
		}
	}
	o := web.Object{{Key: "type", Value: "object"}, {Key: "properties", Value: properties}}
	if required != nil {
		o = append(o, web.Member{Key: "required", Value: required})
	}
	if s.exact {
		o = append(o, web.Member{Key: "additionalProperties", Value: false})
	}
	return o
}

// schema is the schema of the field's values.
func (f *field) schema(nullable bool) web.Object {
	if f.typ == "object" && f.inner != nil {
		return f.described(closed(f.inner))
	}
	if f.json == "objects" {
		return f.described(web.Object{{Key: "type", Value: "array"}, {Key: "items", Value: closed(f.inner)}})
	}
	typ, format := f.jsonType()
	if typ == "" {
		return f.described(web.Object{})
	}
	o := web.Object{{Key: "type", Value: typ}}
	if nullable {
		o[0].Value = []string{typ, "null"}
	}
	if typ == "array" {
		o = append(o, web.Member{Key: "items", Value: web.Object{{Key: "type", Value: strings.TrimSuffix(f.json, "s")}}})
	}
	if format != "" {
		o = append(o, web.Member{Key: "format", Value: format})
	}
	if len(f.choices) > 0 {
		o = append(o, web.Member{Key: "enum", Value: f.values(nullable)})
	}
	return f.described(o)
}

func (f *field) described(o web.Object) web.Object {
	words := cmp.Or(f.note, f.help)
	if words == "" {
		return o
	}
	return append(o, web.Member{Key: "description", Value: words})
}

func (f *field) values(nullable bool) (list []any) {
	for _, c := range f.choices {
		list = append(list, c.value)
	}
	if nullable {
		list = append(list, nil)
	}
	return list
}

// jsonType returns the type of the field's values and the form of its texts.
// The type "" is any.
func (f *field) jsonType() (typ, format string) {
	word := f.json
	if word == "" {
		word = f.typ
	}
	switch word {
	case "integer", "id":
		return "integer", "int64"
	case "datetime":
		return "string", "date-time"
	case "boolean", "object":
		return word, ""
	case "strings", "integers":
		return "array", ""
	case "string", "choice":
		return "string", f.format
	}
	return "", ""
}

// descriptionSchema is the schema of what OPTIONS answers.
func descriptionSchema() web.Object {
	texts := func(name string, sparse bool) field {
		return field{name: name, typ: "list", json: "strings", sparse: sparse}
	}
	o := closed([]field{
		{name: "name", typ: "string", help: "What AWX calls the path."},
		{name: "description", typ: "string", help: "What it is for."},
		texts("renders", false),
		texts("parses", false),
		{name: "actions", typ: "object", help: "The fields by method: GET, and POST or PUT where the caller may use it."},
		texts("types", true),
		texts("search_fields", true),
		texts("related_search_fields", true),
		texts("object_roles", true),
		{name: "max_page_size", typ: "integer", sparse: true},
	})
	properties, _ := o.Get("properties")
	for i, p := range properties.(web.Object) {
		if p.Key == "actions" {
			properties.(web.Object)[i].Value = actionsSchema()
		}
	}
	return o
}

// actionsSchema is the schema of the fields by method and name.
func actionsSchema() web.Object {
	one := closed([]field{
		{name: "type", typ: "string"},
		{name: "required", typ: "boolean", sparse: true},
		{name: "hidden", typ: "boolean"},
		{name: "label", typ: "string"},
		{name: "help_text", typ: "string", sparse: true},
		{name: "max_length", typ: "integer", sparse: true},
		{name: "min_value", typ: "integer", sparse: true},
		{name: "max_value", typ: "integer", sparse: true},
		{name: "filterable", typ: "boolean"},
		{name: "default", typ: "json", sparse: true},
		{name: "choices", typ: "json", sparse: true},
	})
	byName := web.Object{{Key: "type", Value: "object"}, {Key: "additionalProperties", Value: one}}
	return web.Object{
		{Key: "type", Value: "object"},
		{Key: "description", Value: "The fields by method: GET, and POST or PUT where the caller may use it."},
		{Key: "properties", Value: web.Object{{Key: "GET", Value: byName}, {Key: "POST", Value: byName}, {Key: "PUT", Value: byName}}},
		{Key: "additionalProperties", Value: false},
	}
}

// fieldErrorsSchema is the schema of what is wrong with a request's fields.
func fieldErrorsSchema() web.Object {
	messages := web.Object{{Key: "type", Value: "array"}, {Key: "items", Value: web.Object{{Key: "type", Value: "string"}}}, {Key: "minItems", Value: 1}}
	return web.Object{
		{Key: "type", Value: "object"},
		{Key: "description", Value: "What is wrong, by the field at fault; `__all__` where it is none."},
		{Key: "minProperties", Value: 1},
		{Key: "additionalProperties", Value: web.Object{{Key: "anyOf", Value: []any{
			messages,
			web.Object{{Key: "type", Value: "object"}, {Key: "additionalProperties", Value: messages}},
		}}}},
	}
}
