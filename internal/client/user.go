package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// User is a user as the API shows one.
type User struct {
	ID        int64      `json:"id"`
	Username  string     `json:"username"`
	FirstName string     `json:"first_name"`
	LastName  string     `json:"last_name"`
	Email     string     `json:"email"`
	Admin     bool       `json:"is_superuser"`
	Auditor   bool       `json:"is_system_auditor"`
	Service   bool       `json:"is_service_account"`
	Active    *bool      `json:"is_active"` // nil: not shown to whoever asks
	Created   time.Time  `json:"created"`
	LastLogin *time.Time `json:"last_login"`
}

// NewUser asks for a user.
type NewUser struct {
	Username  string `json:"username"`
	Password  string `json:"password,omitempty"` // not of a service account
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Email     string `json:"email,omitempty"`
	Admin     bool   `json:"is_superuser,omitempty"`
	Auditor   bool   `json:"is_system_auditor,omitempty"`
	Service   bool   `json:"is_service_account,omitempty"`
}

// UserEdit changes a user. A nil field stays as it is.
type UserEdit struct {
	Password *string `json:"password,omitempty"`
	Active   *bool   `json:"is_active,omitempty"`
}

const usersPath = "/api/v2/users/"

// userPath addresses a user by name. In a path a name of digits alone would
// be an id.
func userPath(name string) string { return usersPath + url.PathEscape(name) + "/" }

func userIDPath(id int64) string { return fmt.Sprintf("%s%d/", usersPath, id) }

// Users returns all users whom the caller may see.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	return pages[User](ctx, c, usersPath)
}

// User returns the user of that name.
func (c *Client) User(ctx context.Context, name string) (User, error) {
	u, err := ask[User](ctx, c, http.MethodGet, userPath(name), nil)
	if err != nil {
		return User{}, err
	}
	if digits(name) && u.Username != name {
		return User{}, fmt.Errorf("the API takes %s for an id: a user whose name is a number is reached with --data only", name)
	}
	return u, nil
}

func digits(name string) bool {
	for _, c := range name {
		if c < '0' || c > '9' {
			return false
		}
	}
	return name != ""
}

// CreateUser adds a user.
func (c *Client) CreateUser(ctx context.Context, u NewUser) (User, error) {
	return ask[User](ctx, c, http.MethodPost, usersPath, u)
}

// EditUser changes a user.
func (c *Client) EditUser(ctx context.Context, id int64, edit UserEdit) error {
	return c.call(ctx, http.MethodPatch, userIDPath(id), edit, nil)
}

// DeleteUser removes a user for good.
func (c *Client) DeleteUser(ctx context.Context, id int64) error {
	return c.call(ctx, http.MethodDelete, userIDPath(id), nil, nil)
}
