package storetest

import (
	"context"
	"reflect"
	"strconv"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var lives = map[string]func(*testing.T, store.Store){
	"a pause begins once and ends once":                       testPause,
	"a token retires, and sooner but not later":               testRetire,
	"a retired token leaves its name and its place":           testRetiredName,
	"a revoked token does not move":                           testMoveRevoked,
	"what a token's life does is in the feed":                 testLifeFeed,
	"an entry is found by its token, too":                     testEntryOf,
	"a family comes by generation, the newest where too many": testTokenFamily,
	"what is not revoked of a family comes newest first":      testUnrevokedFamily,
	"entries have the retired, however long expired":          testRetiredEntries,
	"an answer is kept once and forgotten by age":             testAnswers,
	"tokens that nobody used or changed are idle":             testIdleTokens,
	"what ended is removed by its end, and counted off":       testPruneEnded,
	"a retired token stays while its successor does":          testRetiredStays,
	"the unnamed and short-lived that expired can go sooner":  testPruneFleeting,
}

func testPause(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	for _, step := range []struct {
		pause, want bool
		paused      time.Time
	}{
		{true, true, noon}, {true, false, noon}, {false, true, time.Time{}}, {false, false, time.Time{}},
	} {
		before, err := s.Token(t.Context(), id)
		must(t, err)
		update(t, s, func(tx store.Tx) error {
			move := tx.PauseToken
			if !step.pause {
				move = tx.ResumeToken
			}
			moved, err := move(id, noon)
			want(t, "moved", moved, step.want)
			return err
		})
		k, err := s.Token(t.Context(), id)
		must(t, err)
		want(t, "paused at", k.PausedAt, step.paused)
		want(t, "modified later", k.ModifiedAt.After(before.ModifiedAt), step.want)
	}
}

func retire(t tester, s store.Store, id pat.TokenID, end time.Time) (moved bool) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		moved, err = tx.RetireToken(id, end, noon)
		return err
	})
	return moved
}

func testRetire(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	second := noon.Truncate(time.Second)
	brief := token(bob)
	brief.ExpiresAt = noon.Add(time.Minute)
	for _, tt := range []struct {
		name    string
		token   pat.Token
		expires time.Time
	}{
		{"never expires", token(bob), second.Add(time.Hour)},
		{"expires before the overlap is over", brief, brief.ExpiresAt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := addToken(t, s, tt.token)
			for _, step := range []struct {
				end  time.Time
				want bool
			}{{noon.Add(time.Hour), true}, {noon.Add(2 * time.Hour), false}, {noon.Add(time.Hour), false}} {
				want(t, "moved", retire(t, s, id, step.end), step.want)
				k, err := s.Token(t.Context(), id)
				must(t, err)
				want(t, "retired at", k.RetiredAt, second.Add(time.Hour))
				want(t, "expires", k.ExpiresAt, tt.expires)
				want(t, "shown", k.ShownExpiry(), tt.expires)
			}
			want(t, "sooner", retire(t, s, id, noon.Add(time.Second)), true)
			k, err := s.Token(t.Context(), id)
			must(t, err)
			want(t, "expires", k.ExpiresAt, second.Add(time.Second))
		})
	}
}

func testRetiredName(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	k := token(bob)
	k.Name = "CI"
	id := addToken(t, s, k)
	retire(t, s, id, noon.Add(time.Hour))
	var other pat.TokenID
	update(t, s, func(tx store.Tx) (err error) {
		other, err = tx.LiveNamed(t.Context(), bob, "CI", noon)
		return err
	})
	want(t, "the one of that name", other, 0)
	for at, live := range map[time.Duration]int{0: 1, time.Hour: 0} {
		named, _, err := s.CountLive(t.Context(), bob, noon.Add(at))
		must(t, err)
		want(t, "live after "+at.String(), named, live)
	}
	want(t, "ended", endToken(t, s, id, noon), true)
	named, _, err := s.CountLive(t.Context(), bob, noon)
	must(t, err)
	want(t, "live when revoked", named, 0)
}

func testMoveRevoked(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	endToken(t, s, id, noon)
	update(t, s, func(tx store.Tx) error {
		for _, of := range []pat.TokenID{id, id + 1} {
			paused, err := tx.PauseToken(of, noon)
			must(t, err)
			resumed, err := tx.ResumeToken(of, noon)
			must(t, err)
			retired, err := tx.RetireToken(of, noon, noon)
			must(t, err)
			want(t, "moved", paused || resumed || retired, false)
		}
		return nil
	})
}

func testLifeFeed(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	head, err := s.Head(t.Context())
	must(t, err)
	update(t, s, func(tx store.Tx) error {
		_, err := tx.PauseToken(id, noon)
		must(t, err)
		_, err = tx.PauseToken(id, noon) // which tells nothing
		return err
	})
	retire(t, s, id, noon.Add(time.Minute))
	changes := readAfter(t, s, head)
	want(t, "changes", len(changes), 2)
	last := changes[1].Entry
	want(t, "paused", last.Paused, true)
	want(t, "retired at", last.RetiredAt, noon.Add(time.Minute).Truncate(time.Second))
	want(t, "expires", last.ExpiresAt, last.RetiredAt)
}

func testUnrevokedFamily(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	first := addToken(t, s, token(bob))
	addToken(t, s, token(bob)) // another's family
	ids := []pat.TokenID{first}
	for g := 1; g <= 3; g++ {
		k := token(bob)
		k.Family, k.Parent, k.Generation = first, ids[g-1], g
		ids = append(ids, addToken(t, s, k))
	}
	retire(t, s, first, noon)
	endToken(t, s, ids[2], noon)
	for limit, wants := range map[int][]pat.TokenID{10: {ids[3], ids[1], first}, 2: {ids[3], ids[1]}} {
		chain, err := s.UnrevokedFamily(t.Context(), first, limit)
		must(t, err)
		want(t, "tokens", len(chain), len(wants))
		for i, k := range chain {
			want(t, "id", k.ID, wants[i])
		}
	}
}

func testTokenFamily(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	first := addToken(t, s, token(bob))
	addToken(t, s, token(bob)) // another's family
	ids := []pat.TokenID{first}
	for g := 1; g <= 3; g++ {
		k := token(bob)
		k.Family, k.Parent, k.Generation = first, ids[g-1], g
		ids = append(ids, addToken(t, s, k))
	}
	endToken(t, s, ids[1], noon)
	retire(t, s, ids[2], noon.Add(time.Hour))
	for i, successor := range []pat.TokenID{0, 0, ids[3], 0} { // none where none was retired
		k, err := s.Token(t.Context(), ids[i])
		must(t, err)
		want(t, "successor", k.Successor, successor)
	}
	for limit, wants := range map[int][]pat.TokenID{10: ids, 2: ids[2:]} {
		chain, err := s.TokenFamily(t.Context(), first, limit)
		must(t, err)
		want(t, "tokens", len(chain), len(wants))
		for i, k := range chain {
			want(t, "id", k.ID, wants[i])
			want(t, "generation", k.Generation, len(ids)-len(wants)+i)
		}
	}
}

func testRetiredEntries(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	expired := token(bob)
	expired.ExpiresAt = noon.Add(time.Minute)
	addToken(t, s, expired)
	id := addToken(t, s, token(bob))
	retire(t, s, id, noon.Add(time.Minute))
	entries, err := s.Entries(t.Context(), 0, farOff, 10)
	must(t, err)
	want(t, "entries", len(entries), 1)
	want(t, "id", entries[0].ID, id)
}

func testAnswers(t *testing.T, s store.Store) {
	a := store.Answer{Key: pat.Digest{1}, Asked: pat.Digest{2}, Sealed: []byte("sealed\x00"), At: noon}
	update(t, s, func(tx store.Tx) error { return tx.KeepAnswer(a) })
	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.KeepAnswer(a) })
	wantKind(t, err, pat.Conflict)
	update(t, s, func(tx store.Tx) error { return tx.PruneAnswers(noon) })
	got, err := s.Answer(t.Context(), a.Key)
	must(t, err)
	want(t, "asked", got.Asked, a.Asked)
	want(t, "sealed", string(got.Sealed), string(a.Sealed))
	want(t, "at", got.At, a.At)
	update(t, s, func(tx store.Tx) error { return tx.PruneAnswers(noon.Add(time.Microsecond)) })
	_, err = s.Answer(t.Context(), a.Key)
	wantKind(t, err, pat.NotFound)
}

func testIdleTokens(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	add := func(edit func(*pat.Token)) pat.TokenID {
		k := token(bob)
		edit(&k)
		return addToken(t, s, k)
	}
	as := func(*pat.Token) {}
	idle, other, used, paused, retired, revoked := add(as), add(as), add(as), add(as), add(as), add(as)
	add(func(k *pat.Token) { k.ExpiresAt = noon.Add(time.Hour) })
	add(func(k *pat.Token) { k.ModifiedAt = noon.Add(time.Hour) })
	must(t, s.RecordUse(t.Context(), []store.Use{{Token: used, LastAt: noon.Add(time.Hour), Accepted: 1}}, nil))
	update(t, s, func(tx store.Tx) error {
		_, err := tx.PauseToken(paused, noon)
		return err
	})
	retire(t, s, retired, noon.Add(2*time.Hour))
	endToken(t, s, revoked, noon)
	look := func(after pat.TokenID, since time.Time, limit int) (ids []pat.TokenID) {
		t.Helper()
		found, err := s.IdleTokens(t.Context(), after, since, noon.Add(time.Hour), limit)
		must(t, err)
		for _, k := range found {
			ids = append(ids, k.ID)
		}
		return ids
	}
	want(t, "idle", reflect.DeepEqual(look(0, noon.Add(time.Hour), 10), []pat.TokenID{idle, other}), true)
	want(t, "the first", reflect.DeepEqual(look(0, noon.Add(time.Hour), 1), []pat.TokenID{idle}), true)
	want(t, "after it", reflect.DeepEqual(look(idle, noon.Add(time.Hour), 10), []pat.TokenID{other}), true)
	want(t, "since their creation", len(look(0, noon, 10)), 0)
}

func testPruneEnded(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	add := func(expires time.Time) pat.TokenID {
		k := token(bob)
		k.Name, k.ExpiresAt = "CI", expires
		return addToken(t, s, k)
	}
	revoked, expired, later, live := add(time.Time{}), add(noon.Add(time.Hour)), add(noon.Add(2*time.Hour)), add(time.Time{})
	endToken(t, s, revoked, noon.Add(time.Hour))
	prune := func(before time.Time, limit, wants int) {
		t.Helper()
		n, err := s.PruneEnded(t.Context(), before, limit)
		must(t, err)
		want(t, "pruned", n, wants)
	}
	prune(noon.Add(time.Hour), 10, 0)
	prune(farOff, 0, 0)
	prune(noon.Add(time.Hour+time.Microsecond), 1, 1)
	prune(noon.Add(time.Hour+time.Microsecond), 10, 1)
	if got, want := tokenIDs(t, s), []pat.TokenID{later, live}; !reflect.DeepEqual(got, want) {
		t.Errorf("left are %v, want %v; %d and %d were to go", got, want, revoked, expired)
	}
	prune(farOff, 10, 1)
	testKeptForRefresh(t, s, bob, "CI", s.PruneEnded)
	named, _, err := s.CountLive(t.Context(), bob, noon.Add(3*time.Hour))
	must(t, err)
	want(t, "live", named, 1)
}

func testPruneFleeting(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	add := func(name string, life time.Duration) pat.TokenID {
		k := token(bob)
		k.Name, k.ExpiresAt = name, k.CreatedAt.Add(life)
		return addToken(t, s, k)
	}
	const day = 24 * time.Hour
	brief, named, retired, long := add("", day), add("CI", day), add("", day), add("", day+time.Microsecond)
	retire(t, s, retired, noon.Add(time.Minute))
	n, err := s.PruneFleeting(t.Context(), farOff, 10)
	must(t, err)
	want(t, "pruned", n, 1)
	if got, want := tokenIDs(t, s), []pat.TokenID{named, retired, long}; !reflect.DeepEqual(got, want) {
		t.Errorf("left are %v, want %v; %d was to go", got, want, brief)
	}
	_, unnamed, err := s.CountLive(t.Context(), bob, noon)
	must(t, err)
	want(t, "live", unnamed, 2)
	testKeptForRefresh(t, s, bob, "", s.PruneFleeting)
}

// testKeptForRefresh holds that an expired token of an application stays for as
// long as its refresh token is of use, which asks what it was like.
func testKeptForRefresh(t *testing.T, s store.Store, owner pat.UserID, name string, prune func(context.Context, time.Time, int) (int, error)) {
	app := addApplication(t, s, application("one"))
	var ids []pat.TokenID
	for i, edit := range []func(*pat.Refresh){
		func(*pat.Refresh) {},
		func(r *pat.Refresh) { r.EndedAt = noon },
		func(r *pat.Refresh) { r.ExpiresAt = noon.Add(time.Hour) },
	} {
		k := token(owner)
		k.Application, k.ExpiresAt = app, k.CreatedAt.Add(time.Hour)
		if name != "" {
			k.Name = name + strconv.Itoa(i)
		}
		ids = append(ids, addToken(t, s, k))
		r := refresh(app, owner, ids[i])
		r.ExpiresAt = noon.Add(30 * 24 * time.Hour)
		edit(&r)
		addRefresh(t, s, r)
	}
	n, err := prune(t.Context(), noon.Add(2*time.Hour), 10)
	must(t, err)
	want(t, "pruned beside what may be refreshed", n, 2)
	_, err = s.Token(t.Context(), ids[0])
	must(t, err)
	n, err = prune(t.Context(), noon.Add(31*24*time.Hour), 10)
	must(t, err)
	want(t, "pruned once that is over", n, 1)
}

func testEntryOf(t *testing.T, s store.Store) {
	k := token(addUser(t, s, user("bob")))
	id := addToken(t, s, k)
	retire(t, s, id, noon.Add(time.Hour))
	byDigest, err := s.Entry(t.Context(), k.Digest)
	must(t, err)
	byID, err := s.EntryOf(t.Context(), id)
	must(t, err)
	want(t, "the id", byID.ID, id)
	if !reflect.DeepEqual(byID, byDigest) {
		t.Errorf("by its id %+v, by its digest %+v", byID, byDigest)
	}
	if _, err := s.EntryOf(t.Context(), id+1); !pat.Is(err, pat.NotFound) {
		t.Errorf("of one that is not there: %v", err)
	}
}

func testRetiredStays(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ids := []pat.TokenID{addToken(t, s, token(bob))}
	for g := 1; g <= 2; g++ {
		k := token(bob)
		k.Family, k.Parent, k.Generation = ids[0], ids[g-1], g
		ids = append(ids, addToken(t, s, k))
		retire(t, s, ids[g-1], noon.Add(time.Duration(g)*time.Hour))
	}
	left := func(before time.Time, wants ...pat.TokenID) {
		t.Helper()
		_, err := s.PruneEnded(t.Context(), before, 10)
		must(t, err)
		if got := tokenIDs(t, s); !reflect.DeepEqual(got, wants) {
			t.Errorf("left are %v, want %v", got, wants)
		}
	}
	left(noon.Add(90*time.Minute), ids...)
	left(noon.Add(3*time.Hour), ids[1:]...)
	endToken(t, s, ids[2], noon.Add(5*time.Hour))
	left(noon.Add(4*time.Hour), ids[1:]...)
	_, err := s.PruneEnded(t.Context(), noon.Add(6*time.Hour), 10)
	must(t, err)
	_, err = s.PruneEnded(t.Context(), noon.Add(6*time.Hour), 10)
	must(t, err)
	want(t, "left", len(tokenIDs(t, s)), 0)
}
