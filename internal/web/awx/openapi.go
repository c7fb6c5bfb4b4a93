package awx

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jeton/internal/web"
)

// documentShow serves GET /api/v2/openapi.json.
func (f *Face) documentShow(c *call) error { return c.answer(http.StatusOK, f.document()) }

// openAPI returns the description of views in OpenAPI 3.1. It is made of the
// tables that OPTIONS is made of, so that neither tells what the other does not
// know; the same views always make the same document.
func openAPI(views map[string]*view) web.Object {
	paths := web.Object{}
	shapes := map[string]*shape{}
	for _, pattern := range slices.Sorted(maps.Keys(views)) {
		v := views[pattern]
		paths = append(paths, web.Member{Key: pattern, Value: v.pathItem()})
		shapes[v.of.name] = v.of
	}
	for _, b := range allBesides() {
		paths = append(paths, web.Member{Key: b.path, Value: b.pathItem()})
	}
	return web.Object{
		{Key: "openapi", Value: "3.1.1"},
		{Key: "info", Value: web.Object{
			{Key: "title", Value: "Jeton"},
			{Key: "version", Value: "2"},
			{Key: "description", Value: introduction},
		}},
		{Key: "security", Value: signedIn},
		{Key: "paths", Value: paths},
		{Key: "components", Value: web.Object{
			{Key: "securitySchemes", Value: securitySchemes},
			{Key: "parameters", Value: parameterComponents()},
			{Key: "responses", Value: refusalComponents()},
			{Key: "schemas", Value: schemaComponents(shapes)},
		}},
	}
}

// pathItem describes a path.
func (v *view) pathItem() web.Object {
	item := web.Object{{Key: "description", Value: proses[v.pattern].about}}
	if strings.Contains(v.pattern, "{id}") {
		item = append(item, web.Member{Key: "parameters", Value: []any{v.idParameter()}})
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		if v.handler(method) != nil {
			item = append(item, web.Member{Key: strings.ToLower(method), Value: v.operation(method)})
		}
	}
	return item
}

// operation describes what a method does on a path.
func (v *view) operation(method string) web.Object {
	o := web.Object{
		{Key: "operationId", Value: operationID(method, v.pattern)},
		{Key: "tags", Value: []string{tag(v.pattern)}},
		{Key: "summary", Value: v.name},
		{Key: "description", Value: proses[v.pattern].method(method)},
	}
	switch {
	case v.open:
		o = append(o, web.Member{Key: "security", Value: []any{}})
	case web.IsSafe(method):
		o = append(o, web.Member{Key: "security", Value: onlyReads})
	}
	if list := v.parameters(method); len(list) > 0 {
		o = append(o, web.Member{Key: "parameters", Value: list})
	}
	if body := v.requestBody(method); body != nil {
		o = append(o, web.Member{Key: "requestBody", Value: body})
	}
	return append(o, web.Member{Key: "responses", Value: v.responses(method)})
}

// operationID names an operation for the programs that are made of the
// document.
func operationID(method, pattern string) string {
	words := strings.FieldsFunc(pattern, func(r rune) bool { return strings.ContainsRune("/{}.", r) })
	words[0] = strings.ToLower(method)
	if len(words) > 2 { // of what comes after /api/v2/
		words = slices.Delete(words, 1, 2)
	}
	return strings.Join(words, "_")
}

// tag is the part of the API that a path belongs to.
func tag(pattern string) string {
	parts := strings.Split(strings.Trim(pattern, "/"), "/")
	if len(parts) < 3 {
		return "api"
	}
	return strings.TrimSuffix(parts[2], ".json")
}

// requestBody describes what the method reads, nil for nothing.
func (v *view) requestBody(method string) web.Object {
	if !slices.Contains([]string{"POST", "PUT", "PATCH"}, method) {
		return nil
	}
	schema := v.reads(method).request(method)
	_, required := schema.Get("required")
	return web.Object{
		{Key: "required", Value: required},
		{Key: "content", Value: jsonContent(schema)},
	}
}

func jsonContent(schema web.Object) web.Object {
	return web.Object{{Key: "application/json", Value: web.Object{{Key: "schema", Value: schema}}}}
}

// answerContent is JSON, or a page of the same for people.
func answerContent(schema web.Object) web.Object {
	return append(jsonContent(schema), web.Member{Key: "text/html", Value: web.Object{}})
}

// responses describes the answers to a method: those that grant and those that
// refuse.
func (v *view) responses(method string) web.Object {
	o := web.Object{v.success(method)}
	if method == "POST" && v.joins {
		o = append(o, done)
	}
	for _, status := range v.refusals(method) {
		o = append(o, web.Member{Key: strconv.Itoa(status), Value: reference("responses", refusalNames[status])})
	}
	return o
}

var done = web.Member{Key: "204", Value: web.Object{{Key: "description", Value: "It is done."}}}

// success describes the answer that grants.
func (v *view) success(method string) web.Member {
	schema := reference("schemas", v.of.name)
	switch {
	case method == "OPTIONS":
		return answerMember("200", "The description.", reference("schemas", "Description"))
	case method == "DELETE" && !v.deleteShows:
		return done
	case method == "GET" && v.isList():
		return v.pageMember()
	case method == "POST" && (v.isList() || v.makes):
		m := answerMember("201", "It is made.", schema)
		m.Value = append(m.Value.(web.Object), web.Member{Key: "headers", Value: web.Object{
			header("Location", "The path of what was made, without a host.", "string"),
		}})
		return m
	}
	return answerMember("200", "The object.", schema)
}

// pageMember describes a page, which of tokens may be a whole table too.
func (v *view) pageMember() web.Member {
	content := answerContent(reference("schemas", v.of.name+"Page"))
	if v.tabular() {
		content = append(content, web.Member{Key: "text/csv", Value: web.Object{}})
	}
	return web.Member{Key: "200", Value: web.Object{{Key: "description", Value: "A page."}, {Key: "content", Value: content}}}
}

func answerMember(status, words string, schema web.Object) web.Member {
	return web.Member{Key: status, Value: web.Object{
		{Key: "description", Value: words},
		{Key: "content", Value: answerContent(schema)},
	}}
}

func header(name, words, typ string) web.Member {
	return web.Member{Key: name, Value: web.Object{
		{Key: "description", Value: words},
		{Key: "required", Value: true},
		{Key: "schema", Value: web.Object{{Key: "type", Value: typ}}},
	}}
}

func reference(kind, name string) web.Object {
	return web.Object{{Key: "$ref", Value: "#/components/" + kind + "/" + name}}
}
