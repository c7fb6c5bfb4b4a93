package authority

import (
	"context"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// A service account is a user for a program: it owns tokens like anyone, and
// administrators manage them. It has no password and so no way in but its
// tokens; it is no administrator, since a secret in a file somewhere is all that
// would stand before everything. What a user was made as, a user stays.

// createService is createUser without a password.
func (a *Authority) createService(ctx context.Context, by pat.Principal, req pat.UserRequest, allowed func(store.Tx) error) (pat.User, error) {
	req.Name = norm.NFKC.String(req.Name)
	if err := checkService(&req); err != nil {
		return pat.User{}, err
	}
	var user pat.User
	err := a.update(ctx, func(tx store.Tx) error {
		if err := allowed(tx); err != nil {
			return err
		}
		user = newUser(&req, a.now())
		var err error
		if user.ID, err = tx.InsertUser(user, ""); err != nil {
			return err
		}
		if err := a.useForm(tx, by, req.Form, pat.Made{Account: user.ID}); err != nil {
			return err
		}
		return tx.Append(userEvent(by, user.CreatedAt, pat.UserCreated, &user, userChanged(&pat.User{}, &user)...))
	})
	if err != nil {
		return pat.User{}, err
	}
	return user, nil
}

// checkService collects what is wrong with each field.
func checkService(req *pat.UserRequest) error {
	return joined(
		pat.CheckUserName(req.Name),
		checkUserTexts(req),
		onlyWhen(req.Admin, errServiceAdmin),
		onlyWhen(req.Password != "", errServicePassword),
	)
}

// checkServiceEdit collects what an edit would make of a service account, or
// one of.
func checkServiceEdit(old *pat.User, edit *pat.UserEdit) error {
	return joined(
		onlyWhen(edit.Service != nil && *edit.Service != old.Service, errServiceChange),
		onlyWhen(old.Service && edit.Admin != nil && *edit.Admin, errServiceAdmin),
		onlyWhen(old.Service && edit.Password != nil, errServicePassword),
	)
}

var (
	errServiceAdmin    = pat.FailField("is_superuser", "a service account cannot be an administrator")
	errServicePassword = pat.FailField("password", "a service account has no password; give it a token")
	errServiceChange   = pat.FailField("is_service_account", "a user stays what it was made as; make another one")
)
