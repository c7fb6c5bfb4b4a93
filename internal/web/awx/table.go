package awx

import (
	"context"
	"slices"
	"time"

	"jeton/internal/pat"
)

// table is how everything that a query selects becomes CSV.
type table struct {
	name string // of the file, without the day
	head []string
	// find returns the rows of what q selects, and the id of the last.
	find func(ctx context.Context, q pat.Query) ([][]string, int64, error)
}

// sendAll answers with all that the query and the conditions select, as CSV: not
// a page of it. It is read by id, a thousand at a time, each time after the last:
// no snapshot of the store is kept for as long as a client takes to read, and what
// is changed meanwhile is shown once. Whoever loses the right to it meanwhile gets
// no more.
func (f *Face) sendAll(c *call, s selection, where []pat.Cond, t table) error {
	order, err := s.byID()
	if err != nil {
		return err
	}
	all := slices.Concat(where, s.base, s.filters)
	q := pat.Query{Where: all, Order: []pat.Order{order}, Limit: batchRows, Uncounted: true, Sweep: true}
	done, begun := s.none, false
	return c.sendTable(t.name+"-"+c.now().UTC().Format(time.DateOnly), t.head, func(ctx context.Context) ([][]string, error) {
		if done {
			return nil, nil
		}
		if begun {
			if err := f.Authority.Still(ctx, c.who); err != nil {
				return nil, err
			}
		}
		begun = true
		rows, last, err := t.find(ctx, q)
		if done = len(rows) < batchRows; !done {
			q.Where = append(slices.Clone(all), beyond(order, last))
		}
		return rows, err
	})
}

// beyond is the condition that a record comes after the one with the id.
func beyond(order pat.Order, id int64) pat.Cond {
	op := pat.Greater
	if order.Desc {
		op = pat.Less
	}
	return pat.Cond{Field: "id", Op: op, Value: id}
}

// byID returns the order by id that was asked for, which is the only one that a
// table can have.
func (s *selection) byID() (pat.Order, error) {
	switch {
	case len(s.order) == 0:
		return pat.Order{Field: "id"}, nil
	case s.order[0].Field == "id":
		return s.order[0], nil
	}
	return pat.Order{}, invalid("CSV comes in the order of ids. Leave order_by out, or use id or -id.")
}
