package sqlite

import (
	"context"
	"math"
	"time"

	"jeton/internal/pat"
)

// counted is what an owner's count of live tokens must know of one of them.
type counted struct {
	owner   pat.UserID
	named   bool
	expires int64 // microseconds
}

// never is when a token expires that does not.
const never = math.MaxInt64

func countedOf(t *pat.Token) counted {
	c := counted{t.Owner, t.Name != "", never}
	if !t.ExpiresAt.IsZero() {
		c.expires = t.ExpiresAt.UnixMicro()
	}
	return c
}

func scanCounted(r *row) counted {
	c := counted{owner: pat.UserID(r.int()), named: r.bool(), expires: never}
	if at := r.time(); !at.IsZero() {
		c.expires = at.UnixMicro()
	}
	return c
}

const (
	countNamed   = `update token_counts set named = named + ? where owner = ? and counted_to < ?`
	countUnnamed = `update token_counts set unnamed = unnamed + ? where owner = ? and counted_to < ?`
)

// count adds delta to the owner's count that c belongs to. A token that had
// expired at counted_to is not among the counted.
func (t *tx) count(delta int64, c counted) error {
	query := countUnnamed
	if c.named {
		query = countNamed
	}
	_, _, err := t.w.exec(query, delta, int64(c.owner), c.expires)
	return failed("count tokens", err)
}

const (
	// The count, and how many of the counted have expired between counted_to and
	// now. Usually these are none or a few.
	countAt = `select c.counted_to, c.named, c.unnamed,
	count(t.id) filter (where t.name <> ''), count(t.id) filter (where t.name = '')
	from token_counts c left join tokens t
	on t.owner = c.owner and t.expires_shown > c.counted_to and t.expires_shown <= ?2
	and t.expires_at is not null and t.revoked_at is null
	where c.owner = ?1`

	// When the clock has been set back: how many not counted have not expired yet.
	uncounted = `select count(*) filter (where name <> ''), count(*) filter (where name = '')
	from tokens
	where owner = ? and expires_shown > ? and expires_shown <= ?
	and expires_at is not null and revoked_at is null`

	setCount = `update token_counts set named = ?, unnamed = ?, counted_to = ? where owner = ?`
)

// CountLive implements store.Reader.
func (r reader) CountLive(_ context.Context, owner pat.UserID, now time.Time) (named, unnamed int, err error) {
	n, u, _, err := r.countLive(owner, now.UnixMicro())
	return int(n), int(u), failed("count live tokens", err)
}

// countLive also reports whether tokens have expired since they were counted.
func (r reader) countLive(owner pat.UserID, now int64) (named, unnamed int64, stale bool, err error) {
	var to, expiredNamed, expiredUnnamed int64
	_, err = r.one(countAt, []any{int64(owner), now}, func(r *row) {
		to, named, unnamed, expiredNamed, expiredUnnamed = r.int(), r.int(), r.int(), r.int(), r.int()
	})
	if err == nil && now < to {
		_, err = r.one(uncounted, []any{int64(owner), now, to}, func(r *row) {
			expiredNamed, expiredUnnamed = -r.int(), -r.int()
		})
	}
	stale = expiredNamed+expiredUnnamed > 0
	return named - expiredNamed, unnamed - expiredUnnamed, stale, err
}

// CountLive implements store.Reader, and carries the count forward, so that
// each expired token is counted off once. That is so whatever becomes of the
// caller's wishes: it is no reason to undo a transaction.
func (t *tx) CountLive(_ context.Context, owner pat.UserID, now time.Time) (named, unnamed int, err error) {
	n, u, stale, err := t.countLive(owner, now.UnixMicro())
	if err == nil && stale {
		wrote := t.w.wrote
		_, _, err = t.w.exec(setCount, n, u, now.UnixMicro(), int64(owner))
		t.w.wrote = wrote
	}
	return int(n), int(u), failed("count live tokens", err)
}

const liveUse = `select t.owner, count(*), max(tu.last_used_at) from json_each(?1) j
	cross join tokens t on t.owner = j.value and t.expires_shown > ?2 and t.revoked_at is null
	left join token_use tu on tu.token_id = t.id
	group by t.owner order by t.owner`

// LiveUse implements store.Reader. It reads a short row, by index, and the use of
// each of their live tokens.
func (r reader) LiveUse(ctx context.Context, owners []pat.UserID, now time.Time) (all []pat.LiveUse, err error) {
	err = r.query(r.patience(ctx), liveUse, []any{jsonList(owners), now.UnixMicro()}, func(r *row) {
		all = append(all, pat.LiveUse{Owner: pat.UserID(r.int()), Tokens: int(r.int()), LastAt: r.time()})
	})
	return all, failed("use of live tokens", err)
}
