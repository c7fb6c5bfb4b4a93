package sqlite

import (
	"context"

	"jeton/internal/pat"
)

// seedBatch is how many tokens Seed puts into one transaction.
const seedBatch = 10_000

// Seed adds n tokens, of which the i-th is what token returns, without events
// and without telling the feed: indexes learn of them when they start. It is for
// benchmarks and tests, which need many tokens soon.
func (s *Store) Seed(ctx context.Context, n int, token func(i int) pat.Token) error {
	for from := 0; from < n; from += seedBatch {
		to := min(from+seedBatch, n)
		err := s.commits.do(ctx, func(w *writer) error {
			t := &tx{reader: reader{conn: w.conn, inTx: true}, w: w, now: s.now}
			for i := from; i < to; i++ {
				k := token(i)
				if _, err := t.insertToken(&k); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
