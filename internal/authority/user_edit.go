package authority

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// EditUser changes a user and returns the user as then. Users change their
// own names, email, language, time zone and password; administrators
// everything of anyone. A token never changes a password; one that sends the
// present password changes nothing, see heldPassword. The last administrator
// stays one. It fails with NotFound, Forbidden, naming the field where one is at
// fault, Invalid and Conflict, with Unauthenticated when by may do nothing any
// more, with pat.ErrFormUsed, and with Throttled and Unavailable as Authenticate does.
func (a *Authority) EditUser(ctx context.Context, by pat.Principal, id pat.UserID, edit pat.UserEdit) (pat.User, error) {
	if err := mayWrite(by); err != nil {
		return pat.User{}, err
	}
	if edit.Name != nil {
		edit.Name = new(norm.NFKC.String(*edit.Name))
	}
	if edit.Password != nil && by.Credential == pat.ByToken {
		if err := a.heldPassword(ctx, by, id, &edit); err != nil {
			return pat.User{}, err
		}
	}
	who, policy, err := a.judgeEdit(ctx, by, id, &edit)
	if err != nil {
		return pat.User{}, err
	}
	var hash string
	if edit.Password != nil {
		if hash, err = a.Passwords.Hash(ctx, *edit.Password); err != nil {
			return pat.User{}, err
		}
	}
	var user pat.User
	err = a.update(ctx, func(tx store.Tx) (err error) {
		if err := unusedForm(ctx, tx, by, edit.Form); err != nil {
			return err
		}
		if edit.Password != nil {
			if err := a.checkAgain(ctx, tx, policy, who.Standing(), *edit.Password, who.Name, who.Email); err != nil {
				return err
			}
		}
		if user, err = a.applyUserEdit(ctx, tx, by, id, &edit, hash); err != nil {
			return err
		}
		return a.useForm(tx, by, edit.Form, pat.Made{Account: id})
	})
	if err != nil {
		return pat.User{}, err
	}
	a.Memory.Drop(id)
	return user, nil
}

// judgeEdit judges an edit before the transaction, so that a password that may
// not be set is not hashed; within it all is judged once more. It returns the
// user as edited, and the policy that is then theirs.
func (a *Authority) judgeEdit(ctx context.Context, by pat.Principal, id pat.UserID, edit *pat.UserEdit) (who pat.User, policy *pat.Policy, err error) {
	old, _, err := editable(ctx, a.Store, by, id, edit)
	if err != nil {
		return who, nil, err
	}
	if err := a.mayEditStale(by, &old, edit); err != nil {
		return who, nil, err
	}
	who = edited(old, edit)
	if policy, err = a.policyOf(ctx, a.Store, who.Standing()); err != nil {
		return who, nil, err
	}
	return who, policy, checkUserEdit(policy, &old, edit)
}

// editable returns the user, and by as they are now, when by may make the edit.
func editable(ctx context.Context, r store.Reader, by pat.Principal, id pat.UserID, edit *pat.UserEdit) (pat.User, pat.Principal, error) {
	by, err := present(ctx, r, by)
	if err != nil {
		return pat.User{}, by, err
	}
	old, err := r.User(ctx, id)
	switch {
	case err != nil:
	case !by.MayActFor(id):
		err = errForbidden
	default:
		err = mayEditFields(by, &old, edit)
	}
	return old, by, err
}

// checkUserEdit collects what is wrong with each field.
func checkUserEdit(p *pat.Policy, old *pat.User, edit *pat.UserEdit) error {
	if err := checkServiceEdit(old, edit); err != nil {
		return err
	}
	now := edited(*old, edit)
	var password error
	if edit.Password != nil {
		password = checkPassword(p, *edit.Password, now.Name, now.Email)
	}
	return joined(
		onlyWhen(edit.Name != nil, pat.CheckUserName(now.Name)),
		password,
		pat.CheckText("first_name", now.FirstName, pat.MaxFullName),
		pat.CheckText("last_name", now.LastName, pat.MaxFullName),
		pat.CheckEmail(now.Email),
		pat.CheckText("language", now.Language, maxLanguage),
		checkTimeZone(now.TimeZone),
	)
}

func onlyWhen(really bool, err error) error {
	if really {
		return err
	}
	return nil
}

// mayEditFields fails with Forbidden, naming the field, on what by may not
// change. A value that is not changed is no change.
func mayEditFields(by pat.Principal, old *pat.User, edit *pat.UserEdit) error {
	now := edited(*old, edit)
	switch {
	case edit.Password != nil && by.Credential == pat.ByToken:
		return errTokenPassword
	case by.Admin:
		return nil
	case now.Name != old.Name:
		return deny("username", "only an administrator may change a username")
	case now.Admin != old.Admin:
		return deny("is_superuser", "only an administrator may appoint administrators")
	case now.Auditor != old.Auditor:
		return deny("is_system_auditor", "only an administrator may appoint auditors")
	case edit.Disabled != nil && *edit.Disabled == old.DisabledAt.IsZero():
		return deny("is_active", "only an administrator may disable or enable a user")
	}
	return nil
}

// deny is a Forbidden error that names the field.
func deny(field, message string) error {
	return &pat.Error{Kind: pat.Forbidden, Message: message, Fields: []pat.Field{{Name: field, Message: message}}}
}

// edited returns u with the edit, but for the password and DisabledAt.
func edited(u pat.User, edit *pat.UserEdit) pat.User {
	set(&u.Name, edit.Name)
	set(&u.FirstName, edit.FirstName)
	set(&u.LastName, edit.LastName)
	set(&u.Email, edit.Email)
	set(&u.Language, edit.Language)
	set(&u.TimeZone, edit.TimeZone)
	set(&u.Admin, edit.Admin)
	set(&u.Auditor, edit.Auditor)
	return u
}

func (a *Authority) applyUserEdit(ctx context.Context, tx store.Tx, by pat.Principal, id pat.UserID, edit *pat.UserEdit, hash string) (pat.User, error) {
	old, by, err := editable(ctx, tx, by, id, edit)
	if err == nil {
		err = a.mayEditStale(by, &old, edit)
	}
	if err != nil {
		return pat.User{}, err
	}
	now := a.now()
	user := edited(old, edit)
	user.DisabledAt = disabledAt(old.DisabledAt, edit.Disabled, now)
	if err := keepAnAdmin(ctx, tx, &old, &user); err != nil {
		return pat.User{}, err
	}
	user.ModifiedAt = laterThan(old.ModifiedAt, now)
	if err := tx.UpdateUser(user); err != nil {
		return pat.User{}, err
	}
	if hash != "" {
		if err := tx.SetPassword(id, hash, user.ModifiedAt); err != nil {
			return pat.User{}, err
		}
	}
	if err := appendUserEvents(tx, by, now, &old, &user, hash != ""); err != nil {
		return pat.User{}, err
	}
	if err := endSessions(ctx, tx, by, &old, &user, hash != "", now); err != nil {
		return pat.User{}, err
	}
	return tx.User(ctx, id) // as it is kept: a password moved ModifiedAt once more
}

// disabledAt returns since when a user is disabled after an edit. Disabling
// anew leaves the first time in place.
func disabledAt(old time.Time, disable *bool, now time.Time) time.Time {
	switch {
	case disable == nil, *disable && !old.IsZero():
		return old
	case *disable:
		return now
	}
	return time.Time{}
}

// keepAnAdmin fails with Conflict when the change would leave nobody who
// could administer.
func keepAnAdmin(ctx context.Context, tx store.Tx, old, now *pat.User) error {
	acting := func(u *pat.User) bool { return u.Admin && u.DisabledAt.IsZero() && u.DeletedAt.IsZero() }
	if !acting(old) || acting(now) {
		return nil
	}
	switch n, err := tx.CountAdmins(ctx); {
	case err != nil:
		return err
	case n <= 1:
		return pat.Fail(pat.Conflict, "this is the last administrator; make another one first")
	}
	return nil
}
