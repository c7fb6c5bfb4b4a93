package awx_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestEveryPathIsDescribed(t *testing.T) {
	for _, missing := range open(t).face.Untold() {
		t.Error(missing)
	}
}

const (
	descriptionIn = `{"description":{"type":"string","required":false,"hidden":false,"label":"Description","help_text":"A note on what the token is for.","filterable":true,"default":""}`
	scopeIn       = `"scope":{"type":"string","required":false,"hidden":false,"label":"Scope","help_text":"What the token may do: words with blanks between them. read may look, write may change too.","filterable":true,"default":"write"}}`
)

func TestOptions(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{}`)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	tests := []struct {
		name, path, as string
		keys           string // of the answer, in order
		action         string // besides GET; "" is none
		takes          string // what it describes
	}{
		{
			"088 personal tokens", pt, alice,
			"name description renders parses actions types search_fields related_search_fields max_page_size",
			"POST", descriptionIn + `,` + scopeIn,
		},
		{
			"tokens", "/api/v2/tokens/", alice,
			"name description renders parses actions types search_fields related_search_fields max_page_size",
			"POST", descriptionIn + `,"application":{"type":"id","required":false,"hidden":false,"label":"Application","filterable":true},` + scopeIn,
		},
		{"a token", url, alice, "name description renders parses actions types", "PUT", descriptionIn + `,` + scopeIn},
		{"108 a token that is missing", "/api/v2/tokens/99/", alice, "name description renders parses actions types", "", ""},
		{"115 with a read token: a list", pt, read, "name description renders parses actions types search_fields related_search_fields max_page_size", "", ""},
		{"115 with a read token: a token", url, read, "name description renders parses actions types", "", ""},
		{"a token as an auditor sees it", url, dave, "name description renders parses actions types", "", ""},
		{"users, to a plain user", "/api/v2/users/", alice, "name description renders parses actions types search_fields related_search_fields max_page_size", "", ""},
		{"a user, to themselves", "/api/v2/users/2/", alice, "name description renders parses actions types", "PUT", ""},
		{"a user, to an auditor", "/api/v2/users/2/", dave, "name description renders parses actions types", "", ""},
		{"108 a user who is missing", "/api/v2/users/99/", admin, "name description renders parses actions types", "", ""},
		{"me", "/api/v2/me/", alice, "name description renders parses actions types search_fields related_search_fields max_page_size", "", ""},
		{"what has no type", "/api/v2/ping/", "", "name description renders parses actions", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do("OPTIONS", tt.path, tt.as, "")
			o := parse(t, w)
			if w.Code != 200 || strings.Join(keys(t, w.Body.Bytes()), " ") != tt.keys {
				t.Fatalf("%d, keys %q, want %q", w.Code, keys(t, w.Body.Bytes()), tt.keys)
			}
			want := []string{"GET"}
			if tt.action != "" {
				want = append(want, tt.action)
			}
			if got := sortedKeys(o["actions"]); !slices.Equal(got, want) {
				t.Fatalf("actions %q, want %q", got, want)
			}
			if tt.takes != "" && !strings.Contains(w.Body.String(), `"`+tt.action+`":`+tt.takes) {
				t.Errorf("%s, want %s", w.Body, tt.takes)
			}
		})
	}
}

// TestOptionsOfAToken checks what GET is said to answer.
func TestOptionsOfAToken(t *testing.T) {
	s := open(t)
	w := s.do("OPTIONS", "/api/v2/tokens/", alice, "")
	o := parse(t, w)
	fields := o["actions"].(map[string]any)["GET"].(map[string]any)
	for name, want := range map[string]string{
		"id": "integer", "type": "choice", "url": "string", "token": "string", "description": "string", "scope": "string",
		"related": "object", "summary_fields": "object", "created": "datetime", "modified": "datetime", "expires": "datetime",
		"user": "id", "application": "id", "refresh_token": "field",
	} {
		f, _ := fields[name].(map[string]any)
		unfilterable := slices.Contains([]string{"url", "related", "summary_fields", "refresh_token"}, name)
		if f["type"] != want || f["filterable"] != !unfilterable || f["hidden"] != false || f["label"] == "" {
			t.Errorf("%s: %v", name, f)
		}
		if _, ok := f["required"]; ok {
			t.Errorf("%s: %v", name, f)
		}
	}
	expect(t, w, 200, `"renders":["application/json","text/html"],"parses":["application/json"]`)
	expect(t, w, 200, `"choices":[["o_auth2_access_token","Access Token"]]`)
	expect(t, w, 200, `"types":["o_auth2_access_token"],"search_fields":["description","name"],`)
	expect(t, w, 200, `,"max_page_size":200}`)
	made := s.must(t, 201, "POST", "/api/v2/tokens/", alice, `{}`)
	if got, want := sortedKeys(fields), sortedKeys(map[string]any(made)); !slices.Equal(got, want) {
		t.Errorf("told %q, answered %q", got, want)
	}
}

// TestOptionsOfUsers checks what the awx client makes of it: a flag that must be
// given.
func TestOptionsOfUsers(t *testing.T) {
	s := open(t)
	w := s.do("OPTIONS", "/api/v2/users/", admin, "")
	expect(t, w, 200, `"POST":{"username":{"type":"string","required":true,"hidden":false,"label":"Username","help_text":"Letters, digits and @ . + - _, at most 150. One that differs by case only is taken.","max_length":150,"filterable":true},`)
	expect(t, w, 200, `"is_superuser":{"type":"boolean","required":false,"hidden":false,"label":"Superuser status","help_text":"May see and change everything.","filterable":true,"default":false},`)
	expect(t, w, 200, `"search_fields":["username","first_name","last_name","email"]`)
}

// TestOptionsAgreeWithDeeds holds what OPTIONS offers each actor against what
// they then may do.
func TestOptionsAgreeWithDeeds(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{}`)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	for pattern, methods := range s.face.Views() {
		for _, id := range []string{"1", "2", "alice", "99"} {
			path := strings.Replace(pattern, "{id}", id, 1)
			if path == pattern && id != "1" {
				continue
			}
			for _, as := range []string{admin, alice, eve, dave, read} {
				told := s.do("OPTIONS", path, as, "")
				if told.Code != 200 {
					if got := s.do("GET", path, as, ""); slices.Contains(methods, "GET") && got.Code != told.Code {
						t.Errorf("%s: OPTIONS %d, GET %d", path, told.Code, got.Code)
					}
					continue
				}
				actions, _ := parse(t, told)["actions"].(map[string]any)
				for _, method := range []string{"POST", "PUT"} {
					_, offered := actions[method]
					if !slices.Contains(methods, method) {
						if offered {
							t.Errorf("%s offers %s, which it does not have", path, method)
						}
						continue
					}
					got := s.do(method, path, as, `{"scope":1,"email":1}`)
					allowed := got.Code != 403 && got.Code != 404 && got.Code != 401
					if offered != allowed {
						t.Errorf("%s as %.8s: %s is offered: %v, but answered %d %s", path, as, method, offered, got.Code, got.Body)
					}
				}
			}
		}
	}
}

// TestOptionsAsTheClientReadsThem holds what lists tell against what the awx
// client makes of it: a command for each action, a flag for each field. It knows
// two actions and fails on any other, as it does on a flag that is there twice or
// on a percent sign in a help text.
func TestOptionsAsTheClientReadsThem(t *testing.T) {
	s := open(t)
	flags := []string{"all", "filter", "help", "monitor", "wait"} // of the client itself
	words := []string{"string", "field", "integer", "boolean", "id", "json", "datetime", "choice", "object", "list"}
	for pattern := range s.face.Views() {
		if strings.Contains(pattern, "{id}") || strings.Count(pattern, "/") != 4 { // the client asks collections
			continue
		}
		w := s.do("OPTIONS", pattern, admin, "")
		if w.Code != 200 {
			t.Errorf("%s: %d", pattern, w.Code)
		}
		for action, fields := range parse(t, w)["actions"].(map[string]any) {
			if action != "GET" && action != "POST" {
				t.Errorf("%s has the action %s, of which the client knows nothing", pattern, action)
			}
			for name, of := range fields.(map[string]any) {
				f := of.(map[string]any)
				help, _ := f["help_text"].(string)
				typ, _ := f["type"].(string)
				if slices.Contains(flags, name) || strings.Contains(help, "%") || !slices.Contains(words, typ) {
					t.Errorf("%s: %s of %s: the client cannot read %v", pattern, name, action, f)
				}
				if typ == "field" && action == "POST" {
					t.Errorf("%s: the client sends %s as a number", pattern, name)
				}
			}
		}
	}
}

// TestFilterable asks lists for each field that OPTIONS calls filterable, and
// for each way to search.
func TestFilterable(t *testing.T) {
	s := open(t)
	for pattern := range s.face.Views() {
		path := strings.Replace(pattern, "{id}", "1", 1)
		w := s.do("OPTIONS", path, admin, "")
		if w.Code != 200 || !s.face.IsList(pattern) {
			continue
		}
		for _, name := range parse(t, w)["related_search_fields"].([]any) {
			s.must(t, 200, "GET", path+"?"+name.(string)+"=x", admin, "")
		}
		if looks := parse(t, w)["search_fields"].([]any); len(looks) > 0 {
			s.must(t, 200, "GET", path+"?search=x", admin, "")
		}
		fields, _ := parse(t, w)["actions"].(map[string]any)["GET"].(map[string]any)
		for name, f := range fields {
			if name == "type" || f.(map[string]any)["filterable"] != true { // type is a parameter of its own
				continue
			}
			got := s.do("GET", path+"?"+name+"__isnull=false", admin, "")
			if secret := got.Code == 403; got.Code != 200 && !secret { // AWX calls the secrets filterable too
				t.Errorf("%s: %s is filterable, but answered %d %s", pattern, name, got.Code, got.Body)
			}
		}
	}
}

// keys returns the keys of an object in their order.
func keys(t *testing.T, text []byte) (list []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(text)))
	for depth := 0; ; {
		tok, err := d.Token()
		if err != nil {
			return list
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
			continue
		}
		if depth == 1 {
			list = append(list, tok.(string))
			var skip json.RawMessage
			check(t, d.Decode(&skip))
		}
	}
}

func sortedKeys(o any) (list []string) {
	m, _ := o.(map[string]any)
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
