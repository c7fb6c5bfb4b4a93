package authority

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// CreateUser adds a user. Administrators may; another administrator they add in
// a session only while it is fresh. It fails with Forbidden, with
// Invalid, naming every field at fault, with pat.ErrFormUsed, and with Conflict
// when the name, or one that differs by case only, is taken.
func (a *Authority) CreateUser(ctx context.Context, by pat.Principal, req pat.UserRequest) (pat.User, error) {
	if err := mayWrite(by); err != nil {
		return pat.User{}, err
	}
	switch {
	case !by.Admin:
		return pat.User{}, errForbidden
	case req.Admin && by.Credential == pat.BySession && !a.Fresh(by):
		return pat.User{}, stale("is_superuser")
	}
	return a.createUser(ctx, by, req, func(tx store.Tx) error {
		now, err := present(ctx, tx, by)
		switch {
		case err != nil:
			return err
		case !now.Admin:
			return errForbidden
		}
		return unusedForm(ctx, tx, by, req.Form)
	})
}

// createUser adds a user when, in the same transaction, allowed returns nil.
func (a *Authority) createUser(ctx context.Context, by pat.Principal, req pat.UserRequest, allowed func(store.Tx) error) (pat.User, error) {
	if req.Service {
		return a.createService(ctx, by, req, allowed)
	}
	req.Name = norm.NFKC.String(req.Name)
	who := pat.Standing{Admin: req.Admin, Auditor: req.Auditor}
	policy, err := a.policyOf(ctx, a.Store, who)
	if err != nil {
		return pat.User{}, err
	}
	if err := checkUser(policy, &req); err != nil {
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
		if err := a.checkAgain(ctx, tx, policy, who, req.Password, req.Name, req.Email); err != nil {
			return err
		}
		user = newUser(&req, a.now())
		var err error
		if user.ID, err = tx.InsertUser(user, hash); err != nil {
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

func newUser(req *pat.UserRequest, now time.Time) pat.User {
	u := pat.User{
		Name: req.Name, FirstName: req.FirstName, LastName: req.LastName, Email: req.Email,
		Language: req.Language, TimeZone: req.TimeZone, Admin: req.Admin, Auditor: req.Auditor, Service: req.Service,
		CreatedAt: now, ModifiedAt: now,
	}
	if req.Disabled {
		u.DisabledAt = now
	}
	return u
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

// DeleteUser removes a user for good, with the tokens. Administrators may,
// but not themselves. It fails with NotFound, Forbidden and Conflict.
func (a *Authority) DeleteUser(ctx context.Context, by pat.Principal, id pat.UserID) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	err := a.update(ctx, func(tx store.Tx) error {
		by, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
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
		if err := appendRevocations(tx, by, now, pat.WhyOwnerDeleted, liveOfUser(ctx, tx, id, now)); err != nil {
			return err
		}
		if err := tx.DeleteUser(id, now, by.User); err != nil {
			return err
		}
		if err := tx.Append(userEvent(by, now, pat.UserDeleted, &user)); err != nil {
			return err
		}
		return endSessions(ctx, tx, by, &user, &gone, false, now)
	})
	if err == nil {
		a.Memory.Drop(id)
	}
	return err
}
