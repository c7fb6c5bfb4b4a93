package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

const policyVersion = `select version from policy_version`

// PolicyVersion implements store.PolicyReader.
func (r reader) PolicyVersion(context.Context) (version int64, err error) {
	_, err = r.one(policyVersion, nil, func(r *row) { version = r.int() })
	return version, failed("policy", err)
}

const policySettings = `select role, user_id, rule, since, value from policy_settings order by user_id, role, rule`

// Policy implements store.PolicyReader.
func (r reader) Policy(ctx context.Context) (set []pat.Setting, version int64, err error) {
	err = r.snapshot("policy", func() (err error) {
		if version, err = r.PolicyVersion(ctx); err != nil {
			return err
		}
		return r.query(r.patience(ctx), policySettings, nil, func(r *row) { set = append(set, scanSetting(r)) })
	})
	return set, version, err
}

func scanSetting(r *row) pat.Setting {
	s := pat.Setting{Subject: pat.Subject{Role: pat.Role(r.text()), User: pat.UserID(r.int())}, Key: r.text(), Since: r.time()}
	value, err := settingValue(r.text())
	if err != nil {
		r.err = fmt.Errorf("policy: rule %s: %w", s.Key, err)
	}
	s.Value = value
	return s
}

// settingValue reads a value as pat.Setting has it.
func settingValue(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case []any:
		words := make([]string, len(v))
		for i := range v {
			words[i], _ = v[i].(string)
		}
		return words, nil
	}
	return v, nil
}

const (
	clearPolicy      = `delete from policy_settings`
	insertSetting    = `insert into policy_settings (role, user_id, rule, since, value) values (?, ?, ?, ?, ?)`
	newPolicyVersion = `update policy_version set version = (random() & 0x7fffffffffffffff) | 1`
)

// SetPolicy implements store.PolicyWriter.
func (t *tx) SetPolicy(set []pat.Setting) error {
	if _, _, err := t.w.exec(clearPolicy); err != nil {
		return failed("set policy", err)
	}
	for _, s := range set {
		value, err := json.Marshal(s.Value)
		if err != nil {
			return fmt.Errorf("set policy: rule %s: %w", s.Key, err)
		}
		if _, _, err := t.w.exec(insertSetting, string(s.Subject.Role), int64(s.Subject.User), s.Key, micros(s.Since), string(value)); err != nil {
			return failed("set policy", err)
		}
	}
	_, _, err := t.w.exec(newPolicyVersion)
	return failed("set policy", err)
}

// What LiveTokens asks, by what is selected. ?1 is the time, ?2 the limit, ?3
// whether they are paused; null is both.
const (
	liveTokens = `select ` + tokenColumns + ` from ` + tokenTables + `
	where t.revoked_at is null and (t.expires_at is null or t.expires_at > ?1)`

	liveStatus = liveTokens + ` and (?3 is null or (t.paused_at is not null) = ?3)`

	liveAll    = liveStatus + ` order by t.id limit ?2`
	liveLonger = liveStatus + ` and t.expires_shown - t.created_at > ?4 order by t.id limit ?2`
	liveScoped = liveStatus + ` and t.scope = ?4 limit ?2`
	liveOwned  = liveTokens + ` and t.owner = ?3 and (t.name <> '') = ?4 order by t.id limit ?2 offset ?5`
)

// LiveTokens implements store.PolicyReader.
func (r reader) LiveTokens(ctx context.Context, sel store.LiveSelection, now time.Time, limit int, each func(pat.Token)) error {
	var paused any
	if sel.Status != "" {
		paused = sel.Status == pat.StatusPaused
	}
	query, args := liveAll, []any{now.UnixMicro(), int64(limit), paused}
	switch {
	case sel.Longer > 0:
		query, args = liveLonger, append(args, sel.Longer*int64(time.Second/time.Microsecond))
	case sel.Scopes != "":
		query, args = liveScoped, append(args, string(sel.Scopes))
	case sel.Owner != 0:
		query, args = liveOwned, append(args[:2], int64(sel.Owner), sel.Named, sel.Offset)
	}
	return failed("live tokens", r.query(r.patience(ctx), query, args, func(r *row) { each(scanToken(r)) }))
}

// From one list of scopes to the next by way of the index, however many tokens
// have it.
const liveScopes = `with recursive used (scope) as (
	select min(scope) from tokens where revoked_at is null
	union all
	select (select min(scope) from tokens where revoked_at is null and scope > used.scope) from used where used.scope is not null
) select scope from used where scope is not null`

// LiveScopes implements store.PolicyReader.
func (r reader) LiveScopes(ctx context.Context) (all []pat.Scopes, err error) {
	err = r.query(r.patience(ctx), liveScopes, nil, func(r *row) { all = append(all, pat.Scopes(r.text())) })
	return all, failed("live scopes", err)
}

const crowded = `select owner from token_counts where named > ? or unnamed > ? order by owner limit ?`

// Crowded implements store.PolicyReader. It looks at a short row for each owner.
func (r reader) Crowded(ctx context.Context, named, unnamed int64, limit int) (owners []pat.UserID, err error) {
	err = r.query(r.patience(ctx), crowded, []any{named, unnamed, int64(limit)}, func(r *row) {
		owners = append(owners, pat.UserID(r.int()))
	})
	return owners, failed("crowded owners", err)
}

// The questions of store.PolicyReader outside of a transaction.

// PolicyVersion implements store.PolicyReader.
func (s *Store) PolicyVersion(ctx context.Context) (int64, error) {
	return ask(ctx, s, func(r reader) (int64, error) { return r.PolicyVersion(ctx) })
}

// Policy implements store.PolicyReader.
func (s *Store) Policy(ctx context.Context) (set []pat.Setting, version int64, err error) {
	set, err = ask(ctx, s, func(r reader) (set []pat.Setting, err error) {
		set, version, err = r.Policy(ctx)
		return set, err
	})
	return set, version, err
}

// LiveTokens implements store.PolicyReader.
func (s *Store) LiveTokens(ctx context.Context, sel store.LiveSelection, now time.Time, limit int, each func(pat.Token)) error {
	_, err := ask(ctx, s, func(r reader) (struct{}, error) { return struct{}{}, r.LiveTokens(ctx, sel, now, limit, each) })
	return err
}

// LiveScopes implements store.PolicyReader.
func (s *Store) LiveScopes(ctx context.Context) ([]pat.Scopes, error) {
	return ask(ctx, s, func(r reader) ([]pat.Scopes, error) { return r.LiveScopes(ctx) })
}

// Crowded implements store.PolicyReader.
func (s *Store) Crowded(ctx context.Context, named, unnamed int64, limit int) ([]pat.UserID, error) {
	return ask(ctx, s, func(r reader) ([]pat.UserID, error) { return r.Crowded(ctx, named, unnamed, limit) })
}
