package awx

import (
	"slices"
	"testing"
)

// shapes are all there are.
var shapes = []*shape{
	rootShape, indexShape, pingShape, documentShape, emptyShape,
	userShape, tokenShape, personalTokenShape, authorizedTokenShape, applicationShape, organizationApplicationShape, usageShape,
	reasonShape, rotationShape, familyShape, bulkShape, bulkRequestShape,
}

func TestShapes(t *testing.T) {
	words := []string{"integer", "string", "boolean", "id", "datetime", "choice", "object", "field", "json", "list"}
	for _, s := range shapes {
		if len(s.fields) == 0 && !s.index && !s.empty {
			t.Errorf("%s has no fields", s.name)
		}
		seen := map[string]bool{}
		for _, f := range s.fields {
			if f.label == "" || !slices.Contains(words, f.typ) || seen[f.name] {
				t.Errorf("%s: %s has no label, stands twice or is of no known type: %q", s.name, f.name, f.typ)
			}
			if (f.typ == "choice") != (len(f.choices) > 0) {
				t.Errorf("%s: %s is a choice, or has choices, but not both", s.name, f.name)
			}
			seen[f.name] = true
		}
	}
	for _, f := range authorizedTokenShape.fields {
		if f.name == "application" && !f.create.must {
			t.Error("authorized tokens do without an application")
		}
	}
	for _, f := range tokenShape.fields {
		if f.name == "application" && (f.create == nil || f.create.must) {
			t.Error("the shape that others are made of was edited")
		}
	}
}
