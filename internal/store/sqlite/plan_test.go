package sqlite

import (
	"context"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// plan returns how SQLite means to answer the query.
func plan(t *testing.T, c *conn, query string, args ...any) string {
	t.Helper()
	for range strings.Count(query, "?") - len(args) {
		args = append(args, nil)
	}
	var steps []string
	err := c.once(context.Background(), "explain query plan "+query, args, func(r *row) {
		_, _, _ = r.int(), r.int(), r.int()
		steps = append(steps, r.text())
	})
	if err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return strings.Join(steps, "; ")
}

func TestPlans(t *testing.T) {
	s := fresh(t)
	where, _, err := tokenList.conditions([]pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(1)}})
	if err != nil {
		t.Fatal(err)
	}
	byID, _ := tokenList.order(nil)
	byExpiry, _ := tokenList.order([]pat.Order{{Field: "expires"}})
	for _, tt := range []struct{ name, query, want string }{
		{"an entry by its digest", entryByDigest, "SEARCH t USING INDEX tokens_digest (digest=?)"},
		{"entries by id", entriesAfter, "SEARCH t USING INTEGER PRIMARY KEY (rowid>?)"},
		{"changes", changesAfter, "SEARCH c USING INTEGER PRIMARY KEY (rowid>?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN; SEARCH u USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
		{"the head", head, "SEARCH changes"},
		{"what to prune of the feed", pruneChanges, "SEARCH changes USING INTEGER PRIMARY KEY (rowid<?); SCALAR SUBQUERY 1; SCAN changes; SCALAR SUBQUERY 2; SEARCH changes"},
		{"a user by name", userByName, "SEARCH u USING INDEX users_name (folded=?)"},
		{"a token of a name", liveNamed, "SEARCH tokens USING INDEX tokens_named (owner=? AND name=?)"},
		{"live tokens", countAt, "SEARCH c USING INTEGER PRIMARY KEY (rowid=?); SEARCH t USING INDEX tokens_owner_expires (owner=? AND expires_shown>? AND expires_shown<?) LEFT-JOIN"},
		{"live tokens of an earlier hour", uncounted, "SEARCH tokens USING INDEX tokens_owner_expires (owner=? AND expires_shown>? AND expires_shown<?)"},
		{"the tokens of a deleted user", endTokensOf, "SEARCH tokens USING INDEX tokens_owner (owner=?)"},
		{"the live tokens of an application", liveOfApplication, "SEARCH tokens USING INDEX tokens_application (application=?)"},
		{"the refresh tokens of an application", endRefreshOf, "SEARCH refresh_tokens USING INDEX refresh_tokens_application (application=?)"},
		{"the codes of an application", deleteCodesOf, "SEARCH codes USING COVERING INDEX codes_application (application=?)"},
		{"an application by its client id", applicationByClient, "SEARCH a USING INDEX applications_client (client_id=?)"},
		{"an application by name", applicationByName, "SEARCH a USING INDEX applications_name (name=?)"},
		{"a refresh token by its digest", refreshByDigest, "SEARCH refresh_tokens USING INDEX refresh_tokens_digest (digest=?)"},
		{"a family of refresh tokens", refreshFamily, "SEARCH refresh_tokens USING INDEX refresh_tokens_family (<expr>=?)"},
		{"a code by its digest", codeByDigest, "SEARCH codes USING INDEX codes_digest (digest=?)"},
		{"what to prune of the refresh tokens", pruneRefresh, "SEARCH refresh_tokens USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH refresh_tokens USING COVERING INDEX refresh_tokens_expires (expires_at<?)"},
		{"what to prune of the codes", pruneCodes, "SEARCH codes USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH codes USING COVERING INDEX codes_expires (expires_at<?)"},
		{"the live tokens of a user", liveTokensOf, "SEARCH t USING INDEX tokens_owner (owner=? AND rowid>?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
		{"the first user", firstUser, "SCAN users"},
		{"what to prune of the tokens", pruneTokens, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH tokens USING INDEX tokens_brief (revoked_at<?); SEARCH token_use USING INTEGER PRIMARY KEY (rowid=?)"},
		{"an owner's list", tokenList.page(where, byID), "SEARCH t USING INDEX tokens_owner (owner=?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
		{"an owner's list by expiry", tokenList.page(where, byExpiry), "SEARCH t USING INDEX tokens_owner_expires (owner=?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
		{"how many an owner has", tokenList.count(where), "CO-ROUTINE (subquery-1); SEARCH t USING COVERING INDEX tokens_owner (owner=?); SCAN (subquery-1)"},
		{"everybody's list by expiry", tokenList.page("", byExpiry), "SCAN t USING INDEX tokens_expires; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := plan(t, s.commits.conn, tt.query); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// The lists of the activity stream that a site asks for, each by an index.
func TestActivityPlans(t *testing.T) {
	s := fresh(t)
	newest := []pat.Order{{Field: "at", Desc: true}}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	one := func(field string, value any) []pat.Cond {
		return []pat.Cond{{Field: field, Op: pat.Equal, Value: value}}
	}
	const actor = "SEARCH a USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"
	for _, tt := range []struct {
		name  string
		where []pat.Cond
		order []pat.Order
		want  string
	}{
		{"all", nil, nil, "SCAN e"},
		{"the newest", nil, newest, "SCAN e USING INDEX events_at; " + actor + "; USE TEMP B-TREE FOR LAST TERM OF ORDER BY"},
		{"a user's own", one("owner", int64(1)), nil, "SEARCH e USING INDEX events_owner (owner=?)"},
		{"a plain user's", []pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(1)}, {Field: "operation", Op: pat.Equal, Value: "delete", Not: true}}, nil, "SEARCH e USING INDEX events_owner (owner=?)"},
		{"of a token", one("token", int64(1)), nil, "SEARCH e USING INDEX events_object (object_type=? AND object_id=?)"},
		{"of a user", one("user", int64(1)), nil, "SEARCH e USING INDEX events_object (object_type=? AND object_id=?)"},
		{"of all tokens", one("object", "token"), nil, "SEARCH e USING INDEX events_object_type (object_type=?)"},
		{"by a user", one("actor", int64(1)), nil, "SEARCH e USING INDEX events_actor (actor_id=?)"},
		{"by a name", one("actor.username", "bob"), nil, "SEARCH e USING INDEX events_actor_name (actor_name=?)"},
		{"deletions", one("operation", "delete"), nil, "SEARCH e USING INDEX events_operation (operation=?)"},
		{"a day, newest first", []pat.Cond{{Field: "at", Op: pat.Greater, Value: at}, {Field: "at", Op: pat.Less, Value: at}}, newest, "SEARCH e USING INDEX events_at (at>? AND at<?); " + actor + "; USE TEMP B-TREE FOR LAST TERM OF ORDER BY"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			where, _, err := activityList.conditions(byObject(tt.where))
			if err != nil {
				t.Fatal(err)
			}
			order, _ := activityList.order(tt.order)
			if got := plan(t, s.commits.conn, activityList.page(where, order)); !strings.HasPrefix(got, tt.want) || strings.Contains(got, "FOR ORDER BY") {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := plan(t, s.commits.conn, activityList.count(where)); len(tt.where) > 0 && !strings.Contains(got, "SEARCH e USING") {
				t.Errorf("counts by %s", got)
			}
		})
	}
}
