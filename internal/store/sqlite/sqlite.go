// Package sqlite keeps the authority's records in one SQLite file: one
// connection writes and commits waiting transactions together, a few read
// beside it.
//
// Every process that has the file open sees what the others commit. The driver
// is modernc.org/sqlite, which needs no C compiler.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Options are what Open needs besides the file. The zero value is not enough.
type Options struct {
	// Now is the clock that dates the feed. PruneChanges goes by it.
	Now func() time.Time
}

// Store is a store.Store on one file.
type Store struct {
	now     func() time.Time
	commits *Committer
	readers readers
	lookups lookups
}

var _ store.Store = (*Store)(nil)

// readerCount is how many questions are answered at once. The processors are
// the limit, not the file, so more would only hold more memory.
const readerCount = 4

// lookupCount is how many look-ups of verification are answered at once: no more
// than processors can, so that few page caches serve them all, and never one alone,
// which a slow disk would hold up.
func lookupCount() int { return min(max(2, runtime.GOMAXPROCS(0)), readerCount) }

// writerPragmas are for the connection that writes. FULL syncs the log at every
// commit: NORMAL would lose acknowledged ones with the power. 4,000 pages
// (16 MiB) of log between checkpoints write a page that changes all the time
// fewer times to the database; the limit gives back what a burst has left behind.
var writerPragmas = []string{
	"journal_mode = wal",
	"synchronous = full",
	"wal_autocheckpoint = 4000",
	"journal_size_limit = 67108864",
	"cache_size = -16384", // KiB
	"temp_store = memory",
}

var readerPragmas = []string{"query_only = on", "cache_size = -2048", "temp_store = memory"}

// Open opens the database in the file and brings its schema up to date. A file
// that is missing is made, readable by its owner alone; its folder is not. Open
// refuses a file that is empty, not a database, another program's or of a newer
// schema, and a library with known faults.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	s, err := openStore(ctx, path, opts)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func openStore(ctx context.Context, path string, opts Options) (*Store, error) {
	if err := create(ctx, path); err != nil {
		return nil, err
	}
	w, err := openWriter(ctx, path)
	if err != nil {
		return nil, err
	}
	readers, err := openReaders(path)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	lookups, err := openLookups(path, opts.Now)
	if err != nil {
		return nil, errors.Join(err, readers.close(), w.close())
	}
	return &Store{now: opts.Now, commits: &Committer{conn: w, views: &lookups}, readers: readers, lookups: lookups}, nil
}

func openWriter(ctx context.Context, path string) (*conn, error) {
	w, err := open(path)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, w, path); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// prepare checks the library and the file before anything is written to it.
func prepare(ctx context.Context, w *conn, path string) error {
	if err := checkLibrary(w); err != nil {
		return err
	}
	lacks, err := identify(w)
	if err != nil {
		return err
	}
	if lacks > 0 {
		if err := migrate(ctx, path, migrations); err != nil {
			return err
		}
	}
	return w.set(writerPragmas...)
}

// leastLibrary is the first version without the "WAL-reset bug", by which two
// connections could corrupt a file (https://sqlite.org/releaselog/3_51_3.html).
var leastLibrary = [3]int{3, 51, 3}

func checkLibrary(c *conn) error {
	var version string
	if _, err := c.one("select sqlite_version()", nil, func(r *row) { version = r.text() }); err != nil {
		return err
	}
	var have [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &have[0], &have[1], &have[2]); err != nil {
		return fmt.Errorf("SQLite's version %q: %w", version, err)
	}
	if older(have, leastLibrary) {
		return fmt.Errorf("SQLite %s is older than %d.%d.%d and may corrupt the file", version, leastLibrary[0], leastLibrary[1], leastLibrary[2])
	}
	return nil
}

func older(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// Update implements store.Store. Waiting calls share a transaction; the neighbours
// of one that fails do not notice.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.commits.do(ctx, func(w *writer) error {
		return fn(&tx{reader: reader{conn: w.conn, inTx: true}, w: w, now: s.now})
	})
}

// Check implements store.Store.
func (s *Store) Check(ctx context.Context) error {
	taken, err := askFirst(ctx, s, func(r reader) ([]int64, error) { return stepsTaken(r.conn) })
	if err != nil {
		return failed("check", err)
	}
	if lacks := firstLacking(numbers(migrations), taken); lacks > 0 {
		return pat.Fail(pat.Unavailable, fmt.Sprintf("the database lacks step %d of the schema, which this program needs", lacks))
	}
	return nil
}

// Close implements store.Store. The last connection to be closed moves the log
// into the database and removes it.
func (s *Store) Close() error {
	return errors.Join(s.lookups.close(), s.readers.close(), s.commits.Close())
}
