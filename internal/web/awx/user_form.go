package awx

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"jeton/internal/pat"
)

const (
	badUsername = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
	badEmail    = "Enter a valid email address."
)

// maxPassword is AWX's bound, in characters. Policy may bound further.
const maxPassword = 128

// user reads the fields of a user in AWX's order. Those that are for
// administrators are read from everybody: whether they may be changed is for
// the authority to say.
func (f *form) user(mustName, mustPassword bool) pat.UserEdit {
	service := f.truth("is_service_account")
	if service != nil && *service {
		mustPassword = false
	}
	edit := pat.UserEdit{
		Name:      f.username(mustName),
		FirstName: f.text("first_name", pat.MaxFullName),
		LastName:  f.text("last_name", pat.MaxFullName),
		Email:     f.email(),
		Admin:     f.truth("is_superuser"),
		Auditor:   f.truth("is_system_auditor"),
		Password:  f.password(mustPassword),
		Service:   service,
	}
	if active := f.truth("is_active"); active != nil {
		disabled := !*active
		edit.Disabled = &disabled
	}
	edit.Language = f.language()
	edit.TimeZone = f.text("time_zone", maxZone)
	return edit
}

// maxZone is beyond every name of a time zone or a language, in characters.
const maxZone = 64

// username reads a name. AWX answers null as it answers bad characters.
func (f *form) username(must bool) *string {
	const key = "username"
	s, there := f.raw(key)
	s = strings.TrimSpace(s)
	switch {
	case there == absent && must:
		f.errs.add(key, "This field is required.")
		return nil
	case there == null:
		f.errs.add(key, badUsername)
		return nil
	case there != given:
		return nil
	case s == "":
		f.errs.add(key, notBlank)
		return nil
	}
	ok := true
	if pat.CheckUserName(firstRunes(s, pat.MaxUserName)) != nil {
		f.errs.add(key, badUsername)
		ok = false
	}
	if name := f.bounded(key, s, pat.MaxUserName); ok {
		return name
	}
	return nil
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func (f *form) email() *string {
	s := f.text("email", pat.MaxEmail)
	if s != nil && pat.CheckEmail(*s) != nil {
		f.errs.add("email", badEmail)
		return nil
	}
	return s
}

// password reads a password exactly as it is, blanks and all. The mask that
// answers carry means that it is not to change.
func (f *form) password(must bool) *string {
	const key = "password"
	s, there := f.raw(key)
	if there == given && s == encrypted {
		there = absent
	}
	switch {
	case there == absent && must:
		f.errs.add(key, "Password required for new User.")
	case there == null:
		f.errs.add(key, notNull)
	case there != given:
	case strings.TrimSpace(s) == "":
		f.errs.add(key, notBlank)
	case strings.ContainsRune(s, 0):
		f.errs.add(key, "Null characters are not allowed.")
	case utf8.RuneCountInString(s) > maxPassword:
		f.errs.add(key, "Password max length is 128")
	default:
		return &s
	}
	return nil
}

// language reads a tag of BCP 47; the empty text leaves it to the browser.
func (f *form) language() *string {
	s := f.text("language", maxZone)
	if s == nil || *s == "" {
		return s
	}
	if _, err := language.Parse(*s); err != nil {
		f.errs.add("language", "Use a language tag, like en or tr.")
		return nil
	}
	return s
}
