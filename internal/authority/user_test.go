package authority_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestUserNamesAreUniqueWhateverTheirCase(t *testing.T) {
	tests := []struct {
		name, taken, asked string
		kind               string
	}{
		{"the same", "bob", "bob", "conflict"},
		{"upper case", "bob", "BOB", "conflict"},
		{"a sharp s", "straße", "STRASSE", "conflict"},
		{"a ligature, which NFKC takes apart", "office", "oﬃce", "conflict"},
		{"an accent of its own", "rené", "rené", "conflict"},
		{"full width", "bob", "ＢＯＢ", "conflict"},
		{"a final sigma", "οδος", "οδοσ", "conflict"},
		{"Cherokee", "ꭰꮃꭹ", "ᎠᎳᎩ", "conflict"},
		{"another letter", "bob", "bоb", "done"}, // the second o is Cyrillic
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			create := func(name string) error {
				_, err := w.CreateUser(t.Context(), w.root, pat.UserRequest{Name: name, Password: "lumpen-orchid-77"})
				return err
			}
			must(t, create(tt.taken))
			field := map[string]string{"conflict": "username"}[tt.kind]
			want(t, create(tt.asked), tt.kind, field)
			eve := w.user("eve")
			if tt.kind == "conflict" {
				want(t, w.edit(w.root, eve.User, pat.UserEdit{Name: &tt.asked}), "conflict", "username")
			}
		})
	}
}

func TestANameMayBeRespelledByItsOwner(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	must(t, w.edit(w.root, bob.User, pat.UserEdit{Name: new("Bob")}))
	if got := w.stored(bob.User).Name; got != "Bob" {
		t.Errorf("bob is called %q", got)
	}
}

func TestNamesAreKeptInNFKC(t *testing.T) {
	w := newWorld(t)
	u, err := w.CreateUser(t.Context(), w.root, pat.UserRequest{Name: "ﬁona", Password: "lumpen-orchid-77"})
	if must(t, err); u.Name != "fiona" {
		t.Errorf("kept as %q", u.Name)
	}
	found, err := w.UserByName(t.Context(), w.root, "ﬁona")
	if err != nil || found.ID != u.ID {
		t.Errorf("%v, %v", found, err)
	}
	if _, err := w.UserByName(t.Context(), w.root, "Fiona"); !pat.Is(err, pat.NotFound) {
		t.Errorf("found in another case: %v", err)
	}
	_, err = w.signIn("ﬁona", "lumpen-orchid-77")
	must(t, err)
}

func TestAllFieldsAtFaultAreNamed(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("x", 151)
	_, err := w.CreateUser(t.Context(), w.root, pat.UserRequest{Name: "a b", FirstName: long, LastName: long, Email: "x", TimeZone: "Moon/Sea", Password: "short"})
	wantFields(t, err, "username", "password", "first_name", "last_name", "email", "time_zone")
	bob := w.user("bob")
	wantFields(t, w.edit(bob, bob.User, pat.UserEdit{Email: new("x"), TimeZone: new("Local"), Password: new("bob-bob-bob-bob")}), "password", "email", "time_zone")
	_, err = w.CreateUser(t.Context(), w.root, pat.UserRequest{Name: "nopassword"})
	wantFields(t, err, "password")
}

func wantFields(t *testing.T, err error, names ...string) {
	t.Helper()
	var got []string
	for _, f := range pat.AsError(err).Fields {
		got = append(got, f.Name)
	}
	if !pat.Is(err, pat.Invalid) || !slices.Equal(got, names) {
		t.Errorf("%v blames %q, want %q", err, got, names)
	}
}

// A client that writes back all it has read changes nothing by it.
func TestOwnFieldsMayBeRepeated(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	same := pat.UserEdit{Name: new("bob"), Admin: new(false), Auditor: new(false), Disabled: new(false)}
	before := w.last()
	must(t, w.edit(bob, bob.User, same))
	if more := w.events(before); len(more) != 0 {
		t.Errorf("the trail says %v", more)
	}
}

// The clock stands still in this test.
func TestModifiedOfAUserGrowsAndIsAnsweredAsKept(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	before := w.stored(bob.User)
	for name, edit := range map[string]pat.UserEdit{
		"nothing":  {},
		"a name":   {LastName: new("Builder")},
		"password": {Password: new("lumpen-orchid-77")},
		"disabled": {Disabled: new(true)},
	} {
		now, err := w.EditUser(t.Context(), w.root, bob.User, edit)
		must(t, err)
		if kept := w.stored(bob.User); !now.ModifiedAt.After(before.ModifiedAt) || kept != now {
			t.Errorf("%s: was %v, is answered as %+v and kept as %+v", name, before.ModifiedAt, now, kept)
		}
		before = now
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	w := newWorld(t)
	deputy := w.user("deputy", admin)
	w.disable(deputy.User) // and counts no longer
	for name, edit := range map[string]pat.UserEdit{"demote": {Admin: new(false)}, "disable": {Disabled: new(true)}} {
		t.Run(name, func(t *testing.T) {
			want(t, w.edit(w.root, w.root.User, edit), "conflict", "")
			want(t, w.edit(pat.Operator("ops"), w.root.User, edit), "conflict", "")
		})
	}
	want(t, w.DeleteUser(t.Context(), pat.Operator("ops"), w.root.User), "conflict", "")
	must(t, w.edit(w.root, w.root.User, pat.UserEdit{FirstName: new("Root")}))
	must(t, w.edit(w.root, deputy.User, pat.UserEdit{Admin: new(false)})) // was no longer one of them
	must(t, w.edit(w.root, deputy.User, pat.UserEdit{Admin: new(true), Disabled: new(false)}))
	must(t, w.edit(deputy, w.root.User, pat.UserEdit{Admin: new(false)}))
}

func TestNobodyDeletesThemselves(t *testing.T) {
	w := newWorld(t)
	w.user("deputy", admin)
	want(t, w.DeleteUser(t.Context(), w.root, w.root.User), "forbidden", "")
	want(t, w.DeleteUser(t.Context(), w.bearer(w.root, "write"), w.root.User), "forbidden", "")
}

func TestAdministratorsCannotUndoEachOther(t *testing.T) {
	acts := map[string]func(w *world, by pat.Principal, id pat.UserID) error{
		"demote": func(w *world, by pat.Principal, id pat.UserID) error {
			return w.edit(by, id, pat.UserEdit{Admin: new(false)})
		},
		"disable": func(w *world, by pat.Principal, id pat.UserID) error {
			return w.edit(by, id, pat.UserEdit{Disabled: new(true)})
		},
		"delete": func(w *world, by pat.Principal, id pat.UserID) error {
			return w.DeleteUser(context.Background(), by, id)
		},
	}
	for first, one := range acts {
		for second, other := range acts {
			t.Run(first+" against "+second, func(t *testing.T) {
				w := newWorld(t)
				deputy := w.user("deputy", admin)
				errs := together(2, func(i int) error {
					if i == 0 {
						return one(w, w.root, deputy.User)
					}
					return other(w, deputy, w.root.User)
				})
				if (errs[0] == nil) == (errs[1] == nil) {
					t.Errorf("one of two was to succeed: %v", errs)
				}
				if n, err := w.store.CountAdmins(t.Context()); err != nil || n != 1 {
					t.Errorf("%d administrators are left, %v", n, err)
				}
			})
		}
	}
}

func TestDisablingAnewKeepsTheFirstTime(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.disable(bob.User)
	since, before := w.stored(bob.User).DisabledAt, w.last()
	w.clock.Forward(time.Second)
	w.disable(bob.User)
	if now := w.stored(bob.User).DisabledAt; !now.Equal(since) || len(w.events(before)) != 0 {
		t.Errorf("disabled since %v, then since %v; the trail says %v", since, now, w.events(before))
	}
}
