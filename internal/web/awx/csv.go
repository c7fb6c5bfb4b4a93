package awx

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"strings"
	"time"

	"jeton/internal/web"
)

const (
	// tableTime is how long a whole table may take. One that is not complete by
	// then is broken off, so that nobody takes it for the whole.
	tableTime = 10 * time.Minute
	// batchTime is how long some of its rows may take to be read, and by the
	// client to be taken: a slow one gets all, one that has stopped does not.
	batchTime = 30 * time.Second
	// batchRows are held in memory at a time.
	batchRows = 1000
)

// tabular reports whether GET can answer CSV.
func (v *view) tabular() bool {
	return v.isList() && (v.of.typ == tokenType || v.of.typ == activityType)
}

// wantsTable reports whether GET is to answer CSV: the query says so, or it is
// what the client accepts best.
func wantsTable(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if format := r.URL.Query().Get("format"); format != "" {
		return format == "csv"
	}
	table, weight := false, 0.0
	for a := range accepted(r) {
		if a.weight > weight {
			table, weight = a.mediaType == "text/csv", a.weight
		}
	}
	return table
}

// batch returns the next rows of a table, at most batchRows, and none at its end.
type batch func(ctx context.Context) ([][]string, error)

// sendTable answers with a table of RFC 4180, rows at a time. What fails once it
// has begun breaks the answer off.
func (c *call) sendTable(name string, head []string, next batch) error {
	ctx, cancel := context.WithTimeout(c.r.Context(), tableTime)
	defer cancel()
	rows, err := c.nextRows(ctx, next)
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	c.time()
	w := csv.NewWriter(c.w)
	w.UseCRLF = true
	_ = w.Write(head) // Flush tells whether it went well
	for len(rows) > 0 && err == nil && c.r.Method != http.MethodHead {
		for _, row := range rows {
			_ = w.Write(defused(row))
		}
		if w.Flush(); w.Error() != nil {
			break
		}
		rows, err = c.nextRows(ctx, next)
	}
	w.Flush()
	if err := errors.Join(err, w.Error()); err != nil {
		web.Note(c.r, err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// nextRows reads rows, and gives the client batchTime from now on to take them.
func (c *call) nextRows(ctx context.Context, next batch) ([][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, batchTime)
	defer cancel()
	if until, ok := ctx.Deadline(); ok {
		_ = http.NewResponseController(c.w).SetWriteDeadline(until) // in vain where there is no connection
	}
	ctx, cancel = context.WithTimeout(ctx, listTime)
	defer cancel()
	rows, err := next(ctx)
	if err != nil {
		return nil, tooSlow(ctx, err)
	}
	return rows, nil
}

// defused puts an apostrophe before what a spreadsheet would take for a formula
// and run: others than the reader have written these texts.
func defused(row []string) []string {
	for i, cell := range row {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") || strings.HasPrefix(cell, "＝") ||
			strings.HasPrefix(cell, "＋") || strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠") {
			row[i] = "'" + cell
		}
	}
	return row
}
