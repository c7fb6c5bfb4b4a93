package cli

import (
	"context"
	"errors"

	"jeton/internal/pat"
)

// CreateUser adds a user. The first one is an administrator: another would
// close the set-up page and leave nobody to administer.
func (d *direct) CreateUser(ctx context.Context, u newUser) (user, error) {
	first, err := d.auth.SetupOpen(ctx)
	switch {
	case err != nil:
		return user{}, err
	case first && !u.Admin:
		return user{}, errors.New("there is no user yet: make the first administrator with --admin")
	}
	made, err := d.auth.CreateUser(ctx, d.by, pat.UserRequest{
		Name: u.Name, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email,
		Password: u.Password, Admin: u.Admin, Auditor: u.Auditor, Service: u.Service,
	})
	if err != nil {
		return user{}, err
	}
	return shownUser(&made), nil
}

func shownUser(u *pat.User) user {
	return user{
		ID: int64(u.ID), Name: u.Name, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email,
		Admin: u.Admin, Auditor: u.Auditor, Service: u.Service, Status: standing(!u.DisabledAt.IsZero()),
		Created: u.CreatedAt, LastLogin: stamp(u.LastLoginAt),
	}
}

func (d *direct) Users(ctx context.Context) ([]user, error) {
	found, err := all(func(q pat.Query) ([]pat.User, int, error) { return d.auth.Users(ctx, d.by, q) })
	if err != nil {
		return nil, err
	}
	shown := make([]user, len(found))
	for i := range found {
		shown[i] = shownUser(&found[i])
	}
	return shown, nil
}

func (d *direct) User(ctx context.Context, name string) (user, error) {
	u, err := d.named(ctx, name)
	if err != nil {
		return user{}, err
	}
	return shownUser(&u), nil
}

func (d *direct) named(ctx context.Context, name string) (pat.User, error) {
	u, err := d.auth.UserByName(ctx, d.by, name)
	if pat.Is(err, pat.NotFound) {
		err = errNoUser
	}
	return u, about(name, err)
}

var errNoUser = errors.New("there is no such user; jeton user list shows them")

func (d *direct) SetPassword(ctx context.Context, name, password string) error {
	return d.edit(ctx, name, pat.UserEdit{Password: &password})
}

func (d *direct) SetDisabled(ctx context.Context, name string, disabled bool) error {
	return d.edit(ctx, name, pat.UserEdit{Disabled: &disabled})
}

func (d *direct) edit(ctx context.Context, name string, edit pat.UserEdit) error {
	u, err := d.named(ctx, name)
	if err != nil {
		return err
	}
	_, err = d.auth.EditUser(ctx, d.by, u.ID, edit)
	return about(name, err)
}

func (d *direct) DeleteUser(ctx context.Context, name string) error {
	u, err := d.named(ctx, name)
	if err != nil {
		return err
	}
	return about(name, d.auth.DeleteUser(ctx, d.by, u.ID))
}
