package sqlite

import (
	"maps"
	"slices"
	"testing"
)

// Every field that faces may choose has its expression, and there is no other.
func TestFieldTables(t *testing.T) {
	for _, l := range []list{tokenList, userList, activityList} {
		if got, want := slices.Sorted(maps.Keys(l.exprs)), slices.Sorted(maps.Keys(l.fields)); !slices.Equal(got, want) {
			t.Errorf("there are expressions for %v, want %v", got, want)
		}
	}
}
