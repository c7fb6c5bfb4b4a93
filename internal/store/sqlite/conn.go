package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"modernc.org/sqlite"
)

// conn is one connection of the driver, with the statements that it has
// prepared. It is used without database/sql, whose pool and conversions cost
// about as much as a short statement itself. It serves one goroutine at a time.
type conn struct {
	raw   driver.Conn
	stmts map[string]driver.Stmt
	args  []driver.NamedValue // of the statement at hand, kept for its memory
	row   row
}

// open opens a connection to the database in the file, without touching that
// yet. A file that is not there is an error.
func open(path string) (*conn, error) {
	name, err := dsn(path)
	if err != nil {
		return nil, err
	}
	d := new(sqlite.Driver) // of its own, because its functions keep what they have compiled
	if err := addFunctions(d); err != nil {
		return nil, err
	}
	raw, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	c := &conn{raw: raw, stmts: map[string]driver.Stmt{}}
	if err := c.set("busy_timeout = 5000", "foreign_keys = on", "trusted_schema = off"); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// set sets pragmas, each in the form "name = value".
func (c *conn) set(pragmas ...string) error {
	for _, p := range pragmas {
		if err := c.once(context.Background(), "pragma "+p, nil, func(*row) {}); err != nil {
			return fmt.Errorf("pragma %s: %w", p, err)
		}
	}
	return nil
}

// dsn names the file as a URI, so that a path with ?, # or % in it stays a path.
func dsn(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	p := filepath.ToSlash(abs)
	if p[0] != '/' {
		p = "/" + p // C:/…
	}
	u := url.URL{Scheme: "file", Path: p, RawQuery: "mode=rw&_error_rc=1&_dqs=0"}
	return u.String(), nil
}

// close ends the statements first: with one left, SQLite would keep the file
// open and the log unmerged.
func (c *conn) close() (err error) {
	for _, s := range c.stmts {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.raw.Close())
}

// exec runs a statement of the program's and returns how many rows it changed
// and the id of the last one inserted.
func (c *conn) exec(query string, args ...any) (changed, id int64, err error) {
	s, err := c.prepared(query)
	if err != nil {
		return 0, 0, err
	}
	res, err := s.(driver.StmtExecContext).ExecContext(context.Background(), c.named(args))
	if err != nil {
		return 0, 0, err
	}
	changed, _ = res.RowsAffected() // neither fails with this driver
	id, _ = res.LastInsertId()
	return changed, id, nil
}

// query runs a statement of the program's and calls each with every row. The
// row is valid during the call.
func (c *conn) query(ctx context.Context, query string, args []any, each func(*row)) error {
	s, err := c.prepared(query)
	if err != nil {
		return err
	}
	return c.rows(ctx, s, args, each)
}

// one is query for a single row, and reports whether there was one. It is for
// look-ups too short to be worth interrupting.
func (c *conn) one(query string, args []any, scan func(*row)) (bool, error) {
	found := false
	err := c.query(context.Background(), query, args, func(r *row) { found = true; scan(r) })
	return found, err
}

// once is query for a statement that was put together for the occasion and is
// not kept.
func (c *conn) once(ctx context.Context, query string, args []any, each func(*row)) error {
	s, err := c.raw.Prepare(query)
	if err != nil {
		return err
	}
	return errors.Join(c.rows(ctx, s, args, each), s.Close())
}

func (c *conn) rows(ctx context.Context, s driver.Stmt, args []any, each func(*row)) error {
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, c.named(args))
	if err != nil {
		return err
	}
	n := len(rows.Columns())
	if cap(c.row.values) < n {
		c.row.values = make([]driver.Value, n)
	}
	for {
		c.row = row{values: c.row.values[:n]}
		err := rows.Next(c.row.values)
		if err == io.EOF {
			return rows.Close()
		}
		if err != nil {
			return errors.Join(err, rows.Close())
		}
		each(&c.row)
		if c.row.err != nil {
			return errors.Join(c.row.err, rows.Close())
		}
	}
}

func (c *conn) prepared(query string) (driver.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	s, err := c.raw.Prepare(query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) named(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, a := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return c.args
}
