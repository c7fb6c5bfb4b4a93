package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
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
// version of its schema.
func identify(c *conn) (version int64, err error) {
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
	if version, err = schemaVersion(c); err != nil {
		return 0, err
	}
	if known := latest(migrations); version > known {
		return 0, pat.Fail(pat.Invalid, fmt.Sprintf(
			"the file has schema %d, and this program knows none beyond %d: use the newer program that wrote it", version, known))
	}
	return version, nil
}

func schemaVersion(c *conn) (version int64, err error) {
	_, err = c.one("select max(version_id) from goose_db_version where is_applied", nil, func(r *row) { version = r.int() })
	return version, err
}

// latest returns the version of the last of the steps.
func latest(steps fs.FS) (version int64) {
	names, _ := fs.Glob(steps, "*.sql")
	for _, name := range names {
		if n, err := goose.NumericComponent(name); err == nil {
			version = max(version, n)
		}
	}
	return version
}

// migrate brings the database in the file to the last of the steps. Processes
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
