package authority_test

import (
	"fmt"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// actors are all kinds of principals, seen from bob, whose things they touch.
var actors = map[string]func(w *world, bob pat.Principal) pat.Principal{
	"nobody":            func(*world, pat.Principal) pat.Principal { return pat.Principal{} },
	"no one by name":    func(*world, pat.Principal) pat.Principal { return pat.Principal{User: 1, Admin: true} },
	"bob":               func(_ *world, bob pat.Principal) pat.Principal { return bob },
	"bob, write token":  func(w *world, bob pat.Principal) pat.Principal { return w.bearer(bob, "write") },
	"bob, read token":   func(w *world, bob pat.Principal) pat.Principal { return w.bearer(bob, "read") },
	"bob, deploy token": func(w *world, bob pat.Principal) pat.Principal { return w.bearer(bob, "deploy") },
	"another":           func(w *world, bob pat.Principal) pat.Principal { return w.user("not" + bob.Name) },
	"another, write":    func(w *world, bob pat.Principal) pat.Principal { return w.bearer(w.user("not"+bob.Name), "write") },
	"auditor":           func(w *world, bob pat.Principal) pat.Principal { return w.user("not"+bob.Name, auditor) },
	"auditor, write": func(w *world, bob pat.Principal) pat.Principal {
		return w.bearer(w.user("not"+bob.Name, auditor), "write")
	},
	"administrator":      func(w *world, _ pat.Principal) pat.Principal { return w.root },
	"admin, write token": func(w *world, _ pat.Principal) pat.Principal { return w.bearer(w.root, "write") },
	"admin, read token":  func(w *world, _ pat.Principal) pat.Principal { return w.bearer(w.root, "read") },
	"operator":           func(*world, pat.Principal) pat.Principal { return pat.Operator("ops") },
	"set-up": func(*world, pat.Principal) pat.Principal {
		return pat.Principal{Name: "setup", Credential: pat.BySetup}
	},
}

// act is something to do to bob, or to a token of bob's.
type act func(w *world, by, bob pat.Principal, tok pat.TokenID) error

// checkRights does every act as every actor. A row has a mark for each of
// acts: y done, n forbidden, - not authenticated.
func checkRights(t *testing.T, acts []string, do map[string]act, table map[string]string) {
	w := newWorld(t)
	n := 0
	for actor := range actors {
		marks := strings.Fields(table[actor])
		if len(marks) != len(acts) {
			t.Fatalf("%s has %d marks for %d acts", actor, len(marks), len(acts))
		}
		for i, name := range acts {
			n++
			bob := w.user(fmt.Sprintf("bob%d", n))
			_, tok := w.mint(bob)
			by := actors[actor](w, bob)
			t.Run(actor+" "+name, func(t *testing.T) {
				kind := map[string]string{"y": "done", "n": "forbidden", "-": "unauthenticated"}[marks[i]]
				if err := do[name](w, by, bob, tok.ID); kindOf(err) != kind {
					t.Errorf("got %v, want %s", err, kind)
				}
			})
		}
	}
}

func TestWhoMayDoWhatToTokens(t *testing.T) {
	acts := []string{"creates", "edits", "revokes", "sees", "lists"}
	checkRights(t, acts, map[string]act{
		"creates": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			_, tok, err := w.create(by, ownedBy(bob.User), scoped("read"))
			if err == nil && tok.Owner != bob.User {
				return fmt.Errorf("the token is user %d's", tok.Owner)
			}
			return err
		},
		"edits": func(w *world, by, _ pat.Principal, id pat.TokenID) error {
			_, err := w.EditToken(w.t.Context(), by, id, pat.TokenEdit{Description: new("edited")})
			if edited := w.token(id).Description == "edited"; edited != (err == nil) {
				return fmt.Errorf("edited %t, answered %v", edited, err)
			}
			return err
		},
		"revokes": func(w *world, by, _ pat.Principal, id pat.TokenID) error {
			err := w.RevokeToken(w.t.Context(), by, id, "")
			if ended := !w.token(id).RevokedAt.IsZero(); ended != (err == nil) {
				return fmt.Errorf("revoked %t, answered %v", ended, err)
			}
			return err
		},
		"sees": func(w *world, by, _ pat.Principal, id pat.TokenID) error {
			_, err := w.Token(w.t.Context(), by, id)
			return err
		},
		"lists": listsTokens,
	}, map[string]string{
		"nobody":             "- - - - -",
		"no one by name":     "- - - - -",
		"bob":                "y y y y y",
		"bob, write token":   "y y y y y",
		"bob, read token":    "n n n y y",
		"bob, deploy token":  "n n n n n",
		"another":            "n n n n n",
		"another, write":     "n n n n n",
		"auditor":            "n n n y y",
		"auditor, write":     "n n n y y",
		"administrator":      "y y y y y",
		"admin, write token": "y y y y y",
		"admin, read token":  "n n n y y",
		"operator":           "y y y y y",
		"set-up":             "n n n n n",
	})
}

// listsTokens looks for the token in the list that by gets, for which nobody
// is refused: who may see none gets none. Absence counts as forbidden here.
func listsTokens(w *world, by, bob pat.Principal, id pat.TokenID) error {
	found, total, err := w.Tokens(w.t.Context(), by, pat.Query{Limit: 1000})
	if err != nil {
		return err
	}
	if total != len(found) {
		return fmt.Errorf("%d listed of %d", len(found), total)
	}
	err = pat.Fail(pat.Forbidden, "not listed")
	for _, tok := range found {
		switch {
		case tok.ID == id:
			err = nil
		case tok.Owner != by.User && !by.Admin && !by.Auditor:
			return fmt.Errorf("a token of user %d is listed", tok.Owner)
		}
	}
	return err
}

func TestWhoMayDoWhatToUsers(t *testing.T) {
	edits := func(edit pat.UserEdit) act {
		return func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			before := w.stored(bob.User)
			err := w.edit(by, bob.User, edit)
			if after := w.stored(bob.User); err != nil && after != before {
				return fmt.Errorf("refused (%w) and changed all the same", err)
			}
			return err
		}
	}
	acts := []string{"creates", "edits", "renames", "promotes", "appoints", "disables", "sets the password", "deletes", "sees", "finds", "lists"}
	checkRights(t, acts, map[string]act{
		"creates": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			_, err := w.CreateUser(w.t.Context(), by, pat.UserRequest{Name: "new" + bob.Name, Password: "lumpen-orchid-77"})
			return err
		},
		"edits": edits(pat.UserEdit{FirstName: new("Bob")}),
		"renames": func(w *world, by, bob pat.Principal, id pat.TokenID) error {
			return edits(pat.UserEdit{Name: new("x" + bob.Name)})(w, by, bob, id)
		},
		"promotes":          edits(pat.UserEdit{Admin: new(true)}),
		"appoints":          edits(pat.UserEdit{Auditor: new(true)}),
		"disables":          edits(pat.UserEdit{Disabled: new(true)}),
		"sets the password": edits(pat.UserEdit{Password: new("lumpen-orchid-77")}),
		"deletes": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			err := w.DeleteUser(w.t.Context(), by, bob.User)
			if _, missing := w.store.User(w.t.Context(), bob.User); (err == nil) != (missing != nil) {
				return fmt.Errorf("answered %w, then found %w", err, missing)
			}
			return err
		},
		"sees": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			_, err := w.User(w.t.Context(), by, bob.User)
			return err
		},
		"finds": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			_, err := w.UserByName(w.t.Context(), by, bob.Name)
			return err
		},
		"lists": listsUsers,
	}, map[string]string{
		// creates edits renames promotes appoints disables password deletes sees finds lists
		"nobody":             "- - - - - - - - - - -",
		"no one by name":     "- - - - - - - - - - -",
		"bob":                "n y n n n n y n y y y",
		"bob, write token":   "n y n n n n n n y y y",
		"bob, read token":    "n n n n n n n n y y y",
		"bob, deploy token":  "n n n n n n n n n n n",
		"another":            "n n n n n n n n n n n",
		"another, write":     "n n n n n n n n n n n",
		"auditor":            "n n n n n n n n y y y",
		"auditor, write":     "n n n n n n n n y y y",
		"administrator":      "y y y y y y y y y y y",
		"admin, write token": "y y y y y y n y y y y",
		"admin, read token":  "n n n n n n n n y y y",
		"operator":           "y y y y y y y y y y y",
		"set-up":             "n n n n n n n n n n n",
	})
}

func listsUsers(w *world, by, bob pat.Principal, _ pat.TokenID) error {
	found, total, err := w.Users(w.t.Context(), by, pat.Query{Limit: 1000})
	if err != nil {
		return err
	}
	if total != len(found) {
		return fmt.Errorf("%d listed of %d", len(found), total)
	}
	err = pat.Fail(pat.Forbidden, "not listed")
	for _, u := range found {
		switch {
		case u.ID == bob.User:
			err = nil
		case u.ID != by.User && !by.Admin && !by.Auditor:
			return fmt.Errorf("user %d is listed", u.ID)
		}
	}
	return err
}

func TestWhatIsMissingIsNotFound(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	const noUser, noToken = 999, 999
	for name, err := range map[string]error{
		"see a token":    second(w.Token(t.Context(), bob, noToken)),
		"edit a token":   second(w.EditToken(t.Context(), bob, noToken, pat.TokenEdit{})),
		"revoke a token": w.RevokeToken(t.Context(), bob, noToken, ""),
		"token for":      third(w.create(w.root, ownedBy(noUser))),
		"see a user":     second(w.User(t.Context(), bob, noUser)),
		"find a user":    second(w.UserByName(t.Context(), bob, "none")),
		"edit a user":    w.edit(w.root, noUser, pat.UserEdit{}),
		"delete a user":  w.DeleteUser(t.Context(), w.root, noUser),
	} {
		if !pat.Is(err, pat.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

// The token that asks is what is judged, not the list it narrows.
func TestListsStayNarrowWhateverIsAsked(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	w.mint(bob)
	q := pat.Query{Where: []pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(bob.User)}}, Limit: 10}
	if found, n, err := w.Tokens(t.Context(), eve, q); err != nil || n != 0 || len(found) != 0 {
		t.Errorf("eve asks for bob's tokens and gets %d of %d, %v", len(found), n, err)
	}
	if found, n, err := w.Tokens(t.Context(), bob, q); err != nil || n != 1 || len(found) != 1 {
		t.Errorf("bob asks for his tokens and gets %d of %d, %v", len(found), n, err)
	}
	if len(q.Where) != 1 {
		t.Error("the query that was passed in has been changed")
	}
}
