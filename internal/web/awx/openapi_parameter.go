package awx

import (
	"slices"
	"strings"

	"jeton/internal/web"
)

// parameters lists the parameters that the method reads.
func (v *view) parameters(method string) []any {
	var list []any
	if method == "POST" {
		for _, p := range proses[v.pattern].header {
			list = append(list, parameter(p.name, "header", p.words, textSchema, false))
		}
	}
	if method != "GET" {
		return list
	}
	if v.isList() {
		list = v.listParameters()
	}
	for _, p := range proses[v.pattern].query {
		list = append(list, parameter(p.name, "query", p.words, textSchema, false))
	}
	return list
}

// listParameters are those that all lists read.
func (v *view) listParameters() (list []any) {
	names := []string{"page", "page_size", "order_by", "search", "count_disabled"}
	if v.of.typ == tokenType {
		names = append(names, "status")
	}
	for _, name := range names {
		list = append(list, reference("parameters", name))
	}
	if v.of.empty {
		return list
	}
	return append(list, v.filterParameter())
}

// idParameter is the segment of the path that says which object.
func (v *view) idParameter() web.Object {
	typ, words := "string", "A number, or a name that is not one."
	if v.numbered {
		typ, words = "integer", "A number."
	}
	return parameter("id", "path", words, web.Object{{Key: "type", Value: typ}}, true)
}

// filterParameter stands for the conditions, whose names are the fields'.
func (v *view) filterParameter() web.Object {
	p := parameter("filter", "query", "Conditions on "+v.of.filterable()+"; all of them have to hold. See the introduction for what may stand before and after a name.", web.Object{
		{Key: "type", Value: "object"},
		{Key: "additionalProperties", Value: web.Object{{Key: "type", Value: "string"}}},
	}, false)
	return append(p, web.Member{Key: "style", Value: "form"}, web.Member{Key: "explode", Value: true})
}

// filterable names the fields that can be filtered by.
func (s *shape) filterable() string {
	var names []string
	for i := range s.fields {
		f := &s.fields[i]
		if !f.hidden && f.name != "type" && !slices.Contains(secrets, f.name) {
			names = append(names, "`"+f.name+"`")
		}
	}
	return strings.Join(names, ", ")
}

func parameter(name, in, words string, schema web.Object, required bool) web.Object {
	return web.Object{
		{Key: "name", Value: name},
		{Key: "in", Value: in},
		{Key: "required", Value: required},
		{Key: "description", Value: words},
		{Key: "schema", Value: schema},
	}
}

// parameterComponents describe the parameters that all lists read.
func parameterComponents() web.Object {
	query := func(name, words string, schema web.Object) web.Member {
		return web.Member{Key: name, Value: parameter(name, "query", words, schema, false)}
	}
	return web.Object{
		query("page", "The number of the page, from 1, or `last`. One beyond the end is 404.", web.Object{{Key: "type", Value: "string"}, {Key: "default", Value: "1"}}),
		query("page_size", "How many objects a page has. More than 200 are 200.", web.Object{{Key: "type", Value: "integer"}, {Key: "default", Value: defaultPageSize}}),
		query("order_by", "Fields to order by, commas between them, `-` before one for descending.", textSchema),
		query("search", "Words that the fields of search (see OPTIONS) must have, in any case of letters.", textSchema),
		query("count_disabled", "Whatever its value, leaves `count`, `next` and `previous` out, which is quicker.", textSchema),
		query("status", "`live`, `expired`, `paused` or `revoked`; `status__in` takes several, commas between them. Without it all but the revoked are listed.", textSchema),
	}
}
