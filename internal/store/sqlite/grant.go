package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// refreshColumns are in the order of scanRefresh.
const refreshColumns = `id, digest, coalesce(family, id), application, owner, token, created_at, expires_at, ended_at, until_at`

func scanRefresh(r *row) pat.Refresh {
	return pat.Refresh{
		ID: pat.RefreshID(r.int()), Digest: r.digest(), Family: pat.RefreshID(r.int()), Application: pat.ApplicationID(r.int()),
		Owner: pat.UserID(r.int()), Token: pat.TokenID(r.int()),
		CreatedAt: r.time(), ExpiresAt: r.time(), EndedAt: r.time(), Until: r.time(),
	}
}

var (
	errNoRefresh = pat.Fail(pat.NotFound, "no such refresh token")
	errNoCode    = pat.Fail(pat.NotFound, "no such code")
)

const (
	refreshByDigest = `select ` + refreshColumns + ` from refresh_tokens where digest = ?`
	refreshFamily   = `select ` + refreshColumns + ` from refresh_tokens where coalesce(family, id) = ? and ended_at is null order by id`
)

// Refresh implements store.ApplicationReader.
func (r reader) Refresh(_ context.Context, d pat.Digest) (k pat.Refresh, err error) {
	found, err := r.one(refreshByDigest, []any{d[:]}, func(r *row) { k = scanRefresh(r) })
	return k, foundOr(errNoRefresh, found, "refresh token", err)
}

// Family implements store.ApplicationReader.
func (r reader) Family(_ context.Context, id pat.RefreshID) (all []pat.Refresh, err error) {
	err = r.query(context.Background(), refreshFamily, []any{int64(id)}, func(r *row) { all = append(all, scanRefresh(r)) })
	return all, failed("family of refresh tokens", err)
}

const insertRefresh = `insert into refresh_tokens (digest, family, application, owner, token, created_at, expires_at, ended_at, until_at)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertRefresh implements store.ApplicationTx.
func (t *tx) InsertRefresh(k pat.Refresh) (pat.RefreshID, error) {
	_, id, err := t.w.exec(insertRefresh, k.Digest[:], orNull(k.Family), int64(k.Application), int64(k.Owner), int64(k.Token),
		k.CreatedAt.UnixMicro(), k.ExpiresAt.UnixMicro(), micros(k.EndedAt), micros(k.Until))
	return pat.RefreshID(id), digestTaken("insert refresh token", err)
}

func digestTaken(doing string, err error) error {
	if notUnique(err) {
		return pat.Wrap(pat.Conflict, "the digest is taken", err)
	}
	return failed(doing, err)
}

const endRefresh = `update refresh_tokens set ended_at = ? where id = ? and ended_at is null`

// EndRefresh implements store.ApplicationTx.
func (t *tx) EndRefresh(id pat.RefreshID, at time.Time) (bool, error) {
	changed, _, err := t.w.exec(endRefresh, at.UnixMicro(), int64(id))
	return changed > 0, failed("end refresh token", err)
}

const codeByDigest = `select digest, application, owner, scope, redirect_uri, challenge, created_at, expires_at, used_at, family
	from codes where digest = ?`

func scanCode(r *row) pat.Code {
	return pat.Code{
		Digest: r.digest(), Application: pat.ApplicationID(r.int()), Owner: pat.UserID(r.int()), Scopes: pat.Scopes(r.text()),
		RedirectURI: r.text(), Challenge: r.text(), CreatedAt: r.time(), ExpiresAt: r.time(), UsedAt: r.time(),
		Family: pat.RefreshID(r.int()),
	}
}

// Code implements store.ApplicationReader.
func (r reader) Code(_ context.Context, d pat.Digest) (c pat.Code, err error) {
	found, err := r.one(codeByDigest, []any{d[:]}, func(r *row) { c = scanCode(r) })
	return c, foundOr(errNoCode, found, "code", err)
}

const insertCode = `insert into codes (digest, application, owner, scope, redirect_uri, challenge, created_at, expires_at, used_at, family)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertCode implements store.ApplicationTx.
func (t *tx) InsertCode(c pat.Code) error {
	_, _, err := t.w.exec(insertCode, c.Digest[:], int64(c.Application), int64(c.Owner), string(c.Scopes), c.RedirectURI, c.Challenge,
		c.CreatedAt.UnixMicro(), c.ExpiresAt.UnixMicro(), micros(c.UsedAt), orNull(c.Family))
	return digestTaken("insert code", err)
}

const useCode = `update codes set used_at = ?, family = ? where digest = ? and used_at is null`

// UseCode implements store.ApplicationTx.
func (t *tx) UseCode(d pat.Digest, at time.Time, family pat.RefreshID) (bool, error) {
	changed, _, err := t.w.exec(useCode, at.UnixMicro(), orNull(family), d[:])
	return changed > 0, failed("use code", err)
}

const (
	pruneRefresh = `delete from refresh_tokens where id in (
	select id from refresh_tokens where expires_at < ? order by expires_at limit ?)`

	pruneCodes = `delete from codes where rowid in (
	select rowid from codes where expires_at < ? order by expires_at limit ?)`
)

// PruneGrants implements store.GrantPruner.
func (s *Store) PruneGrants(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.commits.do(ctx, func(w *writer) error {
		n = 0
		for _, query := range []string{pruneRefresh, pruneCodes} {
			changed, _, err := w.exec(query, before.UnixMicro(), int64(limit))
			if err != nil {
				return failed("prune grants", err)
			}
			n += int(changed)
		}
		return nil
	})
	return n, err
}

// The questions of store.ApplicationReader outside of a transaction.

// Application implements store.ApplicationReader.
func (s *Store) Application(ctx context.Context, id pat.ApplicationID) (pat.Application, error) {
	return ask(ctx, s, func(r reader) (pat.Application, error) { return r.Application(ctx, id) })
}

// ApplicationByClient implements store.ApplicationReader.
func (s *Store) ApplicationByClient(ctx context.Context, clientID string) (pat.Application, error) {
	return ask(ctx, s, func(r reader) (pat.Application, error) { return r.ApplicationByClient(ctx, clientID) })
}

// ApplicationByName implements store.ApplicationReader.
func (s *Store) ApplicationByName(ctx context.Context, name string) (pat.Application, error) {
	return ask(ctx, s, func(r reader) (pat.Application, error) { return r.ApplicationByName(ctx, name) })
}

// Applications implements store.ApplicationReader.
func (s *Store) Applications(ctx context.Context, q pat.Query) (all []pat.Application, total int, err error) {
	all, err = ask(ctx, s, func(r reader) (page []pat.Application, err error) {
		page, total, err = r.Applications(ctx, q)
		return page, err
	})
	return all, total, err
}

// Refresh implements store.ApplicationReader.
func (s *Store) Refresh(ctx context.Context, d pat.Digest) (pat.Refresh, error) {
	return ask(ctx, s, func(r reader) (pat.Refresh, error) { return r.Refresh(ctx, d) })
}

// Family implements store.ApplicationReader.
func (s *Store) Family(ctx context.Context, id pat.RefreshID) ([]pat.Refresh, error) {
	return ask(ctx, s, func(r reader) ([]pat.Refresh, error) { return r.Family(ctx, id) })
}

// Code implements store.ApplicationReader.
func (s *Store) Code(ctx context.Context, d pat.Digest) (pat.Code, error) {
	return ask(ctx, s, func(r reader) (pat.Code, error) { return r.Code(ctx, d) })
}
