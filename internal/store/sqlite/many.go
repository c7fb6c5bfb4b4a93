package sqlite

import (
	"context"
	"strings"
)

// many is a statement that writes rows, many at a time: what a statement costs
// beside its rows, to bind, to begin and to end it, it costs once for all.
type many struct {
	width    int    // arguments of a row
	one, run string // of one row, of manyRows
}

// manyRows is how many rows a run has. With twice as many a row costs the same.
const manyRows = 20

// manyOf makes a statement of what stands before its rows, "(?, …)" for each of
// them, and after.
func manyOf(before string, width int, after string) many {
	row := "(" + strings.Repeat("?, ", width-1) + "?)"
	return many{width: width, one: before + row + after, run: before + strings.Repeat(row+", ", manyRows-1) + row + after}
}

// putMany runs the statement for all rows that the arguments are of, and calls
// scan with what it returns for each, in any order.
func (w *writer) putMany(m many, args []any, scan func(*row)) error {
	for len(args) > 0 {
		query, n := m.one, m.width
		if len(args) >= m.width*manyRows {
			query, n = m.run, m.width*manyRows
		}
		if err := w.query(context.Background(), query, args[:n], func(r *row) { w.wrote = true; scan(r) }); err != nil {
			if !constrained(err) {
				w.broken = err
			}
			return err
		}
		args = args[n:]
	}
	return nil
}
