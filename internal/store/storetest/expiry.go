package storetest

import (
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var expiries = map[string]func(*testing.T, store.Store){
	"what expired is taken once, by its end": testTakeExpired,
}

func testTakeExpired(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ending := func(after time.Duration) pat.TokenID {
		k := token(bob)
		k.ExpiresAt = noon.Add(after)
		return addToken(t, s, k)
	}
	take := func(before time.Duration, limit int) (ids []pat.TokenID) {
		t.Helper()
		update(t, s, func(tx store.Tx) error {
			taken, err := tx.TakeExpired(noon.Add(before), limit)
			ids = nil
			for i := range taken {
				ids = append(ids, taken[i].ID)
			}
			return err
		})
		return ids
	}
	check := func(what string, got []pat.TokenID, wanted ...pat.TokenID) {
		t.Helper()
		want(t, what, len(got), len(wanted))
		for i := range got {
			want(t, what, got[i], wanted[i])
		}
	}
	late, early, alike := ending(2*time.Hour), ending(time.Hour), ending(2*time.Hour)
	revoked, later := ending(time.Hour), ending(3*time.Hour)
	k := token(bob)
	k.ExpiresAt = time.Time{}
	addToken(t, s, k)
	endToken(t, s, revoked, noon)
	check("nothing has ended", take(time.Hour, 10))
	check("one at a time", take(2*time.Hour+1, 1), early)
	err := s.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.TakeExpired(noon.Add(24*time.Hour), 10)
		must(t, err)
		return pat.Fail(pat.Conflict, "changed its mind")
	})
	wantKind(t, err, pat.Conflict)
	check("of two at once the first", take(2*time.Hour+time.Microsecond, 1), late)
	check("and the other", take(2*time.Hour+time.Microsecond, 10), alike)
	check("none twice", take(2*time.Hour+time.Microsecond, 10))
	check("the rest", take(24*time.Hour, 10), later)
	check("and no more", take(1e6*time.Hour, 10))
}
