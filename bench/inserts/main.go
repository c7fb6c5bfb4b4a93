// Command inserts writes rows, each durable before its caller goes on, through
// the committer of Jeton's own store and does nothing else: no index, no event,
// no feed, no HTTP. It is what the making of a token is compared with.
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
	"jeton/internal/store/sqlite"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "", "`folder` for the database, on the disk to measure")
	duration := flag.Duration("duration", 5*time.Second, "how long to write")
	callers := flag.Int("callers", 64, "at once")
	flag.Parse()

	if err := run(context.Background(), *dir, *duration, *callers); err != nil {
		log.Fatalf("inserts: %v", err)
	}
}

func run(ctx context.Context, dir string, duration time.Duration, callers int) (err error) {
	tmp, err := os.MkdirTemp(dir, "inserts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	c, err := sqlite.OpenCommitter(filepath.Join(tmp, "inserts.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Exec(ctx, "create table rows (id integer primary key, digest blob not null, at integer not null) strict"); err != nil {
		return err
	}
	return result.Measure(duration, callers, func() error {
		digest := make([]byte, 32)
		_, _ = rand.Read(digest) // never fails
		return c.Exec(ctx, "insert into rows (digest, at) values (?, ?)", digest, time.Now().UnixMicro())
	})
}
