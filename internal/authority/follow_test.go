package authority_test

import (
	"net/netip"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

func TestWhoMayFollow(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	plain, _ := w.mint(bob)
	must(t, w.MayFollow(w.gateway()))
	for name, tt := range map[string]struct {
		by   pat.Principal
		kind pat.Kind
	}{
		"nobody":                   {pat.Principal{}, pat.Unauthenticated},
		"an administrator's login": {w.root, pat.Forbidden},
		"a token that may write":   {w.verified(plain), pat.Forbidden},
	} {
		if err := w.MayFollow(tt.by); !pat.Is(err, tt.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever keeps an answer until exp keeps no retired token.
func TestIntrospectionEndsWithTheOverlap(t *testing.T) {
	w := newWorld(t)
	gate, bob := w.gateway(), w.user("bob")
	now := w.clock.Now()
	for name, tt := range map[string]struct{ expires, retired, want time.Time }{
		"it expires":         {now.Add(time.Hour), time.Time{}, now.Add(time.Hour)},
		"it is retired":      {time.Time{}, now.Add(time.Minute), now.Add(time.Minute)},
		"retired before":     {now.Add(time.Hour), now.Add(time.Minute), now.Add(time.Minute)},
		"retired after":      {now.Add(time.Hour), now.Add(2 * time.Hour), now.Add(time.Hour)},
		"it never is either": {time.Time{}, time.Time{}, time.Time{}},
	} {
		_, tok := w.mint(bob)
		secret := pat.NewSecret(pat.DefaultPrefix)
		tok.ID, tok.Digest, tok.ExpiresAt, tok.RetiredAt = 0, secret.Digest(), tt.expires, tt.retired
		w.update(func(tx store.Tx) error {
			_, err := tx.InsertToken(tok)
			return err
		})
		got, err := w.Introspect(t.Context(), gate, secret.Reveal(), netip.Addr{})
		if must(t, err); !got.Active || !got.ExpiresAt.Equal(tt.want) {
			t.Errorf("%s: %+v, want %v", name, got, tt.want)
		}
	}
}
