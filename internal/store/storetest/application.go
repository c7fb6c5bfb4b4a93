package storetest

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var applications = map[string]func(*testing.T, store.Store){
	"an application comes back as it was put in":              testApplication,
	"an application's name is unique while it is there":       testApplicationNames,
	"an edit of an application changes what may be edited":    testUpdateApplication,
	"a deleted application takes its tokens and grants along": testDeleteApplication,
	"tokens are listed by application":                        testApplicationTokens,
	"a refresh token comes back, and ends once":               testRefresh,
	"a family has all that came one from another and goes on": testRefreshFamily,
	"a code comes back, and is used once":                     testCode,
	"PruneGrants removes what has expired":                    testPruneGrants,
	"a refresh token outlives the record of its token":        testRefreshWithoutToken,
}

func application(name string) pat.Application {
	return pat.Application{
		Name: name, ClientID: fmt.Sprint("client", digests.Add(1)), Type: pat.Public, Grant: pat.GrantCode,
		RedirectURIs: "https://app.example/cb", CreatedAt: noon, ModifiedAt: noon,
	}
}

func addApplication(t tester, s store.Store, a pat.Application) (id pat.ApplicationID) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		id, err = tx.InsertApplication(a)
		return err
	})
	return id
}

func testApplication(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, a := range []pat.Application{
		application(""),
		{
			Name: "naïve 名前", Description: "for \"tests\"\nonly", ClientID: "c", SecretDigest: sha256.Sum256([]byte("s")), Type: pat.Confidential,
			Grant: pat.GrantPassword, SkipConsent: true, CreatedAt: noon, ModifiedAt: noon.Add(time.Microsecond),
		},
	} {
		a.ID = addApplication(t, s, a)
		for by, get := range map[string]func() (pat.Application, error){
			"id":     func() (pat.Application, error) { return s.Application(ctx, a.ID) },
			"client": func() (pat.Application, error) { return s.ApplicationByClient(ctx, a.ClientID) },
			"name":   func() (pat.Application, error) { return s.ApplicationByName(ctx, a.Name) },
		} {
			got, err := get()
			must(t, err)
			if !reflect.DeepEqual(got, a) {
				t.Errorf("by %s: got  %+v\nwant %+v", by, got, a)
			}
		}
	}
	page, total, err := s.Applications(ctx, pat.Query{Order: []pat.Order{{Field: "name", Desc: true}}, Limit: 1})
	must(t, err)
	want(t, "total", total, 2)
	want(t, "first", page[0].Name, "naïve 名前")
	for field := range pat.ApplicationFields {
		_, _, err := s.Applications(ctx, pat.Query{Order: []pat.Order{{Field: field}}, Limit: 1})
		must(t, err)
	}
}

func testApplicationNames(t *testing.T, s store.Store) {
	first, other := addApplication(t, s, application("one")), application("two")
	other.ID = addApplication(t, s, other)
	for _, write := range []func(tx store.Tx) error{
		func(tx store.Tx) error { _, err := tx.InsertApplication(application("one")); return err },
		func(tx store.Tx) error { other.Name = "one"; return tx.UpdateApplication(other) },
	} {
		err := s.Update(t.Context(), write)
		wantKind(t, err, pat.Conflict)
		want(t, "field", pat.AsError(err).Fields[0].Name, "name")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteApplication(first, noon, 0) })
	if id := addApplication(t, s, application("one")); id == first {
		t.Errorf("the next of the name got the same id %d", id)
	}
}

func testUpdateApplication(t *testing.T, s store.Store) {
	a := application("one")
	a.ID = addApplication(t, s, a)
	now := a
	now.Name, now.Description, now.RedirectURIs, now.SkipConsent = "two", "d", "https://b.example/", true
	spoiled := now
	spoiled.ClientID, spoiled.Type, spoiled.Grant, spoiled.SecretDigest = "x", pat.Confidential, pat.GrantPassword, pat.Digest{1}
	update(t, s, func(tx store.Tx) error { return tx.UpdateApplication(spoiled) })
	now.ModifiedAt = noon.Add(time.Microsecond) // greater, though the clock stood still
	got, err := s.Application(t.Context(), a.ID)
	must(t, err)
	if !reflect.DeepEqual(got, now) {
		t.Errorf("got  %+v\nwant %+v", got, now)
	}
	wantKind(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.UpdateApplication(pat.Application{ID: 99}) }), pat.NotFound)
}

func refresh(app pat.ApplicationID, owner pat.UserID, token pat.TokenID) pat.Refresh {
	return pat.Refresh{
		Digest: sha256.Sum256(fmt.Append(nil, digests.Add(1))), Application: app, Owner: owner, Token: token,
		CreatedAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
}

func addRefresh(t tester, s store.Store, r pat.Refresh) (id pat.RefreshID) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		id, err = tx.InsertRefresh(r)
		return err
	})
	return id
}

func testDeleteApplication(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	app, other := addApplication(t, s, application("one")), addApplication(t, s, application("two"))
	of := func(a pat.ApplicationID) pat.TokenID {
		k := token(bob)
		k.Application = a
		return addToken(t, s, k)
	}
	mine, ended, theirs, personal := of(app), of(app), of(other), addToken(t, s, token(bob))
	endToken(t, s, ended, noon)
	myRefresh, theirRefresh := refresh(app, bob, mine), refresh(other, bob, theirs)
	addRefresh(t, s, myRefresh)
	addRefresh(t, s, theirRefresh)
	code := pat.Code{Digest: pat.Digest{1}, Application: app, Owner: bob, CreatedAt: noon, ExpiresAt: noon}
	update(t, s, func(tx store.Tx) error { return tx.InsertCode(code) })
	head, err := s.Head(ctx)
	must(t, err)

	later := noon.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.DeleteApplication(app, later, bob) })
	for id, at := range map[pat.TokenID]time.Time{mine: later, ended: noon, theirs: {}, personal: {}} {
		k, err := s.Token(ctx, id)
		must(t, err)
		want(t, "revoked", k.RevokedAt, at)
	}
	changes := readAfter(t, s, head)
	want(t, "changes", len(changes), 1)
	want(t, "changed token", changes[0].Entry.ID, mine)
	want(t, "revoked in the feed", changes[0].Entry.Revoked, true)
	_, unnamed, err := s.CountLive(ctx, bob, noon)
	must(t, err)
	want(t, "live tokens", unnamed, 2)
	r, err := s.Refresh(ctx, myRefresh.Digest)
	must(t, err)
	want(t, "ended", r.EndedAt, later)
	r, err = s.Refresh(ctx, theirRefresh.Digest)
	must(t, err)
	want(t, "other's end", r.EndedAt, time.Time{})
	_, err = s.Code(ctx, code.Digest)
	wantKind(t, err, pat.NotFound)
	_, err = s.Application(ctx, app)
	wantKind(t, err, pat.NotFound)
	_, total, err := s.Applications(ctx, pat.Query{})
	must(t, err)
	want(t, "listed", total, 1)
	wantKind(t, s.Update(ctx, func(tx store.Tx) error { return tx.DeleteApplication(app, later, bob) }), pat.NotFound)
}

func testApplicationTokens(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	app := addApplication(t, s, application("one"))
	k := token(bob)
	k.Application = app
	k.ID = addToken(t, s, k)
	k.Family = k.ID
	personal := addToken(t, s, token(bob))
	got, err := s.Token(t.Context(), k.ID)
	must(t, err)
	if !reflect.DeepEqual(got, k) {
		t.Errorf("got  %+v\nwant %+v", got, k)
	}
	for _, tt := range []struct {
		where []pat.Cond
		want  pat.TokenID
	}{
		{conds("application", pat.Equal, int64(app)), k.ID},
		{[]pat.Cond{{Field: "application", Op: pat.IsNull}}, personal},
		{conds("application.name", pat.Contains, "n"), k.ID},
	} {
		page, total, err := s.Tokens(t.Context(), pat.Query{Where: tt.where, Order: []pat.Order{{Field: "application.name"}}, Limit: 9})
		must(t, err)
		want(t, "total", total, 1)
		want(t, "found", page[0].ID, tt.want)
	}
}

func testRefresh(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	r := refresh(addApplication(t, s, application("one")), bob, addToken(t, s, token(bob)))
	r.Until = noon.Add(time.Minute)
	r.ID = addRefresh(t, s, r)
	r.Family = r.ID
	for i := range 2 {
		var ended bool
		update(t, s, func(tx store.Tx) (err error) {
			ended, err = tx.EndRefresh(r.ID, noon.Add(time.Duration(i)*time.Second))
			return err
		})
		want(t, "ended", ended, i == 0)
	}
	r.EndedAt = noon
	got, err := s.Refresh(ctx, r.Digest)
	must(t, err)
	if !reflect.DeepEqual(got, r) {
		t.Errorf("got  %+v\nwant %+v", got, r)
	}
	_, err = s.Refresh(ctx, pat.Digest{})
	wantKind(t, err, pat.NotFound)
	wantKind(t, s.Update(ctx, func(tx store.Tx) error { _, err := tx.InsertRefresh(r); return err }), pat.Conflict)
}

func testRefreshFamily(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	app := addApplication(t, s, application("one"))
	first := addRefresh(t, s, refresh(app, bob, 1))
	addRefresh(t, s, refresh(app, bob, 2))
	next := refresh(app, bob, 3)
	next.Family = first
	second := addRefresh(t, s, next)
	all, err := s.Family(t.Context(), first)
	must(t, err)
	want(t, "members", len(all), 2)
	want(t, "first", all[0].ID, first)
	want(t, "second", all[1].ID, second)
	want(t, "family", all[1].Family, first)
	update(t, s, func(tx store.Tx) error { _, err := tx.EndRefresh(first, noon); return err })
	all, err = s.Family(t.Context(), first)
	must(t, err)
	want(t, "members that go on", len(all), 1)
	want(t, "the last", all[0].ID, second)
}

func testCode(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	c := pat.Code{
		Digest: pat.Digest{7}, Application: addApplication(t, s, application("one")), Owner: bob, Scopes: "read write",
		RedirectURI: "https://app.example/cb", Challenge: "x", CreatedAt: noon, ExpiresAt: noon.Add(time.Minute),
	}
	update(t, s, func(tx store.Tx) error { return tx.InsertCode(c) })
	wantKind(t, s.Update(ctx, func(tx store.Tx) error { return tx.InsertCode(c) }), pat.Conflict)
	for i := range 2 {
		var used bool
		update(t, s, func(tx store.Tx) (err error) {
			used, err = tx.UseCode(c.Digest, noon.Add(time.Duration(i)*time.Second), pat.RefreshID(5+i))
			return err
		})
		want(t, "used", used, i == 0)
	}
	c.UsedAt, c.Family = noon, 5
	got, err := s.Code(ctx, c.Digest)
	must(t, err)
	if !reflect.DeepEqual(got, c) {
		t.Errorf("got  %+v\nwant %+v", got, c)
	}
	_, err = s.Code(ctx, pat.Digest{})
	wantKind(t, err, pat.NotFound)
}

func testPruneGrants(t *testing.T, s store.Store) {
	ctx := t.Context()
	bob := addUser(t, s, user("bob"))
	app, live := addApplication(t, s, application("one")), addToken(t, s, token(bob))
	old, young := refresh(app, bob, live), refresh(app, bob, live)
	young.ExpiresAt = noon.Add(2 * time.Hour)
	addRefresh(t, s, old)
	addRefresh(t, s, young)
	code := pat.Code{Digest: pat.Digest{7}, Application: app, Owner: bob, CreatedAt: noon, ExpiresAt: noon}
	update(t, s, func(tx store.Tx) error { return tx.InsertCode(code) })
	n, err := s.PruneGrants(ctx, noon.Add(90*time.Minute), 10)
	must(t, err)
	want(t, "pruned", n, 2)
	_, err = s.Refresh(ctx, old.Digest)
	wantKind(t, err, pat.NotFound)
	_, err = s.Refresh(ctx, young.Digest)
	must(t, err)
	_, err = s.Code(ctx, code.Digest)
	wantKind(t, err, pat.NotFound)
	k, err := s.Token(ctx, live)
	must(t, err)
	want(t, "revoked", k.RevokedAt, time.Time{})
}

func testRefreshWithoutToken(t *testing.T, s store.Store) {
	bob := addUser(t, s, user("bob"))
	id := addToken(t, s, token(bob))
	r := refresh(addApplication(t, s, application("one")), bob, id)
	addRefresh(t, s, r)
	endToken(t, s, id, noon)
	n, err := s.PruneTokens(t.Context(), noon.Add(time.Hour), 10)
	must(t, err)
	want(t, "pruned", n, 1)
	_, err = s.Refresh(t.Context(), r.Digest)
	must(t, err)
}
