package storetest

import (
	"reflect"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var users = map[string]func(*testing.T, store.Store){
	"a user comes back as it was put in":                         testUser,
	"a user's name is looked up exactly and taken in every case": testFoldedNames,
	"a deleted user is gone, and the name is free":               testDeleteUser,
	"a deleted user's tokens are revoked":                        testDeletedTokens,
	"a user's id is never given again":                           testUserIDs,
	"ModifiedAt only ever grows":                                 testModified,
	"a password is kept apart from its user":                     testPassword,
	"administrators are those who can act":                       testAdmins,
	"who is not there is NotFound":                               testNoUser,
}

// full has a value in every field that the store keeps.
func full() pat.User {
	return pat.User{
		Name: "Zoë@example.org", FirstName: "Zoë", LastName: "Ødegård", Email: "z@example.org", Language: "de-CH",
		TimeZone: "Europe/Zurich", Admin: true, Auditor: true, Service: true,
		CreatedAt: noon, ModifiedAt: noon.Add(time.Microsecond), LastLoginAt: noon.Add(time.Minute), DisabledAt: noon.Add(time.Hour),
	}
}

func testUser(t *testing.T, s store.Store) {
	for name, u := range map[string]pat.User{"with everything": full(), "with next to nothing": user("bob")} {
		t.Run(name, func(t *testing.T) {
			u.ID = addUser(t, s, u)
			got, err := s.User(t.Context(), u.ID)
			must(t, err)
			want(t, "user", got, u)
			got, err = s.UserByName(t.Context(), u.Name)
			must(t, err)
			want(t, "user by name", got, u)
			standing, err := s.Standing(t.Context(), u.ID)
			must(t, err)
			want(t, "standing", standing, u.Standing())

			u.FirstName, u.LastName, u.Email, u.Language, u.TimeZone = "A", "B", "c@example.org", "fr", "UTC"
			u.Name, u.Admin, u.Auditor, u.DisabledAt = u.Name+"2", !u.Admin, !u.Auditor, noon.Add(2*time.Hour)
			u.ModifiedAt = noon.Add(time.Hour)
			update(t, s, func(tx store.Tx) error { return tx.UpdateUser(u) })
			got, err = s.User(t.Context(), u.ID)
			must(t, err)
			want(t, "edited user", got, u)
		})
	}
}

func testFoldedNames(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("straße"))
	other := addUser(t, s, user("other"))
	for _, name := range []string{"straße", "STRASSE", "Strasse", "straſſe"} {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			_, err := tx.InsertUser(user(name), "")
			return err
		})
		wantKind(t, err, pat.Conflict)
		want(t, "field", pat.AsError(err).Fields[0].Name, "username")
		err = s.Update(t.Context(), func(tx store.Tx) error { return tx.UpdateUser(pat.User{ID: other, Name: name}) })
		wantKind(t, err, pat.Conflict)
		if name != "straße" {
			_, err = s.UserByName(t.Context(), name)
			wantKind(t, err, pat.NotFound)
		}
	}
	// One's own name in another spelling is no conflict.
	update(t, s, func(tx store.Tx) error { return tx.UpdateUser(pat.User{ID: bob, Name: "Straße"}) })
	_, err := s.UserByName(t.Context(), "Straße")
	must(t, err)
}

func testDeleteUser(t *testing.T, s store.Store) {
	ctx := t.Context()
	u := full()
	u.DisabledAt = time.Time{}
	u.ID = addUser(t, s, u)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(u.ID, noon, u.ID) })

	_, err := s.User(ctx, u.ID)
	wantKind(t, err, pat.NotFound)
	_, err = s.UserByName(ctx, u.Name)
	wantKind(t, err, pat.NotFound)
	_, err = s.Password(ctx, u.ID)
	wantKind(t, err, pat.NotFound)
	has, err := s.HasUsers(ctx)
	must(t, err)
	want(t, "users", has, false)
	_, total, err := s.Users(ctx, pat.Query{})
	must(t, err)
	want(t, "listed users", total, 0)
	standing, err := s.Standing(ctx, u.ID)
	must(t, err)
	want(t, "ended", standing.Ended, true)
	want(t, "name", standing.Name, u.Name)
	for doing, again := range map[string]func(tx store.Tx) error{
		"delete":   func(tx store.Tx) error { return tx.DeleteUser(u.ID, noon, 0) },
		"edit":     func(tx store.Tx) error { return tx.UpdateUser(u) },
		"password": func(tx store.Tx) error { return tx.SetPassword(u.ID, "hash", noon) },
	} {
		if err := s.Update(ctx, again); !pat.Is(err, pat.NotFound) {
			t.Errorf("%s: got the error %v", doing, err)
		}
	}
	if id := addUser(t, s, u); id == u.ID {
		t.Errorf("the next of the name got the same id %d", id)
	}
}

func testDeletedTokens(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("eve"))
	live, ended, other := addToken(t, s, token(bob)), addToken(t, s, token(bob)), addToken(t, s, token(eve))
	endToken(t, s, ended, noon)
	later := noon.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(bob, later, eve) })
	for id, at := range map[pat.TokenID]time.Time{live: later, ended: noon, other: {}} {
		k, err := s.Token(ctx, id)
		must(t, err)
		want(t, "revoked", k.RevokedAt, at)
	}
	k, err := s.Token(ctx, live)
	must(t, err)
	want(t, "revoked by", k.RevokedBy, eve)
	_, unnamed, err := s.CountLive(ctx, bob, noon)
	must(t, err)
	want(t, "live tokens", unnamed, 0)
}

func testUserIDs(t *testing.T, s store.Store) {
	seen := map[pat.UserID]bool{}
	for range 3 {
		id := addUser(t, s, user("bob"))
		if id == 0 || seen[id] {
			t.Errorf("id %d was given again", id)
		}
		seen[id] = true
		update(t, s, func(tx store.Tx) error { return tx.DeleteUser(id, noon, 0) })
	}
}

func testModified(t *testing.T, s store.Store) {
	u := user("bob")
	u.ID = addUser(t, s, u)
	k := token(u.ID)
	k.ID = addToken(t, s, k)
	for i := range 3 {
		u.ModifiedAt, k.ModifiedAt = noon, noon.Add(-time.Hour)
		update(t, s, func(tx store.Tx) error {
			if err := tx.UpdateUser(u); err != nil {
				return err
			}
			return tx.UpdateToken(k)
		})
		gotUser, err := s.User(t.Context(), u.ID)
		must(t, err)
		gotToken, err := s.Token(t.Context(), k.ID)
		must(t, err)
		least := noon.Add(time.Duration(i+1) * time.Microsecond)
		if gotUser.ModifiedAt.Before(least) || gotToken.ModifiedAt.Before(least) {
			t.Fatalf("edit %d: user %v, token %v, want at least %v", i+1, gotUser.ModifiedAt, gotToken.ModifiedAt, least)
		}
	}
}

func testPassword(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	hash, err := s.Password(t.Context(), bob)
	must(t, err)
	want(t, "password of who has none", hash, "")
	update(t, s, func(tx store.Tx) error { return tx.SetPassword(bob, "$argon2id$…", noon.Add(time.Hour)) })
	update(t, s, func(tx store.Tx) error { return tx.UpdateUser(user2(bob)) })
	hash, err = s.Password(t.Context(), bob)
	must(t, err)
	want(t, "password", hash, "$argon2id$…")
	update(t, s, func(tx store.Tx) error {
		eve, err := tx.InsertUser(user("eve"), "hash")
		must(t, err)
		hash, err = tx.Password(t.Context(), eve)
		return err
	})
	want(t, "password from the start", hash, "hash")
}

func user2(id pat.UserID) pat.User { u := user("bob2"); u.ID = id; return u }

func testAdmins(t *testing.T, s store.Store) {
	has, err := s.HasUsers(t.Context())
	must(t, err)
	want(t, "users at first", has, false)
	var ids []pat.UserID
	for _, u := range []pat.User{
		{Name: "a", Admin: true}, {Name: "b", Admin: true}, {Name: "c", Admin: true, DisabledAt: noon}, {Name: "d", Auditor: true},
	} {
		ids = append(ids, addUser(t, s, u))
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(ids[1], noon, 0) })
	n, err := s.CountAdmins(t.Context())
	must(t, err)
	want(t, "administrators", n, 1)
	has, err = s.HasUsers(t.Context())
	must(t, err)
	want(t, "users", has, true)
}

func testNoUser(t *testing.T, s store.Store) {
	ctx := t.Context()
	var errs []error
	_, err := s.User(ctx, 7)
	errs = append(errs, err)
	_, err = s.UserByName(ctx, "nobody")
	errs = append(errs, err)
	_, err = s.Password(ctx, 7)
	errs = append(errs, err)
	_, err = s.Standing(ctx, 7)
	errs = append(errs, err)
	_, err = s.Token(ctx, 7)
	errs = append(errs, err)
	for _, fn := range []func(tx store.Tx) error{
		func(tx store.Tx) error { return tx.UpdateUser(pat.User{ID: 7, Name: "x"}) },
		func(tx store.Tx) error { return tx.SetPassword(7, "", noon) },
		func(tx store.Tx) error { return tx.DeleteUser(7, noon, 0) },
		func(tx store.Tx) error { return tx.UpdateToken(pat.Token{ID: 7}) },
		func(tx store.Tx) error { _, err := tx.InsertToken(token(7)); return err },
	} {
		errs = append(errs, s.Update(ctx, fn))
	}
	for i, err := range errs {
		if !pat.Is(err, pat.NotFound) {
			t.Errorf("question %d: got the error %v", i, err)
		}
	}
	if feed := readFeed(t, s); !reflect.DeepEqual(feed, []store.Change(nil)) {
		t.Errorf("the feed is %v", feed)
	}
}
