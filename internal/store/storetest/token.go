package storetest

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var tokens = map[string]func(*testing.T, store.Store){
	"a token comes back as it was put in":             testToken,
	"a token begins its family":                       testFamily,
	"a digest is unique":                              testDigestUnique,
	"a token's id is never given again":               testTokenIDs,
	"an edit changes what may be edited":              testUpdateToken,
	"a token ends once":                               testEndToken,
	"a revoked token is not edited":                   testEditEnded,
	"the live tokens of users are counted together":   testLiveUse,
	"a name is in use while its token lives":          testLiveNamed,
	"PruneTokens removes brief unnamed tokens only":   testPruneTokens,
	"use is added up, and the latest stays":           testUse,
	"use never brings a token back":                   testUseOfNone,
	"times keep their microseconds, and zero is zero": testTimes,
}

func fullToken(owner pat.UserID) pat.Token {
	k := token(owner)
	k.Name, k.Description, k.Scopes = "naïve 名前", "for \"tests\"\nonly", "write read deploy:eu"
	k.ModifiedAt, k.ExpiresAt = noon.Add(time.Second), noon.Add(time.Hour)
	k.Origin, k.CreatedFrom = pat.OriginConsole, netip.MustParseAddr("fe80::1%eth0")
	k.PausedAt = noon.Add(2 * time.Microsecond)
	k.RevokedAt, k.RevokedBy, k.RevokedWhy = noon.Add(3*time.Microsecond), owner, "leaked"
	k.Family, k.Parent, k.Generation, k.RetiredAt = 5, 6, 7, noon.Add(time.Minute)
	k.Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	return k
}

func testToken(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	k := fullToken(bob)
	k.ID = addToken(t, s, k)
	got, err := s.Token(t.Context(), k.ID)
	must(t, err)
	if !reflect.DeepEqual(got, k) {
		t.Errorf("got  %+v\nwant %+v", got, k)
	}
	page, _, err := s.Tokens(t.Context(), pat.Query{Limit: 10})
	must(t, err)
	if !reflect.DeepEqual(page, []pat.Token{k}) {
		t.Errorf("listed %+v\nwant   %+v", page, k)
	}
}

func testFamily(t *testing.T, s store.Store) {
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	k, err := s.Token(t.Context(), id)
	must(t, err)
	want(t, "family", k.Family, id)
	want(t, "parent", k.Parent, 0)
}

func testDigestUnique(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	k := token(bob)
	endToken(t, s, addToken(t, s, k), noon) // a revoked one goes on holding it
	err := s.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.InsertToken(k)
		return err
	})
	wantKind(t, err, pat.Conflict)
	want(t, "tokens", len(tokenIDs(t, s)), 1)
}

func testTokenIDs(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	last := pat.TokenID(0)
	for range 3 {
		id := addToken(t, s, token(bob))
		if id <= last {
			t.Errorf("id %d follows %d", id, last)
		}
		last = id
		endToken(t, s, id, noon)
		n, err := s.PruneTokens(t.Context(), farOff, 10)
		must(t, err)
		want(t, "pruned", n, 1)
	}
}

func testUpdateToken(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	k := fullToken(bob)
	k.RevokedAt, k.RevokedBy, k.RevokedWhy = time.Time{}, 0, ""
	k.ID = addToken(t, s, k)

	k.Name, k.Description, k.Scopes, k.ExpiresAt, k.ModifiedAt = "new", "", "read", time.Time{}, noon.Add(time.Hour)
	k.Networks = pat.Networks{netip.MustParsePrefix("192.0.2.0/24")}
	edit := k // and what an edit does not write
	edit.Owner, edit.Digest, edit.Origin, edit.RevokedAt, edit.Generation = eve, pat.Digest{1}, pat.OriginCLI, noon, 99
	update(t, s, func(tx store.Tx) error { return tx.UpdateToken(edit) })
	got, err := s.Token(t.Context(), k.ID)
	must(t, err)
	if !reflect.DeepEqual(got, k) {
		t.Errorf("got  %+v\nwant %+v", got, k)
	}
}

func testEndToken(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	id := addToken(t, s, token(bob))
	for i, wantEnded := range []bool{true, false, false} {
		update(t, s, func(tx store.Tx) error {
			ended, err := tx.EndToken(id, noon.Add(time.Duration(i)*time.Hour), bob, []string{"first", "second", "third"}[i])
			want(t, "ended", ended, wantEnded)
			return err
		})
	}
	k, err := s.Token(t.Context(), id)
	must(t, err)
	want(t, "revoked at", k.RevokedAt, noon)
	want(t, "revoked by", k.RevokedBy, bob)
	want(t, "revoked why", k.RevokedWhy, "first")
	want(t, "the end of one that is not there", endToken(t, s, id+1, noon), false)
}

func testEditEnded(t *testing.T, s store.Store) {
	k := token(addUser(t, s, user("bob")))
	k.ID = addToken(t, s, k)
	endToken(t, s, k.ID, noon)
	edit := k
	edit.Scopes = "write"
	wantKind(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.UpdateToken(edit) }), pat.NotFound)
	got, err := s.Token(t.Context(), k.ID)
	must(t, err)
	want(t, "scopes", got.Scopes, k.Scopes)
}

func testLiveNamed(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	k := token(bob)
	k.Name, k.ExpiresAt = "CI", noon.Add(time.Hour)
	id := addToken(t, s, k)
	addToken(t, s, token(bob)) // unnamed
	for _, tt := range []struct {
		name  string
		owner pat.UserID
		at    time.Time
		want  pat.TokenID
	}{
		{"CI", bob, noon, id},
		{"ci", bob, noon, 0},
		{"", bob, noon, 0},
		{"CI", eve, noon, 0},
		{"CI", bob, noon.Add(time.Hour - time.Microsecond), id},
		{"CI", bob, noon.Add(time.Hour), 0},
	} {
		got, err := s.LiveNamed(t.Context(), tt.owner, tt.name, tt.at)
		must(t, err)
		if got != tt.want {
			t.Errorf("%q of %d at %v: got %d, want %d", tt.name, tt.owner, tt.at, got, tt.want)
		}
	}
	endToken(t, s, id, noon)
	got, err := s.LiveNamed(t.Context(), bob, "CI", noon)
	must(t, err)
	want(t, "after its end", got, 0)
}

func testPruneTokens(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	const day = 24 * time.Hour
	add := func(name string, after time.Duration) pat.TokenID {
		k := token(bob)
		k.Name = name
		id := addToken(t, s, k)
		if after > 0 {
			endToken(t, s, id, noon.Add(after))
		}
		return id
	}
	live, named := add("", 0), add("named", time.Hour)
	brief, young, long := add("", time.Hour), add("", day), add("", day+time.Microsecond)
	must(t, s.RecordUse(ctx, []store.Use{{Token: brief, LastAt: noon, Accepted: 1}}, nil))

	n, err := s.PruneTokens(ctx, noon.Add(day), 10)
	must(t, err)
	want(t, "pruned", n, 1)
	if got, want := tokenIDs(t, s), []pat.TokenID{live, named, young, long}; !reflect.DeepEqual(got, want) {
		t.Errorf("left are %v, want %v", got, want)
	}
	n, err = s.PruneTokens(ctx, farOff, 0)
	must(t, err)
	want(t, "pruned with limit 0", n, 0)
	n, err = s.PruneTokens(ctx, farOff, 10)
	must(t, err)
	want(t, "pruned later", n, 1)
	_, unnamed, err := s.CountLive(ctx, bob, noon)
	must(t, err)
	want(t, "live tokens", unnamed, 1)
}

func testUse(t *testing.T, s store.Store) {
	ctx := t.Context()
	id := addToken(t, s, token(addUser(t, s, user("bob"))))
	here, there := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::2")
	head, err := s.Head(ctx)
	must(t, err)
	for _, step := range []struct {
		name string
		use  store.Use
		at   time.Time
		from netip.Addr
	}{
		{"refused only", store.Use{Token: id, Refused: pat.Refusals{3}}, time.Time{}, netip.Addr{}},
		{"accepted", store.Use{Token: id, LastAt: noon, LastFrom: here, Accepted: 1}, noon, here},
		{"earlier, from another node", store.Use{Token: id, LastAt: noon.Add(-time.Second), LastFrom: there, Accepted: 1}, noon, here},
		{"refused again", store.Use{Token: id, Refused: pat.Refusals{0, 1}}, noon, here},
		{"later", store.Use{Token: id, LastAt: noon.Add(time.Second), LastFrom: there, Accepted: 1}, noon.Add(time.Second), there},
	} {
		must(t, s.RecordUse(ctx, []store.Use{step.use}, nil))
		k, err := s.Token(ctx, id)
		must(t, err)
		want(t, step.name, k.LastUsedAt, step.at)
		want(t, step.name, k.LastUsedFrom, step.from)
	}
	want(t, "changes", len(readAfter(t, s, head)), 0) // verifications do not disturb indexes
	must(t, s.RecordUse(ctx, nil, nil))
}

func testUseOfNone(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	gone, kept := addToken(t, s, token(bob)), addToken(t, s, token(bob))
	endToken(t, s, gone, noon)
	_, err := s.PruneTokens(ctx, farOff, 10)
	must(t, err)
	must(t, s.RecordUse(ctx, []store.Use{{Token: gone, LastAt: noon, Accepted: 1}, {Token: kept, LastAt: noon, Accepted: 1}}, nil))
	_, err = s.Token(ctx, gone)
	wantKind(t, err, pat.NotFound)
	k, err := s.Token(ctx, kept)
	must(t, err)
	want(t, "last use of the other", k.LastUsedAt, noon)
}

func testTimes(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	for _, at := range []time.Time{
		{},
		time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		noon.Add(time.Microsecond),
	} {
		k := token(bob)
		k.ExpiresAt, k.PausedAt, k.RetiredAt = at, at, at
		got, err := s.Token(t.Context(), addToken(t, s, k))
		must(t, err)
		want(t, "times", [3]time.Time{got.ExpiresAt, got.PausedAt, got.RetiredAt}, [3]time.Time{at, at, at})
		want(t, "place", got.CreatedAt.Location(), time.UTC)
	}
}

func testLiveUse(t *testing.T, s store.Store) {
	bob, eve, dan := addUser(t, s, user("bob")), addUser(t, s, user("eve")), addUser(t, s, user("dan"))
	add := func(owner pat.UserID, life time.Duration) pat.TokenID {
		k := token(owner)
		if life > 0 {
			k.ExpiresAt = k.CreatedAt.Add(life)
		}
		return addToken(t, s, k)
	}
	first, second, ended, brief, gone := add(bob, 0), add(bob, time.Hour), add(bob, 0), add(bob, time.Minute), add(dan, 0)
	add(eve, 0)
	endToken(t, s, ended, noon)
	endToken(t, s, gone, noon)
	must(t, s.RecordUse(t.Context(), []store.Use{used(first, 1, 9), used(second, 2, 1), used(ended, 4, 1), used(brief, 5, 1), used(gone, 1, 1)}, nil))
	lastAt := thatDay.Add(2*time.Hour + time.Minute)
	check := func(at time.Time, owners []pat.UserID, want ...pat.LiveUse) {
		t.Helper()
		got, err := s.LiveUse(t.Context(), owners, at)
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	check(noon.Add(2*time.Minute), []pat.UserID{eve, dan, bob}, pat.LiveUse{Owner: bob, Tokens: 2, LastAt: lastAt}, pat.LiveUse{Owner: eve, Tokens: 1})
	check(noon, []pat.UserID{bob}, pat.LiveUse{Owner: bob, Tokens: 3, LastAt: thatDay.Add(5*time.Hour + time.Minute)})
	check(noon.Add(time.Hour), []pat.UserID{bob, 4711}, pat.LiveUse{Owner: bob, Tokens: 1, LastAt: thatDay.Add(time.Hour + time.Minute)})
	check(noon, nil)
}
