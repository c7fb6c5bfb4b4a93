package sqlite

import (
	"context"
	"net/netip"
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
