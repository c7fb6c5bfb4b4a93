package sqlite

import "context"

const installation = `select uuid from installation`

// Installation implements store.Store.
func (s *Store) Installation(ctx context.Context) (string, error) {
	return ask(ctx, s, func(r reader) (id string, err error) {
		_, err = r.one(installation, nil, func(r *row) { id = r.text() })
		return id, failed("installation", err)
	})
}
