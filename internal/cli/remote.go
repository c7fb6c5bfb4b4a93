package cli

import (
	"context"
	"errors"
	"time"

	"jeton/internal/client"
)

// remote is a running server.
type remote struct {
	client *client.Client
	now    func() time.Time
}

func (r *remote) Close() error    { return nil }
func (r *remote) Promise() string { return "from now on" }

func (r *remote) CreateUser(ctx context.Context, u newUser) (user, error) {
	made, err := r.client.CreateUser(ctx, client.NewUser{
		Username: u.Name, Password: u.Password, FirstName: u.FirstName, LastName: u.LastName,
		Email: u.Email, Admin: u.Admin, Auditor: u.Auditor, Service: u.Service,
	})
	return remoteUser(&made), err
}

func remoteUser(u *client.User) user {
	shown := user{
		ID: u.ID, Name: u.Username, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email,
		Admin: u.Admin, Auditor: u.Auditor, Service: u.Service, Created: u.Created, LastLogin: u.LastLogin,
	}
	if u.Active != nil {
		shown.Status = standing(!*u.Active)
	}
	return shown
}

func (r *remote) Users(ctx context.Context) ([]user, error) {
	found, err := r.client.Users(ctx)
	shown := make([]user, len(found))
	for i := range found {
		shown[i] = remoteUser(&found[i])
	}
	return shown, err
}

func (r *remote) User(ctx context.Context, name string) (user, error) {
	u, err := r.named(ctx, name)
	return remoteUser(&u), err
}

func (r *remote) named(ctx context.Context, name string) (client.User, error) {
	u, err := r.client.User(ctx, name)
	return u, about(name, err)
}

func (r *remote) SetPassword(ctx context.Context, name, password string) error {
	return r.edit(ctx, name, client.UserEdit{Password: &password})
}

func (r *remote) SetDisabled(ctx context.Context, name string, disabled bool) error {
	active := !disabled
	return r.edit(ctx, name, client.UserEdit{Active: &active})
}

func (r *remote) edit(ctx context.Context, name string, edit client.UserEdit) error {
	u, err := r.named(ctx, name)
	if err != nil {
		return err
	}
	return about(name, r.client.EditUser(ctx, u.ID, edit))
}

func (r *remote) DeleteUser(ctx context.Context, name string) error {
	u, err := r.named(ctx, name)
	if err != nil {
		return err
	}
	return about(name, r.client.DeleteUser(ctx, u.ID))
}

func (r *remote) CreateToken(ctx context.Context, t newToken) (issued, error) {
	req := client.NewToken{Name: t.Name, Description: t.Description, Scope: t.Scope, Networks: t.Networks, Expires: t.Expires.instant(r.now())}
	if t.Owner == "" {
		return r.issued(r.client.CreateToken(ctx, req))
	}
	owner, err := r.named(ctx, t.Owner)
	if err != nil {
		return issued{}, err
	}
	return r.issued(r.client.CreateTokenFor(ctx, owner.ID, req))
}

func (r *remote) issued(t client.Token, err error) (issued, error) {
	return issued{r.shown(&t), t.Secret}, err
}

func (r *remote) shown(t *client.Token) token {
	shown := token{
		ID: t.ID, Owner: t.Summary.User.Username, Name: t.Name, Description: t.Description, Scope: t.Scope,
		Status: t.Status, Created: t.Created, LastUsed: t.LastUsed, LastFrom: t.LastFrom, Networks: t.Networks,
		Paused: t.Paused, Retired: t.Retired,
	}
	if t.Replaces != nil {
		shown.Replaces = *t.Replaces
	}
	if t.ReplacedBy != nil {
		shown.ReplacedBy = *t.ReplacedBy
	}
	if !t.Never() {
		shown.Expires = &t.Expires
	}
	return shown
}

func (r *remote) Tokens(ctx context.Context, owner string) ([]token, error) {
	found, err := r.listed(ctx, owner)
	shown := make([]token, len(found))
	for i := range found {
		shown[i] = r.shown(&found[i])
	}
	return shown, err
}

func (r *remote) listed(ctx context.Context, owner string) ([]client.Token, error) {
	if owner == "" {
		return r.client.Tokens(ctx)
	}
	u, err := r.named(ctx, owner)
	if err != nil {
		return nil, err
	}
	return r.client.TokensOf(ctx, u.ID)
}

func (r *remote) Token(ctx context.Context, id int64) (token, error) {
	t, err := r.client.TokenByID(ctx, id)
	return r.shown(&t), aboutToken(id, err)
}

// Verify asks as the bearer of the secret. Only 401 and 403 are verdicts; any
// other answer leaves the question open.
func (r *remote) Verify(ctx context.Context, secret, scope string) (verdict, error) {
	asker := *r.client
	asker.Token, asker.Username, asker.Password = secret, "", ""
	v, err := asker.Verify(ctx, scope)
	var refused *client.Error
	switch {
	case err == nil:
		return verdict{Live: true, User: v.Username, UserID: v.User, TokenID: v.TokenID, Scope: v.Scope}, nil
	case errors.As(err, &refused) && refused.Status == client.Unauthorized:
		return verdict{Why: "the server does not accept it: it is not a token, or has ended"}, nil
	case errors.As(err, &refused) && refused.Status == client.Forbidden:
		return verdict{Why: "it is live, but its scope does not allow that"}, nil
	}
	return verdict{}, err
}
