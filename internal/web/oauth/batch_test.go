package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Of strangers nothing is read that large.
func TestBatchReadsNothingOfStrangers(t *testing.T) {
	h := newHouse(t)
	plain, _ := h.AddToken(t, h.AddUser(t, "bob"), "read", 3600)
	for name, edit := range map[string]func(*http.Request){
		"nobody": set("X"), "a dead token": bearing(plain + "x"), "two headers": set("Authorization", "Bearer "+plain, "Bearer "+plain),
	} {
		body := strings.NewReader(`{"tokens":[]}`)
		r := httptest.NewRequest("POST", "/oauth2/introspect/batch", body)
		r.Header.Set("Content-Type", "application/json")
		edit(r)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 401 && w.Code != 400 || body.Len() != int(body.Size()) || w.Header().Get("Connection") != "close" {
			t.Errorf("%s: answered %d %v, and %d of %d bytes are left", name, w.Code, w.Header(), body.Len(), body.Size())
		}
	}
}

func TestBatchKeepsTheOrder(t *testing.T) {
	h := newHouse(t)
	gate := h.gateway(t)
	bob := h.AddUser(t, "bob")
	first, _ := h.AddToken(t, bob, "read", 3600)
	second, _ := h.AddToken(t, bob, "read", 3600)
	one, two := h.introspect(gate, first).Body.String(), h.introspect(gate, second).Body.String()
	list := func(tokens ...string) string { return `{"tokens":["` + strings.Join(tokens, `","`) + `"]}` }
	many := strings.Repeat(`x","`, 99) + "x"
	as := func(edit func(*http.Request)) func(*http.Request) {
		return func(r *http.Request) { set("Content-Type", "application/json")(r); edit(r) }
	}
	tests := []struct {
		name, body string
		edit       func(*http.Request)
		status     int
		want       string // the body, or the error's code
	}{
		{"two and junk", list(second, "junk", first), bearing(gate), 200, `{"results":[` + two + `,{"active":false},` + one + `]}`},
		{"by Basic", list(first), basic("gateway", gate), 200, `{"results":[` + one + `]}`},
		{"an address", `{"tokens":[{"token":"` + first + `","client_ip":"192.0.2.1"},{"token":"x"}]}`, bearing(gate), 200, `{"results":[` + one + `,{"active":false}]}`},
		{"an address that is none", `{"tokens":[{"token":"x","client_ip":"here"}]}`, bearing(gate), 400, "invalid_request"},
		{"an address that is a number", `{"tokens":[{"token":"x","client_ip":1}]}`, bearing(gate), 400, "invalid_request"},
		{"an object without a token", `{"tokens":[{}]}`, bearing(gate), 400, "invalid_request"},
		{"none", `{"tokens":[]}`, bearing(gate), 200, `{"results":[]}`},
		{"a hundred", list(many), bearing(gate), 200, `{"results":[` + strings.Repeat(`{"active":false},`, 99) + `{"active":false}]}`},
		{"a hundred and one", list(many, "x"), bearing(gate), 400, "invalid_request"},
		{"a plain token about itself", list(first, first), bearing(first), 200, `{"results":[` + one + `,` + one + `]}`},
		{"a plain token about another too", list(first, second), bearing(first), 403, "insufficient_scope"},
		{"nobody", list(first), set("X"), 401, "invalid_client"},
		{"a number", `{"tokens":[1]}`, bearing(gate), 400, "invalid_request"},
		{"no list", `{"tokens":"x"}`, bearing(gate), 400, "invalid_request"},
		{"no key", `{}`, bearing(gate), 400, "invalid_request"},
		{"no body", ``, bearing(gate), 400, "invalid_request"},
		{"no object", `[]`, bearing(gate), 400, "invalid_request"},
		{"a key twice", `{"tokens":[],"tokens":[]}`, bearing(gate), 400, "invalid_request"},
		{"a large body", `{"tokens":["` + strings.Repeat("x", 1<<20) + `"]}`, bearing(gate), 413, "invalid_request"},
		{"a form", "tokens=x", func(r *http.Request) { bearing(gate)(r); set("Content-Type", "application/x-www-form-urlencoded")(r) }, 400, "invalid_request"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.post("/oauth2/introspect/batch", tt.body, as(tt.edit))
			if tt.status != 200 {
				refused(t, w, tt.status, tt.want)
				return
			}
			want(t, w, 200, tt.want)
		})
	}
}
