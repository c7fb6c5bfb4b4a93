package authority_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func TestWhoMaySeeWhatWasDone(t *testing.T) {
	acts := []string{"to a token", "to a user", "an entry", "the end of a token", "in all"}
	one := func(w *world, by pat.Principal, act pat.Act, id pat.TokenID) error {
		for _, e := range w.events(0) {
			if e.Act == act && e.ObjectID == int64(id) {
				_, err := w.ActivityByID(w.t.Context(), by, e.ID)
				return err
			}
		}
		return pat.Fail(pat.NotFound, "no such act")
	}
	checkRights(t, acts, map[string]act{
		"to a token": func(w *world, by, _ pat.Principal, id pat.TokenID) error {
			_, _, err := w.ActivityOf(w.t.Context(), by, pat.ObjectToken, int64(id), pat.Query{Limit: 10})
			return err
		},
		"to a user": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			_, _, err := w.ActivityOf(w.t.Context(), by, pat.ObjectUser, int64(bob.User), pat.Query{Limit: 10})
			return err
		},
		"an entry": func(w *world, by, _ pat.Principal, id pat.TokenID) error { return one(w, by, pat.TokenCreated, id) },
		"the end of a token": func(w *world, by, _ pat.Principal, id pat.TokenID) error {
			must(w.t, w.RevokeToken(w.t.Context(), w.root, id, ""))
			return one(w, by, pat.TokenRevoked, id)
		},
		"in all": func(w *world, by, bob pat.Principal, _ pat.TokenID) error {
			his := []pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(bob.User)}}
			_, n, err := w.Activity(w.t.Context(), by, pat.Query{Where: his})
			if err == nil && n == 0 {
				err = pat.Fail(pat.Forbidden, "not listed")
			}
			return err
		},
	}, map[string]string{
		"nobody":             "- - - - -",
		"no one by name":     "- - - - -",
		"bob":                "y y y n y",
		"bob, write token":   "y y y n y",
		"bob, read token":    "y y y n y",
		"bob, deploy token":  "n n n n n",
		"another":            "n n n n n",
		"another, write":     "n n n n n",
		"auditor":            "y y y y y",
		"auditor, write":     "y y y y y",
		"administrator":      "y y y y y",
		"admin, write token": "y y y y y",
		"admin, read token":  "y y y y y",
		"operator":           "y y y y y",
		"set-up":             "n n n n n",
	})
}

// seen writes which acts by gets to see.
func (w *world) seen(by pat.Principal, q pat.Query) string {
	w.t.Helper()
	q.Limit = 100
	found, total, err := w.Activity(w.t.Context(), by, q)
	must(w.t, err)
	if total != len(found) {
		w.t.Errorf("%d of %d", len(found), total)
	}
	var acts []string
	for _, e := range found {
		acts = append(acts, fmt.Sprintf("%s:%d", e.Act, e.ObjectID))
	}
	return strings.Join(acts, " ")
}

func TestPlainUsersSeeWhatIsTheirsButNotItsEnd(t *testing.T) {
	w := newWorld(t)
	bob, eve := w.user("bob"), w.user("eve")
	_, ci := w.mint(bob)
	_, other := w.mint(eve)
	must(t, w.edit(w.root, bob.User, pat.UserEdit{FirstName: new("Bob")}))
	must(t, w.RevokeToken(t.Context(), bob, ci.ID, ""))
	must(t, w.RevokeToken(t.Context(), eve, other.ID, ""))
	if got, want := w.seen(bob, pat.Query{}), "token.created:1 user.edited:2"; got != want {
		t.Errorf("bob sees %s, want %s", got, want)
	}
	if got, want := w.seen(w.root, pat.Query{}), "token.created:1 token.created:2 user.edited:2 token.revoked:1 token.revoked:2"; got != want {
		t.Errorf("root sees %s, want %s", got, want)
	}
	// A query cannot ask for more.
	for _, q := range []pat.Query{
		{Where: []pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(eve.User)}}},
		{Where: []pat.Cond{{Field: "operation", Op: pat.Equal, Value: "delete"}}},
	} {
		if got := w.seen(bob, q); got != "" {
			t.Errorf("bob sees %s by asking for %v", got, q.Where)
		}
	}
	found, _, err := w.ActivityOf(t.Context(), bob, pat.ObjectToken, int64(ci.ID), pat.Query{Limit: 10})
	if err != nil || len(found) != 1 || found[0].Act != pat.TokenCreated {
		t.Errorf("of a revoked token: %v, %v", found, err)
	}
}

func TestWhereOthersActedFromIsNotForPlainUsers(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	by := w.bearer(bob, "write")
	must(t, w.edit(w.root, bob.User, pat.UserEdit{FirstName: new("Bob")}))
	must(t, w.edit(by, bob.User, pat.UserEdit{LastName: new("B")}))
	for _, tt := range []struct {
		name   string
		who    pat.Principal
		hidden int
	}{{"bob", bob, 1}, {"root", w.root, 0}} {
		found, _, err := w.Activity(t.Context(), tt.who, pat.Query{Limit: 10})
		must(t, err)
		hidden := 0
		for _, e := range found {
			if e.Via.Face == "" {
				t.Errorf("%s: no face", tt.name)
			}
			if e.Actor == w.root.User && (e.Credential == "" || e.Via.RequestID == "" || !e.Via.Address.IsValid()) {
				hidden++
			}
			if e.Actor == bob.User && (e.Credential == "" || e.Via != via()) {
				t.Errorf("%s does not see bob's own: %+v", tt.name, e)
			}
		}
		if hidden != tt.hidden {
			t.Errorf("%s: hidden in %d entries", tt.name, hidden)
		}
	}
}

// A user's tokens end with the user: each is written down, however many there
// are, but not those that had ended before.
func TestDeletingAUserWritesTheEndOfEachToken(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, short := w.mint(bob, lasting(time.Minute))
	_, done := w.mint(bob)
	must(t, w.RevokeToken(t.Context(), bob, done.ID, ""))
	w.clock.Forward(time.Hour)
	const n = 1100 // more than two batches
	want := map[int64]bool{}
	w.update(func(tx store.Tx) error {
		for i := range n {
			tok := pat.Token{Owner: bob.User, Scopes: "read", Origin: pat.OriginAPI, CreatedAt: w.clock.Now(), ModifiedAt: w.clock.Now()}
			tok.Digest[0], tok.Digest[1], tok.Digest[2] = 1, byte(i), byte(i>>8)
			id, err := tx.InsertToken(tok)
			if err != nil {
				return err
			}
			want[int64(id)] = true
		}
		return nil
	})
	before := w.last()
	must(t, w.DeleteUser(t.Context(), w.root, bob.User))
	trail := w.events(before)
	if len(trail) != n+1 || trail[n].Act != pat.UserDeleted {
		t.Fatalf("%d events, the last %+v", len(trail), trail[len(trail)-1])
	}
	for _, e := range trail[:n] {
		if e.Act != pat.TokenRevoked || !want[e.ObjectID] || e.Owner != bob.User || e.Actor != w.root.User || e.ObjectID == int64(short.ID) {
			t.Fatalf("%+v", e)
		}
		delete(want, e.ObjectID)
	}
}

// Whoever may read an application sees what became of it, but not who uses it.
func TestWhoUsesAnApplicationIsNotForPlainUsers(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	w.update(func(tx store.Tx) error {
		id, err := tx.InsertApplication(pat.Application{
			Name: "portal", ClientID: "c", Type: pat.Public, Grant: pat.GrantCode, CreatedAt: w.clock.Now(), ModifiedAt: w.clock.Now(),
		})
		if err != nil {
			return err
		}
		for _, act := range []pat.Act{pat.ApplicationCreated, pat.ApplicationAuthorized, pat.ApplicationEdited} {
			e := pat.EventBy(w.root, w.clock.Now(), act)
			e.Object, e.ObjectID = pat.ObjectApplication, int64(id)
			if err := tx.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	for _, tt := range []struct {
		name string
		by   pat.Principal
		want int
	}{{"bob", bob, 2}, {"root", w.root, 3}} {
		found, n, err := w.ActivityOf(t.Context(), tt.by, pat.ObjectApplication, 1, pat.Query{Limit: 10})
		must(t, err)
		if n != tt.want || len(found) != tt.want {
			t.Errorf("%s sees %d of %d, want %d", tt.name, len(found), n, tt.want)
		}
	}
	_, _, err := w.ActivityOf(t.Context(), bob, pat.ObjectApplication, 99, pat.Query{Limit: 10})
	want(t, err, "not found", "")
	_, _, err = w.ActivityOf(t.Context(), bob, pat.ObjectPolicy, 1, pat.Query{Limit: 10})
	want(t, err, "not found", "")
}
