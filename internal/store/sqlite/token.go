package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// digestAlgorithm is how pat.Digest comes about. It stands in every row, so
// that another one can be told apart.
const digestAlgorithm = "sha256"

// tokenColumns are in the order of scanToken, and need tokenTables.
const (
	tokenColumns = `t.id, t.owner, t.name, t.description, t.digest, t.prefix, t.last_four, t.scope,
	t.created_at, t.modified_at, t.expires_at, t.origin, t.created_from, t.paused_at,
	t.revoked_at, t.revoked_by, t.revoked_why, coalesce(t.family, t.id), t.parent, t.generation, t.retired_at, t.networks, t.application,
	tu.last_used_at, tu.last_used_from, ` + successorID

	// Only what was retired has a successor.
	successorID = `iif(t.retired_at is null, null,
	(select s.id from tokens s where s.family = coalesce(t.family, t.id) and s.generation = t.generation + 1))`

	tokenTables = `tokens t left join token_use tu on tu.token_id = t.id`
)

func scanToken(r *row) pat.Token {
	return pat.Token{
		ID: pat.TokenID(r.int()), Owner: pat.UserID(r.int()), Name: r.text(), Description: r.text(),
		Digest: r.digest(), Prefix: r.text(), LastFour: r.text(), Scopes: pat.Scopes(r.text()),
		CreatedAt: r.time(), ModifiedAt: r.time(), ExpiresAt: r.time(),
		Origin: pat.Origin(r.text()), CreatedFrom: r.addr(), PausedAt: r.time(),
		RevokedAt: r.time(), RevokedBy: pat.UserID(r.int()), RevokedWhy: r.text(),
		Family: pat.TokenID(r.int()), Parent: pat.TokenID(r.int()), Generation: int(r.int()),
		RetiredAt: r.time(), Networks: r.networks(), Application: pat.ApplicationID(r.int()),
		LastUsedAt: r.time(), LastUsedFrom: r.addr(), Successor: pat.TokenID(r.int()),
	}
}

const tokenByID = `select ` + tokenColumns + ` from ` + tokenTables + ` where t.id = ?`

// Token implements store.Reader.
func (r reader) Token(_ context.Context, id pat.TokenID) (t pat.Token, err error) {
	found, err := r.one(tokenByID, []any{int64(id)}, func(r *row) { t = scanToken(r) })
	return t, foundOr(errNoToken, found, "token", err)
}

const liveNamed = `select id from tokens
	where owner = ? and name = ? and name <> '' and revoked_at is null and retired_at is null and (expires_at is null or expires_at > ?)`

// LiveNamed implements store.Reader.
func (r reader) LiveNamed(_ context.Context, owner pat.UserID, name string, now time.Time) (id pat.TokenID, err error) {
	_, err = r.one(liveNamed, []any{int64(owner), name, now.UnixMicro()}, func(r *row) { id = pat.TokenID(r.int()) })
	return id, failed("live token of a name", err)
}

const insertToken = `insert into tokens (digest, owner, scope, expires_at, paused_at, revoked_at, retired_at,
	created_at, modified_at, expires_shown, name, description, digest_algorithm, prefix, last_four,
	origin, created_from, revoked_by, revoked_why, family, parent, generation, networks, application)
	values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertToken implements store.Tx.
func (t *tx) InsertToken(k pat.Token) (pat.TokenID, error) {
	id, err := t.insertToken(&k)
	if err != nil {
		return 0, err
	}
	return id, t.changedToken(id)
}

// insertToken adds and counts the token without telling the feed.
func (t *tx) insertToken(k *pat.Token) (pat.TokenID, error) {
	_, id, err := t.w.exec(insertToken, k.Digest[:], int64(k.Owner), string(k.Scopes),
		micros(k.ExpiresAt), micros(k.PausedAt), micros(k.RevokedAt), micros(k.RetiredAt),
		k.CreatedAt.UnixMicro(), k.ModifiedAt.UnixMicro(), k.ShownExpiry().UnixMicro(),
		k.Name, k.Description, digestAlgorithm, k.Prefix, k.LastFour,
		string(k.Origin), addrText(k.CreatedFrom), orNull(k.RevokedBy), k.RevokedWhy,
		orNull(k.Family), orNull(k.Parent), int64(k.Generation), k.Networks.String(), orNull(k.Application))
	switch {
	case notUnique(err):
		return 0, pat.Wrap(pat.Conflict, "the digest is taken", err)
	case orphaned(err):
		return 0, errNoUser
	case err != nil:
		return 0, failed("insert token", err)
	}
	if !k.RevokedAt.IsZero() {
		return pat.TokenID(id), nil
	}
	return pat.TokenID(id), t.count(+1, countedOf(k))
}

const (
	// What the counts know of a token that is not revoked.
	countedByID = `select owner, name <> '', expires_at from tokens where id = ? and revoked_at is null`

	updateToken = `update tokens set name = ?, description = ?, scope = ?, networks = ?, expires_at = ?, expires_shown = ?,
	modified_at = max(?, modified_at + 1)
	where id = ? and revoked_at is null`
)

// UpdateToken implements store.Tx.
func (t *tx) UpdateToken(k pat.Token) error {
	var old counted
	found, err := t.one(countedByID, []any{int64(k.ID)}, func(r *row) { old = scanCounted(r) })
	if err != nil || !found {
		return foundOr(errNoToken, found, "update token", err)
	}
	_, _, err = t.w.exec(updateToken, k.Name, k.Description, string(k.Scopes), k.Networks.String(), micros(k.ExpiresAt), k.ShownExpiry().UnixMicro(),
		k.ModifiedAt.UnixMicro(), int64(k.ID))
	if err != nil {
		return failed("update token", err)
	}
	k.Owner = old.owner
	if now := countedOf(&k); now != old {
		if err := t.count(-1, old); err != nil {
			return err
		}
		if err := t.count(+1, now); err != nil {
			return err
		}
	}
	return t.changedToken(k.ID)
}

const endToken = `update tokens set revoked_at = ?, revoked_by = ?, revoked_why = ?
	where id = ? and revoked_at is null`

// EndToken implements store.Tx.
func (t *tx) EndToken(id pat.TokenID, at time.Time, by pat.UserID, why string) (bool, error) {
	var old counted
	found, err := t.one(countedByID, []any{int64(id)}, func(r *row) { old = scanCounted(r) })
	if err != nil || !found {
		return false, failed("end token", err)
	}
	if _, _, err := t.w.exec(endToken, at.UnixMicro(), int64(by), why, int64(id)); err != nil {
		return false, failed("end token", err)
	}
	if err := t.count(-1, old); err != nil {
		return false, err
	}
	return true, t.changedToken(id)
}

// The words of the index tokens_brief, so that it is used.
const pruneTokens = `delete from tokens where id in (
	select id from tokens indexed by tokens_brief
	where name = '' and revoked_at <= created_at + 86400000000 and revoked_at < ?
	order by revoked_at limit ?)`

// PruneTokens implements store.Store. Indexes need not hear of it: the tokens
// were revoked.
func (s *Store) PruneTokens(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.commits.do(ctx, func(w *writer) error {
		changed, _, err := w.exec(pruneTokens, before.UnixMicro(), int64(limit))
		n = int(changed)
		return failed("prune tokens", err)
	})
	return n, err
}
