package storetest

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// story adds six events by bob, user 1, and eve, user 2.
func story(t *testing.T, s store.Store) {
	t.Helper()
	bob := addUser(t, s, pat.User{Name: "bob", FirstName: "Bob", LastName: "B", CreatedAt: noon, ModifiedAt: noon})
	eve := addUser(t, s, user("eve"))
	for i, e := range []pat.Event{
		{Actor: bob, ActorName: "bob", Act: pat.UserCreated, Object: pat.ObjectUser, ObjectID: 2, Owner: eve},
		{Actor: eve, ActorName: "eve", Act: pat.TokenCreated, Object: pat.ObjectToken, ObjectID: 2, Owner: eve, Changes: []pat.FieldChange{{Field: "name", Old: "", New: "Größe"}}},
		{Actor: bob, ActorName: "bob", Act: pat.TokenEdited, Object: pat.ObjectToken, ObjectID: 2, Owner: eve},
		{Actor: bob, ActorName: "bob", Act: pat.TokenCreated, Object: pat.ObjectToken, ObjectID: 1, Owner: bob},
		{Actor: eve, ActorName: "eve", Act: pat.TokenRevoked, Object: pat.ObjectToken, ObjectID: 2, Owner: eve},
		{ActorName: "operator", Act: pat.UserDeleted, Object: pat.ObjectUser, ObjectID: 9, Owner: 9},
	} {
		e.Via.Address = netip.MustParseAddr([]string{"10.1.2.3", "10.1.20.3", "2001:db8::1", "2001:db8:0:1::1"}[i%4])
		if i%2 == 1 {
			e.Credential, e.Token = pat.ByToken, pat.TokenID(i)
		}
		e.At = noon.Add(time.Duration(i/2) * time.Hour)
		appendEvent(t, s, e)
	}
}

// told returns the ids of what q selects, as one number.
func told(t tester, s store.Store, q pat.Query) (ids string) {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	page, total, err := s.Activity(context.Background(), q)
	must(t, err)
	if q.Offset == 0 && len(page) < q.Limit {
		want(t, "total", total, len(page))
	}
	for _, e := range page {
		ids += fmt.Sprint(e.ID)
	}
	return ids
}

func testActivity(t *testing.T, s store.Store) {
	story(t, s)
	for _, tt := range []struct {
		want  string
		where []pat.Cond
	}{
		{"123456", nil},
		{"3", conds("id", pat.Equal, int64(3))},
		{"134", conds("actor", pat.Equal, int64(1))},
		{"6", conds("actor", pat.Equal, int64(0))},
		{"25", conds("actor.username", pat.Equal, "eve")},
		{"24", conds("act", pat.Equal, string(pat.TokenCreated))},
		{"124", conds("operation", pat.Equal, "create")},
		{"3", conds("operation", pat.Equal, "update")},
		{"56", conds("operation", pat.Equal, "delete")},
		{"1234", not("operation", pat.Equal, "delete")},
		{"2345", conds("object", pat.Equal, "token")},
		{"235", conds("token", pat.Equal, int64(2))},
		{"1", conds("user", pat.Equal, int64(2))},
		{"1235", conds("object_id", pat.Equal, int64(2))},
		{"2345", conds("token", pat.In, []int64{1, 2})},
		{"146", not("token", pat.Equal, int64(2))},
		{"16", conds("token", pat.IsNull, nil)},
		{"2345", not("token", pat.IsNull, nil)},
		{"1235", conds("owner", pat.Equal, int64(2))},
		{"34", conds("at", pat.Equal, noon.Add(time.Hour))},
		{"56", conds("at", pat.Greater, noon.Add(time.Hour))},
		{"2", conds("changes", pat.Contains, "Größe")},
		{"15", conds("address", pat.Equal, "10.1.2.3")},
		{"1256", conds("address", pat.Within, "10.1.0.0/16")},
		{"15", conds("address", pat.Within, "10.1.2.0/24")},
		{"1256", conds("address", pat.Within, "10.1.3.4/19")},
		{"1256", conds("address", pat.Within, "0.0.0.0/0")},
		{"34", conds("address", pat.Within, "2001:db8::/32")},
		{"3", conds("address", pat.Within, "2001:db8::/64")},
		{"1256", not("address", pat.Within, "2001:db8::/32")},
		{"2", conds("credential", pat.Equal, int64(1))},
		{"135", conds("credential", pat.IsNull, nil)},
		{"2345", []pat.Cond{{Any: []pat.Cond{{Field: "token", Op: pat.In, Value: []int64{1, 2}}, {Field: "credential", Op: pat.In, Value: []int64{1, 3}}}}}},
		{"16", []pat.Cond{{Any: []pat.Cond{{Field: "token", Op: pat.Equal, Value: int64(2)}, {Field: "token", Op: pat.Equal, Value: int64(1)}}, Not: true}}},
		{"", conds("token", pat.Equal, int64(2), "user", pat.Equal, int64(2))},
	} {
		t.Run(fmt.Sprint(tt.where), func(t *testing.T) {
			want(t, "events", told(t, s, pat.Query{Where: tt.where}), tt.want)
		})
	}
}

func testActivityOrder(t *testing.T, s store.Store) {
	story(t, s)
	want(t, "newest first", told(t, s, pat.Query{Order: []pat.Order{{Field: "at", Desc: true}}}), "563412")
	want(t, "by actor", told(t, s, pat.Query{Order: []pat.Order{{Field: "actor.username"}}}), "134256")
	want(t, "the second page", told(t, s, pat.Query{Limit: 2, Offset: 2}), "34")
}

func testActivityActors(t *testing.T, s store.Store) {
	story(t, s)
	known := func(id int64) pat.Activity {
		page, _, err := s.Activity(t.Context(), pat.Query{Where: conds("id", pat.Equal, id), Limit: 1})
		must(t, err)
		return page[0]
	}
	bob := known(1)
	if !bob.ActorKept || bob.ActorFirstName != "Bob" || bob.ActorLastName != "B" || bob.ActorName != "bob" {
		t.Errorf("an actor: %+v", bob)
	}
	if operator := known(6); operator.ActorKept || operator.ActorName != "operator" {
		t.Errorf("nobody's user: %+v", operator)
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(1, noon, 0) })
	if gone := known(1); gone.ActorKept || gone.ActorName != "bob" || gone.ActorFirstName != "" {
		t.Errorf("a deleted actor: %+v", gone)
	}
}

func testActivityFields(t *testing.T, s store.Store) {
	story(t, s)
	sample := map[pat.FieldType]any{pat.Int: int64(1), pat.String: "a", pat.Time: noon}
	for field, kind := range pat.ActivityFields {
		_, _, err := s.Activity(t.Context(), pat.Query{Where: conds(field, pat.LessEq, sample[kind]), Order: []pat.Order{{Field: field}}, Limit: 1})
		must(t, err)
	}
	for _, wrong := range [][]pat.Cond{conds("request", pat.Equal, "x"), conds("address", pat.Within, "10.0.0.1"), conds("address", pat.Within, "x")} {
		_, _, err := s.Activity(t.Context(), pat.Query{Where: wrong, Limit: 1})
		wantKind(t, err, pat.Internal)
	}
}

// A sweep reads page after page what one page has, ranges and all.
func testActivitySweep(t *testing.T, s store.Store) {
	story(t, s)
	where := conds("at", pat.GreaterEq, noon.Add(time.Hour), "address", pat.Within, "0.0.0.0/0")
	for ids, last := "", int64(7); ; {
		page, _, err := s.Activity(t.Context(), pat.Query{
			Where: append(conds("id", pat.Less, last), where...), Order: []pat.Order{{Field: "id", Desc: true}}, Limit: 1, Uncounted: true, Sweep: true,
		})
		must(t, err)
		if len(page) == 0 {
			want(t, "all", ids, "65")
			return
		}
		last = int64(page[0].ID)
		ids += fmt.Sprint(last)
	}
}

func testLiveTokensOf(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	var all []pat.TokenID
	add := func(k pat.Token, live bool) {
		if id := addToken(t, s, k); live {
			all = append(all, id)
		}
	}
	expiring := func(at time.Time) pat.Token { k := token(bob); k.ExpiresAt = at; return k }
	add(token(bob), true)
	add(expiring(noon), false)
	add(expiring(noon.Add(time.Microsecond)), true)
	add(token(eve), false)
	endToken(t, s, addToken(t, s, token(bob)), noon)
	add(token(bob), true)
	var got []pat.TokenID
	for last := pat.TokenID(0); ; last = got[len(got)-1] {
		page, err := s.LiveTokensOf(t.Context(), bob, noon, last, 2)
		must(t, err)
		for _, k := range page {
			got = append(got, k.ID)
		}
		if len(page) < 2 {
			break
		}
	}
	if !slices.Equal(got, all) {
		t.Errorf("got %v, want %v", got, all)
	}
}

func testBegan(t *testing.T, s store.Store) {
	at, err := s.Began(t.Context())
	must(t, err)
	want(t, "without a user", at, time.Time{})
	bob := addUser(t, s, user("bob"))
	later := user("eve")
	later.CreatedAt = noon.Add(-time.Hour) // a clock that was put back
	addUser(t, s, later)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(bob, noon, 0) })
	at, err = s.Began(t.Context())
	must(t, err)
	want(t, "the first, though deleted", at, noon)
}
