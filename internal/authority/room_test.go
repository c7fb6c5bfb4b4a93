package authority_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestNameIsUniqueAmongLiveTokens(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, first := w.mint(bob, named("ci"), lasting(time.Hour))
	tests := []struct {
		name, asked string
		by          pat.Principal
		kind, field string
	}{
		{"the same is refused", "ci", bob, "invalid", "name"},
		{"with blanks around it, too", " \tci ", bob, "invalid", "name"},
		{"case is kept apart", "CI", bob, "done", ""},
		{"another user may", "ci", eve, "done", ""},
		{"no name is no name", "", bob, "done", ""},
		{"blanks are no name", "  ", bob, "done", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := w.create(tt.by, named(tt.asked))
			want(t, err, tt.kind, tt.field)
		})
	}
	t.Run("the administrator finds it taken, too", func(t *testing.T) {
		_, _, err := w.create(w.root, ownedBy(bob.User), named("ci"))
		want(t, err, "invalid", "name")
	})
	t.Run("a revoke frees it", func(t *testing.T) {
		must(t, w.RevokeToken(t.Context(), bob, first.ID, ""))
		_, _ = w.mint(bob, named("ci"), lasting(time.Hour))
	})
	t.Run("it is held to the last microsecond of a life", func(t *testing.T) {
		w.clock.Forward(time.Hour - time.Microsecond)
		_, _, err := w.create(bob, named("ci"))
		want(t, err, "invalid", "name")
	})
	t.Run("expiry frees it", func(t *testing.T) {
		w.clock.Forward(time.Microsecond)
		_, _ = w.mint(bob, named("ci"))
	})
}

func TestNameIsUniqueAfterAnEdit(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, ci := w.mint(bob, named("ci"))
	_, cd := w.mint(bob, named("cd"))
	rename := func(id pat.TokenID, name string) error {
		_, err := w.EditToken(t.Context(), bob, id, pat.TokenEdit{Name: &name})
		return err
	}
	want(t, rename(cd.ID, "ci"), "invalid", "name")
	want(t, rename(cd.ID, "cd"), "done", "") // its own is free to it
	want(t, rename(ci.ID, "old"), "done", "")
	want(t, rename(cd.ID, "ci"), "done", "")
}

// small is a world in which a user may have 3 named and 2 unnamed tokens.
func small(t *testing.T) *world {
	w := newWorld(t)
	w.Policy.MaxNamed, w.Policy.MaxUnnamed = 3, 2
	return w
}

func TestLimitsCountLiveTokensByKind(t *testing.T) {
	w := small(t)
	bob := w.user("bob")
	var tokens []pat.Token
	for i := range 3 {
		_, tok := w.mint(bob, named(fmt.Sprint("n", i)), lasting(time.Hour))
		tokens = append(tokens, tok)
	}
	for range 2 {
		_, tok := w.mint(bob)
		tokens = append(tokens, tok)
	}
	create := func(name string) error {
		_, _, err := w.create(bob, named(name))
		return err
	}
	want(t, create("n3"), "invalid", "owner")
	want(t, create(""), "invalid", "owner")
	_, _, err := w.create(w.user("eve"), named("n0"))
	must(t, err) // hers are counted apart
	must(t, w.RevokeToken(t.Context(), bob, tokens[4].ID, ""))
	want(t, create("n3"), "invalid", "owner") // an unnamed one gave no room to named ones
	want(t, create(""), "done", "")
	w.clock.Forward(time.Hour) // the named ones expire
	want(t, create("n0"), "done", "")
	want(t, create(""), "invalid", "owner")
}

// Otherwise a name given afterwards would get around the limit.
func TestLimitsHoldWhenATokenChangesKind(t *testing.T) {
	w := small(t)
	bob := w.user("bob")
	for i := range 3 {
		w.mint(bob, named(fmt.Sprint("n", i)))
	}
	_, tok := w.mint(bob)
	w.mint(bob)
	_, err := w.EditToken(t.Context(), bob, tok.ID, pat.TokenEdit{Name: new("n3")})
	want(t, err, "invalid", "owner")
	other, _, err := w.Tokens(t.Context(), bob, pat.Query{Where: []pat.Cond{{Field: "name", Op: pat.Equal, Value: "n0"}}, Limit: 1})
	must(t, err)
	_, err = w.EditToken(t.Context(), bob, other[0].ID, pat.TokenEdit{Name: new("")})
	want(t, err, "invalid", "owner")
	_, err = w.EditToken(t.Context(), bob, other[0].ID, pat.TokenEdit{Name: new("m0")})
	want(t, err, "done", "") // of the same kind: nothing is added
}

func TestOneOfManyGetsAName(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	got := tally(together(64, func(int) error {
		_, _, err := w.create(bob, named("ci"))
		return err
	}))
	if !maps.Equal(got, map[string]int{"done": 1, "invalid": 63}) {
		t.Errorf("%v", got)
	}
}

func TestLimitsHoldUnderARush(t *testing.T) {
	w := newWorld(t)
	w.Policy.MaxNamed, w.Policy.MaxUnnamed = 7, 5
	bob := w.user("bob")
	got := tally(together(64, func(i int) error {
		name := ""
		if i%2 == 0 {
			name = fmt.Sprint("n", i)
		}
		_, _, err := w.create(bob, named(name))
		return err
	}))
	if !maps.Equal(got, map[string]int{"done": 12, "invalid": 52}) {
		t.Errorf("%v", got)
	}
	if named, unnamed, err := w.store.CountLive(t.Context(), bob.User, w.clock.Now()); err != nil || named != 7 || unnamed != 5 {
		t.Errorf("%d named and %d unnamed, %v", named, unnamed, err)
	}
}
