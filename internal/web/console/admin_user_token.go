package console

import (
	"strconv"
	"strings"

	"jeton/internal/pat"
)

// Tokens of service accounts are made, changed and rotated by administrators,
// since nobody signs in as one. Those of people never: whoever makes a value, or
// another one, sees it.

// atAccount has the visit be about the tokens of the service account of the path.
func (v *visit) atAccount() error {
	u, err := v.someUser()
	if err != nil {
		return err
	}
	return v.deskOf(&u)
}

// atAccountOf is atAccount by a token of the account.
func (v *visit) atAccountOf() error {
	id, err := v.pathID()
	if err != nil {
		return err
	}
	t, err := v.f.Authority.Token(v.r.Context(), v.who, pat.TokenID(id))
	if err != nil {
		return err
	}
	u, err := v.f.Authority.User(v.r.Context(), v.who, t.Owner)
	if err != nil {
		return err
	}
	return v.deskOf(&u)
}

func (v *visit) deskOf(u *pat.User) error {
	if !u.Service {
		return errNoPage
	}
	v.desk = desk{u.ID, u.Name}
	return nil
}

// after serves a page once the desk is known.
func (v *visit) after(at func(*visit) error, serve func(*visit) error) error {
	if err := at(v); err != nil {
		return err
	}
	return serve(v)
}

func (v *visit) accountTokenForm() error { return v.after((*visit).atAccount, (*visit).tokenForm) }

func (v *visit) createAccountToken() error { return v.after((*visit).atAccount, (*visit).createToken) }

func (v *visit) accountEditForm() error { return v.after((*visit).atAccountOf, (*visit).editForm) }

func (v *visit) editAccountToken() error { return v.after((*visit).atAccountOf, (*visit).editToken) }

func (v *visit) accountRotateForm() error { return v.after((*visit).atAccountOf, (*visit).rotateForm) }

func (v *visit) rotateAccountToken() error {
	return v.after((*visit).atAccountOf, (*visit).rotateToken)
}

// adminAct goes on with a form of administrators once the password is right. It
// reports false when the path is of no such form.
func (v *visit) adminAct(path string) (bool, error) {
	rest, ok := strings.CutPrefix(path, "/admin/")
	if !ok || !v.who.Admin {
		return false, nil
	}
	switch path {
	case userNew:
		return true, v.createUser()
	case bulkPath:
		return true, v.bulkPreview()
	case pickedPath:
		return true, v.anyBulk()
	}
	kind, rest, _ := strings.Cut(rest, "/")
	id, act, _ := strings.Cut(rest, "/")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil {
		return false, nil
	}
	v.r.SetPathValue("id", id)
	v.r.SetPathValue("act", act)
	switch kind + "/" + act {
	case "users/":
		return true, v.saveUser()
	case "users/reset", "users/delete":
		return true, v.doUserAct()
	case "users/tokens/new":
		return true, v.createAccountToken()
	case "tokens/edit":
		return true, v.editAccountToken()
	case "tokens/rotate":
		return true, v.rotateAccountToken()
	case "tokens/end":
		return true, v.tokenEnd()
	case "tokens/revoke", "tokens/pause", "tokens/resume":
		return true, v.tokenAct()
	}
	return false, nil
}
