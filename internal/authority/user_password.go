package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// errTokenPassword refuses a password that a token sends and that is not the
// user's already.
var errTokenPassword = deny("password", "a token cannot change a password: "+
	"use Basic authentication with a password, or send the password that the user has, which changes nothing")

// checkAgain judges a new password once more, within the transaction that is to
// set it, when the policy is another than when it was hashed.
func (a *Authority) checkAgain(ctx context.Context, tx store.Tx, before *pat.Policy, who pat.Standing, pw, name, email string) error {
	now, err := a.policyOf(ctx, tx, who)
	if err != nil || now.PasswordMinLength == before.PasswordMinLength {
		return err
	}
	return checkPassword(now, pw, name, email)
}

// heldPassword takes the password out of an edit by a token when the user has
// it already. Tools that describe users send it on every run, and by a token;
// without this every run but the first would fail.
//
// It is an attempt at the user's password like any other, charged and refused
// alike, so that a token learns by it what a sign-in would tell. It is made only
// for who may change the user. It fails with Forbidden on another password, with
// NotFound, and with Throttled and Unavailable as Authenticate does.
func (a *Authority) heldPassword(ctx context.Context, by pat.Principal, id pat.UserID, edit *pat.UserEdit) error {
	rest := *edit
	rest.Password = nil
	old, by, err := editable(ctx, a.Store, by, id, &rest)
	if err != nil {
		return err
	}
	login := pat.Login{Name: old.Name, Password: *edit.Password}
	switch _, err := a.attempted(ctx, normalised([]pat.Login{login}), by.Via.Address, true); {
	case pat.Is(err, pat.Unauthenticated):
		return errTokenPassword
	case err != nil:
		return err
	}
	*edit = rest
	return nil
}
