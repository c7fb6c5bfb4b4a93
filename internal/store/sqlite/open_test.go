package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"jeton/internal/pat"
)

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, path string) // makes, or spoils, the file
		says  string
	}{
		{"an empty file", func(t *testing.T, path string) { write(t, path, nil) }, "empty"},
		{"a text", func(t *testing.T, path string) { write(t, path, []byte(strings.Repeat("not a database\n", 100))) }, "not a database"},
		{"another program's database", func(t *testing.T, path string) { run(t, path, "create table cookies (x)") }, "another program"},
		{"a newer schema", func(t *testing.T, path string) {
			good(t, path)
			run(t, path, "insert into goose_db_version (version_id, is_applied) values (99, 1)")
		}, "schema 99"},
		{"a broken first page", func(t *testing.T, path string) {
			good(t, path)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			copy(b[100:200], bytes.Repeat([]byte{0xaa}, 100))
			write(t, path, b)
		}, "malformed"},
		{"a folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "unable to open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "jeton.db")
			tt.spoil(t, path)
			before, _ := os.ReadFile(path)
			s, err := Open(t.Context(), path, Options{Now: time.Now})
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("the error names neither file nor fault: %v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
			if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
				t.Errorf("something was left beside it: %v", files)
			}
		})
	}
	t.Run("a folder that is missing", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "no", "jeton.db")
		if _, err := Open(t.Context(), path, Options{Now: time.Now}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("got the error %v", err)
		}
	})
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// good leaves a database that opens.
func good(t *testing.T, path string) {
	t.Helper()
	s := openTest(t, path)
	benchUser(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// run runs a statement on the file, which is made when it is missing.
func run(t *testing.T, path, query string) {
	t.Helper()
	if err := touch(path); err != nil {
		t.Fatal(err)
	}
	c, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.exec(query); err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	good(t, path)
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("Close left more than the database: %v", files)
	}
	s := openTest(t, path)
	if _, err := s.UserByName(t.Context(), "bench"); err != nil {
		t.Error(err)
	}
}

func TestOpenTakesAnyPath(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a b.db", "a?mode=memory.db", "a#b.db", "a%20b.db", "ä.db", "file:a.db"} {
		openTest(t, filepath.Join(folder, name))
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	t.Chdir(folder)
	openTest(t, "relative.db")
	if _, err := os.Stat(filepath.Join(folder, "relative.db")); err != nil {
		t.Error(err)
	}
}

// What was answered must be on stable storage: WAL with NORMAL would not sync.
func TestPragmas(t *testing.T) {
	s := fresh(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "trusted_schema": "0",
	} {
		if got := ask1(t, s.commits.conn, "pragma "+pragma); got != want {
			t.Errorf("%s of the writer is %s, want %s", pragma, got, want)
		}
	}
	reader, err := s.readers.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.readers.give(reader)
	if _, _, err := reader.exec("delete from users"); err == nil {
		t.Error("a reader may write")
	}
}

func ask1(t *testing.T, c *conn, query string) (answer string) {
	t.Helper()
	if err := c.once(context.Background(), query, nil, func(r *row) { answer = fmt.Sprint(r.value()) }); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestOldLibraries(t *testing.T) {
	for _, tt := range []struct {
		version [3]int
		older   bool
	}{
		{[3]int{3, 51, 2}, true},
		{[3]int{3, 51, 3}, false},
		{[3]int{3, 52, 0}, false},
		{[3]int{3, 9, 99}, true},
		{[3]int{4, 0, 0}, false},
	} {
		if got := older(tt.version, leastLibrary); got != tt.older {
			t.Errorf("%v is too old: %v, want %v", tt.version, got, tt.older)
		}
	}
}

// A step that is taken twice would not fail here: it would count to 2.
func TestMigrateTakesEachStepOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	run(t, path, "pragma journal_mode = wal") // as every database of ours
	steps := fstest.MapFS{
		"00001_a.sql": {Data: []byte("-- +goose Up\ncreate table n (n integer);\ninsert into n values (0);\n")},
		"00002_b.sql": {Data: []byte("-- +goose Up\nupdate n set n = n + 1;\n")},
	}
	var g errgroup.Group
	for range 8 {
		g.Go(func() error { return migrate(t.Context(), path, steps) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	c, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if got := ask1(t, c, "select n from n"); got != "1" {
		t.Errorf("the second step was taken %s times", got)
	}
}

// A step with a lower number may be finished after one with a higher.
func TestAStepThatComesLateIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jeton.db")
	run(t, path, "pragma journal_mode = wal")
	early := fstest.MapFS{}
	names, _ := fs.Glob(migrations, "*.sql")
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		if name != "00010_bulk.sql" { // nothing later builds on it
			early[name] = &fstest.MapFile{Data: text}
		}
	}
	if err := migrate(t.Context(), path, early); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	taken, err := stepsTaken(s.commits.conn)
	if lacks := firstLacking(numbers(migrations), taken); lacks != 0 || err != nil {
		t.Errorf("step %d of %v is missing, %v", lacks, numbers(migrations), err)
	}
	if lacks := firstLacking([]int64{1, 2, 3}, []int64{0, 1, 3}); lacks != 2 {
		t.Errorf("of three steps %d is missing, want 2", lacks)
	}
}

func TestSeed(t *testing.T) {
	s := fresh(t)
	owner := benchUser(t, s)
	const n = seedBatch + 5
	if err := s.Seed(t.Context(), n, func(i int) pat.Token { return benchToken(owner, int64(i)) }); err != nil {
		t.Fatal(err)
	}
	_, unnamed, err := s.CountLive(t.Context(), owner, time.Now())
	if err != nil || unnamed != n {
		t.Errorf("%d live tokens, %v", unnamed, err)
	}
	page, err := s.Entries(t.Context(), n-1, time.Now(), 10)
	if err != nil || len(page) != 1 {
		t.Errorf("the last entries are %v, %v", page, err)
	}
	if head, err := s.Head(t.Context()); err != nil || head != 1 { // the user
		t.Errorf("the feed's head is %d, %v", head, err)
	}
}
