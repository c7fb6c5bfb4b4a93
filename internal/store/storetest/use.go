package storetest

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var uses = map[string]func(*testing.T, store.Store){
	"use is counted by hour and outcome":                 testUseHours,
	"the periods asked for are those that begin in time": testUseWindow,
	"the hours of old days become one count":             testFoldUse,
	"folding goes on where it stopped":                   testFoldSteps,
	"the latest addresses are kept":                      testUseAddresses,
	"a token that was never used has no use":             testUnused,
	"often refused is told once in a while":              testOftenRefused,
}

var thatDay = noon.Truncate(24 * time.Hour)

func used(id pat.TokenID, hour int, accepted int64, refused ...int64) store.Use {
	u := store.Use{Token: id, Hour: thatDay.Add(time.Duration(hour) * time.Hour), Accepted: accepted}
	copy(u.Refused[:], refused)
	if accepted > 0 {
		u.FirstAt, u.LastAt = u.Hour, u.Hour.Add(time.Minute)
	}
	return u
}

func usePeriod(hour int, length time.Duration, accepted int64, refused ...int64) pat.UsePeriod {
	p := pat.UsePeriod{Start: thatDay.Add(time.Duration(hour) * time.Hour), Length: length, Accepted: accepted}
	copy(p.Refused[:], refused)
	return p
}

const wholeDay = 24 * time.Hour

func useOf(t *testing.T, s store.Store, id pat.TokenID) pat.TokenUse {
	t.Helper()
	u, err := s.TokenUse(t.Context(), id, longAgo, farOff)
	must(t, err)
	return u
}

func wantPeriods(t *testing.T, got pat.TokenUse, want ...pat.UsePeriod) {
	t.Helper()
	if !reflect.DeepEqual(got.Periods, want) {
		t.Errorf("got  %v\nwant %v", got.Periods, want)
	}
}

func testUseHours(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	id, other := addToken(t, s, token(bob)), addToken(t, s, token(bob))
	must(t, s.RecordUse(t.Context(), []store.Use{used(id, 3, 2), used(id, 1, 0, 0, 4), used(id, 3, 1, 1), used(other, 3, 9)}, nil))
	must(t, s.RecordUse(t.Context(), []store.Use{used(id, 3, 1, 0, 0, 0, 0, 0, 0, 5), used(id, 2, 1)}, nil))
	got := useOf(t, s, id)
	wantPeriods(t, got,
		usePeriod(1, time.Hour, 0, 0, 4), usePeriod(2, time.Hour, 1), usePeriod(3, time.Hour, 4, 1, 0, 0, 0, 0, 0, 5))
	want(t, "totals", [2]int64{got.Accepted, got.Refused}, [2]int64{5, 10})
	want(t, "first use", got.FirstAt, thatDay.Add(2*time.Hour))
	want(t, "last use", got.LastAt, thatDay.Add(3*time.Hour+time.Minute))
}

func testUseWindow(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	must(t, s.RecordUse(t.Context(), []store.Use{used(id, 1, 1), used(id, 2, 1), used(id, 3, 1)}, nil))
	for _, tt := range []struct {
		from, to time.Duration
		want     int
	}{
		{time.Hour, 3 * time.Hour, 2},
		{time.Hour + time.Microsecond, 3*time.Hour + time.Microsecond, 2},
		{time.Hour + time.Second, 3 * time.Hour, 1},
		{time.Hour, 3*time.Hour + time.Second, 3},
		{4 * time.Hour, 9 * time.Hour, 0},
		{3 * time.Hour, time.Hour, 0},
	} {
		u, err := s.TokenUse(t.Context(), id, thatDay.Add(tt.from), thatDay.Add(tt.to))
		must(t, err)
		if len(u.Periods) != tt.want {
			t.Errorf("from %v to %v there are %d periods, want %d", tt.from, tt.to, len(u.Periods), tt.want)
		}
	}
}

func testFoldUse(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	id, other := addToken(t, s, token(bob)), addToken(t, s, token(bob))
	must(t, s.RecordUse(t.Context(), []store.Use{
		used(id, -25, 1), used(id, 0, 2, 1), used(id, 23, 3, 0, 5), used(id, 24, 4), used(other, 5, 7),
	}, nil))
	fold := func(before, keep time.Time) {
		t.Helper()
		more, err := s.FoldUse(t.Context(), before, keep, 100)
		must(t, err)
		want(t, "more", more, false)
	}
	fold(thatDay.Add(wholeDay-time.Second), longAgo) // the day is not over
	wantPeriods(t, useOf(t, s, id), usePeriod(-48, wholeDay, 1), usePeriod(0, time.Hour, 2, 1), usePeriod(23, time.Hour, 3, 0, 5), usePeriod(24, time.Hour, 4))
	fold(thatDay.Add(wholeDay), longAgo)
	fold(thatDay.Add(wholeDay), longAgo)
	wantPeriods(t, useOf(t, s, id), usePeriod(-48, wholeDay, 1), usePeriod(0, wholeDay, 5, 1, 5), usePeriod(24, time.Hour, 4))
	wantPeriods(t, useOf(t, s, other), usePeriod(0, wholeDay, 7))

	must(t, s.RecordUse(t.Context(), []store.Use{used(id, 1, 1)}, nil)) // written late
	fold(thatDay.Add(wholeDay), thatDay)
	wantPeriods(t, useOf(t, s, id), usePeriod(0, wholeDay, 6, 1, 5), usePeriod(24, time.Hour, 4))
	fold(thatDay.Add(wholeDay), thatDay.Add(wholeDay))
	wantPeriods(t, useOf(t, s, id), usePeriod(24, time.Hour, 4))
	want(t, "totals stay", useOf(t, s, id).Accepted, 11)
}

func testFoldSteps(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	for hour := range 24 {
		must(t, s.RecordUse(t.Context(), []store.Use{used(id, hour, 1, 1)}, nil))
	}
	steps := 0
	for more := true; more; steps++ {
		var err error
		more, err = s.FoldUse(t.Context(), thatDay.Add(wholeDay), longAgo, 5)
		must(t, err)
	}
	want(t, "steps", steps, 10) // 48 counts by 5
	wantPeriods(t, useOf(t, s, id), usePeriod(0, wholeDay, 24, 24))
}

func testUseAddresses(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	from := func(n int, at time.Duration, accepted, refused int64) pat.UseAddress {
		return pat.UseAddress{Address: netip.AddrFrom4([4]byte{10, 0, 0, byte(n)}), FirstAt: noon.Add(at), LastAt: noon.Add(at + time.Second), Accepted: accepted, Refused: refused}
	}
	u := used(id, 12, 1)
	u.Addresses = []pat.UseAddress{from(1, 0, 1, 2), from(2, time.Minute, 1, 0)}
	must(t, s.RecordUse(t.Context(), []store.Use{u}, nil))
	u.Addresses = []pat.UseAddress{from(1, 2*time.Minute, 3, 4), from(2, -time.Minute, 1, 0)}
	must(t, s.RecordUse(t.Context(), []store.Use{u}, nil))
	first, second := from(1, 0, 4, 6), from(2, -time.Minute, 2, 0)
	first.LastAt, second.LastAt = noon.Add(2*time.Minute+time.Second), noon.Add(time.Minute+time.Second)
	if got := useOf(t, s, id).Addresses; !reflect.DeepEqual(got, []pat.UseAddress{first, second}) {
		t.Errorf("got  %v\nwant %v", got, []pat.UseAddress{first, second})
	}
	for n := 3; n < 33; n++ {
		u.Addresses = []pat.UseAddress{from(n, time.Duration(n)*time.Minute, 1, 0)}
		must(t, s.RecordUse(t.Context(), []store.Use{u}, nil))
	}
	got := useOf(t, s, id).Addresses
	want(t, "addresses", len(got), pat.MaxUseAddresses)
	want(t, "the latest", got[0].Address, from(32, 0, 0, 0).Address)
	want(t, "the last that is kept", got[19].Address, from(13, 0, 0, 0).Address)
}

func testUnused(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	for _, id := range []pat.TokenID{id, id + 1} {
		if got := useOf(t, s, id); !reflect.DeepEqual(got, pat.TokenUse{Token: id}) {
			t.Errorf("got %+v", got)
		}
	}
	more, err := s.FoldUse(t.Context(), farOff, farOff, 10)
	must(t, err)
	want(t, "more", more, false)
}

// testOftenRefused refuses a token in a burst that outlasts the time in which it
// is not told again.
func testOftenRefused(t *testing.T, s store.Store) {
	from := netip.MustParseAddr("192.0.2.7")
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	const many = pat.ManyRefused
	for _, step := range []struct {
		name     string
		minute   int // of the day
		expired  int64
		network  int64
		want     pat.Reason // "" where nothing is told
		count    int64
		accepted int64
	}{
		{"too few", 1, many - 1, 0, "", 0, 0},
		{"as many for another reason", 2, 0, many - 1, "", 0, 1},
		{"one more", 3, 1, 0, pat.ReasonExpired, many, 0},
		{"and one more", 4, 1, 0, "", 0, 0},
		{"another reason as well", 5, 0, 1, "", 0, 0},
		{"too few in the next hour", 60, many - 1, 0, "", 0, 0},
		{"many in it", 61, 500, 0, "", 0, 0},
		{"many in the hour in which it is quiet no more", 6 * 60, 500, 0, "", 0, 0},
		{"just before", 6*60 + 2, 1, 0, "", 0, 0},
		{"then, though it is no more than one", 6*60 + 3, 1, 0, pat.ReasonExpired, 502, 0},
		{"again within that hour", 6*60 + 30, 500, 0, "", 0, 0},
		{"and on", 12 * 60, 500, 0, "", 0, 0},
		{"accepted when it is quiet no more", 12*60 + 4, 0, 0, "", 0, 1},
		{"too few then", 13 * 60, many - 1, 0, "", 0, 0},
		{"of two reasons the greater", 13*60 + 1, 5, many + 5, pat.ReasonNetwork, many + 5, 0},
		{"also where it comes first", 20 * 60, many + 7, many, pat.ReasonExpired, many + 7, 0},
	} {
		at := thatDay.Add(time.Duration(step.minute) * time.Minute)
		u := store.Use{Token: id, Hour: at.Truncate(time.Hour), Accepted: step.accepted}
		if step.accepted > 0 {
			u.FirstAt, u.LastAt = at, at
		}
		u.Refused.Add(pat.ReasonExpired, step.expired)
		u.Refused.Add(pat.ReasonNetwork, step.network)
		u.Addresses = []pat.UseAddress{{Address: from, FirstAt: at, LastAt: at, Accepted: step.accepted, Refused: u.Refused.Total()}}
		var told store.UseFinding
		err := s.RecordUse(t.Context(), []store.Use{u}, func(_ store.Tx, found []store.UseFinding) error {
			for _, f := range found {
				if f.What == pat.TokenRefused {
					told = f
				}
			}
			return nil
		})
		must(t, err)
		if told.Why != step.want || told.Count != step.count || step.want != "" && (!told.At.Equal(at) || told.From != from) {
			t.Errorf("%s: told is %+v; want %q, %d", step.name, told, step.want, step.count)
		}
	}
}
