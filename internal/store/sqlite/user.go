package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// userColumns are in the order of scanUser.
const userColumns = `u.id, u.name, u.first_name, u.last_name, u.email, u.language, u.time_zone,
	u.admin, u.auditor, u.service, u.created_at, u.modified_at, u.last_login_at, u.disabled_at, u.deleted_at`

func scanUser(r *row) pat.User {
	return pat.User{
		ID: pat.UserID(r.int()), Name: r.text(), FirstName: r.text(), LastName: r.text(), Email: r.text(),
		Language: r.text(), TimeZone: r.text(),
		Admin: r.bool(), Auditor: r.bool(), Service: r.bool(),
		CreatedAt: r.time(), ModifiedAt: r.time(), LastLoginAt: r.time(), DisabledAt: r.time(), DeletedAt: r.time(),
	}
}

var (
	errNoUser  = pat.Fail(pat.NotFound, "no such user")
	errNoToken = pat.Fail(pat.NotFound, "no such token")
)

const userByID = `select ` + userColumns + ` from users u where u.id = ? and u.deleted_at is null`

// User implements store.Reader.
func (r reader) User(_ context.Context, id pat.UserID) (u pat.User, err error) {
	found, err := r.one(userByID, []any{int64(id)}, func(r *row) { u = scanUser(r) })
	return u, foundOr(errNoUser, found, "user", err)
}

// foundOr returns missing when nothing was found, else the wrapped err.
func foundOr(missing error, found bool, doing string, err error) error {
	if err == nil && !found {
		return missing
	}
	return failed(doing, err)
}

// By way of the folded form, because that is what the index has.
const userByName = `select ` + userColumns + ` from users u where u.folded = ? and u.name = ? and u.deleted_at is null`

// UserByName implements store.Reader.
func (r reader) UserByName(_ context.Context, name string) (u pat.User, err error) {
	found, err := r.one(userByName, []any{store.FoldName(name), name}, func(r *row) { u = scanUser(r) })
	return u, foundOr(errNoUser, found, "user by name", err)
}

const passwordByID = `select password_hash from users where id = ? and deleted_at is null`

// Password implements store.Reader.
func (r reader) Password(_ context.Context, id pat.UserID) (hash string, err error) {
	found, err := r.one(passwordByID, []any{int64(id)}, func(r *row) { hash = r.text() })
	return hash, foundOr(errNoUser, found, "password", err)
}

// standingColumns are in the order of scanStanding.
const standingColumns = `u.id, u.name, u.admin, u.auditor, u.service, u.disabled_at is not null or u.deleted_at is not null`

func scanStanding(r *row) pat.Standing {
	return pat.Standing{ID: pat.UserID(r.int()), Name: r.text(), Admin: r.bool(), Auditor: r.bool(), Service: r.bool(), Ended: r.bool()}
}

const standingByID = `select ` + standingColumns + ` from users u where u.id = ?`

// Standing implements store.Reader.
func (r reader) Standing(_ context.Context, id pat.UserID) (s pat.Standing, err error) {
	found, err := r.one(standingByID, []any{int64(id)}, func(r *row) { s = scanStanding(r) })
	return s, foundOr(errNoUser, found, "standing", err)
}

const hasUsers = `select exists (select 1 from users where deleted_at is null)`

// HasUsers implements store.Reader.
func (r reader) HasUsers(context.Context) (has bool, err error) {
	_, err = r.one(hasUsers, nil, func(r *row) { has = r.bool() })
	return has, failed("has users", err)
}

const countAdmins = `select count(*) from users where admin = 1 and disabled_at is null and deleted_at is null`

// CountAdmins implements store.Reader.
func (r reader) CountAdmins(context.Context) (n int, err error) {
	_, err = r.one(countAdmins, nil, func(r *row) { n = int(r.int()) })
	return n, failed("count administrators", err)
}

const insertUser = `insert into users (name, folded, first_name, last_name, email, language, time_zone,
	admin, auditor, service, password_hash, created_at, modified_at, last_login_at, disabled_at)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// A count from the beginning of time: nothing has expired before it.
const insertCount = `insert into token_counts (owner, named, unnamed, counted_to) values (?, 0, 0, 0)`

// InsertUser implements store.Tx.
func (t *tx) InsertUser(u pat.User, hash string) (pat.UserID, error) {
	_, id, err := t.w.exec(insertUser, u.Name, store.FoldName(u.Name), u.FirstName, u.LastName, u.Email, u.Language, u.TimeZone,
		u.Admin, u.Auditor, u.Service, hash,
		u.CreatedAt.UnixMicro(), u.ModifiedAt.UnixMicro(), micros(u.LastLoginAt), micros(u.DisabledAt))
	if err != nil {
		return 0, nameTaken("insert user", err)
	}
	if _, _, err := t.w.exec(insertCount, id); err != nil {
		return 0, failed("insert user", err)
	}
	return pat.UserID(id), t.changedUser(pat.UserID(id))
}

// nameTaken turns the refusal of the index of names into a Conflict.
func nameTaken(doing string, err error) error {
	if notUnique(err) {
		return &pat.Error{Kind: pat.Conflict, Fields: []pat.Field{{Name: "username", Message: "the name is taken"}}, Cause: err}
	}
	return failed(doing, err)
}

const updateUser = `update users set name = ?, folded = ?, first_name = ?, last_name = ?, email = ?, language = ?, time_zone = ?,
	admin = ?, auditor = ?, service = ?, disabled_at = ?, modified_at = max(?, modified_at + 1)
	where id = ? and deleted_at is null`

// UpdateUser implements store.Tx.
func (t *tx) UpdateUser(u pat.User) error {
	changed, _, err := t.w.exec(updateUser, u.Name, store.FoldName(u.Name), u.FirstName, u.LastName, u.Email, u.Language, u.TimeZone,
		u.Admin, u.Auditor, u.Service, micros(u.DisabledAt), u.ModifiedAt.UnixMicro(), int64(u.ID))
	if err != nil {
		return nameTaken("update user", err)
	}
	return t.userWritten(u.ID, changed)
}

const setPassword = `update users set password_hash = ?, modified_at = max(?, modified_at + 1)
	where id = ? and deleted_at is null`

// SetPassword implements store.Tx. The feed hears of it, so that no process
// goes on remembering the old one.
func (t *tx) SetPassword(id pat.UserID, hash string, at time.Time) error {
	changed, _, err := t.w.exec(setPassword, hash, at.UnixMicro(), int64(id))
	if err != nil {
		return failed("set password", err)
	}
	return t.userWritten(id, changed)
}

const (
	deleteUser = `update users set first_name = '', last_name = '', email = '', language = '', time_zone = '', password_hash = '',
	deleted_at = ?1, modified_at = max(?1, modified_at + 1)
	where id = ?2 and deleted_at is null`

	// Before endTokensOf, which leaves none to be found.
	changedTokensOf = `insert into changes (at, token_id)
	select ?, id from tokens where owner = ? and revoked_at is null order by id`

	endTokensOf = `update tokens set revoked_at = ?, revoked_by = ?, revoked_why = 'owner deleted'
	where owner = ? and revoked_at is null`

	countNone = `update token_counts set named = 0, unnamed = 0 where owner = ?`
)

// DeleteUser implements store.Tx.
func (t *tx) DeleteUser(id pat.UserID, at time.Time, by pat.UserID) error {
	changed, _, err := t.w.exec(deleteUser, at.UnixMicro(), int64(id))
	if err != nil || changed == 0 {
		return foundOr(errNoUser, changed > 0, "delete user", err)
	}
	if _, _, err := t.w.exec(changedTokensOf, t.now().UnixMicro(), int64(id)); err != nil {
		return failed("end the tokens of a user", err)
	}
	if _, _, err := t.w.exec(endTokensOf, at.UnixMicro(), int64(by), int64(id)); err != nil {
		return failed("end the tokens of a user", err)
	}
	if _, _, err := t.w.exec(countNone, int64(id)); err != nil {
		return failed("end the tokens of a user", err)
	}
	if _, _, err := t.w.exec(dropDevicesOf, int64(id)); err != nil {
		return failed("drop the devices of a user", err)
	}
	return t.changedUser(id)
}

// userWritten puts a user who was there into the feed.
func (t *tx) userWritten(id pat.UserID, changed int64) error {
	if changed == 0 {
		return errNoUser
	}
	return t.changedUser(id)
}
