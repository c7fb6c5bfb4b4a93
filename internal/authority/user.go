package authority

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// CreateUser adds a user. Administrators may. It fails with Forbidden, with
// Invalid, naming every field at fault, and with Conflict when the name, or
// one that differs by case only, is taken.
func (a *Authority) CreateUser(ctx context.Context, by pat.Principal, req pat.UserRequest) (pat.User, error) {
	if err := mayWrite(by); err != nil {
		return pat.User{}, err
	}
	if !by.Admin {
		return pat.User{}, errForbidden
	}
	return a.createUser(ctx, by, req, func(store.Tx) error { return nil })
}

// createUser adds a user when, in the same transaction, allowed returns nil.
func (a *Authority) createUser(ctx context.Context, by pat.Principal, req pat.UserRequest, allowed func(store.Tx) error) (pat.User, error) {
	req.Name = norm.NFKC.String(req.Name)
	if err := a.checkUser(&req); err != nil {
		return pat.User{}, err
	}
	hash, err := a.Passwords.Hash(ctx, req.Password)
	if err != nil {
		return pat.User{}, err
	}
	var user pat.User
	err = a.update(ctx, func(tx store.Tx) error {
		if err := allowed(tx); err != nil {
			return err
		}
		now := a.now()
		user = pat.User{
			Name: req.Name, FirstName: req.FirstName, LastName: req.LastName, Email: req.Email,
			Language: req.Language, TimeZone: req.TimeZone, Admin: req.Admin, Auditor: req.Auditor,
			CreatedAt: now, ModifiedAt: now,
		}
		if req.Disabled {
			user.DisabledAt = now
		}
		var err error
		if user.ID, err = tx.InsertUser(user, hash); err != nil {
			return err
		}
		return tx.Append(userEvent(by, now, pat.UserCreated, &user, userChanged(&pat.User{}, &user)...))
	})
	return user, err
}

// checkUser collects what is wrong with each field.
func (a *Authority) checkUser(req *pat.UserRequest) error {
	return joined(
		pat.CheckUserName(req.Name),
		a.checkPassword(req.Password, req.Name, req.Email),
		pat.CheckText("first_name", req.FirstName, pat.MaxFullName),
		pat.CheckText("last_name", req.LastName, pat.MaxFullName),
		pat.CheckEmail(req.Email),
		checkTimeZone(req.TimeZone),
	)
}

func (a *Authority) checkPassword(password, name, email string) error {
	if password == "" {
		return pat.FailField("password", "choose a password")
	}
	return a.PasswordPolicy.Check(password, name, email)
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

// User returns a user whom by may see. It fails with NotFound, and with
// Forbidden where it is another.
func (a *Authority) User(ctx context.Context, by pat.Principal, id pat.UserID) (pat.User, error) {
	if err := mayRead(by); err != nil {
		return pat.User{}, err
	}
	return seen(by)(a.Store.User(ctx, id))
}

// UserByName is User by the exact name, after NFKC.
func (a *Authority) UserByName(ctx context.Context, by pat.Principal, name string) (pat.User, error) {
	if err := mayRead(by); err != nil {
		return pat.User{}, err
	}
	return seen(by)(a.Store.UserByName(ctx, norm.NFKC.String(name)))
}

func seen(by pat.Principal) func(pat.User, error) (pat.User, error) {
	return func(u pat.User, err error) (pat.User, error) {
		switch {
		case err != nil:
			return pat.User{}, err
		case !by.MaySee(u.ID):
			return pat.User{}, errForbidden
		}
		return u, nil
	}
}

// Users returns those users that q selects and by may see, and how many there
// are in all. Plain users see themselves.
func (a *Authority) Users(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.User, int, error) {
	if err := mayRead(by); err != nil {
		return nil, 0, err
	}
	if !by.Admin && !by.Auditor {
		q = narrowed(q, "id", int64(by.User))
	}
	return a.Store.Users(ctx, q)
}

// EditUser changes a user and returns the user as then. Users change their
// own names, email, language, time zone and password; administrators
// everything of anyone. A token never changes a password. The last
// administrator stays one. It fails with NotFound, Forbidden, naming the field
// where one is at fault, Invalid and Conflict.
func (a *Authority) EditUser(ctx context.Context, by pat.Principal, id pat.UserID, edit pat.UserEdit) (pat.User, error) {
	if err := mayWrite(by); err != nil {
		return pat.User{}, err
	}
	old, err := a.Store.User(ctx, id)
	switch {
	case err != nil:
		return pat.User{}, err
	case !by.MayActFor(id):
		return pat.User{}, errForbidden
	}
	if edit.Name != nil {
		name := norm.NFKC.String(*edit.Name)
		edit.Name = &name
	}
	if err := a.checkUserEdit(by, &old, &edit); err != nil {
		return pat.User{}, err
	}
	var hash string
	if edit.Password != nil {
		if hash, err = a.Passwords.Hash(ctx, *edit.Password); err != nil {
			return pat.User{}, err
		}
	}
	var user pat.User
	err = a.update(ctx, func(tx store.Tx) error {
		user, err = a.applyUserEdit(ctx, tx, by, id, &edit, hash)
		return err
	})
	if err != nil {
		return pat.User{}, err
	}
	a.Memory.Drop(id)
	return user, nil
}

// checkUserEdit judges what does not need the transaction.
func (a *Authority) checkUserEdit(by pat.Principal, old *pat.User, edit *pat.UserEdit) error {
	if err := mayEditFields(by, old, edit); err != nil {
		return err
	}
	now := edited(*old, edit)
	var password error
	if edit.Password != nil {
		password = a.checkPassword(*edit.Password, now.Name, now.Email)
	}
	return joined(
		onlyWhen(edit.Name != nil, pat.CheckUserName(now.Name)),
		password,
		pat.CheckText("first_name", now.FirstName, pat.MaxFullName),
		pat.CheckText("last_name", now.LastName, pat.MaxFullName),
		pat.CheckEmail(now.Email),
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
	deny := func(field, message string) error {
		return &pat.Error{Kind: pat.Forbidden, Message: message, Fields: []pat.Field{{Name: field, Message: message}}}
	}
	now := edited(*old, edit)
	switch {
	case edit.Password != nil && by.Credential == pat.ByToken:
		return deny("password", "a token cannot change a password; use the password itself")
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
	old, err := tx.User(ctx, id)
	if err != nil {
		return pat.User{}, err
	}
	now := a.now()
	user := edited(old, edit)
	switch {
	case edit.Disabled == nil:
	case *edit.Disabled && old.DisabledAt.IsZero():
		user.DisabledAt = now
	case !*edit.Disabled:
		user.DisabledAt = time.Time{}
	}
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
	return user, appendUserEvents(tx, by, now, &old, &user, hash != "")
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

// appendUserEvents writes one event for each kind of thing that was done.
func appendUserEvents(tx store.Tx, by pat.Principal, at time.Time, old, now *pat.User, password bool) error {
	var events []pat.Event
	if changes := userChanged(old, now); len(changes) > 0 {
		events = append(events, userEvent(by, at, pat.UserEdited, now, changes...))
	}
	switch was, is := old.DisabledAt.IsZero(), now.DisabledAt.IsZero(); {
	case was && !is:
		events = append(events, userEvent(by, at, pat.UserDisabled, now))
	case !was && is:
		events = append(events, userEvent(by, at, pat.UserEnabled, now))
	}
	if password {
		events = append(events, userEvent(by, at, pat.PasswordSet, now))
	}
	for _, e := range events {
		if err := tx.Append(e); err != nil {
			return err
		}
	}
	return nil
}

// DeleteUser removes a user for good, with the tokens. Administrators may,
// but not themselves. It fails with NotFound, Forbidden and Conflict.
func (a *Authority) DeleteUser(ctx context.Context, by pat.Principal, id pat.UserID) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	err := a.update(ctx, func(tx store.Tx) error {
		user, err := tx.User(ctx, id)
		switch {
		case err != nil:
			return err
		case !by.Admin || by.User == id:
			return errForbidden
		}
		now := a.now()
		gone := user
		gone.DeletedAt = now
		if err := keepAnAdmin(ctx, tx, &user, &gone); err != nil {
			return err
		}
		if err := tx.DeleteUser(id, now, by.User); err != nil {
			return err
		}
		return tx.Append(userEvent(by, now, pat.UserDeleted, &user))
	})
	if err == nil {
		a.Memory.Drop(id)
	}
	return err
}

func userEvent(by pat.Principal, at time.Time, act pat.Act, u *pat.User, changes ...pat.FieldChange) pat.Event {
	e := pat.EventBy(by, at, act)
	e.Object, e.ObjectID, e.ObjectName, e.Changes = pat.ObjectUser, int64(u.ID), u.Name, changes
	return e
}

// userChanged lists the fields in which two states of a user differ.
func userChanged(old, now *pat.User) (changes []pat.FieldChange) {
	add := func(field string, was, is any) {
		if was != is {
			changes = append(changes, pat.FieldChange{Field: field, Old: was, New: is})
		}
	}
	add("username", old.Name, now.Name)
	add("first_name", old.FirstName, now.FirstName)
	add("last_name", old.LastName, now.LastName)
	add("email", old.Email, now.Email)
	add("language", old.Language, now.Language)
	add("time_zone", old.TimeZone, now.TimeZone)
	add("is_superuser", old.Admin, now.Admin)
	add("is_system_auditor", old.Auditor, now.Auditor)
	return changes
}
