package sqlite

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jeton/internal/pat"
)

// A trail that was begun before the schema knew of owners and operations is as
// good afterwards, that of tokens whose record was pruned too.
func TestTheTrailOfAnOlderSchemaGetsItsOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	run(t, path, "pragma journal_mode = wal")
	first, err := fs.ReadFile(migrations, "00001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate(t.Context(), path, fstest.MapFS{"00001_first.sql": {Data: first}}); err != nil {
		t.Fatal(err)
	}
	run(t, path, `insert into users (name, folded, first_name, last_name, email, language, time_zone, admin, auditor, service, password_hash, created_at, modified_at)
		values ('bob', 'bob', '', '', '', '', '', 0, 0, 0, '', 1, 1)`)
	run(t, path, `insert into tokens (digest, owner, scope, created_at, modified_at, expires_shown, name, description, digest_algorithm, prefix, last_four, origin, created_from, revoked_why, generation, networks)
		values (zeroblob(32), 1, 'read', 1, 1, 9, '', '', 'sha256', 'jtn', 'abcd', 'api', '', '', 0, '')`)
	for _, e := range []string{
		"'user.created', 'user', 1, ''",
		"'token.edited', 'token', 1, ''",
		`'token.created', 'token', 7, '{"owner":[0,1],"scope":["","read"]}'`,
		"'token.revoked', 'token', 7, ''",
		"'user.deleted', 'user', 2, ''",
		"'token.revoked', 'token', 8, ''", // of which nothing is known
	} {
		run(t, path, `insert into events (act, object_type, object_id, changes, at, actor_id, actor_name, credential, token_id, face, address, request_id, object_name, reason, outcome)
			values (`+e+`, 1, 0, '', '', 0, '', '', '', '', '', 'done')`)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	page, _, err := s.Activity(t.Context(), pat.Query{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []pat.UserID{1, 1, 1, 1, 2, 0} {
		if got := page[i]; got.Owner != want {
			t.Errorf("%s of %s %d: the owner is %d, want %d", got.Act, got.Object, got.ObjectID, got.Owner, want)
		}
		same := []pat.Cond{{Field: "id", Op: pat.Equal, Value: int64(i + 1)}, {Field: "operation", Op: pat.Equal, Value: string(page[i].Act.Operation())}}
		if _, n, err := s.Activity(t.Context(), pat.Query{Where: same}); n != 1 || err != nil {
			t.Errorf("%s is kept as another operation; %v", page[i].Act, err)
		}
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
	for _, tt := range []struct {
		name  string
		where []pat.Cond
		order []pat.Order
		want  string
	}{
		{"all", nil, nil, "SCAN e"},
		{"the newest", nil, newest, "SCAN e USING COVERING INDEX events_at; USE TEMP B-TREE FOR LAST TERM OF ORDER BY"},
		{"a user's own", one("owner", int64(1)), nil, "SEARCH e USING COVERING INDEX events_owner (owner=?)"},
		{"a plain user's", []pat.Cond{{Field: "owner", Op: pat.Equal, Value: int64(1)}, {Field: "operation", Op: pat.Equal, Value: "delete", Not: true}}, nil, "SEARCH e USING COVERING INDEX events_owner (owner=?)"},
		{"of a token", one("token", int64(1)), nil, "SEARCH e USING COVERING INDEX events_object (object_type=? AND object_id=?)"},
		{"of a user", one("user", int64(1)), nil, "SEARCH e USING COVERING INDEX events_object (object_type=? AND object_id=?)"},
		{"of all tokens", one("object", "token"), nil, "SEARCH e USING COVERING INDEX events_object_type (object_type=?)"},
		{"by a user", one("actor", int64(1)), nil, "SEARCH e USING COVERING INDEX events_actor (actor_id=?)"},
		{"by a name", one("actor.username", "bob"), nil, "SEARCH e USING COVERING INDEX events_actor_name (actor_name=?)"},
		{"deletions", one("operation", "delete"), nil, "SEARCH e USING COVERING INDEX events_operation (operation=?)"},
		{"from an address", one("address", "192.0.2.1"), nil, "SEARCH e USING COVERING INDEX events_address (address=?)"},
		{"from a network", []pat.Cond{{Field: "address", Op: pat.Within, Value: "192.0.2.0/24"}}, nil, "SEARCH e USING COVERING INDEX events_address (address>? AND address<?); USE TEMP B-TREE FOR ORDER BY"},
		{"done with a token", one("credential", int64(1)), nil, "SEARCH e USING COVERING INDEX events_credential (<expr>=?)"},
		{"a day, newest first", []pat.Cond{{Field: "at", Op: pat.Greater, Value: at}, {Field: "at", Op: pat.Less, Value: at}}, newest, "SEARCH e USING COVERING INDEX events_at (at>? AND at<?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			where, err := activityList.conditions(byObject(tt.where))
			if err != nil {
				t.Fatal(err)
			}
			order, _ := activityList.order(tt.order)
			if got := plan(t, s.commits.conn, activityList.ids(where.text, order)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := plan(t, s.commits.conn, activityList.count(where.text)); len(tt.where) > 0 && !strings.Contains(got, "SEARCH e USING COVERING") {
				t.Errorf("counts by %s", got)
			}
		})
	}
}

// What was done to tokens and with them is put together from two indexes.
func TestThePlanOfATokensActivity(t *testing.T) {
	s := fresh(t)
	ids := []int64{1, 2}
	where, err := activityList.conditions(byObject([]pat.Cond{{Any: []pat.Cond{
		{Field: "token", Op: pat.In, Value: ids}, {Field: "credential", Op: pat.In, Value: ids},
	}}}))
	if err != nil {
		t.Fatal(err)
	}
	got := plan(t, s.commits.conn, activityList.ids(where.text, " order by e.id desc"))
	if !strings.HasPrefix(got, "MULTI-INDEX OR; INDEX 1; SEARCH e USING INDEX events_object (object_type=? AND object_id=?)") ||
		!strings.Contains(got, "INDEX 2; SEARCH e USING INDEX events_credential (<expr>=?)") {
		t.Error(got)
	}
}

// A sweep reads on by id, whatever ranges it has; what is equal is looked up.
func TestSweepPlans(t *testing.T) {
	s := fresh(t)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		cond pat.Cond
		want string
	}{
		{"a time", pat.Cond{Field: "at", Op: pat.Greater, Value: day}, "SEARCH e USING INTEGER PRIMARY KEY (rowid<?)"},
		{"a network", pat.Cond{Field: "address", Op: pat.Within, Value: "192.0.2.0/24"}, "SEARCH e USING INTEGER PRIMARY KEY (rowid<?)"},
		{"an address", pat.Cond{Field: "address", Op: pat.Equal, Value: "192.0.2.1"}, "SEARCH e USING COVERING INDEX events_address (address=? AND rowid<?)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := activityList
			l.sweep = true
			where, err := l.conditions([]pat.Cond{tt.cond, {Field: "id", Op: pat.Less, Value: int64(9)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := plan(t, s.commits.conn, l.ids(where.text, " order by e.id desc")); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTrailPlans(t *testing.T) {
	s := fresh(t)
	for query, want := range map[string]string{
		liveTokensOf: "SEARCH t USING INDEX tokens_owner (owner=? AND id>?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan,
		firstUser:    "SCAN users",
	} {
		if got := plan(t, s.commits.conn, query); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
