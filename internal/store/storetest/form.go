package storetest

import (
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var forms = map[string]func(*testing.T, store.Store){
	"a form is used once and forgotten by age": testForms,
}

func testForms(t *testing.T, s store.Store) {
	form := pat.Digest{1}
	_, err := s.UsedForm(t.Context(), form)
	wantKind(t, err, pat.NotFound)
	update(t, s, func(tx store.Tx) error { return tx.UseForm(form, pat.Made{Token: 7}, noon) })
	err = s.Update(t.Context(), func(tx store.Tx) error { return tx.UseForm(form, pat.Made{Account: 8}, noon) })
	wantKind(t, err, pat.Conflict)
	update(t, s, func(tx store.Tx) error { return tx.PruneForms(noon) })
	made, err := s.UsedForm(t.Context(), form)
	must(t, err)
	want(t, "made", made, pat.Made{Token: 7})
	account := pat.Digest{2}
	update(t, s, func(tx store.Tx) error { return tx.UseForm(account, pat.Made{Account: 9}, noon) })
	made, err = s.UsedForm(t.Context(), account)
	must(t, err)
	want(t, "made", made, pat.Made{Account: 9})
	update(t, s, func(tx store.Tx) error { return tx.PruneForms(noon.Add(time.Microsecond)) })
	_, err = s.UsedForm(t.Context(), form)
	wantKind(t, err, pat.NotFound)
}
