package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jeton/internal/pat"
)

// tokenExprs says what each of pat.TokenFields is in SQL. Nothing else of a
// query gets into a statement but as a parameter.
var tokenExprs = map[string]string{
	"id": "t.id", "owner": "t.owner", "owner.username": "u.name", "name": "t.name", "description": "t.description",
	"scope": "t.scope", "created": "t.created_at", "modified": "t.modified_at", "expires": "t.expires_shown",
	"never": "(t.expires_at is null)", "origin": "t.origin", "revoked": "t.revoked_at", "paused": "t.paused_at",
	"last_used": "tu.last_used_at", "family": "coalesce(t.family, t.id)", "parent": "t.parent",
	"application": "t.application", "application.name": "(select ap.name from applications ap where ap.id = t.application)",
}

var userExprs = map[string]string{
	"id": "u.id", "username": "u.name", "first_name": "u.first_name", "last_name": "u.last_name", "email": "u.email",
	"admin": "u.admin", "auditor": "u.auditor", "service": "u.service", "created": "u.created_at",
	"modified": "u.modified_at", "last_login": "u.last_login_at", "disabled": "u.disabled_at",
}

// list is one kind of record that can be listed.
type list struct {
	fields  map[string]pat.FieldType
	exprs   map[string]string
	id      string
	columns string
	from    string // SQLite leaves out a join of which nothing is asked
	where   string // of every list, ending in "and" or empty
}

var (
	tokenList = list{pat.TokenFields, tokenExprs, "t.id", tokenColumns, tokenTables + " left join users u on u.id = t.owner", ""}
	userList  = list{pat.UserFields, userExprs, "u.id", userColumns, "users u", "u.deleted_at is null"}
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

// list counts what q selects and calls each with the records of its page, in
// one snapshot, so that the two agree.
func (r reader) list(ctx context.Context, l list, q pat.Query, each func(*row)) (total int, err error) {
	where, args, err := l.conditions(q.Where)
	if err != nil {
		return 0, err
	}
	order, err := l.order(q.Order)
	if err != nil {
		return 0, err
	}
	ctx = r.patience(ctx)
	err = r.snapshot("list", func() error {
		err := r.once(ctx, l.count(where), args, func(r *row) { total = int(r.int()) })
		if err != nil || q.Limit <= 0 || q.Offset >= total {
			return err
		}
		args = append(args, int64(q.Limit), int64(max(q.Offset, 0)))
		return r.once(ctx, l.page(where, order), args, each)
	})
	return total, err
}

// count is the query for the number of records. The limit, which is none, keeps
// SQLite from merging the two selects: it leaves out joins of which nothing is
// asked only where nothing is counted.
func (l list) count(where string) string {
	return "select count(*) from (select 1 from " + l.from + where + " limit -1)"
}

// page is the query for the records, with limit and offset yet to be bound.
func (l list) page(where, order string) string {
	return "select " + l.columns + " from " + l.from + where + order + " limit ? offset ?"
}

// conditions returns the where clause and its parameters.
func (l list) conditions(conds []pat.Cond) (string, []any, error) {
	var all []string
	var args []any
	if l.where != "" {
		all = append(all, l.where)
	}
	for _, c := range conds {
		text, values, err := l.condition(c)
		if err != nil {
			return "", nil, err
		}
		all = append(all, text)
		args = append(args, values...)
	}
	if len(all) == 0 {
		return "", nil, nil
	}
	return " where " + strings.Join(all, " and "), args, nil
}

func (l list) condition(c pat.Cond) (string, []any, error) {
	expr, ok := l.exprs[c.Field]
	if !ok {
		return "", nil, fmt.Errorf("list: no field %q", c.Field)
	}
	values, err := parameters(c, l.fields[c.Field])
	if err != nil {
		return "", nil, err
	}
	c.Fold = c.Fold && l.fields[c.Field] == pat.String
	text, err := comparison(c, expr, values)
	if err == nil && c.Not {
		text = "(" + text + ") is not true" // nulls included
	}
	return text, values, err
}

// comparison writes the comparison of expr with the values. With Fold both
// sides are lowered by SQLite, which knows ASCII only, alike.
func comparison(c pat.Cond, expr string, values []any) (string, error) {
	value := "?"
	if c.Fold {
		expr, value = "lower("+expr+")", "lower(?)"
	}
	switch {
	case c.Op == pat.In:
		return expr + " in (" + strings.TrimSuffix(strings.Repeat(value+", ", len(values)), ", ") + ")", nil
	case c.Op == pat.IsNull && len(values) == 0:
		return expr + " is null", nil
	case len(values) != 1:
		return "", fmt.Errorf("list: operator %q with %d values", c.Op, len(values))
	}
	switch c.Op {
	case pat.Equal, pat.Less, pat.LessEq, pat.Greater, pat.GreaterEq:
		return expr + " " + string(c.Op) + " " + value, nil
	case pat.Contains:
		return "instr(" + expr + ", " + value + ") > 0", nil
	case pat.StartsWith:
		return "instr(" + expr + ", " + value + ") = 1", nil
	case pat.EndsWith:
		return ending(expr, values[0]) + " = " + value, nil
	}
	return "", fmt.Errorf("list: no operator %q", c.Op)
}

// ending is the part of expr that is as long as the value, in characters.
func ending(expr string, value any) string {
	text, _ := value.(string)
	if text == "" {
		return "''"
	}
	return fmt.Sprintf("substr(%s, -%d)", expr, utf8.RuneCountInString(text))
}

// parameters returns the values of the condition as SQLite takes them. It fails
// where a value is not of the field's type.
func parameters(c pat.Cond, t pat.FieldType) (values []any, err error) {
	switch v := c.Value.(type) {
	case nil:
	case []int64:
		values = anys(v)
	case []string:
		values = anys(v)
	case []bool:
		values = anys(v)
	case []time.Time:
		values = anys(v)
	default:
		values = []any{v}
	}
	for i, v := range values {
		if values[i], err = parameter(v, t); err != nil {
			return nil, fmt.Errorf("list: field %s: %w", c.Field, err)
		}
	}
	return values, nil
}

func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

func parameter(v any, t pat.FieldType) (any, error) {
	var is pat.FieldType
	switch x := v.(type) {
	case int64:
		is = pat.Int
	case string:
		is = pat.String
	case bool:
		is = pat.Bool
	case time.Time:
		is, v = pat.Time, x.UnixMicro()
	}
	if is != t {
		return nil, fmt.Errorf("%T is not a value of type %s", v, t)
	}
	return v, nil
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
	}
	return " order by " + strings.Join(append(all, l.id), ", "), nil
}
