package console

import (
	"strconv"

	"jeton/internal/pat"
)

// desk says whose tokens a visit is about. The zero value is the visitor's own;
// else they are those of a service account, which administrators look after.
type desk struct {
	Account pat.UserID
	Name    string // of the account
}

// owner is whose tokens the visit is about.
func (v *visit) owner() pat.UserID {
	if v.desk.Account != 0 {
		return v.desk.Account
	}
	return v.who.User
}

// ownersPolicy is the policy that bounds these tokens.
func (v *visit) ownersPolicy() (*pat.Policy, error) {
	if v.desk.Account != 0 {
		return v.f.Authority.PolicyOf(v.r.Context(), v.who, v.desk.Account)
	}
	return v.f.Authority.OwnPolicy(v.r.Context(), v.who)
}

// page is where a token of theirs is shown.
func (d desk) page(id pat.TokenID) string {
	if d.Account != 0 {
		return anyTokenPath(id)
	}
	return tokenPath(id)
}

// list is where all of theirs are.
func (d desk) list() string {
	if d.Account != 0 {
		return userPath(d.Account)
	}
	return "/profile/tokens"
}

// List is list, for templates.
func (d desk) List() string { return d.list() }

// New is where one more is made.
func (d desk) New() string {
	if d.Account != 0 {
		return userPath(d.Account) + "/tokens/new"
	}
	return tokenNew
}

// section is the part of the navigation that their pages are in.
func (d desk) section() string {
	if d.Account != 0 {
		return "users"
	}
	return "tokens"
}

// deskWords are the messages that speak to the owner, or of one.
type deskWords struct{ Taken, Room, RoomList string }

func (d desk) words() deskWords {
	if d.Account != 0 {
		return deskWords{"err.taken.account", "err.room.account", "err.room.account.list"}
	}
	return deskWords{"err.taken", "err.room", "err.room.list"}
}

func userPath(id pat.UserID) string { return "/admin/users/" + strconv.FormatInt(int64(id), 10) }
