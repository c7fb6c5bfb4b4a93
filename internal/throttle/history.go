package throttle

import (
	"maps"
	"time"
)

// failures counts, for each account, the attempts in a row that were not seen
// to succeed. Names that nobody has never succeed, so the table is bounded:
// when it is full the shortest rows are forgotten first, those of holdAfter
// and more never; while only such are left, new accounts share one row.
type failures struct {
	most   int
	rows   map[key]int
	shared int
	again  moment // not before then is it worth looking for short rows
}

func newFailures(most int) failures { return failures{most: most, rows: map[key]int{}} }

func (f *failures) of(account key) int {
	if f.shares(account) {
		return f.shared
	}
	return f.rows[account]
}

// shares reports whether the account has no row and no room for one.
func (f *failures) shares(account key) bool {
	return f.rows[account] == 0 && len(f.rows) >= f.most
}

func (f *failures) add(account key, now moment) {
	if f.shares(account) {
		f.makeRoom(now)
	}
	if f.shares(account) {
		f.shared++
		return
	}
	f.rows[account]++
}

// clear ends the account's row. A shared one is not one account's to end.
func (f *failures) clear(account key) { delete(f.rows, account) }

// remove takes one attempt out of the account's row.
func (f *failures) remove(account key) {
	switch {
	case f.shares(account):
		f.shared = max(0, f.shared-1)
	case f.rows[account] > 1:
		f.rows[account]--
	default:
		delete(f.rows, account)
	}
}

// makeRoom forgets short rows, at most once a second.
func (f *failures) makeRoom(now moment) {
	if now < f.again {
		return
	}
	f.again = now + time.Second
	for least := 2; len(f.rows) >= f.most && least < 2*holdAfter; least *= 2 {
		maps.DeleteFunc(f.rows, func(_ key, row int) bool { return row < min(least, holdAfter) })
	}
	if len(f.rows) < f.most {
		f.shared = 0
	}
}

// known remembers from where each account succeeded and when. When the table
// is full the oldest successes are forgotten first: a source that is forgotten
// is a stranger until it succeeds again.
type known struct {
	most int
	at   map[key]moment // by pair
}

func newKnown(most int) known { return known{most, map[key]moment{}} }

func (k *known) is(pair key, now moment) bool {
	at, ok := k.at[pair]
	return ok && now-at < KnownFor
}

func (k *known) add(pair key, now moment) {
	if _, ok := k.at[pair]; !ok {
		k.makeRoom(now)
	}
	k.at[pair] = now
}

// makeRoom forgets the older half of the time that the table covers, and again
// until there is room. What came within a minute is not told apart.
func (k *known) makeRoom(now moment) {
	for age := KnownFor; len(k.at) >= k.most && age > time.Minute; age /= 2 {
		maps.DeleteFunc(k.at, func(_ key, at moment) bool { return now-at >= age })
	}
	for pair := range k.at {
		if len(k.at) < k.most {
			return
		}
		delete(k.at, pair)
	}
}
