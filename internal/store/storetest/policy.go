package storetest

import (
	"slices"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var policies = map[string]func(*testing.T, store.Store){
	"the policy is kept as it was set":                 testPolicyKept,
	"a version stands for one state":                   testPolicyVersion,
	"two settings for the same are neither":            testPolicyTwice,
	"live tokens are selected by what a rule is about": testLiveTokens,
	"every list of scopes in use is found once":        testLiveScopes,
	"owners of too many are found":                     testCrowded,
}

func testPolicyKept(t *testing.T, s store.Store) {
	set, version, err := s.Policy(t.Context())
	must(t, err)
	want(t, "settings at first", len(set), 0)
	want(t, "version at first", version, int64(0))
	all := []pat.Setting{
		{Key: "none", Value: nil},
		{Key: "number", Value: int64(1) << 60, Since: noon},
		{Key: "truth", Value: false},
		{Key: "word", Value: "ü<&"},
		{Key: "words", Value: []string{"a", "b"}},
		{Key: "words", Subject: pat.Subject{Role: pat.RolePlain}, Value: []string{}},
		{Key: "number", Subject: pat.Subject{User: 7}, Value: int64(-1)},
	}
	update(t, s, func(tx store.Tx) error { return tx.SetPolicy(all) })
	update(t, s, func(tx store.Tx) error {
		within, _, err := tx.Policy(t.Context())
		if err == nil && len(within) != len(all) {
			t.Errorf("%d settings within a transaction", len(within))
		}
		return err
	})
	set, _, err = s.Policy(t.Context())
	must(t, err)
	if len(set) != len(all) {
		t.Fatalf("%v, want %v", set, all)
	}
	for i := range all {
		was, is := all[i], set[i]
		list, isList := was.Value.([]string)
		got, _ := is.Value.([]string)
		if was.Subject != is.Subject || !was.Since.Equal(is.Since) || was.Key != is.Key || isList && !slices.Equal(list, got) || !isList && was.Value != is.Value {
			t.Errorf("%+v, want %+v", is, was)
		}
	}
	update(t, s, func(tx store.Tx) error { return tx.SetPolicy(nil) })
	set, _, err = s.Policy(t.Context())
	must(t, err)
	want(t, "settings at last", len(set), 0)
}

func testPolicyVersion(t *testing.T, s store.Store) {
	seen := map[int64]bool{}
	look := func() (version int64) {
		t.Helper()
		version, err := s.PolicyVersion(t.Context())
		must(t, err)
		return version
	}
	want(t, "version at first", look(), int64(0))
	for range 20 {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.SetPolicy(nil); err != nil {
				return err
			}
			v, err := tx.PolicyVersion(t.Context())
			if err == nil && (seen[v] || v == 0) {
				t.Errorf("the version %d comes twice", v)
			}
			seen[v] = true // of a state that is not to be
			return errSpoiled
		})
		if err != errSpoiled {
			t.Fatal(err)
		}
		before := look()
		update(t, s, func(tx store.Tx) error { return tx.SetPolicy(nil) })
		now := look()
		if seen[now] || now == before || now == 0 {
			t.Errorf("the version %d comes twice", now)
		}
		seen[now] = true
	}
}

func testPolicyTwice(t *testing.T, s store.Store) {
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return tx.SetPolicy([]pat.Setting{{Key: "a", Value: true}, {Key: "a", Value: false}})
	})
	set, _, read := s.Policy(t.Context())
	must(t, read)
	if err == nil || len(set) != 0 {
		t.Errorf("%v, and %v is kept", err, set)
	}
}

func testLiveTokens(t *testing.T, s store.Store) {
	ada, bob := addUser(t, s, user("ada")), addUser(t, s, user("bob"))
	add := func(owner pat.UserID, life time.Duration, edit ...func(*pat.Token)) pat.TokenID {
		k := token(owner)
		if life > 0 {
			k.ExpiresAt = k.CreatedAt.Add(life)
		}
		for _, e := range edit {
			e(&k)
		}
		return addToken(t, s, k)
	}
	named := func(k *pat.Token) { k.Name = "ci" }
	never := add(ada, 0)
	hour := add(ada, time.Hour, named)
	day := add(bob, 24*time.Hour, func(k *pat.Token) { k.Scopes = "write" })
	add(bob, time.Minute)
	endToken(t, s, add(bob, 0), noon)
	paused := add(bob, 5*time.Hour, named)
	update(t, s, func(tx store.Tx) error {
		_, err := tx.PauseToken(paused, noon)
		return err
	})
	later := noon.Add(2 * time.Minute)
	pick := func(what string, sel store.LiveSelection, limit int, want ...pat.TokenID) {
		t.Helper()
		var got []pat.TokenID
		must(t, s.LiveTokens(t.Context(), sel, later, limit, func(k pat.Token) { got = append(got, k.ID) }))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	pick("all", store.LiveSelection{}, 10, never, hour, day, paused)
	pick("two at most", store.LiveSelection{}, 2, never, hour)
	pick("for more than an hour", store.LiveSelection{Longer: 3600}, 10, never, day, paused)
	pick("for more than an hour less a second", store.LiveSelection{Longer: 3599}, 10, never, hour, day, paused)
	pick("for ever", store.LiveSelection{Longer: 365_000*86400 - 1}, 10, never)
	pick("by scope", store.LiveSelection{Scopes: "write"}, 10, day)
	for _, sel := range []store.LiveSelection{{}, {Longer: 3600}, {Scopes: "read"}} {
		sel.Status = pat.StatusPaused
		pick("paused ones", sel, 10, paused)
	}
	pick("of any life, not paused", store.LiveSelection{Status: pat.StatusLive}, 10, never, hour, day)
	pick("for more than an hour, not paused", store.LiveSelection{Longer: 3600, Status: pat.StatusLive}, 10, never, day)
	pick("by scope, not paused", store.LiveSelection{Scopes: "read", Status: pat.StatusLive}, 10, never, hour)
	pick("an owner's, paused or not", store.LiveSelection{Owner: bob, Named: true, Status: pat.StatusLive}, 10, paused)
	pick("an owner's unnamed", store.LiveSelection{Owner: ada}, 10, never)
	pick("an owner's named", store.LiveSelection{Owner: ada, Named: true}, 10, hour)
	pick("but the oldest", store.LiveSelection{Owner: ada, Named: true, Offset: 1}, 10)
}

func testLiveScopes(t *testing.T, s store.Store) {
	none, err := s.LiveScopes(t.Context())
	must(t, err)
	want(t, "lists at first", len(none), 0)
	ada := addUser(t, s, user("ada"))
	for _, scopes := range []pat.Scopes{"write", "read", "read", "read write", "deploy", "deploy"} {
		k := token(ada)
		k.Scopes = scopes
		id := addToken(t, s, k)
		if scopes == "deploy" {
			endToken(t, s, id, noon)
		}
	}
	got, err := s.LiveScopes(t.Context())
	must(t, err)
	if !slices.Equal(got, []pat.Scopes{"read", "read write", "write"}) {
		t.Errorf("%q", got)
	}
}

func testCrowded(t *testing.T, s store.Store) {
	ada, bob := addUser(t, s, user("ada")), addUser(t, s, user("bob"))
	for range 3 {
		addToken(t, s, token(ada))
	}
	k := token(bob)
	k.Name = "one"
	addToken(t, s, k)
	for _, tt := range []struct {
		named, unnamed int64
		want           []pat.UserID
	}{
		{9, 3, nil},
		{9, 2, []pat.UserID{ada}},
		{0, 9, []pat.UserID{bob}},
		{0, 2, []pat.UserID{ada, bob}},
	} {
		got, err := s.Crowded(t.Context(), tt.named, tt.unnamed, 10)
		must(t, err)
		if !slices.Equal(got, tt.want) {
			t.Errorf("more than %d named or %d unnamed: %v, want %v", tt.named, tt.unnamed, got, tt.want)
		}
	}
}
