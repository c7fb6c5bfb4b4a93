package console_test

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// BenchmarkTokenList is one page of the list of a user with 10,000 tokens.
func BenchmarkTokenList(b *testing.B) {
	h := withAda(b)
	must(b, h.db.Update(context.Background(), func(tx store.Tx) error {
		for i := range 10_000 {
			at := h.now().Add(-time.Duration(i) * time.Hour)
			t := pat.Token{
				Owner: 1, Name: fmt.Sprintf("token-%05d", i), Description: "Something that uses it", Scopes: "read", Origin: pat.OriginConsole,
				Digest: pat.Digest{byte(i), byte(i >> 8), 1}, Prefix: "jtn", LastFour: fmt.Sprintf("%04d", i),
				CreatedAt: at, ModifiedAt: at, ExpiresAt: at.AddDate(1, 0, 0),
			}
			if i%10 == 0 {
				t.ExpiresAt = time.Time{}
			}
			if _, err := tx.InsertToken(t); err != nil {
				return err
			}
		}
		return nil
	}))
	v := h.signedIn(b, "ada")
	for b.Loop() {
		v.get("/profile/tokens?page=7")
	}
}

// BenchmarkUserList is a page of 100 users with 200 tokens each.
func BenchmarkUserList(b *testing.B) {
	h := withAda(b)
	for i := range 100 {
		h.adds(b, pat.UserRequest{Name: fmt.Sprintf("service-%03d", i), Service: true})
		h.stock(b, pat.UserID(3+i), 200)
	}
	for i := range 20_000 {
		h.Uses.Accepted(pat.TokenID(1+i), h.now(), netip.Addr{})
	}
	h.flush(b)
	v := h.signedIn(b, "ada")
	for b.Loop() {
		v.get("/admin/users?per=100")
	}
}
