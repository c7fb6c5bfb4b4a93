package storetest

import (
	"reflect"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var endings = map[string]func(*testing.T, store.Store){
	"a family is ending until that is finished": testEndings,
}

func testEndings(t *testing.T, s store.Store) {
	ending := func(limit int, wants ...pat.TokenID) {
		t.Helper()
		got, err := s.EndingFamilies(t.Context(), limit)
		must(t, err)
		if len(got) != len(wants) || len(got) > 0 && !reflect.DeepEqual(got, wants) {
			t.Errorf("ending are %v, want %v", got, wants)
		}
	}
	ending(10)
	for _, family := range []pat.TokenID{9, 7, 9} {
		update(t, s, func(tx store.Tx) error { return tx.BeginEnding(family) })
	}
	ending(10, 7, 9)
	ending(1, 7)
	for range 2 {
		update(t, s, func(tx store.Tx) error { return tx.FinishEnding(7) })
		ending(10, 9)
	}
}
