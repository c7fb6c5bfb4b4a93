package sqlite

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func TestPlansOfUse(t *testing.T) {
	s := fresh(t)
	for _, tt := range []struct{ name, query, want string }{
		{"hours of use", useHours, "SEARCH token_hours USING PRIMARY KEY (token_id=? AND start>? AND start<?)"},
		{"days of use", useDays, "SEARCH token_days USING PRIMARY KEY (token_id=? AND start>? AND start<?)"},
		{"the oldest hours", oldHours, "SEARCH token_hours USING INDEX token_hours_start (start<?)"},
		{"which days to forget", dropDays, "SEARCH token_days USING PRIMARY KEY (token_id=? AND start=? AND outcome=?); LIST SUBQUERY 2; SEARCH token_days USING COVERING INDEX token_days_start (start<?)"},
		{"which hours to drop", dropHours, "SEARCH token_hours USING PRIMARY KEY (token_id=? AND start=? AND outcome=?); LIST SUBQUERY 3; SEARCH token_hours USING COVERING INDEX token_hours_start (start<?)"},
		{"which addresses to forget", trimAddresses, "SEARCH token_addresses USING PRIMARY KEY (token_id=? AND address=?); LIST SUBQUERY 1; SEARCH token_addresses USING PRIMARY KEY (token_id=?); USE TEMP B-TREE FOR ORDER BY"},
		{"whether a network is known", seenNetwork, "SEARCH token_networks USING PRIMARY KEY (token_id=? AND network=?)"},
		{"how many networks are known", countNetworks, "SEARCH token_networks USING PRIMARY KEY (token_id=?)"},
		{"what has expired", nextExpired, "SEARCH t USING INDEX tokens_expires (expires_shown>? AND expires_shown<?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := plan(t, s.commits.conn, tt.query); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A token that was used before networks were remembered is not told to roam
// where it has always been used.
func TestKnownNetworksAreLearnedFromAddresses(t *testing.T) {
	s := inventory(t, 1)
	id, ctx := pat.TokenID(1), context.Background()
	var told []store.UseFinding
	use := func(address string) {
		t.Helper()
		told = nil
		at := began.Add(time.Hour)
		from := netip.MustParseAddr(address)
		err := s.RecordUse(ctx, []store.Use{{
			Token: id, Hour: at, FirstAt: at, LastAt: at, LastFrom: from, Accepted: 1,
			Addresses: []pat.UseAddress{{Address: from, FirstAt: at, LastAt: at, Accepted: 1}},
		}}, func(_ store.Tx, found []store.UseFinding) error {
			told = found
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	use("192.0.2.1")
	use("198.51.100.1")
	if err := s.commits.Exec(ctx, "delete from token_networks"); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"192.0.2.1", "198.51.100.2", "192.0.2.2"} {
		if use(address); len(told) != 0 {
			t.Errorf("%s is told: %+v", address, told)
		}
	}
	if use("203.0.113.1"); len(told) != 1 || told[0].What != pat.TokenRoamed {
		t.Errorf("a new network: %+v", told)
	}
}

// Recorded together or one by one, uses become the same: of more tokens than a
// run has rows, some of them gone, some in two hours, in any order.
func TestManyUsesAreRecordedAsEachAlone(t *testing.T) {
	const tokens = 3 * manyRows
	ctx, rnd := context.Background(), rand.New(rand.NewPCG(1, 2))
	together, alone := inventory(t, tokens), inventory(t, tokens)
	home, away := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for round := range 10 {
		var uses []store.Use
		for i := range tokens + 30 { // the last are gone
			at := began.Add(time.Duration(round)*time.Hour + time.Duration(rnd.IntN(60))*time.Minute)
			u := store.Use{Token: pat.TokenID(i + 1), Hour: at.Truncate(time.Hour)}
			if n := rnd.Int64N(3); n > 0 {
				u.FirstAt, u.LastAt, u.LastFrom, u.Accepted = at, at, home, n
			}
			for range rnd.IntN(3) {
				u.Refused.Add(pat.UseReasons[rnd.IntN(pat.NumUseReasons)], rnd.Int64N(2*pat.ManyRefused))
			}
			for _, from := range []netip.Addr{home, away, netip.AddrFrom4([4]byte{10, byte(round), byte(i), 1})}[:rnd.IntN(4)] {
				u.Addresses = append(u.Addresses, pat.UseAddress{Address: from, FirstAt: at, LastAt: at, Accepted: u.Accepted, Refused: u.Refused.Total()})
			}
			uses = append(uses, u)
			if rnd.IntN(10) == 0 {
				u.Hour = u.Hour.Add(time.Hour)
				uses = append(uses, u)
			}
		}
		if round%2 == 1 {
			rnd.Shuffle(len(uses), func(i, j int) { uses[i], uses[j] = uses[j], uses[i] })
		}
		told := map[*Store][]store.UseFinding{}
		record := func(s *Store, uses []store.Use) {
			t.Helper()
			err := s.RecordUse(ctx, uses, func(_ store.Tx, found []store.UseFinding) error {
				told[s] = append(told[s], found...)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		record(together, uses)
		for i := range uses {
			record(alone, uses[i:i+1])
		}
		if !reflect.DeepEqual(told[together], told[alone]) {
			t.Fatalf("round %d: found\n%+v\nwant\n%+v", round, told[together], told[alone])
		}
		if round == 0 && len(told[alone]) < tokens/3 {
			t.Fatalf("found no more than %+v", told[alone])
		}
	}
	for id := range pat.TokenID(tokens + 31) {
		got, err := together.TokenUse(ctx, id, began, began.Add(24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		want, err := alone.TokenUse(ctx, id, began, began.Add(24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("token %d: got\n%+v\nwant\n%+v", id, got, want)
		}
		if id > tokens && want.Accepted != 0 {
			t.Errorf("use brought token %d back", id)
		}
	}
}
