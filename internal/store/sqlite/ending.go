package sqlite

import (
	"context"

	"jeton/internal/pat"
)

const (
	endingFamilies = `select family from ending_families order by family limit ?`
	beginEnding    = `insert into ending_families (family) values (?) on conflict do nothing`
	finishEnding   = `delete from ending_families where family = ?`
)

// EndingFamilies implements store.EndingReader.
func (r reader) EndingFamilies(_ context.Context, limit int) (families []pat.TokenID, err error) {
	err = r.query(context.Background(), endingFamilies, []any{int64(limit)}, func(r *row) {
		families = append(families, pat.TokenID(r.int()))
	})
	return families, failed("ending families", err)
}

// EndingFamilies implements store.EndingReader.
func (s *Store) EndingFamilies(ctx context.Context, limit int) ([]pat.TokenID, error) {
	return ask(ctx, s, func(r reader) ([]pat.TokenID, error) { return r.EndingFamilies(ctx, limit) })
}

// BeginEnding implements store.EndingTx.
func (t *tx) BeginEnding(family pat.TokenID) error {
	_, _, err := t.w.exec(beginEnding, int64(family))
	return failed("begin ending", err)
}

// FinishEnding implements store.EndingTx.
func (t *tx) FinishEnding(family pat.TokenID) error {
	_, _, err := t.w.exec(finishEnding, int64(family))
	return failed("finish ending", err)
}
