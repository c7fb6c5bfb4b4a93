package web

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
)

func echo(w http.ResponseWriter, r *http.Request) error {
	return JSON(w, 200, Object{{"id", r.PathValue("id")}, {"sub", r.PathValue("sub")}, {"method", r.Method}})
}

var table = Table{
	"/api/":                           {"GET": echo, "OPTIONS": echo},
	"/api/v2/users/":                  {"GET": echo, "POST": echo, "OPTIONS": echo},
	"/api/v2/users/{id}/":             {"GET": echo, "PUT": echo, "PATCH": echo, "DELETE": echo, "OPTIONS": echo},
	"/api/v2/users/me/":               {"POST": echo},
	"/api/v2/users/{id}/tokens/":      {"GET": echo},
	"/api/v2/users/me/{sub}/things/":  {"GET": echo},
	"/api/v2/users/{id}/{sub}/other/": {"GET": echo},
}

func TestRouterMatch(t *testing.T) {
	tests := []struct {
		name, path string
		pattern    string // "" when nothing is to match
		values     map[string]string
	}{
		{"with the slash", "/api/v2/users/", "/api/v2/users/", nil},
		{"without the slash", "/api/v2/users", "/api/v2/users/", nil},
		{"a literal segment before one in braces", "/api/v2/users/me/", "/api/v2/users/me/", nil},
		{"the braces when the literal leads nowhere", "/api/v2/users/me/tokens", "/api/v2/users/{id}/tokens/", map[string]string{"id": "me"}},
		{"the literal when it leads further", "/api/v2/users/me/x/things", "/api/v2/users/me/{sub}/things/", map[string]string{"sub": "x"}},
		{"two values", "/api/v2/users/me/x/other", "/api/v2/users/{id}/{sub}/other/", map[string]string{"id": "me", "sub": "x"}},
		{"decoded once", "/api/v2/users/u%40ex%2eorg%2541/", "/api/v2/users/{id}/", map[string]string{"id": "u@ex.org%41"}},
		{"a plus is a plus", "/api/v2/users/a+b/", "/api/v2/users/{id}/", map[string]string{"id": "a+b"}},
		{"an escaped slash stays in its segment", "/api/v2/users/a%2Fb/", "/api/v2/users/{id}/", map[string]string{"id": "a/b"}},
		{"an escaped letter in a literal", "/%61pi/v2/users/", "/api/v2/users/", nil},
		{"dots are a segment like any other", "/api/v2/users/../", "/api/v2/users/{id}/", map[string]string{"id": ".."}},
		{"dots are not followed", "/api/v2/x/../users/", "", nil},
		{"two slashes", "/api//v2/users/", "", nil},
		{"two slashes at the end", "/api/v2/users//", "", nil},
		{"two slashes in front", "//api/v2/users/", "", nil},
		{"an empty value", "/api/v2/users//tokens/", "", nil},
		{"more than there is", "/api/v2/users/1/tokens/2/", "", nil},
		{"less than there is", "/api/v2/", "", nil},
		{"another case", "/API/v2/users/", "", nil},
		{"a NUL", "/api/v2/users/a%00/", "", nil},
		{"not UTF-8", "/api/v2/users/%ff/", "", nil},
		{"no path at all", "*", "", nil},
		{"empty", "", "", nil},
	}
	router := table.Router()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := router.Match(tt.path)
			if !ok {
				if tt.pattern != "" {
					t.Fatalf("%s matches nothing, want %s", tt.path, tt.pattern)
				}
				return
			}
			values := map[string]string{}
			for i, name := range m.names {
				values[name] = m.values[i]
			}
			if m.Pattern != tt.pattern || !maps.Equal(values, tt.values) {
				t.Errorf("%s matches %s with %q, want %s with %q", tt.path, m.Pattern, values, tt.pattern, tt.values)
			}
		})
	}
}

func TestTableAnswers(t *testing.T) {
	h := table.Handler(failPlainly)
	tests := []struct {
		name, method, path string
		status             int
		body, allow        string
	}{
		{"a route", "PATCH", "/api/v2/users/7", 200, `{"id":"7","sub":"","method":"PATCH"}`, ""},
		{"HEAD is GET", "HEAD", "/api/v2/users/7/", 200, `{"id":"7","sub":"","method":"HEAD"}`, ""},
		{"an unknown path", "GET", "/api/v2/nothing/", 404, `{"error":"there is nothing at this path"}`, ""},
		{"an unknown method", "PUT", "/api/v2/users/", 405, `{"error":"this path does not have the method"}`, "GET, POST, HEAD, OPTIONS"},
		{"a method that nobody has", "BREW", "/api/v2/users/7/", 405, `{"error":"this path does not have the method"}`, "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
		{"HEAD where there is no GET", "HEAD", "/api/v2/users/me/", 405, `{"error":"this path does not have the method"}`, "POST"},
		{"OPTIONS where the table has none", "OPTIONS", "/api/v2/users/me/", 405, `{"error":"this path does not have the method"}`, "POST"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
			if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("Allow") != tt.allow {
				t.Errorf("%d %s, Allow %q; want %d %s, Allow %q", w.Code, w.Body, w.Header().Get("Allow"), tt.status, tt.body, tt.allow)
			}
		})
	}
}

func TestTableRefusesTheSamePathTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a table with the same path twice compiles")
		}
	}()
	Table{"/a/{id}/": {"GET": echo}, "/a/{name}": {"GET": echo}}.Router()
}
