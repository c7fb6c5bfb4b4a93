package awx_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Every choice of statuses, and its contrary, finds exactly the tokens that
// show one of them.
func TestStatuses(t *testing.T) {
	s := open(t)
	past, future := s.clock().Add(-time.Hour), s.clock().Add(time.Hour)
	insert := func(edit func(*pat.Token)) {
		k := pat.Token{Owner: s.ids[alice], Scopes: "read", CreatedAt: past, ModifiedAt: past, ExpiresAt: future, Origin: pat.OriginAPI}
		edit(&k)
		check(t, s.authority.Store.Update(t.Context(), func(tx store.Tx) error {
			k.Digest[0]++
			for { // the next that is free
				_, err := tx.InsertToken(k)
				if !pat.Is(err, pat.Conflict) {
					return err
				}
				k.Digest[0]++
			}
		}))
	}
	insert(func(*pat.Token) {})
	insert(func(k *pat.Token) { k.ExpiresAt = time.Time{} })
	insert(func(k *pat.Token) { k.ExpiresAt = past })
	insert(func(k *pat.Token) { k.PausedAt = past })
	insert(func(k *pat.Token) { k.PausedAt, k.ExpiresAt = past, time.Time{} })
	insert(func(k *pat.Token) { k.PausedAt, k.ExpiresAt = past, past })
	insert(func(k *pat.Token) { k.RevokedAt = past })
	insert(func(k *pat.Token) { k.RevokedAt, k.ExpiresAt, k.PausedAt = past, past, past })

	words := []string{"live", "expired", "paused", "revoked"}
	var shown []string
	for _, r := range s.must(t, 200, "GET", "/api/v2/tokens/?status__in="+strings.Join(words, ","), alice, "").results() {
		shown = append(shown, r.str("status"))
	}
	if want := []string{"live", "live", "expired", "paused", "paused", "expired", "revoked", "revoked"}; !slices.Equal(shown, want) {
		t.Fatalf("shown are %v, want %v", shown, want)
	}
	for set := 1; set < 1<<len(words); set++ {
		var asked []string
		for i, w := range words {
			if set&(1<<i) != 0 {
				asked = append(asked, w)
			}
		}
		in, out := []int{}, []int{}
		for i, status := range shown {
			if slices.Contains(asked, status) {
				in = append(in, i+1)
			} else {
				out = append(out, i+1)
			}
		}
		query := "status__in=" + strings.Join(asked, ",")
		for query, want := range map[string][]int{query: in, "not__" + query: out, "or__" + query + "&or__id=0": in, "or__not__" + query: out} {
			if got := s.must(t, 200, "GET", "/api/v2/tokens/?"+query, alice, "").ids(); !slices.Equal(got, want) {
				t.Errorf("%s found %v, want %v", query, got, want)
			}
		}
	}
}
