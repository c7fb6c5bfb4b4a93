package awx

import "jeton/internal/pat"

// personalTokenGate lets pass whoever may see the user of the path.
func (f *Face) personalTokenGate(c *call) error {
	_, err := f.user(c)
	return err
}

// personalTokenList serves GET /api/v2/users/{id}/personal_tokens/: the tokens
// of that user, not, as in AWX, of whoever asks.
func (f *Face) personalTokenList(c *call) error {
	owner, err := f.user(c)
	if err != nil {
		return err
	}
	return f.tokenPage(c, ofNone, pat.Cond{Field: "owner", Op: pat.Equal, Value: int64(owner.ID)})
}

// personalTokenCreate serves POST on the same path: a token of that user.
func (f *Face) personalTokenCreate(c *call) error {
	owner, err := f.user(c)
	switch {
	case err != nil:
		return err
	case !c.who.MayActFor(owner.ID): // said before the body is judged
		return errForbidden
	}
	return f.createToken(c, &owner, nil)
}
