package sqlite

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// inventory is a store of n tokens in all states, of a hundred owners of whom
// the first has half.
func inventory(t testing.TB, n int) *Store {
	t.Helper()
	s := openTest(t, filepath.Join(t.TempDir(), "jeton.db"))
	ctx := context.Background()
	owners := make([]pat.UserID, 100)
	err := s.Update(ctx, func(tx store.Tx) (err error) {
		for i := range owners {
			u := pat.User{Name: "user" + strconv.Itoa(i), CreatedAt: began, ModifiedAt: began}
			if owners[i], err = tx.InsertUser(u, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Seed(ctx, n, func(i int) pat.Token { return inventoried(owners, i) }); err != nil {
		t.Fatal(err)
	}
	uses := make([]store.Use, 0, n)
	for i := range n {
		if i%3 != 0 {
			uses = append(uses, store.Use{Token: pat.TokenID(i + 1), LastAt: began.Add(time.Duration(i*7919%n) * time.Minute), Accepted: 1})
		}
	}
	if err := s.RecordUse(ctx, uses, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func inventoried(owners []pat.UserID, i int) pat.Token {
	k := benchToken(owners[max(0, i%(2*len(owners))-len(owners))], int64(i))
	k.CreatedAt = began.Add(time.Duration(i) * time.Minute)
	k.ModifiedAt, k.ExpiresAt = k.CreatedAt, k.CreatedAt.Add(time.Duration(i*7919%400)*24*time.Hour+time.Hour)
	k.Description = "made by the pipeline number " + strconv.Itoa(i)
	k.Scopes = []pat.Scopes{"read", "write", "write", "read write"}[i%4]
	switch {
	case i%10 == 0:
		k.ExpiresAt = time.Time{}
	case i%17 == 0:
		k.PausedAt = k.CreatedAt
	case i%13 == 0:
		k.RevokedAt = k.CreatedAt
	}
	return k
}
