package sqlite

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// lookup is a connection for one question: the one on which a verification waits
// whose token is not in memory. It asks SQLite's own functions, because the driver
// spends as much on a row as SQLite does: it takes a lock for each value, asks for
// the names of columns that nobody reads, and copies the argument twice. It serves
// one goroutine at a time.
type lookup struct {
	tls                         *libc.TLS
	db                          uintptr
	beginning, ending, question uintptr // statements
	argument                    uintptr // of question: digest
	digest                      []byte  // in memory of SQLite's
	view                        view
}

// plainByDigest has all there is to know of a token that is nobody's application's,
// neither paused nor ended, and bound to no network, as nearly all are; the last
// column is 0 of any other.
const plainByDigest = `select t.id, t.owner, t.expires_at, t.created_at, t.scope,
	t.paused_at is null and t.revoked_at is null and t.retired_at is null and t.networks = '' and t.application is null
	from tokens t where t.digest = ?`

const digestSize = sha256.Size // of a pat.Digest

// finding is what there is of a digest.
type finding byte

const (
	noToken    finding = iota
	plainToken         // of which plainByDigest says all
	otherToken
)

// openLookup opens a connection to the database in the file.
func openLookup(path string) (*lookup, error) {
	l := &lookup{tls: libc.NewTLS()}
	if err := l.open(path); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *lookup) open(path string) error {
	name, err := dsn(path)
	if err != nil {
		return err
	}
	// No lock of SQLite's is needed: the pool gives a connection to one at a time.
	const flags = lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_URI | lib.SQLITE_OPEN_NOMUTEX | lib.SQLITE_OPEN_EXRESCODE
	err = l.with(name, func(name uintptr) int32 {
		return lib.Xsqlite3_open_v2(l.tls, name, uintptr(unsafe.Pointer(&l.db)), flags, 0)
	})
	for _, p := range append([]string{"busy_timeout = 5000", "trusted_schema = off"}, readerPragmas...) {
		if err == nil {
			err = l.with("pragma "+p, func(query uintptr) int32 { return lib.Xsqlite3_exec(l.tls, l.db, query, 0, 0, 0) })
		}
	}
	for query, stmt := range map[string]*uintptr{"begin": &l.beginning, "rollback": &l.ending, plainByDigest: &l.question} {
		if err == nil {
			err = l.with(query, func(query uintptr) int32 {
				return lib.Xsqlite3_prepare_v3(l.tls, l.db, query, -1, lib.SQLITE_PREPARE_PERSISTENT, uintptr(unsafe.Pointer(stmt)), 0)
			})
		}
	}
	if err != nil {
		return err
	}
	if l.argument = libc.Xmalloc(l.tls, digestSize); l.argument == 0 {
		return l.err(lib.SQLITE_NOMEM)
	}
	l.digest = libc.GoBytes(l.argument, digestSize)
	return l.err(lib.Xsqlite3_bind_blob(l.tls, l.question, 1, l.argument, digestSize, 0))
}

// with calls a function of SQLite's with a text.
func (l *lookup) with(text string, call func(uintptr) int32) error {
	p, err := libc.CString(text)
	if err != nil {
		return err
	}
	defer libc.Xfree(l.tls, p)
	return l.err(call(p))
}

// close ends the statements first: with one left, SQLite would keep the file open.
// A view that is open ends with the connection.
func (l *lookup) close() error {
	for _, s := range []uintptr{l.beginning, l.ending, l.question} {
		lib.Xsqlite3_finalize(l.tls, s) // of 0, where opening failed, it does nothing
	}
	libc.Xfree(l.tls, l.argument)
	err := l.err(lib.Xsqlite3_close(l.tls, l.db))
	l.tls.Close()
	return err
}

// begin opens a view. That it is named for an epoch that ended meanwhile does no
// harm: it will be thought older than it is.
func (l *lookup) begin(epoch uint64, now time.Time) {
	if l.run(l.beginning) == nil {
		l.view = view{epoch: epoch, began: now, open: true}
	}
}

// end closes the view, if there is one.
func (l *lookup) end() {
	if l.view.open {
		l.view.open = false
		_ = l.run(l.ending) // nothing was written; an error has ended it already
	}
}

func (l *lookup) run(stmt uintptr) error {
	rc := lib.Xsqlite3_step(l.tls, stmt)
	if rc == lib.SQLITE_DONE {
		rc = lib.SQLITE_OK
	}
	err := l.err(rc)
	lib.Xsqlite3_reset(l.tls, stmt) // says the same again
	return err
}

// find looks for the token of a digest.
func (l *lookup) find(d pat.Digest) (e store.Entry, found finding, err error) {
	copy(l.digest, d[:])
	switch rc := lib.Xsqlite3_step(l.tls, l.question); rc {
	case lib.SQLITE_DONE:
	case lib.SQLITE_ROW:
		found = otherToken
		if l.int(5) != 0 {
			found = plainToken
			e, err = l.entry(d)
		}
	default:
		err = l.err(rc)
	}
	lib.Xsqlite3_reset(l.tls, l.question)
	return e, found, err
}

// entry reads the row at hand.
func (l *lookup) entry(d pat.Digest) (store.Entry, error) {
	e := store.Entry{
		Digest: d, ID: pat.TokenID(l.int(0)), Owner: pat.UserID(l.int(1)),
		CreatedAt: time.UnixMicro(l.int(3)).UTC().Truncate(time.Second),
	}
	if lib.Xsqlite3_column_type(l.tls, l.question, 2) != lib.SQLITE_NULL {
		e.ExpiresAt = time.UnixMicro(l.int(2)).UTC()
	}
	scope := lib.Xsqlite3_column_text(l.tls, l.question, 4)
	if scope == 0 {
		return store.Entry{}, l.err(lib.SQLITE_NOMEM)
	}
	e.Scopes = pat.Scopes(libc.GoString(scope))
	return e, nil
}

func (l *lookup) int(column int32) int64 { return lib.Xsqlite3_column_int64(l.tls, l.question, column) }

// lookupError is an error of SQLite's on a lookup.
type lookupError struct {
	code int // the extended result code
	text string
}

func (e *lookupError) Error() string { return fmt.Sprintf("%s (%d)", e.text, e.code) }

// err is the error of a result code, nil of SQLITE_OK.
func (l *lookup) err(rc int32) error {
	if rc == lib.SQLITE_OK {
		return nil
	}
	return &lookupError{code: int(rc), text: libc.GoString(lib.Xsqlite3_errmsg(l.tls, l.db))}
}
