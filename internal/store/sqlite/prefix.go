package sqlite

import (
	"context"
)

const (
	prefixesUsed = `select prefix from prefixes order by place desc`
	usePrefix    = `insert into prefixes (prefix, place) select ?, coalesce(max(place), 0) + 1 from prefixes where true
	on conflict (prefix) do update set place = excluded.place`
)

// Prefixes implements store.Store. It writes only when current is another
// than the newest.
func (s *Store) Prefixes(ctx context.Context, current string) ([]string, error) {
	used, err := ask(ctx, s, reader.prefixes)
	if err != nil || current == "" || len(used) > 0 && used[0] == current {
		return used, err
	}
	err = s.commits.do(ctx, func(w *writer) error {
		if _, _, err := w.exec(usePrefix, current); err != nil {
			return failed("prefixes", err)
		}
		used, err = reader{conn: w.conn}.prefixes()
		return err
	})
	return used, err
}

func (r reader) prefixes() (used []string, err error) {
	err = r.query(context.Background(), prefixesUsed, nil, func(r *row) { used = append(used, r.text()) })
	return used, failed("prefixes", err)
}
