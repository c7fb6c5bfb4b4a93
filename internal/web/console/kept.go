package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"jeton/internal/web"
	"jeton/internal/web/page"
)

// kept is a form that waits for a password: where it goes, and what was typed.
// It travels in the page, and never has a secret in it.
type kept struct {
	Then    string // with the parameters of the address
	Fields  []keptField
	Dropped bool // it had a secret, which must be typed again
}

type keptField struct{ Name, Value string }

const keptPrefix = "kept."

// IsZero reports whether nothing is kept.
func (k kept) IsZero() bool { return k.Then == "" }

// secretFields are never kept, whatever form they are of: passwords, values of
// tokens, and notes that one was shown.
var secretFields = map[string]bool{"password": true, "current": true, "new": true, "value": true, "proof": true}

// keep keeps a form that was sent to the path.
func keep(then string, form web.Form) kept {
	k := kept{Then: then}
	for name, value := range form {
		switch {
		case name == web.CSRFField, value == "":
		case secretFields[name]:
			k.Dropped = true
		default:
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
	k := keep(then, form)
	k.Dropped = v.form["dropped"] != ""
	return k
}

// form returns the fields as they were typed.
func (k kept) form() web.Form {
	form := web.Form{}
	for _, f := range k.Fields {
		form[f.Name] = f.Value
	}
	return form
}

// goOn shows the form that was kept, as it was typed. It is not acted upon:
// nobody knows whose it was.
func (v *visit) goOn(k kept) error {
	v.form, v.again = k.form(), http.StatusOK
	if ok, err := v.handle(k.Then); ok {
		return err
	}
	return v.seeOther(k.Then)
}

// retype takes a form that was made for an earlier session of the browser, to be
// shown again.
func (v *visit) retype(form web.Form) {
	v.form, v.again = keep("", form).form(), http.StatusForbidden
}

// retyped reports whether the form is only to be shown again, and says so
// instead of whatever else is wrong with it.
func (v *visit) retyped(problems *page.Problems) bool {
	if v.again == 0 {
		return false
	}
	*problems = page.Problems{{Key: "form.again"}}
	return true
}

// retypedSecret is retyped for a form with a field for a secret, which is empty
// now.
func (v *visit) retypedSecret(problems *page.Problems, field string) bool {
	if v.again == 0 {
		return false
	}
	*problems = page.Problems{{Field: field, Key: "form.again.secret"}}
	return true
}

// escaped writes a path as the value of a parameter.
func escaped(path string) string { return url.QueryEscape(path) }
