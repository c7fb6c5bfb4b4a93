package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"

	"jeton/internal/pat"
)

//go:embed migrations
var embedded embed.FS

// migrations are the steps from an empty file to the schema of this program,
// each once, forward only.
var migrations, _ = fs.Sub(embedded, "migrations")

// applicationID is what the first migration writes into the head of the file.
const applicationID = 0x4a65746e

// identify refuses a file that this program must not touch, and returns the
// first of the steps that its schema lacks, 0 for none.
func identify(c *conn) (lacks int64, err error) {
	var app, tables int64
	if _, err := c.one("pragma application_id", nil, func(r *row) { app = r.int() }); err != nil {
		return 0, err
	}
	if _, err := c.one("select count(*) from sqlite_schema", nil, func(r *row) { tables = r.int() }); err != nil {
		return 0, err
	}
	switch {
	case app == 0 && tables == 0:
		return 0, pat.Fail(pat.Invalid, "the file is empty; put your database back in its place, or remove the file to begin anew")
	case app != applicationID:
		return 0, pat.Fail(pat.Invalid, "the file is the database of another program")
	}
	taken, err := stepsTaken(c)
	if err != nil {
		return 0, err
	}
	known := numbers(migrations)
	if version, last := slices.Max(taken), slices.Max(known); version > last {
		return 0, pat.Fail(pat.Invalid, fmt.Sprintf(
			"the file has schema %d, and this program knows none beyond %d: use the newer program that wrote it", version, last))
	}
	return firstLacking(known, taken), nil
}

// stepsTaken returns the numbers of the steps that the file has had, with 0,
// which stands for the empty file.
func stepsTaken(c *conn) (taken []int64, err error) {
	taken = []int64{0}
	_, err = c.one("select group_concat(version_id) from goose_db_version where is_applied", nil, func(r *row) {
		for word := range strings.SplitSeq(r.text(), ",") {
			if n, err := strconv.ParseInt(word, 10, 64); err == nil {
				taken = append(taken, n)
			}
		}
	})
	return taken, err
}

// firstLacking returns the first of the known steps that was not taken, 0 for
// none. It need not be the last: steps are numbered when work on them begins,
// and a lower one may be finished after a higher.
func firstLacking(known, taken []int64) int64 {
	for _, n := range known {
		if !slices.Contains(taken, n) {
			return n
		}
	}
	return 0
}

// numbers returns those of the steps, in order.
func numbers(steps fs.FS) (all []int64) {
	names, _ := fs.Glob(steps, "*.sql")
	for _, name := range names {
		if n, err := goose.NumericComponent(name); err == nil {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// migrate takes those of the steps that the database in the file lacks. Processes
// that do so at once wait for each other.
func migrate(ctx context.Context, path string, steps fs.FS) error {
	name, err := dsn(path)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", name+"&_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=synchronous(full)")
	if err != nil {
		return err
	}
	err = up(ctx, db, path, steps)
	return errors.Join(err, db.Close())
}

func up(ctx context.Context, db *sql.DB, path string, steps fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, steps,
		goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true), // see firstLacking
		goose.WithSlog(slog.New(slog.DiscardHandler)),
		goose.WithLocker(fileLock{flock.New(path+migrationLock, flock.SetPermissions(fileMode))}))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrationLock is the tail of the name of the file that is locked while the
// schema changes. SQLite's own lock would not do: goose takes and leaves it
// with every step, and a step must not be taken twice.
const migrationLock = ".migrate"

// fileLock is a lock of goose's between processes.
type fileLock struct{ *flock.Flock }

func (l fileLock) Lock(ctx context.Context, _ *sql.DB) error {
	_, err := l.TryLockContext(ctx, 10*time.Millisecond)
	return err
}

// Unlock leaves the file: whoever waits for it holds it open.
func (l fileLock) Unlock(context.Context, *sql.DB) error { return l.Flock.Unlock() }
