package app_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// shelf is a new user with five tokens, by which lists are tried: their path of
// personal tokens, and the tokens' ids and secrets.
type shelf struct {
	name, path string
	ids        []int64
	secrets    []string
}

func (w *world) shelf(t *testing.T) shelf {
	t.Helper()
	name, home := w.person(t)
	s := shelf{name: name, path: home + "personal_tokens/"}
	for i, body := range []string{
		`{"description":"tok e","scope":"read"}`,
		`{"description":"Tok d"}`,
		`{"description":"c","scope":"read write"}`,
		`{"description":"b","scope":"read"}`,
		`{"description":"b"}`,
	} {
		o := w.got(t, 201, "POST", s.path, name, body)
		s.ids, s.secrets = append(s.ids, o.number("id")), append(s.secrets, o.text("token"))
		if i > 0 && s.ids[i] <= s.ids[i-1] {
			t.Fatal("ids do not grow")
		}
	}
	return s
}

// pick returns the ids of the tokens in that order, from 0.
func (s shelf) pick(order ...int) []int64 {
	ids := []int64{}
	for _, i := range order {
		ids = append(ids, s.ids[i])
	}
	return ids
}

// shelved is a line about a shelf.
func shelved(number int, name string, check func(t *testing.T, w *world, s shelf)) line {
	return line{number, name, func(t *testing.T, w *world) { check(t, w, w.shelf(t)) }}
}

// ordered is a line about which tokens of a shelf a query finds.
func ordered(number int, name string, want map[string][]int) line {
	return shelved(number, name, func(t *testing.T, w *world, s shelf) {
		for query, order := range want {
			query = strings.ReplaceAll(query, "{3}", fmt.Sprint(s.ids[3]))
			query = strings.ReplaceAll(query, "{4}", fmt.Sprint(s.ids[4]))
			got := w.got(t, 200, "GET", s.path+"?"+query, s.name, "")
			if ids := got.ids(); !slices.Equal(ids, s.pick(order...)) {
				t.Errorf("%s found %v, want %v", query, ids, s.pick(order...))
			}
			equal(t, query+": count", got["count"], len(order))
		}
	})
}

var listLines = []line{
	shelved(70, "a page has count, next, previous and results", func(t *testing.T, w *world, s shelf) {
		a := w.expect(t, get(s.path, s.name), 200, `{"count":5,"next":null,"previous":null,"results":[{"id":`)
		equal(t, "keys", keysOf(t, a.body), []string{"count", "next", "previous", "results"})
	}),
	shelved(71, "no answer after the first shows a secret", func(t *testing.T, w *world, s shelf) {
		one := fmt.Sprintf("/api/v2/tokens/%d/", s.ids[0])
		for _, q := range []question{
			get(s.path, s.name), get(one, s.name), get("/api/v2/tokens/", s.name), get(s.path, "admin"),
			{"PATCH", one, s.name, `{"description":"x"}`, nil},
			{"PUT", one, s.name, `{"description":"x"}`, nil},
		} {
			a := w.expect(t, q, 200, `"token":"************","refresh_token":null`)
			for _, secret := range s.secrets {
				if strings.Contains(a.body, secret) {
					t.Errorf("%s %s shows a secret", q.method, q.path)
				}
			}
			if strings.Count(a.body, `"token":"`) != strings.Count(a.body, `"token":"************"`) {
				t.Errorf("%s %s shows a token", q.method, q.path)
			}
		}
	}),
	shelved(72, "an application's tokens are not among the personal ones", func(t *testing.T, w *world, s shelf) {
		app := w.application(t)
		granted := w.got(t, 201, "POST", "/api/v2/tokens/", s.name, fmt.Sprintf(`{"application":%d}`, app.number("id")))
		page := w.got(t, 200, "GET", s.path, s.name, "")
		if slices.Contains(page.ids(), granted.number("id")) || len(page.results()) != 5 {
			t.Error(page.ids())
		}
		for _, r := range page.results() {
			equal(t, "application", r["application"], nil)
		}
	}),
	ordered(73, "they come by id", map[string][]int{"": {0, 1, 2, 3, 4}}),
	shelved(74, "they are one's own", func(t *testing.T, w *world, s shelf) {
		for _, r := range w.got(t, 200, "GET", s.path, s.name, "").results() {
			equal(t, "owner", "/api/v2/users/"+fmt.Sprint(r.number("user"))+"/personal_tokens/", s.path)
		}
	}),
	// AWX shows administrators their own, whomever they ask about.
	shelved(75, "an administrator sees that user's", func(t *testing.T, w *world, s shelf) {
		equal(t, "ids", w.got(t, 200, "GET", s.path, "admin", "").ids(), s.ids)
	}),
	shelved(76, "pages lead on and back by paths", func(t *testing.T, w *world, s shelf) {
		one := w.got(t, 200, "GET", s.path+"?page_size=2", s.name, "")
		equal(t, "results", one.ids(), s.pick(0, 1))
		equal(t, "next", one["next"], s.path+"?page=2&page_size=2")
		equal(t, "previous", one["previous"], nil)
		two := w.got(t, 200, "GET", one.text("next"), s.name, "")
		equal(t, "previous", two["previous"], s.path+"?page=1&page_size=2")
	}),
	{77, "a page has 25, or at most 200", func(t *testing.T, w *world) {
		name, home := w.person(t)
		path := home + "personal_tokens/"
		by := w.got(t, 201, "POST", path, name, `{}`).text("token")
		for range 204 {
			w.got(t, 201, "POST", path, by, `{}`)
		}
		page := w.got(t, 200, "GET", path, name, "")
		equal(t, "results", len(page.results()), 25)
		equal(t, "next", page["next"], path+"?page=2")
		page = w.got(t, 200, "GET", path+"?page_size=1000", name, "")
		equal(t, "results", len(page.results()), 200)
		equal(t, "next", page["next"], path+"?page=2&page_size=200")
	}},
	shelved(78, "there is no page beyond the last", func(t *testing.T, w *world, s shelf) {
		for _, page := range []string{"2", "0", "x"} {
			w.expect(t, get(s.path+"?page="+page, s.name), 404, `{"detail":"Invalid page."}`)
		}
	}),
	shelved(79, "following next shows each once", func(t *testing.T, w *world, s shelf) {
		var seen []int64
		for next := s.path + "?page_size=2"; next != ""; {
			page := w.got(t, 200, "GET", next, s.name, "")
			seen = append(seen, page.ids()...)
			next = page.text("next")
		}
		equal(t, "ids", seen, s.ids)
	}),
	ordered(80, "the order can be chosen", map[string][]int{
		"order_by=-id":             {4, 3, 2, 1, 0},
		"order_by=-description,id": {0, 2, 3, 4, 1}, // capitals first, as SQL has them
		"order_by=description,-id": {1, 4, 3, 2, 0},
	}),
	ordered(81, "the order of the web pages is known", map[string][]int{"order_by=application__name": {0, 1, 2, 3, 4}}),
	ordered(82, "search looks into the description", map[string][]int{"search=tok": {0, 1}, "search=read": {}}),
	ordered(83, "filters", map[string][]int{
		"description__icontains=TOK": {0, 1},
		"scope=read":                 {0, 3},
		"id__in={3},{4}":             {3, 4},
		"created__gt=2020-01-01":     {0, 1, 2, 3, 4},
		"created__lt=2020-01-01":     {},
		"not__scope=read":            {1, 2, 4},
		"or__scope=read&or__id={4}":  {0, 3, 4},
		"scope=read&description=b":   {3},
	}),
	says(84, "an unknown field is told", get(personalPath+"?foo=1", "alice"), 400, `{"detail":"OAuth2AccessToken has no field named 'foo'"}`),
	says(85, "secrets are no filter", get(personalPath+"?token=abc", "alice"), 403, `{"detail":"Filtering on token is not allowed."}`),
	says(85, "nor their beginnings", get(personalPath+"?token__startswith=a", "alice"), 403, `{"detail":"Filtering on token is not allowed."}`),
	says(86, "nor an order", get(personalPath+"?order_by=token", "alice"), 403, `{"detail":"Filtering on token is not allowed."}`),
	shelved(87, "HEAD is GET without its body", func(t *testing.T, w *world, s shelf) {
		a := w.expect(t, question{"HEAD", s.path, s.name, "", nil}, 200, "")
		full := w.expect(t, get(s.path, s.name), 200, "")
		equal(t, "body", a.body, "")
		for _, name := range []string{"Content-Length", "Content-Type", "Allow"} {
			equal(t, name, a.header.Get(name), full.header.Get(name))
		}
	}),
	{88, "OPTIONS tells description and scope, and nothing else to write", func(t *testing.T, w *world) {
		a := w.expect(t, question{"OPTIONS", personalPath, "alice", "", nil}, 200, `,"max_page_size":200}`)
		equal(t, "keys", keysOf(t, a.body), strings.Fields("name description renders parses actions types search_fields related_search_fields max_page_size"))
		equal(t, "Allow", a.header.Get("Allow"), listAllow)
		post := a.fields(t).object("actions").object("POST")
		for _, field := range post {
			delete(field.(map[string]any), "help_text") // prose of our own
		}
		equal(t, "POST", post, map[string]any{
			"description": map[string]any{"type": "string", "required": false, "hidden": false, "label": "Description", "filterable": true, "default": ""},
			"scope":       map[string]any{"type": "string", "required": false, "hidden": false, "label": "Scope", "filterable": true, "default": "write"},
		})
	}},
	says(89, "OPTIONS needs credentials", question{"OPTIONS", personalPath, "", "", nil}, 401, noCredentials),
}

// application makes an application with a name that no other has.
func (w *world) application(t testing.TB) fields {
	t.Helper()
	w.users++
	return w.got(t, 201, "POST", "/api/v2/applications/", "admin",
		fmt.Sprintf(`{"name":"app %d","organization":1,"client_type":"confidential","authorization_grant_type":"password"}`, w.users))
}

// formOf is a form as clients encode it.
func formOf(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, pairs[i]+"="+url.QueryEscape(pairs[i+1]))
	}
	return strings.Join(parts, "&")
}
