package awx

import (
	"net/http"
	"strings"

	"jeton/internal/pat"
)

// user returns the user of the path: by id when the segment is a number, else by
// name. A name that the caller may not see is not found, and neither answer about
// a name says what the path allows.
func (f *Face) user(c *call) (pat.User, error) {
	segment := c.r.PathValue("id")
	if isNumber(segment) {
		return f.userByID(c, pat.UserID(number(segment)))
	}
	// AWX writes a plus in brackets, since a bare one separates parts of a name
	// there. Brackets are no part of a user's name.
	u, err := f.Authority.UserByName(c.r.Context(), c.who, strings.ReplaceAll(segment, "[+]", "+"))
	switch {
	case pat.Is(err, pat.NotFound):
		c.w.Header().Del("Allow")
	case pat.Is(err, pat.Forbidden):
		c.w.Header().Del("Allow")
		return u, &refusal{status: http.StatusNotFound, detail: errNoPath.detail, cause: err}
	}
	return u, missing(userClass, err)
}

// userByID returns a user. Callers who are missing themselves were deleted since
// their credential was checked: it is the credential that is refused.
func (f *Face) userByID(c *call, id pat.UserID) (pat.User, error) {
	u, err := f.Authority.User(c.r.Context(), c.who, id)
	if id == c.who.User && pat.Is(err, pat.NotFound) {
		return u, pat.Refuse(pat.ReasonOwner)
	}
	return u, missing(userClass, err)
}

// userInQuery is user where filters apply, as they do to a single user too.
func (f *Face) userInQuery(c *call) (pat.User, error) {
	s, err := users.parse(c.r.URL.RawQuery, c.now())
	if err != nil {
		return pat.User{}, err
	}
	u, err := f.user(c)
	if err != nil {
		return pat.User{}, err
	}
	n := 1
	switch {
	case s.none:
		n = 0
	case len(s.filters) > 0:
		q := pat.Query{Where: append(s.filters, pat.Cond{Field: "id", Op: pat.Equal, Value: int64(u.ID)})}
		_, n, err = f.Authority.Users(c.r.Context(), c.who, q)
	}
	if err == nil && n == 0 {
		err = errGone
	}
	return u, missing(userClass, err)
}

// userGate lets pass whoever may see the user, or asks by an id for one that is
// none.
func (f *Face) userGate(c *call) error {
	_, err := f.userInQuery(c)
	if isNumber(c.r.PathValue("id")) {
		return unlessMissing(err)
	}
	return err
}

// userList serves GET /api/v2/users/.
func (f *Face) userList(c *call) error { return f.userPage(c) }

// me serves GET /api/v2/me/: a page with exactly the caller.
func (f *Face) me(c *call) error {
	return f.userPage(c, pat.Cond{Field: "id", Op: pat.Equal, Value: int64(c.who.User)})
}

func (f *Face) userPage(c *call, where ...pat.Cond) error {
	s, err := users.parse(c.r.URL.RawQuery, c.now())
	if err != nil {
		return err
	}
	return c.page(s, where, func(q pat.Query) ([]any, int, error) {
		found, total, err := f.Authority.Users(c.r.Context(), c.who, q)
		results := make([]any, len(found))
		for i := range found {
			results[i] = f.userOf(&found[i], c.who, false)
		}
		return results, total, err
	})
}

// userShow serves GET /api/v2/users/{id}/.
func (f *Face) userShow(c *call) error {
	u, err := f.userInQuery(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, f.userOf(&u, c.who, true))
}

// userCreate serves POST /api/v2/users/.
func (f *Face) userCreate(c *call) error {
	if !c.who.Admin { // said before the body is judged
		return errForbidden
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	edit := fields.user(true, true)
	if err := fields.err(); err != nil {
		return err
	}
	u, err := f.Authority.CreateUser(c.r.Context(), c.who, newUser(edit))
	if err != nil {
		return err
	}
	return c.created(userURL(u.ID), f.userOf(&u, c.who, true))
}

func newUser(edit pat.UserEdit) (req pat.UserRequest) {
	set(&req.Name, edit.Name)
	set(&req.FirstName, edit.FirstName)
	set(&req.LastName, edit.LastName)
	set(&req.Email, edit.Email)
	set(&req.Language, edit.Language)
	set(&req.TimeZone, edit.TimeZone)
	set(&req.Password, edit.Password)
	set(&req.Admin, edit.Admin)
	set(&req.Auditor, edit.Auditor)
	set(&req.Service, edit.Service)
	set(&req.Disabled, edit.Disabled)
	return req
}

func (f *Face) userPatch(c *call) error { return f.editUser(c, false) }

// userPut demands the username. Other fields that are absent stay: clients leave
// out what is empty.
func (f *Face) userPut(c *call) error { return f.editUser(c, true) }

func (f *Face) editUser(c *call, put bool) error {
	u, err := f.userInQuery(c)
	switch {
	case err != nil:
		return err
	case !c.who.MayActFor(u.ID):
		return errForbidden
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	edit := fields.user(put, false)
	if err := fields.err(); err != nil {
		return err
	}
	u, err = f.Authority.EditUser(c.r.Context(), c.who, u.ID, edit)
	if err != nil {
		return missing(userClass, err)
	}
	return c.answer(http.StatusOK, f.userOf(&u, c.who, true))
}

// userDelete serves DELETE /api/v2/users/{id}/.
func (f *Face) userDelete(c *call) error {
	u, err := f.userInQuery(c)
	if err != nil {
		return err
	}
	err = f.Authority.DeleteUser(c.r.Context(), c.who, u.ID)
	switch {
	case pat.Is(err, pat.Forbidden) && c.who.Admin && c.who.User == u.ID:
		return &refusal{status: http.StatusForbidden, detail: "Cannot delete user.", cause: err}
	case err != nil:
		return missing(userClass, err)
	}
	return c.noContent()
}
