package storetest

import (
	"context"
	"net/netip"
	"reflect"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var trails = map[string]func(*testing.T, store.Store){
	"an event comes back as it was put in": testEvent,
	"events come by id, a page at a time":  testEventPages,
	"changes of an event keep their order": testEventChanges,
	"the trail outlives what it is about":  testTrailStays,

	"activity selects what its conditions say":           testActivity,
	"activity orders as it says, and the id breaks ties": testActivityOrder,
	"activity says what is known now of who acted":       testActivityActors,
	"every field of activity can be compared":            testActivityFields,
	"a sweep of the activity leaves nothing out":         testActivitySweep,
	"live tokens come by id, a page at a time":           testLiveTokensOf,
	"an installation begins with its first user":         testBegan,
}

var places = map[string]func(*testing.T, store.Store){
	"prefixes are kept, the newest first":      testPrefixes,
	"an installation has one UUID and its own": testInstallation,
}

func appendEvent(t tester, s store.Store, e pat.Event) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Append(e) })
}

func testEvent(t *testing.T, s store.Store) {
	for _, e := range []pat.Event{
		{
			At: noon, Actor: 1, ActorName: "bob", Credential: pat.ByToken, Token: 2,
			Via: pat.Via{Face: "api", Address: netip.MustParseAddr("192.0.2.7"), RequestID: "r-1"},
			Act: pat.TokenEdited, Object: pat.ObjectToken, ObjectID: 3, ObjectName: "ci",
			Changes: []pat.FieldChange{{Field: "scope", Old: "read", New: "write"}}, Reason: "why not", Outcome: "done",
		},
		{At: noon.Add(time.Microsecond)},
	} {
		appendEvent(t, s, e)
		all, err := s.Events(t.Context(), 0, 10)
		must(t, err)
		got := all[len(all)-1]
		e.ID = pat.EventID(len(all))
		if !reflect.DeepEqual(got, e) {
			t.Errorf("got  %+v\nwant %+v", got, e)
		}
	}
}

func testEventPages(t *testing.T, s store.Store) {
	for range 5 {
		appendEvent(t, s, pat.Event{At: noon})
	}
	var got []pat.EventID
	for after := pat.EventID(0); ; after = got[len(got)-1] {
		page, err := s.Events(t.Context(), after, 2)
		must(t, err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			got = append(got, e.ID)
		}
	}
	if want := []pat.EventID{1, 2, 3, 4, 5}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func testEventChanges(t *testing.T, s store.Store) {
	value := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.String(), func(v string) any { return v }),
		rapid.Map(rapid.Int64(), func(v int64) any { return v }),
		rapid.Map(rapid.Bool(), func(v bool) any { return v }),
	)
	change := rapid.Custom(func(rt *rapid.T) pat.FieldChange {
		return pat.FieldChange{Field: rapid.StringMatching(`[a-z_]{1,8}`).Draw(rt, "field"), Old: value.Draw(rt, "old"), New: value.Draw(rt, "new")}
	})
	last := pat.EventID(0)
	rapid.Check(t, func(rt *rapid.T) {
		e := pat.Event{At: noon, Changes: rapid.SliceOfN(change, 1, 5).Draw(rt, "changes")}
		appendEvent(rt, s, e)
		got, err := s.Events(context.Background(), last, 1)
		must(rt, err)
		last = got[0].ID
		if !reflect.DeepEqual(got[0].Changes, e.Changes) {
			rt.Fatalf("got %#v, want %#v", got[0].Changes, e.Changes)
		}
	})
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return tx.Append(pat.Event{At: noon, Changes: []pat.FieldChange{{Field: "x", New: noon}}})
	})
	wantKind(t, err, pat.Internal) // a type that would not come back
}

func testTrailStays(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	id := addToken(t, s, token(bob))
	appendEvent(t, s, pat.Event{At: noon, Actor: bob, ActorName: "bob", Object: pat.ObjectToken, ObjectID: int64(id)})
	endToken(t, s, id, noon)
	_, err := s.PruneTokens(t.Context(), farOff, 10)
	must(t, err)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(bob, noon, 0) })
	events, err := s.Events(t.Context(), 0, 10)
	must(t, err)
	want(t, "events", len(events), 1)
	want(t, "actor", events[0].ActorName, "bob")
}

func testPrefixes(t *testing.T, s store.Store) {
	for _, step := range []struct {
		current string
		want    []string
	}{
		{"", nil},
		{"jtn", []string{"jtn"}},
		{"jtn", []string{"jtn"}},
		{"", []string{"jtn"}},
		{"acme", []string{"acme", "jtn"}},
		{"jtn", []string{"jtn", "acme"}},
		{"new", []string{"new", "jtn", "acme"}},
	} {
		got, err := s.Prefixes(t.Context(), step.current)
		must(t, err)
		if !reflect.DeepEqual(got, step.want) {
			t.Errorf("after %s: got %v, want %v", step.current, got, step.want)
		}
	}
}

func testInstallation(t *testing.T, s store.Store) {
	first, err := s.Installation(t.Context())
	must(t, err)
	again, err := s.Installation(t.Context())
	must(t, err)
	version4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	if first != again || !version4.MatchString(first) {
		t.Errorf("%q, then %q", first, again)
	}
}
