package console

import (
	"net/url"
	"slices"
	"strings"

	"jeton/internal/web"
)

// kept is a form that waits for a password: where it goes, and what was typed.
// It travels in the page, and never has a secret in it: the forms that do so
// have no field for one.
type kept struct {
	Then   string
	Fields []keptField
}

type keptField struct{ Name, Value string }

const keptPrefix = "kept."

// IsZero reports whether nothing is kept.
func (k kept) IsZero() bool { return k.Then == "" }

// keep keeps a form that was sent to the path.
func keep(then string, form web.Form) kept {
	k := kept{Then: then}
	for name, value := range form {
		if name != web.CSRFField && value != "" {
			k.Fields = append(k.Fields, keptField{name, value})
		}
	}
	slices.SortFunc(k.Fields, func(a, b keptField) int { return strings.Compare(a.Name, b.Name) })
	return k
}

// kept returns what the form of this request keeps of another.
func (v *visit) kept() kept {
	then := v.form["then"]
	if then == "" || web.LocalPath(then, "") != then {
		return kept{}
	}
	form := web.Form{}
	for name, value := range v.form {
		if inner, ok := strings.CutPrefix(name, keptPrefix); ok {
			form[inner] = value
		}
	}
	return keep(then, form)
}

// form returns the fields as they were typed.
func (k kept) form() web.Form {
	form := web.Form{}
	for _, f := range k.Fields {
		form[f.Name] = f.Value
	}
	return form
}

// goOn shows the form that was kept, as it was typed.
func (v *visit) goOn(k kept) error {
	if k.Then == tokenNew {
		v.form = k.form()
		return v.tokenFormAgain()
	}
	return v.seeOther(k.Then)
}

// escaped writes a path as the value of a parameter.
func escaped(path string) string { return url.QueryEscape(path) }
