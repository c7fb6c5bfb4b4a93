package sqlite

import (
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

var (
	middle = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)

	notRevoked = pat.Cond{Field: "revoked", Op: pat.IsNull}
	revoked    = pat.Cond{Field: "revoked", Op: pat.IsNull, Not: true}
	notPaused  = pat.Cond{Field: "paused", Op: pat.IsNull}
	paused     = pat.Cond{Field: "paused", Op: pat.IsNull, Not: true}
	unexpired  = pat.Cond{Field: "expires", Op: pat.Greater, Value: middle}
	expired    = pat.Cond{Field: "expires", Op: pat.LessEq, Value: middle}
	unending   = pat.Cond{Field: "never", Op: pat.Equal, Value: true}
	busiest    = pat.Cond{Field: "owner", Op: pat.Equal, Value: int64(1)}
	neverUsed  = pat.Cond{Field: "last_used", Op: pat.IsNull}
	unused     = pat.Cond{Field: "last_used", Op: pat.Less, Value: middle}
)

func is(field string, op pat.Op, v any) pat.Cond { return pat.Cond{Field: field, Op: op, Value: v} }

func by(fields ...string) (all []pat.Order) {
	for _, f := range fields {
		desc := f[0] == '-'
		if desc {
			f = f[1:]
		}
		all = append(all, pat.Order{Field: f, Desc: desc})
	}
	return all
}

// commonLists are those that people and programs ask for day by day.
var commonLists = []struct {
	name  string
	query pat.Query
	// How the page is found, each part of it, and counted. A cover is an index that
	// holds all that is asked, so that no row is read.
	page, count string
}{
	{
		"all",
		pat.Query{Where: []pat.Cond{notRevoked}},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"all, the last page",
		pat.Query{Where: []pat.Cond{notRevoked}, Offset: 90_000},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"all, newest first",
		pat.Query{Where: []pat.Cond{notRevoked}, Order: by("-created")},
		"SCAN t USING COVERING INDEX tokens_created; USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"all by id descending",
		pat.Query{Where: []pat.Cond{notRevoked}, Order: by("-id")},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"an owner's",
		pat.Query{Where: []pat.Cond{busiest, notRevoked}},
		"SEARCH t USING COVERING INDEX tokens_owner (owner=?)",
		"SEARCH t USING COVERING INDEX tokens_owner_expires (owner=?)",
	},
	{
		"an owner's last page",
		pat.Query{Where: []pat.Cond{busiest, notRevoked}, Offset: 45_000},
		"SEARCH t USING COVERING INDEX tokens_owner (owner=?)",
		"SEARCH t USING COVERING INDEX tokens_owner_expires (owner=?)",
	},
	{
		"an owner's by expiry",
		pat.Query{Where: []pat.Cond{busiest, notRevoked}, Order: by("expires")},
		"SEARCH t USING COVERING INDEX tokens_owner_expires (owner=?)",
		"SEARCH t USING COVERING INDEX tokens_owner_expires (owner=?)",
	},
	{
		"an owner's live",
		pat.Query{Where: []pat.Cond{busiest, notRevoked, unexpired, notPaused}},
		"SEARCH t USING COVERING INDEX tokens_owner_expires (owner=? AND expires_shown>?); USE TEMP B-TREE FOR ORDER BY",
		"SEARCH t USING COVERING INDEX tokens_owner_expires (owner=? AND expires_shown>?)",
	},
	{
		"an owner's by name",
		pat.Query{Where: []pat.Cond{is("owner.username", pat.Equal, "user0"), notRevoked}},
		"SEARCH u USING COVERING INDEX users_by_name (name=?); SEARCH t USING COVERING INDEX tokens_owner_expires (owner=?); USE TEMP B-TREE FOR ORDER BY",
		"SEARCH u USING COVERING INDEX users_by_name (name=?); SEARCH t USING COVERING INDEX tokens_owner_expires (owner=?)",
	},
	{
		"live",
		pat.Query{Where: []pat.Cond{notRevoked, unexpired, notPaused}},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown>?)",
	},
	{
		"live by expiry",
		pat.Query{Where: []pat.Cond{notRevoked, unexpired, notPaused}, Order: by("expires")},
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown>?)",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown>?)",
	},
	{
		"expired",
		pat.Query{Where: []pat.Cond{notRevoked, expired}},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?)",
	},
	{
		"expired by expiry",
		pat.Query{Where: []pat.Cond{notRevoked, expired}, Order: by("expires")},
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?)",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?)",
	},
	{
		"paused",
		pat.Query{Where: []pat.Cond{notRevoked, unexpired, paused}},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown>?)",
	},
	{
		"revoked",
		pat.Query{Where: []pat.Cond{revoked}},
		"SCAN t USING COVERING INDEX tokens_revoked",
		"SEARCH t USING COVERING INDEX tokens_ended (revoked_at>?)",
	},
	{
		"expiring before",
		pat.Query{Where: []pat.Cond{notRevoked, is("expires", pat.Less, middle)}, Order: by("expires")},
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?)",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?)",
	},
	{
		"expiring before, last first",
		pat.Query{Where: []pat.Cond{notRevoked, is("expires", pat.Less, middle)}, Order: by("-expires")},
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
		"SEARCH t USING COVERING INDEX tokens_expires (expires_shown<?)",
	},
	{
		"never",
		pat.Query{Where: []pat.Cond{unending, notRevoked}},
		"SCAN t USING COVERING INDEX tokens_never",
		"SCAN t USING COVERING INDEX tokens_never",
	},
	{
		"created since",
		pat.Query{Where: []pat.Cond{notRevoked, is("created", pat.GreaterEq, middle)}, Order: by("created")},
		"SEARCH t USING COVERING INDEX tokens_created (created_at>?)",
		"SEARCH t USING COVERING INDEX tokens_created (created_at>?)",
	},
	{
		"created since, by id",
		pat.Query{Where: []pat.Cond{notRevoked, is("created", pat.GreaterEq, middle)}},
		"SCAN t USING COVERING INDEX tokens_kept",
		"SEARCH t USING COVERING INDEX tokens_created (created_at>?)",
	},
	{
		"created at",
		pat.Query{Where: []pat.Cond{notRevoked, is("created", pat.Equal, middle)}},
		"SEARCH t USING COVERING INDEX tokens_created (created_at=?)",
		"SEARCH t USING COVERING INDEX tokens_created (created_at=?)",
	},
	{
		"a scope",
		pat.Query{Where: []pat.Cond{notRevoked, is("scope", pat.Equal, "write")}},
		"SEARCH t USING COVERING INDEX tokens_scope (scope=?)",
		"SEARCH t USING COVERING INDEX tokens_scope (scope=?)",
	},
	{
		"scopes from",
		pat.Query{Where: []pat.Cond{notRevoked, is("scope", pat.GreaterEq, "read")}, Order: by("scope")},
		"SEARCH t USING COVERING INDEX tokens_scope (scope>?)",
		"SEARCH t USING COVERING INDEX tokens_scope (scope>?)",
	},
	{
		"live of a scope",
		pat.Query{Where: []pat.Cond{notRevoked, unexpired, notPaused, is("scope", pat.Equal, "write")}},
		"SEARCH t USING COVERING INDEX tokens_scope (scope=?)",
		"SEARCH t USING COVERING INDEX tokens_scope (scope=?)",
	},
	{
		"last used before",
		pat.Query{Where: []pat.Cond{notRevoked, unused}},
		"SCAN t USING COVERING INDEX tokens_kept; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?)",
		"SCAN t USING COVERING INDEX tokens_created; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?)",
	},
	{
		"last used before, by last use",
		pat.Query{Where: []pat.Cond{notRevoked, unused}, Order: by("last_used")},
		"SEARCH tu USING COVERING INDEX token_use_last (last_used_at<?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
		"SCAN t USING COVERING INDEX tokens_created; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?)",
	},
	{
		"last used after, by last use",
		pat.Query{Where: []pat.Cond{notRevoked, is("last_used", pat.Greater, middle)}, Order: by("-last_used")},
		"SEARCH tu USING COVERING INDEX token_use_last (last_used_at>?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
		"SCAN t USING COVERING INDEX tokens_created; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?)",
	},
	{
		"never used",
		pat.Query{Where: []pat.Cond{notRevoked, neverUsed}},
		"SCAN t USING COVERING INDEX tokens_kept; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
		"SCAN t USING COVERING INDEX tokens_created; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
	},
	{
		"unused since",
		pat.Query{Where: []pat.Cond{notRevoked, {Any: []pat.Cond{neverUsed, unused}}}},
		"SCAN t USING COVERING INDEX tokens_kept; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
		"SCAN t USING COVERING INDEX tokens_created; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
	},
	{
		"all by last use",
		pat.Query{Where: []pat.Cond{notRevoked}, Order: by("last_used")},
		"SCAN t USING COVERING INDEX tokens_kept; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN | SEARCH tu USING COVERING INDEX token_use_last (last_used_at>?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"all by last use, last first",
		pat.Query{Where: []pat.Cond{notRevoked}, Order: by("-last_used")},
		"SEARCH tu USING COVERING INDEX token_use_last (last_used_at>?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY | SCAN t USING COVERING INDEX tokens_kept; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"all by owner",
		pat.Query{Where: []pat.Cond{notRevoked}, Order: by("owner.username")},
		"SCAN t USING COVERING INDEX tokens_owner_expires; SEARCH u USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN; USE TEMP B-TREE FOR ORDER BY",
		"SCAN t USING COVERING INDEX tokens_created",
	},
	{
		"description contains",
		pat.Query{Where: []pat.Cond{notRevoked, {Field: "description", Op: pat.Contains, Value: "9999", Fold: true}}},
		"SCAN t USING INDEX tokens_kept",
		"SCAN t USING INDEX tokens_created",
	},
	{
		"description matches",
		pat.Query{Where: []pat.Cond{notRevoked, {Field: "description", Op: pat.Matches, Value: "number 9+$"}}},
		"SCAN t USING INDEX tokens_kept",
		"SCAN t USING INDEX tokens_created",
	},
}

// Without a scan of rows, and without sorting more than ties, where the lists say so.
func TestListPlans(t *testing.T) {
	s := inventory(t, 100_000)
	for _, l := range commonLists {
		t.Run(l.name, func(t *testing.T) {
			in, parts := tokenList.split(l.query)
			var pages []string
			for _, q := range parts {
				where, err := in.conditions(q.Where)
				if err != nil {
					t.Fatal(err)
				}
				order, err := in.order(q.Order)
				if err != nil {
					t.Fatal(err)
				}
				pages = append(pages, plan(t, s.commits.conn, in.ids(where.text, order)))
			}
			if got := strings.Join(pages, " | "); got != l.page {
				t.Errorf("page %q\nwant %q", got, l.page)
			}
			where, err := tokenList.conditions(l.query.Where)
			if err != nil {
				t.Fatal(err)
			}
			if got := plan(t, s.commits.conn, tokenList.count(where.text)); got != l.count {
				t.Errorf("count %q\nwant %q", got, l.count)
			}
		})
	}
}
