package sqlite

import (
	"context"
	"slices"
	"time"

	"jeton/internal/pat"
)

// A token's last use is the field apart: it stands in a table of its own, where
// many tokens have no row. Two things follow.
//
// A range of it is not looked up by its index, which the plus in a condition
// sees to: most ranges are wide, unused since being the usual one, and reading
// both tables side by side, in the order of ids, takes less than looking up a
// token for each use.
//
// An order by it is asked for in two parts, the tokens without and those with a
// last use: each part has its order from an index, together they have none.

// split returns the queries whose records follow upon each other as q's do, and
// the list by which their pages are found.
func (l list) split(q pat.Query) (list, []pat.Query) {
	if l.apart == "" || len(q.Order) == 0 || q.Order[0].Field != l.apart {
		return l, []pat.Query{q}
	}
	field := l.apart
	l.apart = "" // the index gives the order, and so may serve a range too
	if decided(q.Where, field) {
		return l, []pat.Query{q}
	}
	without, with := q, q
	without.Where = append(slices.Clone(q.Where), pat.Cond{Field: field, Op: pat.IsNull})
	without.Order = q.Order[1:]
	// Not "is not null", of which SQLite does not see that it needs a row of use.
	with.Where = append(slices.Clone(q.Where), pat.Cond{Field: field, Op: pat.GreaterEq, Value: time.Time{}})
	if q.Order[0].Desc {
		return l, []pat.Query{with, without}
	}
	return l, []pat.Query{without, with} // null comes before every value
}

// decided reports whether the conditions say already if the field is null.
func decided(conds []pat.Cond, field string) bool {
	return slices.ContainsFunc(conds, func(c pat.Cond) bool {
		return c.Field == field && (!c.Not || c.Op == pat.IsNull)
	})
}

// parts calls each with the records of q's page, part by part, and returns how
// many there are.
func (r reader) parts(ctx context.Context, l list, q pat.Query, each func(*row)) (n int, err error) {
	in, parts := l.split(q)
	offset := q.Offset
	for i, part := range parts {
		part.Limit, part.Offset = q.Limit-n, offset
		got, err := r.page(ctx, in, part, each)
		n += got
		switch {
		case err != nil:
			return n, err
		case i == len(parts)-1 || n >= q.Limit:
			return n, nil
		case got > 0 || offset <= 0:
			offset = 0
			continue
		}
		before, err := r.count(ctx, l, part)
		if err != nil {
			return n, err
		}
		offset -= before
	}
	return n, nil
}
