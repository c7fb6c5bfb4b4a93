package throttle

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestOnlyFullBucketsAreForgotten(t *testing.T) {
	const most = 300
	b := newBench(t, most)
	b.tries(10, "ada", home)
	for i := range 3000 {
		b.try(fmt.Sprint("user", i), stranger(i))
		b.pass(time.Second)
		require.LessOrEqual(t, len(b.buckets.full), most+int(kinds))
		if i < 500 {
			require.LessOrEqual(t, b.wait("ada", home), time.Minute)
			require.NotEmpty(t, b.buckets.full[need{pair, b.keys.of("ada", addr(home)).pair}], "in debt for ten minutes")
		}
	}
	require.Equal(t, 10, b.tries(20, "ada", home), "after ten minutes all is as new")
}

func TestCountsSurviveManyOtherNames(t *testing.T) {
	b := newBench(t, 0)
	b.tries(10, "ada", home)
	for i := range 3000 {
		require.True(t, b.try(fmt.Sprint("user", i), stranger(i)))
	}
	require.Equal(t, time.Minute, b.wait("ada", home))
}

func TestAFullTableOfDebtsIsShared(t *testing.T) {
	const most = 30
	b := newBench(t, most)
	for i := range most {
		b.try(fmt.Sprint("user", i), stranger(i))
	}
	before := len(b.buckets.full)
	let := 0
	for i := range 1000 {
		let += b.tries(1, fmt.Sprint("other", i), stranger(1000+i))
	}
	require.LessOrEqual(t, let, 10, "strangers together have no more tries than one pair")
	require.LessOrEqual(t, len(b.buckets.full), most+int(kinds))
	require.GreaterOrEqual(t, len(b.buckets.full), before, "nothing in debt was forgotten")

	b.pass(15 * time.Minute)
	require.Equal(t, 10, b.tries(20, "someone", away), "room again once debts are paid")
}

func TestASharedChargeIsGivenBack(t *testing.T) {
	b := newBench(t, 3)
	b.try("ada", home)
	for i := range 100 {
		require.True(t, b.signIn(fmt.Sprint("user", i), stranger(i)), "%d", i)
	}
}

func TestTheShortestRowsOfFailuresGoFirst(t *testing.T) {
	f := newFailures(10)
	account := func(i int) key { return key{byte(i + 1)} }
	for i, row := range []int{200, 100, 99, 50, 3, 1, 1, 1, 1, 1} {
		for range row {
			f.add(account(i), 0)
		}
	}
	f.add(account(20), time.Second)
	require.Len(t, f.rows, 6, "rows of one went, and one came")
	require.Equal(t, 3, f.of(account(4)))
	require.Equal(t, 1, f.of(account(20)))

	f = newFailures(3)
	for i := range 3 {
		for range holdAfter {
			f.add(account(i), 0)
		}
	}
	f.add(account(3), time.Second)
	f.add(account(4), 2*time.Second)
	require.Len(t, f.rows, 3)
	for i := range 3 {
		require.Equal(t, holdAfter, f.of(account(i)), "rows of %d are never forgotten", holdAfter)
	}
	require.Equal(t, 2, f.of(account(5)), "others share one row")
	f.clear(account(3))
	require.Equal(t, 2, f.of(account(5)), "which no success of one ends")
	f.remove(account(3))
	require.Equal(t, 1, f.of(account(5)))
	require.Len(t, f.rows, 3)

	f.clear(account(0))
	require.Zero(t, f.of(account(5)), "room again")

	f = newFailures(2)
	for range holdAfter - 1 {
		f.add(account(0), 0)
		f.add(account(1), 0)
	}
	f.add(account(2), time.Second)
	require.Equal(t, 1, f.of(account(2)), "rows below %d make room when they must", holdAfter)
}

func TestTheOldestSuccessesGoFirst(t *testing.T) {
	k := newKnown(10)
	for i := range 10 {
		k.add(key{byte(i)}, moment(i)*24*time.Hour)
	}
	now := 10 * 24 * time.Hour
	k.add(key{9}, now)
	require.Len(t, k.at, 10, "a known one needs no room")
	k.add(key{99}, now)
	require.LessOrEqual(t, len(k.at), 10)
	require.False(t, k.is(key{0}, now))
	require.True(t, k.is(key{8}, now))
	require.True(t, k.is(key{99}, now))

	k = newKnown(10)
	for i := range 100 {
		k.add(key{byte(i)}, 0)
		require.True(t, k.is(key{byte(i)}, 0))
	}
	require.Len(t, k.at, 10, "bounded even when all came at once")
}

// However attempts come, fail, succeed and are withdrawn, no pair fails more
// often than its burst and what time has added, and no bucket is ever fuller
// than full.
func TestFailuresStayWithinTheRate(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t, rapid.SampledFrom([]int{8, 0}).Draw(r, "most"))
		names := []string{"ada", "ADA", "bob"}
		addresses := []string{home, away, "2001:db8::1", "2001:db8::2"}
		type outcome struct{ succeeded, withdrawn func() }
		var open []outcome
		failed := map[string]int{}
		begin := b.time
		for range rapid.IntRange(1, 200).Draw(r, "steps") {
			b.pass(time.Duration(rapid.IntRange(0, 20).Draw(r, "seconds")) * time.Second)
			name, from := rapid.SampledFrom(names).Draw(r, "name"), rapid.SampledFrom(addresses).Draw(r, "from")
			if len(open) > 0 && rapid.Bool().Draw(r, "settle") {
				last := open[len(open)-1]
				open = open[:len(open)-1]
				rapid.SampledFrom([]func(){last.succeeded, last.withdrawn}).Draw(r, "how")()
				continue
			}
			refused := b.Refused(name, addr(from)) != nil
			succeeded, withdrawn, err := b.Take(name, addr(from))
			if (err != nil) != refused {
				r.Fatalf("Refused says %v, Take %v", refused, err)
			}
			switch {
			case err != nil:
			case rapid.Bool().Draw(r, "fails"):
				pair := Fold(name) + network(addr(from))
				failed[pair]++
				allowed := 10 + int(b.time.Sub(begin)/time.Minute)
				if failed[pair] > allowed {
					r.Fatalf("%d failures where %d are allowed", failed[pair], allowed)
				}
			default:
				open = append(open, outcome{succeeded, withdrawn})
			}
		}
		for _, o := range open {
			o.withdrawn()
		}
		for n, full := range b.buckets.full {
			debt := full - b.last
			if most := time.Duration(rates[n.kind].burst) * rates[n.kind].interval; debt > most {
				r.Fatalf("a debt of %v where %v is most", debt, most)
			}
		}
	})
}

func TestFoldIsItsOwnFold(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.String().Draw(r, "name")
		if once, twice := Fold(name), Fold(Fold(name)); once != twice {
			r.Fatalf("%q folds to %q and then to %q", name, once, twice)
		}
	})
}
