package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// UsedForm returns what by has made with the form, zero when that is nothing.
func (a *Authority) UsedForm(ctx context.Context, by pat.Principal, form pat.Form) (pat.Made, error) {
	if form == "" {
		return pat.Made{}, nil
	}
	if err := mayRead(by); err != nil {
		return pat.Made{}, err
	}
	return formMade(ctx, a.Store, by, form)
}

func formMade(ctx context.Context, r store.Reader, by pat.Principal, form pat.Form) (pat.Made, error) {
	made, err := r.UsedForm(ctx, form.Digest(by.User))
	if pat.Is(err, pat.NotFound) {
		return pat.Made{}, nil
	}
	return made, err
}

// unusedForm fails with pat.ErrFormUsed when the form has made something. It
// is asked before anything else is judged: the name, say, is taken by just that.
func unusedForm(ctx context.Context, tx store.Tx, by pat.Principal, form pat.Form) error {
	if form == "" {
		return nil
	}
	switch made, err := formMade(ctx, tx, by, form); {
	case err != nil:
		return err
	case !made.IsZero():
		return pat.ErrFormUsed
	}
	return nil
}

// useForm keeps what the form has made, within the transaction that made it.
func (a *Authority) useForm(tx store.Tx, by pat.Principal, form pat.Form, made pat.Made) error {
	if form == "" {
		return nil
	}
	if err := tx.PruneForms(a.now().Add(-pat.FormTime)); err != nil {
		return err
	}
	return tx.UseForm(form.Digest(by.User), made, a.now())
}
