package authority

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"

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

// CheckUser fails as CreateUser would by what is wrong with the request, and adds
// nobody. It is for forms: what is wrong is told before a password is asked for.
func (a *Authority) CheckUser(ctx context.Context, by pat.Principal, req pat.UserRequest) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	if !by.Admin {
		return errForbidden
	}
	req.Name = norm.NFKC.String(req.Name)
	if req.Service {
		if err := checkService(&req); err != nil {
			return err
		}
		return a.checkNameFree(ctx, req.Name, 0)
	}
	policy, err := a.policyOf(ctx, a.Store, pat.Standing{Admin: req.Admin, Auditor: req.Auditor})
	if err != nil {
		return err
	}
	if err := checkUser(policy, &req); err != nil {
		return err
	}
	return a.checkNameFree(ctx, req.Name, 0)
}

// CheckUserEdit is CheckUser for a change of a user: it fails as EditUser would.
func (a *Authority) CheckUserEdit(ctx context.Context, by pat.Principal, id pat.UserID, edit pat.UserEdit) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	if edit.Name != nil {
		edit.Name = new(norm.NFKC.String(*edit.Name))
	}
	old, _, err := editable(ctx, a.Store, by, id, &edit)
	if err != nil {
		return err
	}
	now := edited(old, &edit)
	policy, err := a.policyOf(ctx, a.Store, now.Standing())
	if err != nil {
		return err
	}
	if err := checkUserEdit(policy, &old, &edit); err != nil {
		return err
	}
	return a.checkNameFree(ctx, now.Name, id)
}

// checkNameFree fails with Conflict when another user than id has the name, in
// whatever case. Whoever inserts one is told by the store, which decides.
func (a *Authority) checkNameFree(ctx context.Context, name string, id pat.UserID) error {
	list, _, err := a.Store.Users(ctx, pat.Query{
		Where: []pat.Cond{{Field: "username", Op: pat.Equal, Value: name, Fold: true}}, Limit: 2, Uncounted: true,
	})
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].ID != id {
			return &pat.Error{Kind: pat.Conflict, Fields: []pat.Field{{Name: "username", Message: "the name is taken"}}}
		}
	}
	return nil
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
