package sqlite

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// A column costs the driver more than SQLite: its name, declared type, type and
// value are asked for one by one, each under a lock. So a verification that
// waits for the store reads one column, in which stands all there is to know of
// a token that is nobody's application's, neither paused nor ended, and bound
// to no network, as nearly all are: id, owner, expiry or nothing, creation,
// scope. Of any other it is empty.
const plainByDigest = `select case
	when t.paused_at is null and t.revoked_at is null and t.retired_at is null and t.networks = '' and t.application is null
	then t.id || ' ' || t.owner || ' ' || coalesce(t.expires_at, '') || ' ' || t.created_at || ' ' || t.scope
	else '' end
	from tokens t where t.digest = ?`

func (r reader) plain(d pat.Digest) (text string, found bool, err error) {
	found, err = r.one(plainByDigest, []any{d[:]}, func(r *row) { text = r.text() })
	return text, found, err
}

var errNotPlain = errors.New("a token's row reads as none")

// parsePlain reads what plainByDigest gives, all but the digest.
func parsePlain(text string) (store.Entry, error) {
	id, text, _ := strings.Cut(text, " ")
	owner, text, _ := strings.Cut(text, " ")
	expires, text, _ := strings.Cut(text, " ")
	created, scope, whole := strings.Cut(text, " ")
	var n [4]int64
	for i, word := range [...]string{id, owner, created, expires} {
		if i == 3 && word == "" {
			continue // never
		}
		var err error
		if n[i], err = strconv.ParseInt(word, 10, 64); err != nil {
			return store.Entry{}, errNotPlain
		}
	}
	if !whole {
		return store.Entry{}, errNotPlain
	}
	e := store.Entry{
		ID: pat.TokenID(n[0]), Owner: pat.UserID(n[1]), Scopes: pat.Scopes(scope),
		CreatedAt: time.UnixMicro(n[2]).UTC().Truncate(time.Second),
	}
	if expires != "" {
		e.ExpiresAt = time.UnixMicro(n[3]).UTC()
	}
	return e, nil
}
