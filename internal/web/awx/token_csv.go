package awx

import (
	"context"
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
	if t.ExpiresAt.IsZero() {
		expires = "never"
	}
	return []string{
		strconv.FormatInt(int64(a.ID), 10), strconv.FormatInt(int64(a.User), 10), username, a.Name, a.Description, a.Scope,
		string(a.Status), a.Created, a.Modified, expires,
		orBlank(a.LastUsed), string(t.Origin), orBlank(a.CreatedFrom), t.Networks.String(), idOrBlank(int64(t.Application)),
	}
}

func orBlank(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// tokenTable is the table of the tokens that by may see.
func (f *Face) tokenTable(by pat.Principal) table {
	return table{name: "tokens", head: tokenHead, find: func(ctx context.Context, q pat.Query) ([][]string, int64, error) {
		found, _, err := f.Authority.Tokens(ctx, by, q)
		if err != nil || len(found) == 0 {
			return nil, 0, err
		}
		rows, err := f.tokenRows(ctx, by, found)
		return rows, int64(found[len(found)-1].ID), err
	}}
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
