package console

import "jeton/internal/pat"

// wasPrefix begins the names of the hidden fields of a form that say what stood
// in a field before it was edited. A form that has them has one more, of the name
// wasThere: those that are empty may get lost while the password is asked for.
const (
	wasPrefix = "was."
	wasThere  = "was"
)

// was are the hidden fields for a form that begins as it is now.
func (f *userForm) was() []keptField {
	ticked := func(is bool) string {
		if is {
			return "1"
		}
		return ""
	}
	return []keptField{
		{wasThere, "1"},
		{wasPrefix + "username", f.Username},
		{wasPrefix + "first_name", f.FirstName},
		{wasPrefix + "last_name", f.LastName},
		{wasPrefix + "email", f.Email},
		{wasPrefix + "language", f.Language},
		{wasPrefix + "admin", ticked(f.Admin)},
		{wasPrefix + "auditor", ticked(f.Auditor)},
	}
}

// userEdit is what the form asks for. What was not edited stays as it is now,
// whatever it was when the form was made: somebody else may have taken a role
// away meanwhile. A form that does not say what was there asks for all of it.
func (v *visit) userEdit(typed *userForm) pat.UserEdit {
	edit := pat.UserEdit{
		Name: &typed.Username, FirstName: &typed.FirstName, LastName: &typed.LastName, Email: &typed.Email,
		Language: &typed.Language, Admin: &typed.Admin, Auditor: &typed.Auditor,
	}
	if v.form[wasThere] == "" {
		return edit
	}
	old := func(name string) string { return v.field(wasPrefix + name) }
	was := userForm{
		Username: old("username"), FirstName: old("first_name"), LastName: old("last_name"), Email: old("email"),
		Language: old("language"), Admin: old("admin") != "", Auditor: old("auditor") != "",
	}
	typed.Was = was.was()
	onlyEdited(&edit.Name, was.Username)
	onlyEdited(&edit.FirstName, was.FirstName)
	onlyEdited(&edit.LastName, was.LastName)
	onlyEdited(&edit.Email, was.Email)
	onlyEdited(&edit.Language, was.Language)
	onlyEdited(&edit.Admin, was.Admin)
	onlyEdited(&edit.Auditor, was.Auditor)
	return edit
}

// onlyEdited leaves a field out of an edit that stands as it was.
func onlyEdited[T comparable](field **T, was T) {
	if **field == was {
		*field = nil
	}
}

// differs reports whether an edit makes the field another than it is.
func differs[T comparable](edit *T, is T) bool { return edit != nil && *edit != is }
