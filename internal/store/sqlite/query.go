package sqlite

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"jeton/internal/pat"
)

var userExprs = map[string]string{
	"id": "u.id", "username": "u.name", "first_name": "u.first_name", "last_name": "u.last_name", "email": "u.email",
	"admin": "u.admin", "auditor": "u.auditor", "service": "u.service", "created": "u.created_at",
	"modified": "u.modified_at", "last_login": "u.last_login_at", "disabled": "u.disabled_at",
}

// tokenExprs says what each of pat.TokenFields is in SQL. Nothing else of a
// query gets into a statement but as a parameter.
var tokenExprs = with("owner.", userExprs, with("application.", applicationExprs, map[string]string{
	"id": "t.id", "owner": "t.owner", "name": "t.name", "description": "t.description",
	"scope": "t.scope", "created": "t.created_at", "modified": "t.modified_at", "expires": "t.expires_shown",
	"never": "(t.expires_at is null)", "origin": "t.origin", "created_from": "nullif(t.created_from, '')",
	"revoked": "t.revoked_at", "paused": "t.paused_at", "last_used": "tu.last_used_at",
	"family": "coalesce(t.family, t.id)", "parent": "t.parent", "networks": "nullif(t.networks, '')",
	"application": "t.application", "last_four": "t.last_four",
	// Of what is the same for all applications, where there may be none.
	"application.organization": "nullif(a.id is not null, 0)", "application.organization.name": "iif(a.id is null, null, 'Default')",
}))

// with adds the expressions of a related record under a prefix, where there is
// none yet.
func with(prefix string, related, exprs map[string]string) map[string]string {
	for name, expr := range related {
		if _, ok := exprs[prefix+name]; !ok {
			exprs[prefix+name] = expr
		}
	}
	return exprs
}

// list is one kind of record that can be listed.
type list struct {
	fields  map[string]pat.FieldType
	exprs   map[string]string
	kept    map[string]string // what fields are kept as besides, by store.FoldName
	id      string
	columns string
	table   string
	joins   []join
	where   string // of every list
	// apart is a field of another table. See apart.go.
	apart string
	// sweep is that of the query.
	sweep bool
}

// join brings in a table when a statement mentions it.
type join struct {
	mention *regexp.Regexp
	text    string
}

var (
	tokenList = list{
		fields: pat.TokenFields, exprs: tokenExprs, kept: map[string]string{"owner.username": "u.folded"},
		id: "t.id", columns: tokenColumns, table: "tokens t", apart: "last_used",
		joins: []join{
			{regexp.MustCompile(`\btu\.`), " left join token_use tu on tu.token_id = t.id"},
			{regexp.MustCompile(`\bu\.`), " left join users u on u.id = t.owner"},
			{regexp.MustCompile(`\ba\.`), " left join applications a on a.id = t.application"},
		},
	}
	userList = list{
		fields: pat.UserFields, exprs: userExprs, kept: map[string]string{"username": "u.folded"},
		id: "u.id", columns: userColumns, table: "users u", where: "u.deleted_at is null",
	}
)

// Tokens implements store.Reader.
func (r reader) Tokens(ctx context.Context, q pat.Query) (page []pat.Token, total int, err error) {
	total, err = r.list(ctx, tokenList, q, func(r *row) { page = append(page, scanToken(r)) })
	return page, total, err
}

// Users implements store.Reader.
func (r reader) Users(ctx context.Context, q pat.Query) (page []pat.User, total int, err error) {
	total, err = r.list(ctx, userList, q, func(r *row) { page = append(page, scanUser(r)) })
	return page, total, err
}

// list calls each with the records of q's page and counts what it selects, in
// one snapshot, so that the two agree.
func (r reader) list(ctx context.Context, l list, q pat.Query, each func(*row)) (total int, err error) {
	ctx = r.patience(ctx)
	l.sweep = q.Sweep
	err = r.snapshot("list", func() error {
		n, err := r.parts(ctx, l, q, each)
		switch {
		case err != nil || q.Uncounted:
			return err
		case n < q.Limit && (n > 0 || q.Offset <= 0): // the end was seen
			total = max(q.Offset, 0) + n
			return nil
		}
		total, err = r.count(ctx, l, q)
		return err
	})
	return total, err
}

// count returns how many records q selects.
func (r reader) count(ctx context.Context, l list, q pat.Query) (n int, err error) {
	where, err := l.conditions(q.Where)
	if err != nil {
		return 0, err
	}
	err = r.once(ctx, l.count(where.text), where.args, func(r *row) { n = int(r.int()) })
	return n, err
}

// page calls each with the records of q's page and returns how many there are.
func (r reader) page(ctx context.Context, l list, q pat.Query, each func(*row)) (n int, err error) {
	where, err := l.conditions(q.Where)
	if err != nil {
		return 0, err
	}
	order, err := l.order(q.Order)
	if err != nil || q.Limit <= 0 {
		return 0, err
	}
	args := append(where.args, int64(q.Limit), int64(max(q.Offset, 0)))
	err = r.once(ctx, l.page(where.text, order), args, func(r *row) { n++; each(r) })
	return n, err
}

// from names the table and those that the text mentions.
func (l list) from(text string) string {
	from := l.table
	for _, j := range l.joins {
		if j.mention.MatchString(text) {
			from += j.text
		}
	}
	return from
}

// ids is the query for the ids of all records.
func (l list) ids(where, order string) string {
	return "select " + l.id + " from " + l.from(where+order) + where + order
}

// count is the query for the number of records.
func (l list) count(where string) string { return "select count(*) from " + l.from(where) + where }

// page is the query for the records, with limit and offset yet to be bound. It
// first finds their ids, so that of what comes before the page no row is read.
// All of that is done before the first row comes, which is as long as the driver
// lets a context interrupt a query.
func (l list) page(where, order string) string {
	return "with page (id) as materialized (" + l.ids(where, order) + " limit ? offset ?)" +
		" select " + l.columns + " from page cross join " + l.from(l.columns+order) + " where " + l.id + " = page.id" + order
}

func (l list) order(keys []pat.Order) (string, error) {
	var all []string
	for _, k := range keys {
		expr, ok := l.exprs[k.Field]
		if !ok {
			return "", fmt.Errorf("list: no field %q", k.Field)
		}
		if k.Desc {
			expr += " desc"
		}
		all = append(all, expr)
		if k.Field == "id" { // nothing after it can matter
			return " order by " + strings.Join(all, ", "), nil
		}
	}
	return " order by " + strings.Join(append(all, l.id), ", "), nil
}
