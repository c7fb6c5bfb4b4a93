package awx

import (
	"net/http"

	"jeton/internal/web"
)

var (
	renders = []string{"application/json", "text/html"}
	parses  = []string{"application/json"}
)

// options describes a path to clients, which build their command lines from it.
// It demands what GET demands. The awx client reads the header Allow too, and
// asks for that of an object which need not exist.
func (v *view) options(c *call) error {
	if v.gate != nil {
		if err := v.gate(c); err != nil {
			return err
		}
	}
	o := web.Object{
		{Key: "name", Value: v.name},
		{Key: "description", Value: proses[v.pattern].about},
		{Key: "renders", Value: renders},
		{Key: "parses", Value: parses},
		{Key: "actions", Value: v.actions(c)},
	}
	if v.of.typ != "" {
		o = append(o, web.Member{Key: "types", Value: []string{v.of.typ}})
	}
	if v.isList() {
		o = append(o, v.listing()...)
	}
	return c.answer(http.StatusOK, o)
}

// actions describes the fields by method. A method that the caller may not use
// is left out: clients then offer no command for it.
func (v *view) actions(c *call) web.Object {
	o := web.Object{}
	if v.get != nil {
		o = append(o, web.Member{Key: "GET", Value: v.of.reads()})
	}
	switch {
	case v.post == nil && v.put == nil || !v.mayWrite(c):
	case v.put != nil:
		o = append(o, web.Member{Key: "PUT", Value: v.of.updates()})
	default:
		o = append(o, web.Member{Key: "POST", Value: v.reads("POST").creates()})
	}
	return o
}

// reads is the shape of what the method takes.
func (v *view) reads(method string) *shape {
	if method == http.MethodPost && v.takes != nil {
		return v.takes
	}
	return v.of
}

// mayWrite reports whether the caller may use POST or PUT here.
func (v *view) mayWrite(c *call) bool {
	if v.may == nil {
		return c.who.MayWrite()
	}
	return v.may(c)
}

// listing is what is told of lists only.
func (v *view) listing() web.Object {
	o := web.Object{
		{Key: "search_fields", Value: orEmpty(v.of.search)},
		{Key: "related_search_fields", Value: orEmpty(v.of.relatedSearch)},
	}
	if v.of.roles {
		o = append(o, web.Member{Key: "object_roles", Value: []string{}})
	}
	return append(o, web.Member{Key: "max_page_size", Value: maxPageSize})
}

// orEmpty keeps null out of answers: clients walk the list.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
