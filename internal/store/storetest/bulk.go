package storetest

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var bulks = map[string]func(*testing.T, store.Store){
	"a selection is kept as it is, and forgotten by age": testBulk,
	"of a user's selections the latest are kept":         testTrimBulks,
	"the ids of tokens come by id, up to a limit":        testFoundIDs,
	"tokens are found by where they were used from":      testUsedFrom,
}

func testBulk(t *testing.T, s store.Store) {
	b := pat.Bulk{
		Act: pat.BulkPause, Reason: "why", By: 7, ByName: "bob", Wide: true, At: noon,
		Tokens: []pat.TokenID{1, 2, 1 << 40, 1<<40 + 1, 3},
	}
	update(t, s, func(tx store.Tx) (err error) {
		b.ID, err = tx.InsertBulk(b)
		return err
	})
	got, err := s.Bulk(t.Context(), b.ID)
	must(t, err)
	want(t, "kept as it is", reflect.DeepEqual(got, b), true)
	update(t, s, func(tx store.Tx) error {
		must(t, tx.SetBulkDone(b.ID, 3, 2, noon.Add(time.Hour)))
		done, changed, at, err := tx.BulkDone(b.ID)
		want(t, "done", done, 3)
		want(t, "changed", changed, 2)
		want(t, "at", at, noon.Add(time.Hour))
		return err
	})
	update(t, s, func(tx store.Tx) error { return tx.PruneBulks(noon.Add(time.Hour)) })
	got, err = s.Bulk(t.Context(), b.ID)
	must(t, err)
	want(t, "left", got.Left(), 2)
	update(t, s, func(tx store.Tx) error { return tx.PruneBulks(farOff) })
	_, err = s.Bulk(t.Context(), b.ID)
	wantKind(t, err, pat.NotFound)
	err = s.Update(t.Context(), func(tx store.Tx) error {
		_, _, _, err := tx.BulkDone(b.ID)
		return err
	})
	wantKind(t, err, pat.NotFound)
	var next pat.BulkID
	update(t, s, func(tx store.Tx) (err error) {
		next, err = tx.InsertBulk(pat.Bulk{At: noon})
		return err
	})
	want(t, "an id is given twice", next == b.ID, false)
}

func testTrimBulks(t *testing.T, s store.Store) {
	ids := make([]pat.BulkID, 4)
	update(t, s, func(tx store.Tx) (err error) {
		for i := range ids {
			by := pat.UserID(7)
			if i == 3 {
				by = 8
			}
			if ids[i], err = tx.InsertBulk(pat.Bulk{By: by, At: noon.Add(time.Duration(i) * time.Minute)}); err != nil {
				return err
			}
		}
		return tx.SetBulkDone(ids[0], 0, 0, noon.Add(time.Hour)) // run of late
	})
	update(t, s, func(tx store.Tx) error { return tx.TrimBulks(7, 2) })
	for i, there := range []bool{true, false, true, true} {
		if _, err := s.Bulk(t.Context(), ids[i]); (err == nil) != there {
			t.Errorf("selection %d: %v, and is to be there: %t", i, err, there)
		}
	}
}

func testFoundIDs(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ids := []pat.TokenID{addToken(t, s, token(bob)), addToken(t, s, token(bob)), addToken(t, s, token(addUser(t, s, user("eve"))))}
	for limit, wants := range map[int][]pat.TokenID{10: ids[:2], 1: ids[:1], 0: nil} {
		got, err := s.TokenIDs(t.Context(), []pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(bob)}}, limit)
		must(t, err)
		want(t, "ids", slices.Equal(got, wants), true)
	}
}

func testUsedFrom(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	at := pat.UseAddress{FirstAt: noon, LastAt: noon, Accepted: 1}
	ids := []pat.TokenID{}
	for _, from := range []string{"192.0.2.7", "2001:db8::1", "198.51.100.1"} {
		id := addToken(t, s, token(bob))
		ids = append(ids, id)
		a := at
		a.Address = netip.MustParseAddr(from)
		must(t, s.RecordUse(t.Context(), []store.Use{{Token: id, Hour: noon.Truncate(time.Hour), FirstAt: noon, LastAt: noon, LastFrom: a.Address, Accepted: 1, Addresses: []pat.UseAddress{a}}}, nil))
	}
	refused := addToken(t, s, token(bob))
	at.Address, at.Accepted, at.Refused = netip.MustParseAddr("192.0.2.7"), 0, 1
	must(t, s.RecordUse(t.Context(), []store.Use{{Token: refused, Hour: noon.Truncate(time.Hour), Addresses: []pat.UseAddress{at}}}, nil))
	var got []pat.TokenID
	must(t, s.UsedFrom(t.Context(), func(a string) bool { return a == "192.0.2.7" || a == "2001:db8::1" }, func(id pat.TokenID) { got = append(got, id) }))
	slices.Sort(got)
	want(t, "used from there", slices.Equal(slices.Compact(got), ids[:2]), true)
}
