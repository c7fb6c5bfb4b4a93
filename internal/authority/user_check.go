package authority

import (
	"time"

	"jeton/internal/password"
	"jeton/internal/pat"
)

// maxLanguage bounds a language tag, in characters (RFC 5646 §4.4.1).
const maxLanguage = 35

// checkUser collects what is wrong with each field.
func checkUser(p *pat.Policy, req *pat.UserRequest) error {
	return joined(
		pat.CheckUserName(req.Name),
		checkPassword(p, req.Password, req.Name, req.Email),
		checkUserTexts(req),
	)
}

// checkUserTexts collects what is wrong with all but the name and the password.
func checkUserTexts(req *pat.UserRequest) error {
	return joined(
		pat.CheckText("first_name", req.FirstName, pat.MaxFullName),
		pat.CheckText("last_name", req.LastName, pat.MaxFullName),
		pat.CheckEmail(req.Email),
		pat.CheckText("language", req.Language, maxLanguage),
		checkTimeZone(req.TimeZone),
	)
}

func checkPassword(p *pat.Policy, pw, name, email string) error {
	if pw == "" {
		return pat.FailField("password", "choose a password")
	}
	return password.Policy{MinLength: int(p.PasswordMinLength)}.Check(pw, name, email)
}

func checkTimeZone(name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return pat.FailField("time_zone", "use a name like Europe/Istanbul")
	}
	return nil
}

// joined returns one Invalid error with the fields of all of errs, nil when
// there is none.
func joined(errs ...error) error {
	all := &pat.Error{Kind: pat.Invalid}
	for _, err := range errs {
		if err == nil {
			continue
		}
		e := pat.AsError(err)
		if e.Kind != pat.Invalid || len(e.Fields) == 0 {
			return err
		}
		all.Fields = append(all.Fields, e.Fields...)
	}
	if len(all.Fields) == 0 {
		return nil
	}
	return all
}
