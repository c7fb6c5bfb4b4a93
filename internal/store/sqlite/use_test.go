package sqlite

import "testing"

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
		{"what has expired", nextExpired, "SEARCH t USING INDEX tokens_expires (expires_shown>? AND expires_shown<?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := plan(t, s.commits.conn, tt.query); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
