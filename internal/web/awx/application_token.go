package awx

import "jeton/internal/pat"

// ofNone selects personal tokens, ofSome those of applications.
var (
	ofNone = pat.Cond{Field: "application", Op: pat.IsNull}
	ofSome = pat.Cond{Field: "application", Op: pat.IsNull, Not: true}
)

// userTokenList serves GET /api/v2/users/{id}/tokens/: all tokens of that user.
func (f *Face) userTokenList(c *call) error { return f.listUserTokens(c) }

// userTokenCreate serves POST on the same path: a token of that user, for an
// application or without one.
func (f *Face) userTokenCreate(c *call) error { return f.createUserToken(c, f.mayBelong(c)) }

// authorizedTokenList serves GET /api/v2/users/{id}/authorized_tokens/: that
// user's tokens of applications, not, as in AWX, those of whoever asks.
func (f *Face) authorizedTokenList(c *call) error { return f.listUserTokens(c, ofSome) }

// authorizedTokenCreate serves POST on the same path: a token of that user for
// an application.
func (f *Face) authorizedTokenCreate(c *call) error { return f.createUserToken(c, f.mustBelong(c)) }

func (f *Face) listUserTokens(c *call, where ...pat.Cond) error {
	owner, err := f.user(c)
	if err != nil {
		return err
	}
	return f.tokenPage(c, append(where, pat.Cond{Field: "owner", Op: pat.Equal, Value: int64(owner.ID)})...)
}

func (f *Face) createUserToken(c *call, of belonging) error {
	owner, err := f.user(c)
	switch {
	case err != nil:
		return err
	case !c.who.MayActFor(owner.ID): // said before the body is judged
		return errForbidden
	}
	return f.createToken(c, &owner, of)
}

// applicationTokenGate lets pass whoever may see the application.
func (f *Face) applicationTokenGate(c *call) error {
	_, err := f.application(c)
	return err
}

// applicationTokenList serves GET /api/v2/applications/{id}/tokens/: those that
// the caller may see.
func (f *Face) applicationTokenList(c *call) error {
	app, err := f.application(c)
	if err != nil {
		return err
	}
	return f.tokenPage(c, ofApplication(app.ID))
}

// applicationTokenCreate serves POST on the same path: a token of the caller.
func (f *Face) applicationTokenCreate(c *call) error {
	app, err := f.application(c)
	if err != nil {
		return err
	}
	owner, err := f.userByID(c, c.who.User)
	if err != nil {
		return err
	}
	return f.createToken(c, &owner, func(*form) (pat.ApplicationID, error) { return app.ID, nil })
}

// organizationApplicationList serves GET /api/v2/organizations/{id}/applications/.
func (f *Face) organizationApplicationList(c *call) error {
	if err := organizationOfPath(c); err != nil {
		return err
	}
	return f.applicationList(c)
}

// organizationApplicationCreate serves POST on the same path.
func (f *Face) organizationApplicationCreate(c *call) error {
	if err := organizationOfPath(c); err != nil {
		return err
	}
	return f.createApplication(c, false)
}
