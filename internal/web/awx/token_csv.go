package awx

import (
	"context"
	"slices"
	"strconv"
	"time"

	"jeton/internal/pat"
)

// tokenHead names the columns of a table of tokens.
var tokenHead = []string{
	"id", "user", "username", "name", "description", "scope", "status", "created", "modified", "expires",
	"last_used", "origin", "created_from", "networks", "application",
}

// tokenRow is a token as a row of the table. One that never expires says so,
// where JSON has a date for AWX's sake.
func tokenRow(t *pat.Token, owner *pat.User, now time.Time) []string {
	a := tokenOf(t, owner, now)
	username, expires := "", a.Expires
	if owner != nil {
		username = owner.Name
	}
	application := "" // most have none
	if t.Application != 0 {
		application = strconv.FormatInt(int64(t.Application), 10)
	}
	if t.ExpiresAt.IsZero() {
		expires = "never"
	}
	return []string{
		strconv.FormatInt(int64(a.ID), 10), strconv.FormatInt(int64(a.User), 10), username, a.Name, a.Description, a.Scope,
		string(a.Status), a.Created, a.Modified, expires,
		orBlank(a.LastUsed), string(t.Origin), orBlank(a.CreatedFrom), t.Networks.String(), application,
	}
}

func orBlank(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// tokenTable answers with all tokens that the query and the conditions select,
// as CSV: not a page of them. They are read by id, a thousand at a time, each
// time after the last: no snapshot of the store is kept for as long as a client
// takes to read, and a token that is changed meanwhile is shown once. Whoever loses
// the right to them meanwhile gets no more.
func (f *Face) tokenTable(c *call, s selection, where []pat.Cond) error {
	order, err := s.byID()
	if err != nil {
		return err
	}
	all := slices.Concat(where, s.base, s.filters)
	q := pat.Query{Where: all, Order: []pat.Order{order}, Limit: batchRows, Uncounted: true}
	done, begun := s.none, false
	name := "tokens-" + c.now().UTC().Format(time.DateOnly)
	return c.sendTable(name, tokenHead, func(ctx context.Context) ([][]string, error) {
		if done {
			return nil, nil
		}
		if begun {
			if err := f.Authority.Still(ctx, c.who); err != nil {
				return nil, err
			}
		}
		begun = true
		found, _, err := f.Authority.Tokens(ctx, c.who, q)
		if err != nil {
			return nil, err
		}
		if done = len(found) < batchRows; !done {
			q.Where = append(slices.Clone(all), beyond(order, found[len(found)-1].ID))
		}
		return f.tokenRows(ctx, c.who, found)
	})
}

// beyond is the condition that a token comes after the one with the id.
func beyond(order pat.Order, id pat.TokenID) pat.Cond {
	op := pat.Greater
	if order.Desc {
		op = pat.Less
	}
	return pat.Cond{Field: "id", Op: op, Value: int64(id)}
}

func (f *Face) tokenRows(ctx context.Context, by pat.Principal, tokens []pat.Token) ([][]string, error) {
	owners, err := f.ownersOf(ctx, by, tokens)
	if err != nil {
		return nil, err
	}
	now := f.Now()
	rows := make([][]string, len(tokens))
	for i := range tokens {
		rows[i] = tokenRow(&tokens[i], owners[tokens[i].Owner], now)
	}
	return rows, nil
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
