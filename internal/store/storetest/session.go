package storetest

import (
	"context"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var sessions = map[string]func(*testing.T, store.Store){
	"a session comes back as it was put in":                 testSession,
	"a session belongs to a user and its digest is unique":  testSessionRefused,
	"a session comes with its user's standing":              testSessionStanding,
	"a session ends once":                                   testSessionEnds,
	"a session that is touched lives on, and never back":    testSessionTouched,
	"a renewed session has another digest":                  testSessionRenewed,
	"a user's sessions are the live ones, last seen first":  testSessionsOf,
	"sessions that are over are pruned, others are not":     testSessionsPruned,
	"a sign-in is noted and nothing else of the user moves": testSignedIn,
}

// session is a session of the user that lasts half an hour unseen, and two.
func session(user pat.UserID) pat.Session {
	k := token(user) // whose digest is its own
	return pat.Session{
		User: user, Digest: k.Digest, CreatedAt: noon, SeenAt: noon, ExpiresAt: noon.Add(2 * time.Hour), Idle: 1800,
		AuthenticatedAt: noon, Face: "api", Address: netip.MustParseAddr("192.0.2.7"), Agent: "Firefox",
	}
}

func addSession(t tester, s store.Store, k pat.Session) pat.Session {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		k.ID, err = tx.InsertSession(k)
		return err
	})
	return k
}

func readSession(t tester, s store.Store, id pat.SessionID) pat.Session {
	t.Helper()
	k, err := s.Session(context.Background(), id)
	must(t, err)
	return k
}

func testSession(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ended := session(bob)
	ended.EndedAt, ended.Remember = noon.Add(time.Second), true
	for _, k := range []pat.Session{session(bob), ended} {
		k = addSession(t, s, k)
		got, who, err := s.SessionByDigest(t.Context(), k.Digest)
		must(t, err)
		if !reflect.DeepEqual(got, k) || !reflect.DeepEqual(readSession(t, s, k.ID), k) {
			t.Errorf("got  %+v\nwant %+v", got, k)
		}
		want(t, "user", who.ID, bob)
	}
	_, _, err := s.SessionByDigest(t.Context(), token(bob).Digest)
	wantKind(t, err, pat.NotFound)
	_, err = s.Session(t.Context(), 99)
	wantKind(t, err, pat.NotFound)
}

func testSessionRefused(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	k := addSession(t, s, session(bob))
	insert := func(k pat.Session) error {
		return s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.InsertSession(k); return err })
	}
	wantKind(t, insert(k), pat.Conflict)
	wantKind(t, insert(session(bob+1)), pat.NotFound)
	other := addSession(t, s, session(bob))
	wantKind(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.RenewSession(other.ID, k.Digest, noon) }), pat.Conflict)
}

func testSessionStanding(t *testing.T, s store.Store) {
	bob := user("bob")
	bob.Admin = true
	bob.ID = addUser(t, s, bob)
	k := addSession(t, s, session(bob.ID))
	standing := func() pat.Standing {
		_, who, err := s.SessionByDigest(t.Context(), k.Digest)
		must(t, err)
		return who
	}
	want(t, "at first", standing(), pat.Standing{ID: bob.ID, Name: "bob", Admin: true})
	bob.Admin = false
	update(t, s, func(tx store.Tx) error { return tx.UpdateUser(bob) })
	want(t, "demoted", standing().Admin, false)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(bob.ID, noon, 0) })
	want(t, "deleted", standing().Ended, true)
}

func testSessionEnds(t *testing.T, s store.Store) {
	k := addSession(t, s, session(addUser(t, s, user("bob"))))
	for i, wanted := range []bool{true, false} {
		update(t, s, func(tx store.Tx) error {
			ended, err := tx.EndSession(k.ID, noon.Add(time.Duration(i+1)*time.Second))
			want(t, "ended", ended, wanted)
			return err
		})
		want(t, "when", readSession(t, s, k.ID).EndedAt, noon.Add(time.Second))
	}
	must(t, s.TouchSession(t.Context(), k.ID, noon.Add(time.Minute)))
	want(t, "seen", readSession(t, s, k.ID).SeenAt, noon)
	wantKind(t, s.Update(t.Context(), func(tx store.Tx) error {
		return tx.RenewSession(k.ID, token(1).Digest, noon)
	}), pat.NotFound)
}

func testSessionTouched(t *testing.T, s store.Store) {
	k := addSession(t, s, session(addUser(t, s, user("bob"))))
	must(t, s.TouchSession(t.Context(), k.ID, noon.Add(time.Minute)))
	must(t, s.TouchSession(t.Context(), k.ID, noon.Add(time.Second)))
	want(t, "seen", readSession(t, s, k.ID).SeenAt, noon.Add(time.Minute))
	must(t, s.TouchSession(t.Context(), 99, noon)) // gone: nothing to note
}

func testSessionRenewed(t *testing.T, s store.Store) {
	k := addSession(t, s, session(addUser(t, s, user("bob"))))
	fresh := token(k.User).Digest
	update(t, s, func(tx store.Tx) error { return tx.RenewSession(k.ID, fresh, noon.Add(time.Hour)) })
	_, _, err := s.SessionByDigest(t.Context(), k.Digest)
	wantKind(t, err, pat.NotFound)
	got, _, err := s.SessionByDigest(t.Context(), fresh)
	must(t, err)
	k.Digest, k.SeenAt, k.AuthenticatedAt = fresh, noon.Add(time.Hour), noon.Add(time.Hour)
	want(t, "renewed", got, k)
}

func testSessionsOf(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	addSession(t, s, session(eve))
	first, second, ended, idle := addSession(t, s, session(bob)), addSession(t, s, session(bob)), addSession(t, s, session(bob)), addSession(t, s, session(bob))
	update(t, s, func(tx store.Tx) error { _, err := tx.EndSession(ended.ID, noon); return err })
	list := func(now time.Time, limit int) string {
		all, err := s.Sessions(t.Context(), bob, now, limit)
		must(t, err)
		var names []string
		for _, k := range all {
			names = append(names, map[pat.SessionID]string{first.ID: "first", second.ID: "second", ended.ID: "ended", idle.ID: "idle"}[k.ID])
		}
		return strings.Join(names, " ")
	}
	want(t, "at first", list(noon, 9), "idle second first")
	must(t, s.TouchSession(t.Context(), first.ID, noon.Add(20*time.Minute)))
	must(t, s.TouchSession(t.Context(), second.ID, noon.Add(10*time.Minute)))
	want(t, "touched", list(noon.Add(20*time.Minute), 9), "first second idle")
	want(t, "two", list(noon.Add(20*time.Minute), 2), "first second")
	want(t, "the last moment", list(noon.Add(30*time.Minute-time.Microsecond), 9), "first second idle")
	want(t, "idle for too long", list(noon.Add(30*time.Minute), 9), "first second")
	must(t, s.TouchSession(t.Context(), first.ID, noon.Add(119*time.Minute)))
	want(t, "before the absolute end", list(noon.Add(2*time.Hour-time.Microsecond), 9), "first")
	want(t, "at the absolute end", list(noon.Add(2*time.Hour), 9), "")
}

func testSessionsPruned(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	ended, idle, live := addSession(t, s, session(bob)), addSession(t, s, session(bob)), addSession(t, s, session(bob))
	update(t, s, func(tx store.Tx) error { _, err := tx.EndSession(ended.ID, noon.Add(time.Minute)); return err })
	must(t, s.TouchSession(t.Context(), live.ID, noon.Add(29*time.Minute)))
	for _, step := range []struct {
		before time.Duration
		limit  int
		want   int
		gone   pat.SessionID
	}{
		{time.Minute, 9, 0, 0},
		{2 * time.Minute, 9, 1, ended.ID},
		{30 * time.Minute, 9, 0, 0},
		{31 * time.Minute, 9, 1, idle.ID},
		{2 * time.Hour, 0, 0, 0},
	} {
		n, err := s.PruneSessions(t.Context(), noon.Add(step.before), step.limit)
		must(t, err)
		want(t, "pruned before "+step.before.String(), n, step.want)
		if step.gone != 0 {
			_, err := s.Session(t.Context(), step.gone)
			wantKind(t, err, pat.NotFound)
		}
	}
	readSession(t, s, live.ID)
	if again := addSession(t, s, session(bob)); again.ID <= live.ID {
		t.Errorf("the id %d was given before", again.ID)
	}
}

func testSignedIn(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	before, err := s.User(t.Context(), bob)
	must(t, err)
	feed := len(readFeed(t, s))
	update(t, s, func(tx store.Tx) error { return tx.SignedIn(bob, noon.Add(time.Hour)) })
	after, err := s.User(t.Context(), bob)
	must(t, err)
	before.LastLoginAt = noon.Add(time.Hour)
	want(t, "user", after, before)
	want(t, "feed", len(readFeed(t, s)), feed)
	wantKind(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.SignedIn(99, noon) }), pat.NotFound)
}
