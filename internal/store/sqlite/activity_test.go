package sqlite

import (
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"

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
