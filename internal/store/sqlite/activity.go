package sqlite

import (
	"context"
	"regexp"
	"slices"
	"time"

	"jeton/internal/pat"
)

// activityExprs says what each of pat.ActivityFields is in SQL.
var activityExprs = map[string]string{
	"id": "e.id", "at": "e.at", "actor": "e.actor_id", "actor.username": "e.actor_name",
	"act": "e.act", "operation": "e.operation",
	"object": "e.object_type", "object_id": "e.object_id", "owner": "e.owner", "changes": "e.changes",
	"token":       "(case e.object_type when 'token' then e.object_id end)",
	"application": "(case e.object_type when 'application' then e.object_id end)",
	"user":        "(case e.object_type when 'user' then e.object_id end)",
	"credential":  "nullif(e.token_id, 0)", "address": "e.address",
}

// activityColumns are in the order of scanActivity.
const activityColumns = eventColumns + `, a.id is not null and a.deleted_at is null, a.first_name, a.last_name`

var activityList = list{
	fields: pat.ActivityFields, exprs: activityExprs, id: "e.id", columns: activityColumns, table: "events e",
	joins: []join{{regexp.MustCompile(`\ba\.`), " left join users a on a.id = e.actor_id"}},
}

// Activity implements store.Reader.
func (r reader) Activity(ctx context.Context, q pat.Query) (page []pat.Activity, total int, err error) {
	q.Where = byObject(q.Where)
	total, err = r.list(ctx, activityList, q, func(r *row) { page = append(page, scanActivity(r)) })
	return page, total, err
}

func scanActivity(r *row) pat.Activity {
	return pat.Activity{Event: scanEvent(r), ActorKept: r.bool(), ActorFirstName: r.text(), ActorLastName: r.text()}
}

// byObject puts a condition on the id of a token, a user or an application as
// what it means: the object is one, and has the id. So the index events_object
// is of use, which no case expression is. What a null may fulfil stays as it
// is.
func byObject(where []pat.Cond) []pat.Cond {
	var all []pat.Cond
	for _, c := range where {
		kind := pat.ObjectType(c.Field)
		switch {
		case len(c.Any) > 0 && !c.Not:
			c.Any = eachByObject(c.Any)
			all = append(all, c)
		case !slices.Contains([]pat.ObjectType{pat.ObjectToken, pat.ObjectUser, pat.ObjectApplication}, kind) || c.Not || c.Op == pat.IsNull:
			all = append(all, c)
		default:
			c.Field = "object_id"
			all = append(all, pat.Cond{Field: "object", Op: pat.Equal, Value: string(kind)}, c)
		}
	}
	return all
}

// eachByObject is byObject of conditions one of which is to hold.
func eachByObject(any []pat.Cond) []pat.Cond {
	var each []pat.Cond
	for _, c := range any {
		each = append(each, pat.Cond{All: byObject([]pat.Cond{c})})
	}
	return each
}

// Of all users, since none is ever removed.
const firstUser = `select created_at from users order by id limit 1`

// Began implements store.Reader.
func (r reader) Began(context.Context) (at time.Time, err error) {
	_, err = r.one(firstUser, nil, func(r *row) { at = r.time() })
	return at, failed("began", err)
}

const liveTokensOf = `select ` + tokenColumns + ` from ` + tokenTables + `
	where t.owner = ? and t.revoked_at is null and t.expires_shown > ? and t.id > ? order by t.id limit ?`

// LiveTokensOf implements store.Reader.
func (r reader) LiveTokensOf(ctx context.Context, owner pat.UserID, now time.Time, after pat.TokenID, limit int) (page []pat.Token, err error) {
	args := []any{int64(owner), now.UnixMicro(), int64(after), int64(limit)}
	err = r.query(r.patience(ctx), liveTokensOf, args, func(r *row) { page = append(page, scanToken(r)) })
	return page, failed("live tokens", err)
}

// Activity implements store.Reader.
func (s *Store) Activity(ctx context.Context, q pat.Query) (page []pat.Activity, total int, err error) {
	page, err = ask(ctx, s, func(r reader) (page []pat.Activity, err error) {
		page, total, err = r.Activity(ctx, q)
		return page, err
	})
	return page, total, err
}

// Began implements store.Reader.
func (s *Store) Began(ctx context.Context) (time.Time, error) {
	return ask(ctx, s, func(r reader) (time.Time, error) { return r.Began(ctx) })
}

// LiveTokensOf implements store.Reader.
func (s *Store) LiveTokensOf(ctx context.Context, owner pat.UserID, now time.Time, after pat.TokenID, limit int) ([]pat.Token, error) {
	return ask(ctx, s, func(r reader) ([]pat.Token, error) { return r.LiveTokensOf(ctx, owner, now, after, limit) })
}
