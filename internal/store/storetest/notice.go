package storetest

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var notices = map[string]func(*testing.T, store.Store){
	"notices are what others did to what is the owner's": testNotices,
	"notices are counted up to a bound":                  testCountNotices,
	"what a user said about notices is kept":             testNoticeMarks,
	"use by day has days and hours, of the owner alone":  testDayUse,
}

// appendNotices appends two events that bob is told of, between others.
func appendNotices(t *testing.T, s store.Store) (bob pat.UserID) {
	t.Helper()
	bob = addUser(t, s, user("bob"))
	for _, e := range []pat.Event{
		{Act: pat.TokenRevoked, Owner: bob, Actor: bob, Reason: "own"},
		{Act: pat.TokenRevoked, Owner: bob, Actor: bob + 1, Reason: "first"},
		{Act: pat.TokenRevoked, Owner: bob + 1, Actor: 0, Reason: "another's"},
		{Act: pat.SessionEnded, Owner: bob, Actor: 0, Reason: "another act"},
		{Act: pat.TokenPaused, Owner: bob, Actor: 0, Reason: "second"},
		{Act: pat.TokenPaused, Actor: 0, Reason: "nobody's"},
		{Act: pat.TokenPaused, Owner: bob, Actor: 0, ObjectName: "-", Reason: "of one without a name"},
	} {
		e.At, e.Object, e.ObjectID, e.Outcome = noon, pat.ObjectToken, 7, "done"
		switch {
		case e.ObjectName == "-":
			e.ObjectName = ""
		case e.Actor == 0: // what a user did is told whether it has a name or not
			e.ObjectName = "ci"
		}
		appendEvent(t, s, e)
	}
	return bob
}

var noticedActs = []pat.Act{pat.TokenPaused, pat.TokenRevoked}

func testNotices(t *testing.T, s store.Store) {
	bob := appendNotices(t, s)
	reasons := func(acts []pat.Act, before pat.EventID, limit int) (all []string, last pat.EventID) {
		t.Helper()
		page, err := s.Notices(t.Context(), bob, acts, before, limit)
		must(t, err)
		for i := range page {
			all, last = append(all, page[i].Reason), page[i].ID
		}
		return all, last
	}
	all, first := reasons(noticedActs, math.MaxInt64, 9)
	if !slices.Equal(all, []string{"second", "first"}) {
		t.Errorf("all: %v", all)
	}
	if got, _ := reasons(noticedActs, first, 9); got != nil {
		t.Errorf("before the first: %v", got)
	}
	if got, last := reasons(noticedActs, math.MaxInt64, 1); !slices.Equal(got, []string{"second"}) || last <= first {
		t.Errorf("one: %v", got)
	}
	if got, _ := reasons([]pat.Act{pat.TokenPaused}, math.MaxInt64, 9); !slices.Equal(got, []string{"second"}) {
		t.Errorf("of one act: %v", got)
	}
	if got, _ := reasons(nil, math.MaxInt64, 9); got != nil {
		t.Errorf("of no act: %v", got)
	}
}

func testCountNotices(t *testing.T, s store.Store) {
	bob := appendNotices(t, s)
	page, err := s.Notices(t.Context(), bob, noticedActs, math.MaxInt64, 9)
	must(t, err)
	for _, tt := range []struct {
		after       pat.EventID
		limit, want int
	}{{0, 9, 2}, {0, 1, 1}, {page[1].ID, 9, 1}, {page[0].ID, 9, 0}} {
		got, err := s.CountNotices(t.Context(), bob, noticedActs, tt.after, tt.limit)
		must(t, err)
		want(t, "notices", got, tt.want)
	}
}

func testNoticeMarks(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	check := func(want pat.NoticeMarks) {
		t.Helper()
		got, err := s.NoticeMarks(t.Context(), bob)
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	set := func(m pat.NoticeMarks) {
		t.Helper()
		update(t, s, func(tx store.Tx) error { return tx.SetNoticeMarks(bob, m) })
	}
	check(pat.NoticeMarks{})
	set(pat.NoticeMarks{ReadTo: 7, Muted: []pat.NoticeKind{pat.NoticeEnding, pat.NoticeRefused}})
	check(pat.NoticeMarks{ReadTo: 7, Muted: []pat.NoticeKind{pat.NoticeRefused, pat.NoticeEnding}})
	set(pat.NoticeMarks{ReadTo: 3}) // what was read stays read
	check(pat.NoticeMarks{ReadTo: 7})
}

func testDayUse(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	id, other, hers := addToken(t, s, token(bob)), addToken(t, s, token(bob)), addToken(t, s, token(eve))
	must(t, s.RecordUse(t.Context(), []store.Use{
		used(id, -49, 9), used(id, -24, 1), used(id, -20, 2, 0, 3), used(id, 1, 4), used(id, 2, 0, 1, 1), used(other, 3, 5), used(hers, 3, 6),
	}, nil))
	all := []pat.TokenID{id, other, hers}
	day := func(id pat.TokenID, n int, accepted, refused int64) pat.DayUse {
		return pat.DayUse{Token: id, Day: thatDay.AddDate(0, 0, n), Accepted: accepted, Refused: refused}
	}
	check := func(what string, tokens []pat.TokenID, want ...pat.DayUse) {
		t.Helper()
		got, err := s.DayUse(t.Context(), bob, tokens, thatDay.Add(-wholeDay))
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got  %v\nwant %v", what, got, want)
		}
	}
	days := []pat.DayUse{day(id, -1, 3, 3), day(id, 0, 4, 2), day(other, 0, 5, 0)}
	check("in hours", all, days...)
	_, err := s.FoldUse(t.Context(), thatDay, thatDay.Add(-30*24*time.Hour), 100)
	must(t, err)
	check("partly in days", all, days...)
	check("one token", []pat.TokenID{other}, day(other, 0, 5, 0))
	check("none", nil)
}
