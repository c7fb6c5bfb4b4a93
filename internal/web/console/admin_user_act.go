package console

import (
	"errors"
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var userActPage = page.Parse(templates, "templates/admin_user_act.html")

// userActView asks whether something is to be done to a user.
type userActView struct {
	User         userRow
	Act          string
	Own          bool // whoever looks is the user
	Sessions     int
	Typed        string // the name, to delete
	Reason       string
	Sure, Revoke bool // ticked
	Number, CSRF string
	Problems     page.Problems
}

// userAct is one thing that administrators do to a user.
type userAct struct {
	do    func(*visit, *pat.User, *userActView) error
	said  string // what is said of it afterwards: a key of said
	fresh string // the message of the page that asks for the password before; "" where none is asked
	// Whom it is not for: an administrator's own account, which another one is to
	// judge, and service accounts, which nobody signs in to.
	notOwn, notService bool
}

// userActs are all of them, by the last word of the address. What stops something
// asks for no password.
var userActs = map[string]userAct{
	"disable": {do: (*visit).disableUser, said: "userdisabled", notOwn: true},
	"enable":  {do: (*visit).enableUser, said: "userenabled"},
	"signout": {do: (*visit).endSessionsOf, said: "usersessions", notService: true},
	"revoke":  {do: (*visit).revokeOf, said: "usertokens"},
	"reset":   {do: (*visit).resetPassword, fresh: "confirm.user.reset", notOwn: true, notService: true},
	"delete":  {do: (*visit).deleteUser, said: "userdeleted", fresh: "confirm.user.delete", notOwn: true},
}

func (v *visit) userActView() (u pat.User, view userActView, act userAct, err error) {
	name := v.r.PathValue("act")
	act, ok := userActs[name]
	if !ok {
		return u, view, act, errNoPage
	}
	if u, err = v.someUser(); err != nil {
		return u, view, act, err
	}
	if act.notOwn && u.ID == v.who.User || act.notService && u.Service {
		return u, view, act, errNoPage
	}
	view = userActView{Act: name, Own: u.ID == v.who.User, CSRF: v.token()}
	if view.User, err = v.userRowLive(&u); err != nil {
		return u, view, act, err
	}
	list, err := v.f.Sessions.List(v.r.Context(), v.who, u.ID)
	view.Sessions = len(list)
	return u, view, act, err
}

func (v *visit) userActForm() error {
	_, view, _, err := v.userActView()
	if err != nil {
		return err
	}
	view.Number = formNumber()
	return v.show(userActPage, "users", view)
}

// doUserAct does what the form asks for.
func (v *visit) doUserAct() error {
	u, view, act, err := v.userActView()
	if err != nil {
		return err
	}
	view.Typed, view.Reason, view.Number = v.field("typed"), v.field("reason"), v.number()
	view.Sure, view.Revoke = v.form["sure"] != "", v.form["revoke"] != ""
	view.check()
	v.retyped(&view.Problems)
	switch {
	case len(view.Problems) > 0:
		return v.refuse(userActPage, "users", http.StatusUnprocessableEntity, view)
	case act.fresh != "" && !v.isFresh():
		return v.confirm(userPath(u.ID)+"/"+view.Act, act.fresh, u.Name)
	}
	err = act.do(v, &u, &view)
	switch {
	case errors.Is(err, pat.ErrFormUsed):
		return v.alreadyUsed(v.form)
	case isStale(err):
		return v.confirm(userPath(u.ID)+"/"+view.Act, act.fresh, u.Name)
	case pat.Is(err, pat.Conflict) && len(pat.AsError(err).Fields) == 0:
		web.Note(v.r, err)
		view.Problems.Add("", "err.last", nil)
		return v.refuse(userActPage, "users", http.StatusConflict, view)
	case err != nil || act.said == "": // which has shown a page of its own
		return err
	case view.Act == "delete":
		return v.done(act.said, "/admin/users")
	}
	return v.done(act.said, userPath(u.ID))
}

// check says what is missing for what cannot be undone.
func (view *userActView) check() {
	switch view.Act {
	case "delete":
		if view.Typed != view.User.Name {
			view.Problems.Add("typed", "err.typed", map[string]any{"Name": view.User.Name})
		}
	case "revoke":
		reasonProblem(&view.Problems, view.Reason)
		if !view.Sure {
			view.Problems.Add("sure", "err.sure", nil)
		}
	}
}

func (v *visit) disableUser(u *pat.User, _ *userActView) error { return v.ableUser(u, true) }

// enableUser lets a user in again. The tokens come back with it, unless they are
// revoked first, which is offered.
func (v *visit) enableUser(u *pat.User, view *userActView) error {
	if view.Revoke {
		if err := v.revokeAll(u.ID, whyEnabled); err != nil {
			return err
		}
	}
	return v.ableUser(u, false)
}

func (v *visit) ableUser(u *pat.User, disabled bool) error {
	_, err := v.f.Authority.EditUser(v.r.Context(), v.who, u.ID, pat.UserEdit{Disabled: &disabled})
	return err
}

func (v *visit) deleteUser(u *pat.User, _ *userActView) error {
	return v.f.Authority.DeleteUser(v.r.Context(), v.who, u.ID)
}

func (v *visit) endSessionsOf(u *pat.User, _ *userActView) error {
	_, err := v.f.Sessions.EndOf(v.r.Context(), v.who, u.ID)
	return err
}

func (v *visit) revokeOf(u *pat.User, view *userActView) error { return v.revokeAll(u.ID, view.Reason) }

// revokeAll ends all tokens that a user has now.
func (v *visit) revokeAll(owner pat.UserID, why string) error {
	ctx := v.r.Context()
	b, _, err := v.f.Authority.PreviewBulk(ctx, v.who, pat.BulkRequest{Act: pat.BulkRevoke, Owner: owner, Reason: why}, 0)
	for err == nil && b.Left() > 0 {
		b, err = v.f.Authority.RunBulk(ctx, v.who, b.ID)
	}
	return err
}

// resetPassword gives the user a one-time value for a password, which ends the
// sessions, and shows it. Sent again, by a reload, the form changes nothing.
func (v *visit) resetPassword(u *pat.User, view *userActView) error {
	once := onceView{User: view.User, Password: onceValue(), URL: v.signInURL()}
	var err error
	if view.Revoke { // first: when that fails there is still the old password, and nothing to show
		err = v.revokeAll(u.ID, whyReset)
		once.Revoked = view.User.Tokens
	}
	if err == nil {
		_, err = v.f.Authority.EditUser(v.r.Context(), v.who, u.ID, pat.UserEdit{Password: &once.Password, Form: numberOf(v.form)})
	}
	if err != nil {
		return err
	}
	return v.show(userOncePage, "users", once)
}
