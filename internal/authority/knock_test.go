package authority_test

import (
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/pat"
	"jeton/internal/store"
)

// Memory forgets a revoked token; that somebody still tries it is counted.
func TestUseOfARevokedTokenIsCounted(t *testing.T) {
	w := newWorld(t)
	w.index.Warm(t.Context())
	text, tok := w.mint(w.root)
	must(t, w.RevokeToken(t.Context(), w.root, tok.ID, ""))
	for range 3 {
		_, err := w.Verify(t.Context(), text, "", from("198.51.100.1"))
		want(t, err, "unauthenticated", "")
	}
	_, err := w.Verify(t.Context(), pat.NewSecret(pat.DefaultPrefix).Reveal(), "", via())
	want(t, err, "unauthenticated", "")
	must(t, w.Uses.Flush(t.Context(), w.store))
	if len(w.store.uses) != 1 {
		t.Errorf("written: %+v", w.store.uses)
	}
	got, err := w.TokenUse(t.Context(), w.root, tok.ID, time.Unix(0, 0), w.clock.Now().Add(time.Hour))
	must(t, err)
	if got.Refused != 3 || len(got.Periods) != 1 || got.Periods[0].Refused != refusals(pat.ReasonUnknown, 3) || len(got.Addresses) != 1 {
		t.Errorf("kept: %+v", got)
	}
	if v := w.Verdicts(); v["unknown"] != 4 {
		t.Errorf("judged: %v", v)
	}
}

func TestUnknownSecretsAreBounded(t *testing.T) {
	w := newWorld(t)
	for i := range 5000 {
		w.Uses.Unknown(pat.Digest{byte(i), byte(i >> 8)}, w.clock.Now(), home)
	}
	w.Uses.Unknown(pat.Digest{}, w.clock.Now(), home) // one that is remembered needs no room
	if n := w.Uses.DroppedUnknown(); n != 5000-4096 {
		t.Errorf("%d dropped", n)
	}
	w.store.noRecords.Store(true)
	must(t, w.Uses.Flush(t.Context(), w.store))
	if n := w.Uses.DroppedUnknown(); n != 5001 {
		t.Errorf("%d dropped when the store does not answer", n)
	}
	var none store.Store
	u := &authority.Uses{}
	must(t, u.Flush(t.Context(), none)) // nothing to write, nothing to ask
}
