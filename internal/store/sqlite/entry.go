package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// entryColumns are in the order of scanEntry.
const entryColumns = `t.id, t.digest, t.owner, t.scope, t.expires_at, t.paused_at is not null, t.revoked_at is not null, t.retired_at, t.created_at, t.networks,
	iif(t.application is null, '', (select a.client_id from applications a where a.id = t.application))`

func scanEntry(r *row) store.Entry {
	return store.Entry{
		ID: pat.TokenID(r.int()), Digest: r.digest(), Owner: pat.UserID(r.int()), Scopes: pat.Scopes(r.text()),
		ExpiresAt: r.time(), Paused: r.bool(), Revoked: r.bool(), RetiredAt: r.time(), CreatedAt: r.time().Truncate(time.Second),
		Networks: r.networks(), ClientID: r.text(),
	}
}

const entryByDigest = `select ` + entryColumns + ` from tokens t where t.digest = ?`

// Entry implements store.Store.
func (s *Store) Entry(ctx context.Context, d pat.Digest) (store.Entry, error) {
	e, found, err := s.lookups.find(ctx, d)
	if err == nil && found == otherToken {
		return askFirst(ctx, s, func(r reader) (e store.Entry, err error) {
			found, err := r.one(entryByDigest, []any{d[:]}, func(r *row) { e = scanEntry(r) })
			return e, foundOr(errNoToken, found, "entry", err)
		})
	}
	return e, foundOr(errNoToken, found == plainToken, "entry", err)
}

const entryByID = `select ` + entryColumns + ` from tokens t where t.id = ?`

// EntryOf implements store.LifeReader.
func (r reader) EntryOf(_ context.Context, id pat.TokenID) (e store.Entry, err error) {
	found, err := r.one(entryByID, []any{int64(id)}, func(r *row) { e = scanEntry(r) })
	return e, foundOr(errNoToken, found, "entry", err)
}

// EntryOf implements store.LifeReader.
func (s *Store) EntryOf(ctx context.Context, id pat.TokenID) (store.Entry, error) {
	return ask(ctx, s, func(r reader) (store.Entry, error) { return r.EntryOf(ctx, id) })
}

// Not indexed: nearly all rows are wanted, in the order of the table.
const entriesAfter = `select ` + entryColumns + ` from tokens t not indexed
	where t.id > ? and t.revoked_at is null and (t.expires_at is null or t.expires_at > ? or t.retired_at is not null)
	order by t.id limit ?`

// Entries implements store.Store.
func (s *Store) Entries(ctx context.Context, after pat.TokenID, since time.Time, limit int) ([]store.Entry, error) {
	return ask(ctx, s, func(r reader) (page []store.Entry, err error) {
		err = r.query(ctx, entriesAfter, []any{int64(after), since.UnixMicro(), int64(limit)}, func(r *row) {
			page = append(page, scanEntry(r))
		})
		return page, failed("entries", err)
	})
}
