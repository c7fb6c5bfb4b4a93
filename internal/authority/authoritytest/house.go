// Package authoritytest has what tests of the authority and of its faces stand
// on: a real authority on a database of its own, by the clock of the test.
package authoritytest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/index"
	"jeton/internal/password"
	"jeton/internal/pat"
	"jeton/internal/store/sqlite"
	"jeton/internal/throttle"
)

// House is an authority and what it is built on. A test that wants a part of the
// Authority to be another one sets it before the first call.
type House struct {
	*authority.Authority
	Folder string // of the database
	DB     *sqlite.Store
	Index  *index.Index
}

// Open builds a house without users, under the default policy. It logs nothing,
// and is closed when the test ends.
func Open(t testing.TB, now func() time.Time) *House {
	t.Helper()
	ctx, folder := context.Background(), t.TempDir()
	db, err := sqlite.Open(ctx, filepath.Join(folder, "jeton.db"), sqlite.Options{Now: now})
	must(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	live, err := index.Open(ctx, index.Options{Source: db, Now: now})
	must(t, err)
	return &House{Folder: folder, DB: db, Index: live, Authority: &authority.Authority{
		Store: db, Live: live, Passwords: Hasher(t, 1), Memory: password.NewMemory(now),
		Throttle: throttle.New(throttle.Options{Now: now}), Finders: throttle.New(throttle.Options{Now: now}), Uses: &authority.Uses{},
		Now: now, Policy: pat.DefaultPolicy(), Log: slog.New(slog.DiscardHandler),
	}}
}

// Hasher returns a hasher whose hashes cost next to nothing.
func Hasher(t testing.TB, passes int) *password.Hasher {
	t.Helper()
	h, err := password.New(password.Options{Slots: 4, Memory: 64, Passes: passes})
	must(t, err)
	return h
}

// Password is what users have who were given no other.
const Password = "correct horse battery"

// AddUser makes a user, with Password unless an edit says otherwise.
func (h *House) AddUser(t testing.TB, name string, edit ...func(*pat.UserRequest)) pat.UserID {
	t.Helper()
	req := pat.UserRequest{Name: name, Password: Password}
	for _, e := range edit {
		e(&req)
	}
	u, err := h.CreateUser(context.Background(), pat.Operator("test"), req)
	must(t, err)
	return u.ID
}

// AddToken makes a token of a user and returns its secret with it. life is in
// seconds; 0 is for ever.
func (h *House) AddToken(t testing.TB, owner pat.UserID, scopes pat.Scopes, life int64) (string, pat.Token) {
	t.Helper()
	secret, tok, err := h.CreateToken(context.Background(), pat.Operator("test"), pat.TokenRequest{
		Owner: owner, Scopes: scopes, Expiry: pat.Expiry{After: life, Never: life == 0}, Origin: pat.OriginAPI,
	})
	must(t, err)
	return secret.Reveal(), tok
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
