package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"jeton/internal/pat"
)

// retryAfter is when a caller may try again what could not be written or read:
// a lock is held or a disk is full for longer than a blink.
const retryAfter = time.Second

// unavailable is the error of a caller whose transaction or question could not
// be served now.
func unavailable(doing string, cause error) error {
	return &pat.Error{
		Kind: pat.Unavailable, Message: "the database cannot be used now, try again",
		RetryAfter: retryAfter, Cause: fmt.Errorf("%s: %w", doing, cause),
	}
}

var errClosed = errors.New("the store is closed")

// failed wraps an error of SQLite's with what was being done. It is
// Unavailable where waiting may help: a lock, a full or failing disk, the end of
// the caller's patience.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	switch code(err) & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_FULL, lib.SQLITE_READONLY, lib.SQLITE_IOERR,
		lib.SQLITE_CANTOPEN, lib.SQLITE_PROTOCOL, lib.SQLITE_NOMEM, lib.SQLITE_INTERRUPT:
		return unavailable(doing, err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return unavailable(doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// code returns SQLite's extended result code, 0 for an error that is not SQLite's.
func code(err error) int {
	var e *sqlite.Error
	var l *lookupError
	switch {
	case errors.As(err, &e):
		return e.Code()
	case errors.As(err, &l):
		return l.code
	}
	return 0
}

// constrained reports that a constraint refused the statement. SQLite has then
// undone that statement and nothing else.
func constrained(err error) bool { return code(err)&0xff == lib.SQLITE_CONSTRAINT }

// notUnique reports that an index, or a trigger in place of one, refused a value
// that is there already.
func notUnique(err error) bool {
	c := code(err)
	return c == lib.SQLITE_CONSTRAINT_UNIQUE || c == lib.SQLITE_CONSTRAINT_TRIGGER
}

func orphaned(err error) bool { return code(err) == lib.SQLITE_CONSTRAINT_FOREIGNKEY }
