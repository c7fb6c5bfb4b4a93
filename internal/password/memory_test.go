package password

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"jeton/internal/pat"
)

type clock struct{ time.Time }

func (c *clock) now() time.Time        { return c.Time }
func (c *clock) pass(by time.Duration) { c.Time = c.Add(by) }

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func TestMemoryRemembersExactlyOneTriple(t *testing.T) {
	m := NewMemory(newClock().now)
	m.Keep(7, "$phc", "tulip-9 barg\u00e9")
	tests := []struct {
		name    string
		user    pat.UserID
		phc, pw string
		hit     bool
	}{
		{"the same", 7, "$phc", "tulip-9 barg\u00e9", true},
		{"the same, decomposed", 7, "$phc", "tulip-9 barge\u0301", true},
		{"another password", 7, "$phc", "tulip-9 barge", false},
		{"another user", 8, "$phc", "tulip-9 barg\u00e9", false},
		{"a changed hash", 7, "$phd", "tulip-9 barg\u00e9", false},
		{"a character moved from the password to the hash", 7, "$phct", "ulip-9 barg\u00e9", false},
		{"no hash", 7, "", "tulip-9 barg\u00e9", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.hit, m.Hit(tt.user, tt.phc, tt.pw))
		})
	}
	other := NewMemory(newClock().now)
	require.NotEqual(t, m.key, other.key)
}

func TestMemoryEnds(t *testing.T) {
	c := newClock()
	m := NewMemory(c.now)
	m.Keep(7, "$phc", "tulip")
	c.pass(MemoryFor - 1)
	require.True(t, m.Hit(7, "$phc", "tulip"), "just before the end")
	require.True(t, m.Hit(7, "$phc", "tulip"))
	c.pass(1)
	require.False(t, m.Hit(7, "$phc", "tulip"), "a hit does not prolong")
	require.Empty(t, m.users)
}

func TestMemoryDrops(t *testing.T) {
	m := NewMemory(newClock().now)
	m.Keep(7, "$phc", "tulip")
	m.Keep(8, "$phc", "tulip")
	m.Drop(7)
	m.Drop(9)
	require.False(t, m.Hit(7, "$phc", "tulip"))
	require.True(t, m.Hit(8, "$phc", "tulip"))
}

func TestMemoryKeepsTheLatestPassword(t *testing.T) {
	m := NewMemory(newClock().now)
	m.Keep(7, "$phc", "tulip")
	m.Keep(7, "$new", "barge")
	require.False(t, m.Hit(7, "$phc", "tulip"))
	require.True(t, m.Hit(7, "$new", "barge"))
	require.Equal(t, 1, m.order.Len())
}

func TestMemoryIsBounded(t *testing.T) {
	c := newClock()
	m := NewMemory(c.now)
	for user := range pat.UserID(memoryMost + 1) {
		m.Keep(user, "$phc", "tulip")
	}
	require.Len(t, m.users, memoryMost)
	require.Equal(t, memoryMost, m.order.Len())
	require.False(t, m.Hit(0, "$phc", "tulip"), "the oldest went")
	require.True(t, m.Hit(1, "$phc", "tulip"))
	require.True(t, m.Hit(memoryMost, "$phc", "tulip"))

	c.pass(MemoryFor)
	m.Keep(7, "$phc", "tulip")
	require.Len(t, m.users, 1, "what has ended goes as others come")
}
