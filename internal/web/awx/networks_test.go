package awx_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestNetworks(t *testing.T) {
	s := open(t)
	for _, tt := range []struct{ name, body, want string }{
		{"absent is anywhere", `{}`, `[]`},
		{"null is anywhere", `{"networks":null}`, `[]`},
		{"an empty list is anywhere", `{"networks":[]}`, `[]`},
		{"networks in their canonical form", `{"networks":["192.0.2.9/24","::ffff:10.0.0.0/104","2001:DB8::1"]}`, `[192.0.2.0/24 10.0.0.0/8 2001:db8::1/128]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			made := s.must(t, http.StatusCreated, "POST", "/api/v2/tokens/", alice, tt.body)
			shown := s.must(t, http.StatusOK, "GET", made.str("url"), alice, "")
			if got := text(made["networks"]); got != tt.want || text(shown["networks"]) != got {
				t.Errorf("made with %s, shown with %s; want %s", got, text(shown["networks"]), tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, body, want string }{
		{"a text", `{"networks":"10.0.0.0/8"}`, "Expected a list"},
		{"a number in the list", `{"networks":["10.0.0.0/8",7]}`, "Entry 2"},
		{"no network", `{"networks":["10.0.0.0/8","home"]}`, `"home" is no network`},
		{"33 of them", `{"networks":["10.0.0.0/8"` + strings.Repeat(`,"10.0.0.0/8"`, 32) + `]}`, "at most 32"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := s.must(t, http.StatusBadRequest, "POST", "/api/v2/tokens/", alice, tt.body)
			if got := text(o["networks"]); len(o) != 1 || !strings.Contains(got, tt.want) {
				t.Errorf("answered %v", o)
			}
		})
	}
}

// httptest's requests come from 192.0.2.1.
func TestTokenOutsideItsNetworksIsNone(t *testing.T) {
	s := open(t)
	inside, _ := s.mint(t, alice, `{"networks":["192.0.2.0/24"]}`)
	outside, _ := s.mint(t, alice, `{"networks":["198.51.100.0/24"]}`)
	s.must(t, http.StatusOK, "GET", "/api/v2/me/", inside, "")
	never := s.must(t, http.StatusUnauthorized, "GET", "/api/v2/me/", "jtn_nope", "")
	if got := s.must(t, http.StatusUnauthorized, "GET", "/api/v2/me/", outside, ""); got.str("detail") != never.str("detail") {
		t.Errorf("answered %v", got)
	}
	if !strings.Contains(s.log.String(), "reason=network") {
		t.Errorf("the log does not say why:\n%s", s.log)
	}
}

func TestNetworksAreWidenedByPasswordOnly(t *testing.T) {
	s := open(t)
	bearer, url := s.mint(t, alice, `{"networks":["192.0.2.0/24"]}`)
	for _, tt := range []struct {
		as, method, path, body string
		status                 int
	}{
		{bearer, "POST", "/api/v2/tokens/", `{"networks":["192.0.0.0/16"]}`, http.StatusForbidden},
		{bearer, "POST", "/api/v2/tokens/", `{"networks":["192.0.2.0/28"]}`, http.StatusCreated},
		{bearer, "PATCH", url, `{"networks":[]}`, http.StatusForbidden},
		{bearer, "PATCH", url, `{"networks":["192.0.2.0/24","10.0.0.0/8"]}`, http.StatusForbidden},
		{bearer, "PATCH", url, `{"networks":["192.0.2.0/25"]}`, http.StatusOK},
		{bearer, "PATCH", url, `{"networks":["192.0.2.0/24"]}`, http.StatusForbidden},
		{alice, "PATCH", url, `{"networks":["192.0.2.0/24","10.0.0.0/8"]}`, http.StatusOK},
		{alice, "PATCH", url, `{"description":"stays"}`, http.StatusOK},
		{alice, "PATCH", url, `{"networks":[]}`, http.StatusOK},
	} {
		s.must(t, tt.status, tt.method, tt.path, tt.as, tt.body)
	}
	narrow, _ := s.mint(t, alice, `{"networks":["192.0.2.0/24"]}`)
	if child := s.must(t, http.StatusCreated, "POST", "/api/v2/tokens/", narrow, `{}`); text(child["networks"]) != "[192.0.2.0/24]" {
		t.Errorf("a child that names none gets %v", child["networks"])
	}
}

func text(v any) string { return fmt.Sprint(v) }
