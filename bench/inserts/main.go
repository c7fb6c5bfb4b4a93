// Command inserts writes rows, each durable before its caller goes on, through
// the committer of Jeton's own store and does nothing else: no rule, no event,
// no feed, no HTTP. It is what the making of a token is compared with.
//
// The row is a token's, in the store's own table with its indexes; with -small
// it is a digest and a time in a table without.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"log"
	"os"
	"path/filepath"
	"time"

	"jeton/bench/result"
	"jeton/internal/pat"
	"jeton/internal/store"
	"jeton/internal/store/sqlite"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "", "`folder` for the database, on the disk to measure")
	duration := flag.Duration("duration", 5*time.Second, "how long to write")
	callers := flag.Int("callers", 64, "at once")
	small := flag.Bool("small", false, "two columns instead of a token's row")
	flag.Parse()

	if err := run(context.Background(), *dir, *duration, *callers, *small); err != nil {
		log.Fatalf("inserts: %v", err)
	}
}

func run(ctx context.Context, dir string, duration time.Duration, callers int, small bool) (err error) {
	tmp, err := os.MkdirTemp(dir, "inserts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	path := filepath.Join(tmp, "jeton.db")
	insert := insertToken
	if small {
		insert = insertSmall
	} else if err := schema(ctx, path); err != nil {
		return err
	}
	c, err := sqlite.OpenCommitter(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if small {
		if err := c.Exec(ctx, "create table rows (id integer primary key, digest blob not null, at integer not null) strict"); err != nil {
			return err
		}
	}
	return result.Measure(duration, callers, func() error { return insert(ctx, c) })
}

// schema makes the store's own tables, and one user to own the tokens.
func schema(ctx context.Context, path string) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{Now: time.Now})
	if err != nil {
		return err
	}
	err = s.Update(ctx, func(tx store.Tx) error {
		_, err := tx.InsertUser(pat.User{Name: "bench", CreatedAt: time.Now(), ModifiedAt: time.Now()}, "")
		return err
	})
	return errors.Join(err, s.Close())
}

func insertSmall(ctx context.Context, c *sqlite.Committer) error {
	return c.Exec(ctx, "insert into rows (digest, at) values (?, ?)", digest(), time.Now().UnixMicro())
}

func insertToken(ctx context.Context, c *sqlite.Committer) error {
	now := time.Now().UnixMicro()
	expires := now + int64(365*24*time.Hour/time.Microsecond)
	return c.Exec(ctx, `insert into tokens (digest, owner, scope, expires_at, created_at, modified_at, expires_shown, name, description,
		digest_algorithm, prefix, last_four, origin, created_from, revoked_why, generation, networks)
		values (?, 1, 'write', ?, ?, ?, ?, '', 'bench', 'sha256', 'jtn', 'abcd', 'api', '127.0.0.1', '', 0, '')`,
		digest(), expires, now, now, expires)
}

func digest() []byte {
	d := make([]byte, 32)
	_, _ = rand.Read(d) // never fails
	return d
}
