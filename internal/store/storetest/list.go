package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var lists = map[string]func(*testing.T, store.Store){
	"a query selects what its conditions say":           testWhere,
	"a query orders as it says, and the id breaks ties": testOrder,
	"a query pages, and counts beyond its page":         testPages,
	"a query of users selects what it says":             testUserQuery,
	"every field can be compared and ordered by":        testFields,
	"a mistake in a query is the program's":             testQueryMistakes,
	"a list ends with its context":                      testListContext,
}

// library adds tokens a to e, told apart by their names.
func library(t *testing.T, s store.Store) {
	bob, eve := addUser(t, s, user("bob")), addUser(t, s, user("Eve"))
	at := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	for i, k := range []pat.Token{
		{Owner: bob, Name: "a", Description: "50% off_", Scopes: "read", ExpiresAt: at(9), Origin: pat.OriginAPI},
		{Owner: bob, Name: "b", Description: "", Scopes: "write", Origin: pat.OriginConsole, PausedAt: at(1)},
		{Owner: eve, Name: "c", Description: "Größe", Scopes: "read write", ExpiresAt: at(5), Origin: pat.OriginAPI, Parent: 1},
		{Owner: eve, Name: "d", Description: "OFF", Scopes: "write", ExpiresAt: at(7), Origin: pat.OriginCLI, Family: 2},
		{Owner: eve, Name: "e", Description: "off", Scopes: "write", Origin: pat.OriginAPI, RevokedAt: at(2)},
	} {
		digest := token(bob).Digest
		k.Digest, k.CreatedAt, k.ModifiedAt = digest, at(i), at(i)
		id := addToken(t, s, k)
		if k.Name == "a" || k.Name == "d" {
			must(t, s.RecordUse(t.Context(), []store.Use{{Token: id, LastAt: at(10 - i), Accepted: 1}}, nil))
		}
	}
}

func names(t tester, s store.Store, q pat.Query) string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	page, total, err := s.Tokens(context.Background(), q)
	must(t, err)
	if q.Offset == 0 && len(page) < q.Limit {
		want(t, "total", total, len(page))
	}
	var all []string
	for _, k := range page {
		all = append(all, k.Name)
	}
	return strings.Join(all, "")
}

func testWhere(t *testing.T, s store.Store) {
	library(t, s)
	at := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	long := make([]int64, 40_000) // more than a statement has room for
	for i := range long {
		long[i] = int64(1000 + i)
	}
	long[0], long[1] = 3, 1
	for _, tt := range []struct {
		want  string
		where []pat.Cond
	}{
		{"abcde", nil},
		{"ab", conds("owner.username", pat.Equal, "bob")},
		{"", conds("owner.username", pat.Equal, "eve")},
		{"cde", fold("owner.username", pat.Equal, "eVE")},
		{"c", conds("id", pat.Equal, int64(3))},
		{"ab", conds("id", pat.Less, int64(3))},
		{"abc", conds("id", pat.LessEq, int64(3))},
		{"de", conds("id", pat.Greater, int64(3))},
		{"cde", conds("id", pat.GreaterEq, int64(3))},
		{"ac", conds("id", pat.In, []int64{3, 1, 99})},
		{"", conds("id", pat.In, []int64{})},
		{"abcde", not("id", pat.In, []int64{})},
		{"bde", not("id", pat.In, []int64{3, 1})},
		{"ac", conds("id", pat.In, long)},
		{"bde", not("id", pat.In, long)},
		{"ab", conds("owner", pat.In, append(long[2:], 1))},
		{"ac", conds("name", pat.In, []string{"a", "c"})},
		{"bd", fold("name", pat.In, []string{"B", "D"})},
		{"a", conds("description", pat.Contains, "0%")},
		{"a", conds("description", pat.Contains, "f_")},
		{"", conds("description", pat.Contains, "f%")},
		{"ae", conds("description", pat.Contains, "off")},
		{"ade", fold("description", pat.Contains, "oFF")},
		{"abcde", conds("description", pat.Contains, "")},
		{"bcd", not("description", pat.Contains, "off")},
		{"c", conds("description", pat.StartsWith, "Grö")},
		{"d", conds("description", pat.StartsWith, "O")},
		{"de", fold("description", pat.StartsWith, "o")},
		{"c", conds("description", pat.EndsWith, "öße")},
		{"e", conds("description", pat.EndsWith, "ff")},
		{"de", fold("description", pat.EndsWith, "FF")},
		{"", conds("description", pat.EndsWith, "xxxoff")},
		{"abcde", conds("description", pat.EndsWith, "")},
		{"b", conds("description", pat.Equal, "")},
		{"bd", conds("scope", pat.Equal, "write", "revoked", pat.IsNull, nil)},
		{"e", not("revoked", pat.IsNull, nil)},
		{"be", conds("never", pat.Equal, true)},
		{"acd", conds("never", pat.Equal, false)},
		{"acd", not("never", pat.Equal, true)},
		{"cd", conds("expires", pat.Less, at(9))},
		{"be", conds("expires", pat.Greater, at(9))}, // shown as far off
		{"d", conds("expires", pat.Equal, at(7))},
		{"bc", conds("created", pat.In, []time.Time{at(1), at(2)})},
		{"ad", not("last_used", pat.IsNull, nil)},
		{"a", conds("last_used", pat.Equal, at(10))},
		{"bcde", not("last_used", pat.Equal, at(10))}, // nulls included
		{"abde", not("parent", pat.Equal, int64(1))},
		{"bd", conds("family", pat.Equal, int64(2))},
		{"ce", conds("origin", pat.Equal, "api", "id", pat.Greater, int64(1))},
		{"", conds("description", pat.Equal, "'; drop table tokens; --")},
		{"c", fold("description", pat.Contains, "RÖß")},
		{"", fold("description", pat.Contains, "RÖSS")}, // letter by letter: ß is not two
		{"c", fold("description", pat.Equal, "GRÖßE")},
		{"c", fold("description", pat.StartsWith, "gRÖ")},
		{"c", fold("description", pat.EndsWith, "ÖßE")},
		{"", conds("description", pat.Equal, "GRÖßE")},
		{"ac", fold("description", pat.In, []string{"50% OFF_", "grÖßE"})},
		{"ae", conds("description", pat.Matches, "o.f")},
		{"ade", fold("description", pat.Matches, "O.F")},
		{"e", conds("description", pat.Matches, `^\w+f$`, "id", pat.Greater, int64(3))},
		{"bcd", not("description", pat.Matches, "o.f")},
		{"", conds("created_from", pat.Matches, ".*")}, // null with all of them
		{"c", fold("description", pat.Matches, "^gröSSE|GRÖ.E$")},
		{"b", conds("created_from", pat.IsNull, nil, "networks", pat.IsNull, nil, "name", pat.Equal, "b")},
		{"ab", conds("owner.email", pat.Equal, "", "owner.username", pat.LessEq, "bob", "owner.id", pat.Equal, int64(1))},
		{"ad", []pat.Cond{{Any: conds("id", pat.Equal, int64(1), "name", pat.Equal, "d", "parent", pat.Equal, int64(9))}}},
		{"bce", []pat.Cond{{Any: conds("id", pat.Equal, int64(1), "name", pat.Equal, "d"), Not: true}}},
		{"bcde", []pat.Cond{{All: conds("id", pat.Equal, int64(1), "name", pat.Equal, "a"), Not: true}}},
		{"ce", []pat.Cond{
			{Any: []pat.Cond{{All: conds("id", pat.GreaterEq, int64(2), "origin", pat.Equal, "api")}, {Any: conds("id", pat.Equal, int64(9))}}},
			{Field: "id", Op: pat.Less, Value: int64(9)},
		}},
		{"bcde", []pat.Cond{{Any: append(conds("last_used", pat.IsNull, nil), conds("last_used", pat.Less, at(8))...)}}}, // unused since
		{"e", []pat.Cond{{Any: append(not("revoked", pat.IsNull, nil), conds("revoked", pat.Less, at(1))...)}}},
	} {
		t.Run(fmt.Sprint(tt.where), func(t *testing.T) {
			want(t, "tokens", names(t, s, pat.Query{Where: tt.where}), tt.want)
		})
	}
}

// conds builds conditions from fields, operators and values by turns.
func conds(parts ...any) (all []pat.Cond) {
	for ; len(parts) > 0; parts = parts[3:] {
		all = append(all, pat.Cond{Field: parts[0].(string), Op: parts[1].(pat.Op), Value: parts[2]})
	}
	return all
}

func fold(parts ...any) []pat.Cond { all := conds(parts...); all[0].Fold = true; return all }

func not(parts ...any) []pat.Cond { all := conds(parts...); all[0].Not = true; return all }

func testOrder(t *testing.T, s store.Store) {
	library(t, s)
	for _, tt := range []struct {
		want  string
		order []pat.Order
	}{
		{"abcde", nil},
		{"edcba", []pat.Order{{Field: "id", Desc: true}}},
		{"edcba", []pat.Order{{Field: "created", Desc: true}}},
		{"cdabe", []pat.Order{{Field: "expires"}}}, // never is last, by its shown date
		{"bceda", []pat.Order{{Field: "last_used"}}},
		{"adbce", []pat.Order{{Field: "last_used", Desc: true}}},
		{"ecbda", []pat.Order{{Field: "last_used"}, {Field: "id", Desc: true}}},
		{"adecb", []pat.Order{{Field: "last_used", Desc: true}, {Field: "created", Desc: true}}},
		{"cdeab", []pat.Order{{Field: "owner.username"}}},
		{"acbde", []pat.Order{{Field: "scope"}}},
		{"bedca", []pat.Order{{Field: "scope", Desc: true}, {Field: "never", Desc: true}}},
	} {
		t.Run(fmt.Sprint(tt.order), func(t *testing.T) {
			want(t, "tokens", names(t, s, pat.Query{Order: tt.order}), tt.want)
		})
	}
}

func testPages(t *testing.T, s store.Store) {
	library(t, s)
	for _, tt := range []struct {
		want          string
		limit, offset int
	}{
		{"ab", 2, 0}, {"bc", 2, 1}, {"e", 2, 4}, {"", 2, 5}, {"", 2, 100},
	} {
		page := pat.Query{Limit: tt.limit, Offset: tt.offset}
		want(t, fmt.Sprint(tt), names(t, s, page), tt.want)
		_, total, err := s.Tokens(t.Context(), page)
		must(t, err)
		want(t, "total", total, 5)
	}
	for _, tt := range []struct {
		want          string
		limit, offset int
		desc          bool
	}{
		// By last use these are b, c and e, who have none, then d and a.
		{"bc", 2, 0, false},
		{"ed", 2, 2, false},
		{"d", 1, 3, false},
		{"a", 2, 4, false},
		{"", 2, 5, false},
		{"", 2, 9, false},
		{"ad", 2, 0, true},
		{"db", 2, 1, true},
		{"bce", 9, 2, true},
		{"e", 2, 4, true},
		{"", 2, 7, true},
	} {
		page := pat.Query{Order: []pat.Order{{Field: "last_used", Desc: tt.desc}}, Limit: tt.limit, Offset: tt.offset}
		want(t, fmt.Sprint(tt), names(t, s, page), tt.want)
		_, total, err := s.Tokens(t.Context(), page)
		must(t, err)
		want(t, "total", total, 5)
	}
	want(t, "used ones by last use", names(t, s, pat.Query{
		Where: not("last_used", pat.IsNull, nil), Order: []pat.Order{{Field: "last_used"}},
	}), "da")
	page, total, err := s.Tokens(t.Context(), pat.Query{Limit: 3, Uncounted: true})
	must(t, err)
	want(t, "uncounted records", len(page), 3)
	want(t, "their number", total, 0)
	none, total, err := s.Tokens(t.Context(), pat.Query{Where: conds("owner", pat.Equal, int64(1))})
	must(t, err)
	want(t, "records without a limit", len(none), 0)
	want(t, "total", total, 2)
}

func testUserQuery(t *testing.T, s store.Store) {
	for _, u := range []pat.User{{Name: "ann", Admin: true}, {Name: "Bea", Email: "b@x.org"}, {Name: "cat", DisabledAt: noon}} {
		addUser(t, s, u)
	}
	gone := addUser(t, s, user("dan"))
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(gone, noon, 0) })
	for _, tt := range []struct {
		want  string
		where []pat.Cond
	}{
		{"ann Bea cat", nil},
		{"ann", conds("admin", pat.Equal, true)},
		{"Bea", fold("username", pat.Equal, "bea")},
		{"ann Bea", fold("username", pat.In, []string{"ANN", "bEA", "dan"})},
		{"Bea", fold("username", pat.Contains, "BE")},
		{"ann", conds("admin", pat.In, []bool{true})},
		{"Bea", conds("email", pat.EndsWith, "@x.org")},
		{"ann Bea", conds("disabled", pat.IsNull, nil)},
		{"ann Bea cat", not("username", pat.Equal, "dan")},
	} {
		page, total, err := s.Users(t.Context(), pat.Query{Where: tt.where, Limit: 10})
		must(t, err)
		var all []string
		for _, u := range page {
			all = append(all, u.Name)
		}
		want(t, fmt.Sprint(tt.where), strings.Join(all, " "), tt.want)
		want(t, "total", total, len(page))
	}
}

func testFields(t *testing.T, s store.Store) {
	library(t, s)
	sample := map[pat.FieldType]any{pat.Int: int64(1), pat.String: "a", pat.Bool: true, pat.Time: noon}
	for field, kind := range pat.TokenFields {
		q := pat.Query{Where: conds(field, pat.LessEq, sample[kind]), Order: []pat.Order{{Field: field}}, Limit: 1}
		_, _, err := s.Tokens(t.Context(), q)
		must(t, err)
	}
	for field, kind := range pat.UserFields {
		q := pat.Query{Where: conds(field, pat.LessEq, sample[kind]), Order: []pat.Order{{Field: field}}, Limit: 1}
		_, _, err := s.Users(t.Context(), q)
		must(t, err)
	}
}

func testQueryMistakes(t *testing.T, s store.Store) {
	for name, q := range map[string]pat.Query{
		"no such field":                 {Where: conds("digest", pat.Equal, "x")},
		"no such field to order by":     {Order: []pat.Order{{Field: "id; --"}}},
		"no such operator":              {Where: conds("id", pat.Op("<>"), int64(1))},
		"a text for a number":           {Where: conds("id", pat.Equal, "1")},
		"a number for a time":           {Where: conds("created", pat.Equal, int64(1))},
		"an int, which is not an int64": {Where: conds("id", pat.Equal, 1)},
		"no value":                      {Where: conds("id", pat.Equal, nil)},
		"two values":                    {Where: conds("id", pat.Equal, []int64{1, 2})},
		"a value for null":              {Where: conds("revoked", pat.IsNull, noon)},
		"a part of a number":            {Where: conds("id", pat.Contains, int64(1))},
		"no pattern":                    {Where: conds("name", pat.Matches, "[")},
		"neither a field nor a group":   {Where: []pat.Cond{{}}},
		"an empty group":                {Where: []pat.Cond{{Any: []pat.Cond{}}}},
		"two groups in one":             {Where: []pat.Cond{{Any: conds("id", pat.Equal, int64(1)), All: conds("id", pat.Equal, int64(1))}}},
		"a mistake within a group":      {Where: []pat.Cond{{Any: conds("digest", pat.Equal, "x")}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := s.Tokens(t.Context(), q)
			wantKind(t, err, pat.Internal)
		})
	}
}

func testListContext(t *testing.T, s store.Store) {
	library(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := s.Tokens(ctx, pat.Query{Limit: 10})
	wantKind(t, err, pat.Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not say why", err)
	}
}
