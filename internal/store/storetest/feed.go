package storetest

import (
	"net/netip"
	"reflect"
	"sync"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var feeds = map[string]func(*testing.T, store.Store){
	"each write is in the feed, in order":                    testFeed,
	"a change carries what is now so":                        testFeedState,
	"who reads the feed while others write misses nothing":   testFeedComplete,
	"the tokens of a deleted user are in the feed":           testFeedDeletedUser,
	"pruning keeps the newest change, and tells who is late": testPruneChanges,
	"a place beyond the newest change is a late one":         testFeedAhead,
	"an index's entry is what the token says":                testEntry,
	"an entry is the same however it is found":               testEntryAgrees,
	"Entries are the live tokens by id":                      testEntries,
}

func testFeed(t *testing.T, s store.Store) {
	head, err := s.Head(t.Context())
	must(t, err)
	want(t, "head of an empty feed", head, 0)
	bob := addUser(t, s, user("bob"))
	k := addToken(t, s, token(bob))
	update(t, s, func(tx store.Tx) error {
		got, err := tx.Token(t.Context(), k)
		must(t, err)
		got.Scopes = "write"
		return tx.UpdateToken(got)
	})
	update(t, s, func(tx store.Tx) error { return tx.SetPassword(bob, "hash", noon) })
	update(t, s, func(tx store.Tx) error { return tx.UpdateUser(pat.User{ID: bob, Name: "bob"}) })
	want(t, "ended", endToken(t, s, k, noon), true)
	want(t, "ended twice", endToken(t, s, k, noon), false) // not a change

	feed := readFeed(t, s)
	var about []string
	for i, c := range feed {
		if i > 0 && c.Seq <= feed[i-1].Seq {
			t.Errorf("change %d follows %d", c.Seq, feed[i-1].Seq)
		}
		about = append(about, subject(c))
	}
	if want := []string{"user", "token", "token", "user", "user", "token"}; !reflect.DeepEqual(about, want) {
		t.Errorf("the feed is about %v, want %v", about, want)
	}
	head, err = s.Head(t.Context())
	must(t, err)
	want(t, "head", head, feed[len(feed)-1].Seq)
}

func subject(c store.Change) string {
	switch {
	case c.Entry != nil && c.Standing == nil:
		return "token"
	case c.Standing != nil && c.Entry == nil:
		return "user"
	}
	return "nothing"
}

func testFeedState(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	k := addToken(t, s, token(bob))
	endToken(t, s, k, noon)
	update(t, s, func(tx store.Tx) error {
		return tx.UpdateUser(pat.User{ID: bob, Name: "rob", Admin: true, DisabledAt: noon})
	})
	for _, c := range readFeed(t, s) {
		if c.Entry != nil && !c.Entry.Revoked {
			t.Errorf("change %d says that the token is not revoked", c.Seq)
		}
		if c.Standing != nil && *c.Standing != (pat.Standing{ID: bob, Name: "rob", Admin: true, Ended: true}) {
			t.Errorf("change %d says %+v", c.Seq, *c.Standing)
		}
	}
	n, err := s.PruneTokens(t.Context(), farOff, 10)
	must(t, err)
	want(t, "pruned", n, 1)
	for _, c := range readFeed(t, s)[1:3] {
		want(t, "a change of a token that is gone", subject(c), "nothing")
	}
}

// A follower must have heard of every token by the time that its writer has an
// answer and the follower has read once more.
func testFeedComplete(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	const writers, each = 16, 20
	var writing sync.WaitGroup
	for range writers {
		writing.Go(func() {
			for range each {
				err := s.Update(t.Context(), func(tx store.Tx) error {
					_, err := tx.InsertToken(token(bob))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writing.Wait(); close(done) }()

	heard := map[pat.TokenID]bool{}
	place := pat.Seq(0)
	for last := false; ; {
		page, behind, err := s.Changes(t.Context(), place, 7)
		must(t, err)
		want(t, "behind", behind, false)
		for _, c := range page {
			if c.Seq <= place {
				t.Fatalf("change %d appeared after %d", c.Seq, place)
			}
			place = c.Seq
			if c.Entry != nil {
				heard[c.Entry.ID] = true
			}
		}
		if last && len(page) == 0 {
			break
		}
		select {
		case <-done:
			last = true
		default:
		}
	}
	want(t, "tokens heard of", len(heard), writers*each)
}

func testFeedDeletedUser(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	k := addToken(t, s, token(bob))
	head, err := s.Head(t.Context())
	must(t, err)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(bob, noon, 0) })
	var ended, gone bool
	for _, c := range readAfter(t, s, head) {
		ended = ended || c.Entry != nil && c.Entry.ID == k && c.Entry.Revoked
		gone = gone || c.Standing != nil && c.Standing.ID == bob && c.Standing.Ended
	}
	want(t, "the token's end", ended, true)
	want(t, "the user's end", gone, true)
}

func testPruneChanges(t *testing.T, s store.Store) {
	ctx := t.Context()
	must(t, s.PruneChanges(ctx, farOff)) // of an empty feed
	bob := addUser(t, s, user("bob"))
	for range 3 {
		addToken(t, s, token(bob))
	}
	before := readFeed(t, s)
	must(t, s.PruneChanges(ctx, longAgo))
	want(t, "changes younger than the bound", len(readFeed(t, s)), 4)

	must(t, s.PruneChanges(ctx, farOff))
	head, err := s.Head(ctx)
	must(t, err)
	want(t, "head", head, before[3].Seq)
	for i, c := range before {
		page, behind, err := s.Changes(ctx, c.Seq, 10)
		must(t, err)
		// Who has heard the third misses nothing: the fourth is still there.
		want(t, "behind", behind, i < 2)
		want(t, "changes", len(page), map[int]int{2: 1}[i])
	}
	addToken(t, s, token(bob))
	want(t, "changes after the newest", len(readAfter(t, s, head)), 1)
}

func testFeedAhead(t *testing.T, s store.Store) {
	addUser(t, s, user("bob"))
	_, behind, err := s.Changes(t.Context(), 1000, 10)
	must(t, err)
	want(t, "behind", behind, true)
}

func testEntry(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	k := token(bob)
	k.Scopes, k.ExpiresAt, k.PausedAt, k.RetiredAt = "read deploy", noon.Add(time.Hour), noon, noon.Add(time.Minute)
	k.CreatedAt = noon.Add(1_900 * time.Millisecond)
	app := application("ci")
	k.Application = addApplication(t, s, app)
	k.Networks = pat.Networks{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	id := addToken(t, s, k)
	e := store.Entry{
		Digest: k.Digest, ID: id, Owner: bob, Scopes: k.Scopes, ClientID: app.ClientID, CreatedAt: k.CreatedAt.Truncate(time.Second),
		ExpiresAt: k.ExpiresAt, Paused: true, RetiredAt: k.RetiredAt, Networks: k.Networks,
	}
	want := func(what string, got store.Entry) {
		t.Helper()
		if !reflect.DeepEqual(got, e) {
			t.Errorf("%s: got %v, want %v", what, got, e)
		}
	}
	got, err := s.Entry(ctx, k.Digest)
	must(t, err)
	want("entry", got)
	want("entry in the feed", *readFeed(t, s)[1].Entry)
	page, err := s.Entries(ctx, 0, noon, 10)
	must(t, err)
	want("entry of the list", page[0])

	endToken(t, s, id, noon)
	e.Revoked = true
	got, err = s.Entry(ctx, k.Digest)
	must(t, err)
	want("revoked entry", got)
	_, err = s.Entry(ctx, pat.Digest{1})
	wantKind(t, err, pat.NotFound)
}

func testEntries(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	var ids []pat.TokenID
	for _, expires := range []time.Time{{}, noon, noon.Add(time.Microsecond), {}, {}} {
		k := token(bob)
		k.ExpiresAt = expires
		ids = append(ids, addToken(t, s, k))
	}
	endToken(t, s, ids[3], noon)
	var got []pat.TokenID
	for after := pat.TokenID(0); ; after = got[len(got)-1] {
		page, err := s.Entries(t.Context(), after, noon, 2)
		must(t, err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			got = append(got, e.ID)
		}
	}
	// Neither the one that expires at noon nor the revoked one.
	if want := []pat.TokenID{ids[0], ids[2], ids[4]}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
