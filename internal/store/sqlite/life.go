package sqlite

import (
	"bytes"
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// The newest, turned round so that they come by generation.
const tokenFamily = `select * from (
	select ` + tokenColumns + ` from ` + tokenTables + `
	where t.id = ?1 or t.family = ?1 order by t.generation desc limit ?2)
	order by generation`

// TokenFamily implements store.LifeReader.
func (r reader) TokenFamily(_ context.Context, family pat.TokenID, limit int) (chain []pat.Token, err error) {
	err = r.query(context.Background(), tokenFamily, []any{int64(family), int64(limit)}, func(r *row) {
		chain = append(chain, scanToken(r))
	})
	return chain, failed("a family of tokens", err)
}

const unrevokedFamily = `select ` + tokenColumns + ` from ` + tokenTables + `
	where (t.id = ?1 or t.family = ?1) and t.revoked_at is null order by t.generation desc limit ?2`

// UnrevokedFamily implements store.LifeReader.
func (r reader) UnrevokedFamily(_ context.Context, family pat.TokenID, limit int) (chain []pat.Token, err error) {
	err = r.query(context.Background(), unrevokedFamily, []any{int64(family), int64(limit)}, func(r *row) {
		chain = append(chain, scanToken(r))
	})
	return chain, failed("a family of tokens", err)
}

// By way of what is live: most are not idle, and are looked at once an hour.
const idleTokens = `select ` + tokenColumns + ` from ` + tokenTables + `
	where t.id > ?1 and t.revoked_at is null and t.paused_at is null and t.retired_at is null
	and (t.expires_at is null or t.expires_at > ?3) and t.modified_at < ?2 and coalesce(tu.last_used_at, 0) < ?2
	order by t.id limit ?4`

// IdleTokens implements store.LifeReader.
func (r reader) IdleTokens(ctx context.Context, after pat.TokenID, since, now time.Time, limit int) (idle []pat.Token, err error) {
	err = r.query(r.patience(ctx), idleTokens, []any{int64(after), since.UnixMicro(), now.UnixMicro(), int64(limit)}, func(r *row) {
		idle = append(idle, scanToken(r))
	})
	return idle, failed("idle tokens", err)
}

const answerByKey = `select key, asked, sealed, at from answers where key = ?`

var errNoAnswer = pat.Fail(pat.NotFound, "no answer is kept")

// Answer implements store.LifeReader.
func (r reader) Answer(_ context.Context, key pat.Digest) (a store.Answer, err error) {
	found, err := r.one(answerByKey, []any{key[:]}, func(r *row) {
		a = store.Answer{Key: r.digest(), Asked: r.digest(), Sealed: bytes.Clone(r.blob()), At: r.time()}
	})
	return a, foundOr(errNoAnswer, found, "answer", err)
}

const (
	pauseToken = `update tokens set paused_at = ?2, modified_at = max(?2, modified_at + 1)
	where id = ?1 and revoked_at is null and paused_at is null`

	resumeToken = `update tokens set paused_at = null, modified_at = max(?2, modified_at + 1)
	where id = ?1 and revoked_at is null and paused_at is not null`

	retireToken = `update tokens set retired_at = ?2, modified_at = max(?3, modified_at + 1),
	expires_at = min(coalesce(expires_at, ?2), ?2), expires_shown = min(expires_shown, ?2)
	where id = ?1 and revoked_at is null and (retired_at is null or retired_at > ?2)`
)

// PauseToken implements store.LifeTx.
func (t *tx) PauseToken(id pat.TokenID, at time.Time) (bool, error) {
	return t.moveToken("pause token", pauseToken, id, at.UnixMicro())
}

// ResumeToken implements store.LifeTx.
func (t *tx) ResumeToken(id pat.TokenID, at time.Time) (bool, error) {
	return t.moveToken("resume token", resumeToken, id, at.UnixMicro())
}

// RetireToken implements store.LifeTx.
func (t *tx) RetireToken(id pat.TokenID, end, at time.Time) (bool, error) {
	end = end.Truncate(time.Second)
	var old counted
	found, err := t.one(countedByID, []any{int64(id)}, func(r *row) { old = scanCounted(r) })
	if err != nil || !found {
		return false, failed("retire token", err)
	}
	moved, err := t.moveToken("retire token", retireToken, id, end.UnixMicro(), at.UnixMicro())
	if err != nil || !moved || old.expires <= end.UnixMicro() {
		return moved, err
	}
	if err := t.count(-1, old); err != nil {
		return false, err
	}
	old.expires = end.UnixMicro()
	return true, t.count(+1, old)
}

// moveToken runs a conditional statement on one token and tells the feed when
// it changed something.
func (t *tx) moveToken(what, query string, id pat.TokenID, args ...any) (bool, error) {
	changed, _, err := t.w.exec(query, append([]any{int64(id)}, args...)...)
	if err != nil || changed == 0 {
		return false, failed(what, err)
	}
	return true, t.changedToken(id)
}

const (
	keepAnswer   = `insert into answers (key, asked, sealed, at) values (?, ?, ?, ?)`
	pruneAnswers = `delete from answers where at < ?`
)

// KeepAnswer implements store.LifeTx.
func (t *tx) KeepAnswer(a store.Answer) error {
	_, _, err := t.w.exec(keepAnswer, a.Key[:], a.Asked[:], a.Sealed, a.At.UnixMicro())
	if notUnique(err) {
		return pat.Wrap(pat.Conflict, "an answer is kept under this key", err)
	}
	return failed("keep answer", err)
}

// PruneAnswers implements store.LifeTx.
func (t *tx) PruneAnswers(before time.Time) error {
	_, _, err := t.w.exec(pruneAnswers, before.UnixMicro())
	return failed("prune answers", err)
}

// TokenFamily implements store.LifeReader.
func (s *Store) TokenFamily(ctx context.Context, family pat.TokenID, limit int) ([]pat.Token, error) {
	return ask(ctx, s, func(r reader) ([]pat.Token, error) { return r.TokenFamily(ctx, family, limit) })
}

// UnrevokedFamily implements store.LifeReader.
func (s *Store) UnrevokedFamily(ctx context.Context, family pat.TokenID, limit int) ([]pat.Token, error) {
	return ask(ctx, s, func(r reader) ([]pat.Token, error) { return r.UnrevokedFamily(ctx, family, limit) })
}

// IdleTokens implements store.LifeReader.
func (s *Store) IdleTokens(ctx context.Context, after pat.TokenID, since, now time.Time, limit int) ([]pat.Token, error) {
	return ask(ctx, s, func(r reader) ([]pat.Token, error) { return r.IdleTokens(ctx, after, since, now, limit) })
}

// Answer implements store.LifeReader.
func (s *Store) Answer(ctx context.Context, key pat.Digest) (store.Answer, error) {
	return ask(ctx, s, func(r reader) (store.Answer, error) { return r.Answer(ctx, key) })
}
