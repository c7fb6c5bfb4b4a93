package awx_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

const bulkPath = "/api/v2/tokens/bulk/"

func TestManyAreRevoked(t *testing.T) {
	s := open(t)
	var secrets []string
	for range 3 {
		secret, _ := s.mint(t, alice, `{}`)
		secrets = append(secrets, secret)
	}
	spared, _ := s.mint(t, eve, `{}`)
	w := s.do("POST", bulkPath, alice, `{"act":"revoke","reason":"lost laptop","created_after":"2026-01-01T00:00:00Z","owner":null}`)
	b := parse(t, w)
	if w.Code != http.StatusCreated || w.Header().Get("Location") != b.str("url") || text(b["count"]) != "3" || text(b["left"]) != "3" || len(b.results()) != 3 || strings.Contains(w.Body.String(), "jtn_") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	live := func(want int) {
		t.Helper()
		n := 0
		for _, as := range secrets {
			if s.do("GET", "/api/v2/me/", as, "").Code == 200 {
				n++
			}
		}
		if n != want {
			t.Errorf("%d are accepted, want %d", n, want)
		}
	}
	live(3)
	late, _ := s.mint(t, alice, `{}`)
	for _, as := range []string{eve, admin, dave} {
		expect(t, s.do("POST", b.str("url"), as, ""), 404, `{"detail":"No selection matches the given query."}`)
	}
	done := s.must(t, http.StatusOK, "POST", b.str("url"), alice, "")
	if text(done["left"]) != "0" || text(done["changed"]) != "3" || done["results"] != nil {
		t.Errorf("%v", done)
	}
	live(0)
	for name, as := range map[string]string{"another's": spared, "a later one": late} {
		if s.do("GET", "/api/v2/me/", as, "").Code != 200 {
			t.Errorf("%s was revoked", name)
		}
	}
	shown := s.must(t, http.StatusOK, "GET", b.str("url"), alice, "")
	if text(shown["done"]) != "3" {
		t.Errorf("%v", shown)
	}
	s.wait(time.Hour)
	expect(t, s.do("POST", b.str("url"), alice, ""), 404, `{"detail":"No selection matches the given query."}`)
}

func TestAnEmptyListOfIDsSelectsNothing(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{}`)
	b := s.must(t, http.StatusCreated, "POST", bulkPath, alice, `{"act":"revoke","ids":[]}`)
	if text(b["count"]) != "0" || len(b.results()) != 0 {
		t.Errorf("%v", b)
	}
}

// As many numbers as may be named fit, however they are laid out.
func TestManyAreNamedOneByOne(t *testing.T) {
	s := open(t)
	list := func(n int) string {
		return `{"act":"pause","ids":[` + strings.TrimSuffix(strings.Repeat("\n        1234567890123,", n), ",") + "\n]}"
	}
	most := list(pat.MaxBulkIDs)
	expect(t, s.do("POST", bulkPath, alice, most), 201, `"count":0`)
	expect(t, s.do("POST", bulkPath, alice, list(pat.MaxBulkIDs+1)), 400, `{"ids":["Name at most 5000 tokens at a time."]}`)
	expect(t, s.do("POST", bulkPath, alice, strings.Repeat(" ", 1<<20-len(most))+most), 201, `"count":0`)
	expect(t, s.do("POST", bulkPath, alice, strings.Repeat(" ", 1<<20-len(most)+1)+most), 413, `{"detail":"The request body is too large."}`)
	// Who is nobody is told so before the body is read, whatever is in it.
	for _, body := range []string{`{bad`, most, strings.Repeat(" ", 1<<20+1)} {
		expect(t, s.do("POST", bulkPath, "", body), 401, noIdentity)
	}
	b := s.must(t, http.StatusCreated, "POST", bulkPath, alice, `{"act":"pause","ids":[]}`)
	expect(t, s.do("POST", b.str("url"), alice, strings.Repeat(" ", 1<<16)+`{}`), 413, `{"detail":"The request body is too large."}`)
}

func TestManyRefused(t *testing.T) {
	s := open(t)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	for _, tt := range []struct {
		name, as, body string
		status         int
		says           string
	}{
		{"no act", alice, `{"owner":2}`, 400, `{"act":["Choose revoke, pause or resume."]}`},
		{"everything", admin, `{"act":"revoke"}`, 400, `{"__all__":["Say which tokens: by owner, created_before, created_after, unused_since, used_from, scope, never_expires, family, status or ids."]}`},
		{"another's", alice, `{"act":"revoke","owner":3}`, 403, forbidden},
		{"a token that may only read", read, `{"act":"revoke","owner":2}`, 403, forbidden},
		{"nobody", "", `{"act":"revoke","owner":2}`, 401, noIdentity},
		{"an owner who is nobody", admin, `{"act":"revoke","owner":0,"status":"live"}`, 400, `{"owner":["Ensure this value is greater than or equal to 1."]}`},
		{"no network at all", alice, `{"act":"revoke","used_from":[]}`, 400, `{"used_from":["Name at least one network."]}`},
		{"two scopes", alice, `{"act":"revoke","scope":"read write"}`, 400, `{"scope":["Name one scope."]}`},
		{"a status that ends it", alice, `{"act":"revoke","status":"revoked"}`, 400, `{"status":["Choose live, paused or expired."]}`},
		{"no networks", alice, `{"act":"revoke","used_from":["home"]}`, 400, `{"used_from":["\"home\" is no network; write addresses or networks like 10.0.0.0/8 or 2001:db8::/32."]}`},
		{"a condition that is misspelt beside another", alice, `{"act":"revoke","scope":"read","unused_sinc":"2026-01-01T00:00:00Z"}`, 400, `{"unused_sinc":["There is no such field."]}`},
		{"ids that are none", alice, `{"act":"revoke","ids":["1"]}`, 400, `{"ids":["Expected a list of the numbers of tokens."]}`},
	} {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do("POST", bulkPath, tt.as, tt.body), tt.status, tt.says) })
	}
}
