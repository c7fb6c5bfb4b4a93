package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

const (
	usedForm   = `select token, account from used_forms where digest = ?`
	useForm    = `insert into used_forms (digest, token, account, at) values (?, ?, ?, ?)`
	pruneForms = `delete from used_forms where at < ?`
)

var errNoForm = pat.Fail(pat.NotFound, "the form was not used")

// UsedForm implements store.FormReader.
func (r reader) UsedForm(_ context.Context, form pat.Digest) (made pat.Made, err error) {
	found, err := r.one(usedForm, []any{form[:]}, func(r *row) {
		made = pat.Made{Token: pat.TokenID(r.int()), Account: pat.UserID(r.int())}
	})
	return made, foundOr(errNoForm, found, "used form", err)
}

// UsedForm implements store.FormReader.
func (s *Store) UsedForm(ctx context.Context, form pat.Digest) (pat.Made, error) {
	return ask(ctx, s, func(r reader) (pat.Made, error) { return r.UsedForm(ctx, form) })
}

// UseForm implements store.FormTx.
func (t *tx) UseForm(form pat.Digest, made pat.Made, at time.Time) error {
	_, _, err := t.w.exec(useForm, form[:], int64(made.Token), int64(made.Account), at.UnixMicro())
	if notUnique(err) {
		return pat.Wrap(pat.Conflict, "the form was used before", err)
	}
	return failed("use form", err)
}

// PruneForms implements store.FormTx.
func (t *tx) PruneForms(before time.Time) error {
	_, _, err := t.w.exec(pruneForms, before.UnixMicro())
	return failed("prune forms", err)
}
