package awx

import (
	"slices"
	"strconv"
	"strings"

	"jeton/internal/web"
)

// beside is a path that is no view of this face: one of other faces, or one
// that reads forms and answers pages. It is told here in full, so that one
// document has everything; the tests of the whole server hold it against the
// answers.
type beside struct {
	path, about string
	parameters  []any // of all its methods
	methods     []besideMethod
}

// besideMethod is what a method does there.
type besideMethod struct {
	method, id, summary, words string

	security   []any // nil: it needs no credentials
	parameters []any
	form       []field // of a form-encoded body; nil: it reads none
	json       []field // of a JSON body; nil: it reads none
	answers    []besideAnswer
}

// besideAnswer is an answer of one status. The content type "" is that of no
// body; a schema of nil is any text.
type besideAnswer struct {
	status  int
	words   string
	content string
	schema  web.Object
	headers []web.Member
}

// allBesides lists them in the order of the document.
func allBesides() []beside { return slices.Concat(loginBesides, besides, changesBesides) }

// tag is the part of the document that the path belongs to.
func (b *beside) tag() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(b.path, "/"), "/")
	switch first {
	case "api":
		return "api"
	case "healthz", "readyz":
		return "health"
	case ".well-known":
		return "oauth2"
	}
	return first
}

// pathItem describes the path.
func (b *beside) pathItem() web.Object {
	item := web.Object{{Key: "description", Value: b.about}}
	if b.parameters != nil {
		item = append(item, web.Member{Key: "parameters", Value: b.parameters})
	}
	for i := range b.methods {
		m := &b.methods[i]
		item = append(item, web.Member{Key: strings.ToLower(m.method), Value: m.operation(b.tag())})
	}
	return item
}

func (m *besideMethod) operation(tag string) web.Object {
	security := m.security
	if security == nil {
		security = []any{}
	}
	o := web.Object{
		{Key: "operationId", Value: m.id},
		{Key: "tags", Value: []string{tag}},
		{Key: "summary", Value: m.summary},
		{Key: "description", Value: m.words},
		{Key: "security", Value: security},
	}
	if m.parameters != nil {
		o = append(o, web.Member{Key: "parameters", Value: m.parameters})
	}
	if body := m.requestBody(); body != nil {
		o = append(o, web.Member{Key: "requestBody", Value: body})
	}
	responses := web.Object{}
	for i := range m.answers {
		responses = append(responses, web.Member{Key: strconv.Itoa(m.answers[i].status), Value: m.answers[i].response()})
	}
	return append(o, web.Member{Key: "responses", Value: responses})
}

// requestBody describes what the method reads. Other keys may be there (RFC 6749
// §3.2) and are passed over.
func (m *besideMethod) requestBody() web.Object {
	content, schema := "application/x-www-form-urlencoded", closed(m.form)
	if m.json != nil {
		content, schema = "application/json", closed(m.json)
	}
	if m.form == nil && m.json == nil {
		return nil
	}
	schema = slices.DeleteFunc(schema, func(m web.Member) bool { return m.Key == "additionalProperties" })
	return web.Object{
		{Key: "required", Value: true},
		{Key: "content", Value: web.Object{{Key: content, Value: web.Object{{Key: "schema", Value: schema}}}}},
	}
}

func (a *besideAnswer) response() web.Object {
	o := web.Object{{Key: "description", Value: a.words}}
	if a.headers != nil {
		o = append(o, web.Member{Key: "headers", Value: web.Object(a.headers)})
	}
	if a.content == "" {
		return o
	}
	schema := a.schema
	if schema == nil {
		schema = web.Object{{Key: "type", Value: "string"}}
	}
	return append(o, web.Member{Key: "content", Value: web.Object{{Key: a.content, Value: web.Object{{Key: "schema", Value: schema}}}}})
}
