package awx_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"jeton/internal/web/awx"
)

// bodies are what succeeds where an empty object does not, by method and path.
var bodies = map[string]string{
	"POST /api/v2/users/":                    `{"username":"grace","password":"tangerine-8123-orbit"}`,
	"PUT /api/v2/users/{id}/":                `{"username":"u@ex.org"}`,
	"POST /api/v2/organizations/{id}/users/": `{"username":"heidi","password":"tangerine-8123-orbit"}`,

	"POST /api/v2/applications/":                    appBody("app1", "walk 1"),
	"POST /api/v2/users/{id}/applications/":         appBody("app1", "walk 2"),
	"POST /api/v2/organizations/{id}/applications/": appBody("app1", "walk 3"),
	"PUT /api/v2/applications/{id}/":                appBody("app1", "walk 4"),
	"POST /api/v2/users/{id}/authorized_tokens/":    `{"application":1}`,

	"POST /api/v2/tokens/bulk/": `{"act":"pause","status":"live"}`,
}

// refused are the methods that are there and refuse everybody.
var refused = []string{
	"POST /api/v2/organizations/", "PUT /api/v2/organizations/{id}/", "PATCH /api/v2/organizations/{id}/", "DELETE /api/v2/organizations/{id}/",
}

// walkers are who asks for everything, besides the administrator.
func walkers(t *testing.T, s *site) []string {
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	return []string{"", alice, eve, dave, frank, read}
}

// TestWalk asks every path by every method, in ways that are granted and in ways
// that are refused. The answers are held against the document where they come
// in; here it is seen to that each operation was granted once, to somebody.
func TestWalk(t *testing.T) {
	s := open(t)
	s.mint(t, mail, `{"scope":"read"}`)
	s.app(t)
	as := walkers(t, s)
	views := s.face.Views()
	for _, method := range []string{"OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE"} { // DELETE when all else was seen
		for _, pattern := range slices.Sorted(maps.Keys(views)) {
			if !slices.Contains(views[pattern], method) {
				continue
			}
			s.walkRefusals(t, method, pattern, as)
			name := method + " " + pattern
			body := bodies[name]
			if body == "" {
				body = `{}`
			}
			path := s.existing(t, pattern)
			if strings.HasPrefix(pattern, "/api/v2/tokens/{id}/") && method == "POST" {
				path = s.movable(t, pattern)
			}
			w := s.do(method, path, admin, body)
			if granted := w.Code < 300; granted == slices.Contains(refused, name) {
				t.Errorf("%s %s: %d %s; if a body is wanted, add it to bodies", name, path, w.Code, w.Body)
			}
		}
	}
}

// walkRefusals asks in ways of which most are refused.
func (s *site) walkRefusals(t *testing.T, method, pattern string, as []string) {
	t.Helper()
	path := s.existing(t, pattern)
	if method != "DELETE" { // which would be granted to some
		for _, who := range as {
			s.do(method, path, who, `{}`)
		}
	}
	for _, id := range []string{"99", "99999999999999999999", "nobody", "u@ex.org", "%00", "[+]"} {
		if method != "DELETE" {
			s.do(method, strings.Replace(pattern, "{id}", id, 1), admin, `{}`)
		}
		s.do(method, strings.Replace(pattern, "{id}", id, 1), eve, `{}`)
	}
	for _, query := range []string{"nofield=1", "token=x", "id=x", "page=0", "page=99", "page=last", "page_size=1", "count_disabled=1", "format=xml", "order_by=nofield", "type=x", "%zz=1"} {
		if method == "GET" || method == "OPTIONS" {
			s.do(method, path+"?"+query, admin, "")
		}
	}
	for _, body := range []string{`{bad`, `[]`, `null`, `{"description":"` + strings.Repeat("x", 70_000) + `"}`} {
		s.do(method, path, eve, body)
		if method != "DELETE" {
			s.do(method, path, admin, body)
		}
	}
	s.send(request{method, path, eve, `{}`, http.Header{"Content-Type": {"text/plain"}}})
	s.send(request{method, path, eve, "", http.Header{"Accept": {"application/xml"}}})
	s.send(request{"FOO", path, admin, "", nil})
	s.head(t, path)
}

// head checks that HEAD is GET without the body.
func (s *site) head(t *testing.T, path string) {
	t.Helper()
	get, head := s.do("GET", path, alice, ""), s.do("HEAD", path, alice, "")
	if get.Code == 405 {
		return
	}
	for _, name := range []string{"Allow", "Content-Type", "Content-Length"} {
		if head.Code != get.Code || head.Header().Get(name) != get.Header().Get(name) {
			t.Errorf("HEAD %s: %d, %s %q; GET: %d, %q", path, head.Code, name, head.Header().Get(name), get.Code, get.Header().Get(name))
		}
	}
}

// existing returns the path of the last object of its list, where the pattern
// asks for one.
func (s *site) existing(t *testing.T, pattern string) string {
	t.Helper()
	list, rest, ok := strings.Cut(pattern, "{id}")
	switch {
	case !ok:
		return pattern
	case list == "/api/v2/tokens/bulk/": // of which there is no list
		return s.must(t, 201, "POST", list, admin, `{"act":"resume","owner":1}`).str("url")
	case list == "/api/v2/organizations/": // of which there is one
		return list + "1" + rest
	}
	found := s.must(t, 200, "GET", list+"?page_size=200", admin, "").results()
	if len(found) == 0 {
		return list + "1" + rest
	}
	return list + strconv.Itoa(int(found[len(found)-1]["id"].(float64))) + rest
}

// movable returns the path for a new token, on which every act is allowed.
func (s *site) movable(t *testing.T, pattern string) string {
	t.Helper()
	_, url := s.mint(t, mail, `{}`)
	if strings.HasSuffix(pattern, "/retire/") {
		s.must(t, 201, "POST", url+"rotate/", admin, "")
	}
	return strings.Replace(pattern, "/api/v2/tokens/{id}/", url, 1)
}

// passedOver are the fields that may be sent and mean nothing.
var passedOver = []string{
	"PUT /api/v2/settings/policy/ dry_run", "PATCH /api/v2/settings/policy/ dry_run",
	"PUT /api/v2/settings/policy/ breaks", "PATCH /api/v2/settings/policy/ breaks",
}

// TestTheDocumentTellsWhichBodiesAreExact sends a key that there is not: it is to
// be blamed where the document says that no others may be there, and nowhere else.
func TestTheDocumentTellsWhichBodiesAreExact(t *testing.T) {
	doc, err := document()
	check(t, err)
	s := open(t)
	s.mint(t, mail, `{}`)
	s.app(t)
	exact := map[string]bool{}
	for name, schema := range taken(doc) {
		method, pattern, _ := strings.Cut(name, " ")
		closed := schema.AdditionalProperties.Has != nil && !*schema.AdditionalProperties.Has
		if closed {
			exact[name] = true
		}
		body := cmp.Or(bodies[name], `{}`)
		body = `{"no_such_key":1,` + strings.TrimPrefix(body, "{")
		w := s.do(method, s.existing(t, pattern), admin, strings.Replace(body, ",}", "}", 1))
		if blamed := w.Code == 400 && strings.Contains(w.Body.String(), `"no_such_key":`); blamed != closed {
			t.Errorf("%s: no other keys is told: %t; sent, one is answered %d %s", name, closed, w.Code, w.Body)
		}
		s.sendWithin(t, name, s.existing(t, pattern), schema)
	}
	for _, name := range []string{
		"POST /api/v2/tokens/{id}/rotate/", "POST /api/v2/tokens/bulk/", "PUT /api/v2/settings/policy/", "PATCH /api/v2/settings/policy/",
	} {
		if !exact[name] {
			t.Errorf("%s takes any keys", name)
		}
	}
}

// sendWithin sends such a key in the objects within the body that take no others.
// Of none of them is a key required.
func (s *site) sendWithin(t *testing.T, name, path string, schema *openapi3.Schema) {
	t.Helper()
	method, _, _ := strings.Cut(name, " ")
	for key, of := range schema.Properties {
		if len(of.Value.Required) > 0 {
			t.Errorf("%s: of %s are required %v", name, key, of.Value.Required)
		}
		if of.Value.AdditionalProperties.Has == nil || slices.Contains(passedOver, name+" "+key) {
			continue
		}
		w := s.do(method, path, admin, fmt.Sprintf(`{%q:{"no_such_key":{"max_lifetime":1}}}`, key))
		if w.Code != 400 {
			t.Errorf("%s: another key in %s is answered %d %s", name, key, w.Code, w.Body)
		}
	}
}

// TestEveryToldFieldIsRead sends what no field takes in the place of each that
// the document says can be written, and finds it blamed.
func TestEveryToldFieldIsRead(t *testing.T) {
	doc, err := document()
	check(t, err)
	s := open(t)
	s.mint(t, mail, `{}`)
	s.app(t)
	for request, schema := range taken(doc) {
		method, pattern, _ := strings.Cut(request, " ")
		for name := range schema.Properties {
			if slices.Contains(passedOver, request+" "+name) {
				continue
			}
			w := s.do(method, s.existing(t, pattern), admin, fmt.Sprintf(`{%q:{"a":1}}`, name))
			if w.Code != 400 || !strings.Contains(w.Body.String(), `"`+name+`":`) {
				t.Errorf("%s does not read %s: %d %s", request, name, w.Code, w.Body)
			}
		}
	}
}

// taken are the bodies that requests to AWX's paths take, by method and path.
func taken(doc *openapi3.T) iter.Seq2[string, *openapi3.Schema] {
	return func(yield func(string, *openapi3.Schema) bool) {
		for pattern, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				name := method + " " + pattern
				if op.RequestBody == nil || slices.Contains(refused, name) || slices.Contains(awx.Besides(), pattern) {
					continue
				}
				if !yield(name, op.RequestBody.Value.Content["application/json"].Schema.Value) {
					return
				}
			}
		}
	}
}
