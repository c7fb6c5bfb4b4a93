package authority_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// deeds are all acts that leave something in the trail, done to bob or to a
// token of bob's that is called ci.
var deeds = []struct {
	name string
	do   func(w *world, by, bob pat.Principal, ci pat.TokenID) error
	acts []string // as line writes them
}{
	{"create a token", func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
		return third(w.create(by, ownedBy(bob.User), named("cd"), never, scoped("read")))
	}, []string{`token.created token cd owner:0>2 name:>cd scope:>read`}},
	{"edit a token", func(w *world, by, _ pat.Principal, ci pat.TokenID) error {
		_, err := w.EditToken(context.Background(), by, ci, pat.TokenEdit{Name: new("cc"), Scopes: new(pat.Scopes("read")), ExpiresAt: new(w.clock.Now().Add(90e9))})
		return err
	}, []string{`token.edited token cc name:ci>cc scope:write>read expires:2027-11-25T12:00:00Z>2026-11-25T12:01:30Z`}},
	{"revoke a token", func(w *world, by, _ pat.Principal, ci pat.TokenID) error {
		return w.RevokeToken(context.Background(), by, ci, "leaked")
	}, []string{`token.revoked token ci owner:2>0 name:ci> scope:write> expires:2027-11-25T12:00:00Z> because leaked`}},
	{"create a user", func(w *world, by, _ pat.Principal, _ pat.TokenID) error {
		_, err := w.CreateUser(context.Background(), by, pat.UserRequest{Name: "eve", Email: "eve@example.org", Password: passwordOf("eve"), Auditor: true})
		return err
	}, []string{`user.created user eve username:>eve email:>eve@example.org is_system_auditor:false>true`}},
	{"edit a user", func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
		return w.edit(by, bob.User, pat.UserEdit{FirstName: new("Bob"), Language: new("tr")})
	}, []string{`user.edited user bob first_name:>Bob language:>tr`}},
	{"do all at once", func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
		return w.edit(by, bob.User, pat.UserEdit{Name: new("rob"), Admin: new(true), Disabled: new(true), Password: new(passwordOf("rob"))})
	}, []string{`user.edited user rob username:bob>rob is_superuser:false>true`, `user.disabled user rob`, `password.set user rob`}},
	{"delete a user", func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
		return w.DeleteUser(context.Background(), by, bob.User)
	}, []string{
		`token.revoked token ci owner:2>0 name:ci> scope:write> expires:2027-11-25T12:00:00Z> because owner deleted`,
		`user.deleted user bob`,
	}},
}

// line writes of an event what differs from deed to deed.
func line(e pat.Event) string {
	text := fmt.Sprintf("%s %s %s", e.Act, e.Object, e.ObjectName)
	for _, c := range e.Changes {
		text += fmt.Sprintf(" %s:%v>%v", c.Field, c.Old, c.New)
	}
	if e.Reason != "" {
		text += " because " + e.Reason
	}
	return text
}

func TestEveryChangeIsInTheTrail(t *testing.T) {
	for _, deed := range deeds {
		t.Run(deed.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			_, ci := w.mint(bob, named("ci"))
			before := w.last()
			must(t, deed.do(w, w.root, bob, ci.ID))
			trail := w.events(before)
			for i, e := range trail {
				if i >= len(deed.acts) || line(e) != deed.acts[i] {
					t.Errorf("event %d is %q, want %q", i, line(e), deed.acts)
				}
				if e.Actor != w.root.User || e.ActorName != "root" || e.Credential != pat.ByPassword || e.Token != 0 || e.Via != via() || e.Outcome != "done" || !e.At.Equal(w.clock.Now()) {
					t.Errorf("done by %+v", e)
				}
			}
			if len(trail) != len(deed.acts) {
				t.Errorf("%d events, want %d", len(trail), len(deed.acts))
			}
		})
	}
}

func TestTheTrailNamesTheTokenThatActed(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, ci := w.mint(bob, named("ci"))
	by := w.bearer(bob, "write")
	before := w.last()
	must(t, w.RevokeToken(t.Context(), by, ci.ID, ""))
	trail := w.events(before)
	if len(trail) != 1 || trail[0].Token != by.Token || trail[0].Credential != pat.ByToken || trail[0].Actor != bob.User || trail[0].ObjectID != int64(ci.ID) {
		t.Errorf("the trail says %+v", trail)
	}
}

// What cannot be written down does not happen.
func TestWithoutATrailNothingIsDone(t *testing.T) {
	for _, deed := range deeds {
		t.Run(deed.name, func(t *testing.T) {
			w := newWorld(t)
			bob := w.user("bob")
			text, ci := w.mint(bob, named("ci"))
			before := w.everything()
			w.store.noTrail.Store(true)
			if err := deed.do(w, w.root, bob, ci.ID); !errors.Is(err, errBroken) {
				t.Errorf("answered %v", err)
			}
			if after := w.everything(); after != before {
				t.Errorf("was\n%s\nis\n%s", before, after)
			}
			if !w.live(text) {
				t.Error("the token is refused")
			}
		})
	}
}

// everything prints all records, secrets apart.
func (w *world) everything() string {
	w.t.Helper()
	var b strings.Builder
	users, _, err := w.store.Users(w.t.Context(), pat.Query{Limit: 1000})
	must(w.t, err)
	for _, u := range users {
		hash, err := w.store.Password(w.t.Context(), u.ID)
		must(w.t, err)
		fmt.Fprintf(&b, "%+v %s\n", u, hash)
	}
	tokens, _, err := w.store.Tokens(w.t.Context(), pat.Query{Limit: 1000})
	must(w.t, err)
	for _, tok := range tokens {
		fmt.Fprintf(&b, "%+v\n", tok)
	}
	head, err := w.store.Head(w.t.Context())
	must(w.t, err)
	fmt.Fprintf(&b, "%d %v", head, w.events(0))
	return b.String()
}

func TestARefusalIsNotInTheTrail(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, ci := w.mint(bob, named("ci"))
	before := w.last()
	for _, deed := range deeds {
		want(t, errorOnly(deed.do(w, eve, bob, ci.ID)), "forbidden", "")
	}
	if more := w.events(before); len(more) != 0 {
		t.Errorf("the trail says %v", more)
	}
}

func TestNoSecretIsInTrailOrLog(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	text, tok := w.mint(bob, named("ci"))
	needles := []string{text, text[len(text)-20:], tok.Digest.String(), "$argon2"}
	for _, deed := range deeds {
		must(t, errors.Join(deed.do(w, w.root, bob, tok.ID), w.reset(bob, tok.ID)))
	}
	for _, name := range []string{"bob", "eve", "rob"} {
		needles = append(needles, passwordOf(name))
		_, _ = w.signIn(name, passwordOf(name))
		_, _ = w.signIn(name, "wrong-"+passwordOf(name))
	}
	_ = w.live(text)
	all := w.log.String()
	for _, e := range w.events(0) {
		all += fmt.Sprintf("%+v\n", e)
	}
	for _, needle := range needles {
		if strings.Contains(all, needle) {
			t.Errorf("%q stands in\n%s", needle, all)
		}
	}
}

// reset undoes enough of a deed for the next one.
func (w *world) reset(bob pat.Principal, _ pat.TokenID) error {
	if _, err := w.store.User(w.t.Context(), bob.User); err != nil {
		return nil
	}
	return w.edit(w.root, bob.User, pat.UserEdit{Name: new("bob"), Disabled: new(false)})
}
