package awx_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"jeton/internal/pat"
	"jeton/internal/store"
)

var times = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)

// table sends a request for CSV and reads what comes, without the head.
func (s *site) table(t testing.TB, path, as string) [][]string {
	t.Helper()
	w := s.send(request{"GET", path, as, "", http.Header{"Accept": {"text/csv"}}})
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) == 0 || rows[0][0] != "id" {
		t.Fatalf("%v in %v", err, rows)
	}
	return rows[1:]
}

func TestCSV(t *testing.T) {
	s := open(t)
	secret, _ := s.mint(t, alice, `{"description":"=cmd|' /C calc'!A0","name":"a, \"b\"","scope":"read"}`)
	s.mint(t, eve, `{"expires":null,"description":"two\nlines","name":"-1","networks":["10.0.0.0/8","::1/128"]}`)
	gone, url := s.mint(t, alice, `{}`)
	s.must(t, 204, "DELETE", url, gone, "")

	t.Run("the whole", func(t *testing.T) {
		w := s.do("GET", "/api/v2/tokens/?format=csv", admin, "")
		lines := strings.Split(times.ReplaceAllString(w.Body.String(), "T"), "\r\n")
		want := []string{
			"id,user,username,name,description,scope,status,created,modified,expires,last_used,origin,created_from,networks,application",
			`1,2,alice,"a, ""b""",'=cmd|' /C calc'!A0,read,live,T,T,T,,api,192.0.2.1,,`,
			"2,3,eve,'-1,\"two", `lines",write,live,T,T,never,,api,192.0.2.1,10.0.0.0/8 ::1/128,`, "",
		}
		if strings.Join(lines, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q\nwant %q", lines, want)
		}
		h := w.Header()
		if got := h.Get("Content-Disposition"); got != `attachment; filename="tokens-2026-11-22.csv"` {
			t.Error(got)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Vary"), "Accept") {
			t.Error(h)
		}
		if strings.Contains(w.Body.String(), secret) || strings.Contains(w.Body.String(), secret[4:]) {
			t.Error("a secret is in it")
		}
	})
	for _, tt := range []struct {
		name, path, as string
		ids            string
	}{
		{"a plain user's are the own", "/api/v2/tokens/", alice, "1"},
		{"an auditor sees all", "/api/v2/tokens/", dave, "1 2"},
		{"another user's", "/api/v2/users/3/personal_tokens/", admin, "2"},
		{"filters apply", "/api/v2/tokens/?never=true", admin, "2"},
		{"statuses apply", "/api/v2/tokens/?status=revoked", admin, "3"},
		{"pages do not", "/api/v2/tokens/?page=7&page_size=1&count_disabled=1", admin, "1 2"},
		{"descending", "/api/v2/tokens/?order_by=-id", admin, "2 1"},
		{"another type", "/api/v2/tokens/?type=user", admin, ""},
		{"nobody's", "/api/v2/tokens/?id=99", admin, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var ids []string
			for _, row := range s.table(t, tt.path, tt.as) {
				ids = append(ids, row[0])
			}
			if got := strings.Join(ids, " "); got != tt.ids {
				t.Errorf("found %q, want %q", got, tt.ids)
			}
		})
	}
	accepts := func(media string) http.Header { return http.Header{"Accept": {media}} }
	for _, tt := range []struct {
		name   string
		send   request
		status int
		body   string
	}{
		{"a bad filter", request{"GET", "/api/v2/tokens/?foo=1&format=csv", admin, "", nil}, 400, "has no field named"},
		{"a secret", request{"GET", "/api/v2/tokens/?or__token=1&format=csv", admin, "", nil}, 403, "not allowed"},
		{"another order", request{"GET", "/api/v2/tokens/?order_by=name&format=csv", admin, "", nil}, 400, "in the order of ids"},
		{"nobody", request{"GET", "/api/v2/tokens/?format=csv", "", "", nil}, 401, "credentials"},
		{"another user's", request{"GET", "/api/v2/users/3/personal_tokens/?format=csv", alice, "", nil}, 403, "permission"},
		{"of users", request{"GET", "/api/v2/users/", admin, "", accepts("text/csv")}, 406, "Accept"},
		{"of users by the query", request{"GET", "/api/v2/users/?format=csv", admin, "", nil}, 404, "Not found."},
		{"of one token", request{"GET", "/api/v2/tokens/1/?format=csv", admin, "", nil}, 404, "Not found."},
		{"a POST", request{"POST", "/api/v2/tokens/", admin, `{}`, http.Header{"Accept": {"text/csv"}, "Content-Type": {"application/json"}}}, 406, "Accept"},
		{"JSON rather", request{"GET", "/api/v2/tokens/", admin, "", accepts("text/csv;q=0.5, application/json")}, 200, `{"count":2,`},
		{"CSV rather", request{"GET", "/api/v2/tokens/", admin, "", accepts("application/json;q=0.5, text/csv")}, 200, "id,user,"},
		{"CSV first", request{"GET", "/api/v2/tokens/", admin, "", accepts("text/csv, */*")}, 200, "id,user,"},
		{"no CSV", request{"GET", "/api/v2/tokens/", admin, "", accepts("text/csv;q=0, */*;q=0.1")}, 200, `{"count":2,`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := s.send(tt.send)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.body) || w.Code != 200 && !strings.HasPrefix(w.Body.String(), `{"`) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	t.Run("HEAD", func(t *testing.T) {
		w := s.do("HEAD", "/api/v2/tokens/?format=csv", admin, "")
		if w.Code != 200 || w.Header().Get("Content-Disposition") == "" {
			t.Error(w.Code, w.Header())
		}
	})
}

// many adds n tokens of alice's.
func (s *site) many(t *testing.T, n int) {
	t.Helper()
	now := s.clock()
	check(t, s.authority.Store.Update(t.Context(), func(tx store.Tx) error {
		for i := range n {
			k := pat.Token{Owner: s.ids[alice], Scopes: "read", CreatedAt: now, ModifiedAt: now, Origin: pat.OriginCLI, Description: fmt.Sprint("d", i)}
			copy(k.Digest[:], strconv.Itoa(i)+"-")
			if _, err := tx.InsertToken(k); err != nil {
				return err
			}
		}
		return nil
	}))
}

// manyEvents adds n events of a token.
func (s *site) manyEvents(t *testing.T, n int) {
	t.Helper()
	from := pat.Via{Address: netip.MustParseAddr("203.0.113.9")}
	check(t, s.authority.Store.Update(t.Context(), func(tx store.Tx) error {
		for range n {
			e := pat.Event{At: s.clock(), Act: pat.TokenUsed, Object: pat.ObjectToken, ObjectID: 9, Credential: pat.ByToken, Token: 9, Via: from, Outcome: "done"}
			if err := tx.Append(e); err != nil {
				return err
			}
		}
		return nil
	}))
}

var requestIDs = regexp.MustCompile(`,[0-9a-f]{32},`)

// meanwhile runs something as soon as an answer has begun.
type meanwhile struct {
	http.ResponseWriter
	do func()
}

func (w *meanwhile) Write(p []byte) (int, error) {
	if w.do != nil {
		w.do()
		w.do = nil
	}
	return w.ResponseWriter.Write(p)
}

// A table takes minutes to be read. Who loses the right to it meanwhile does not
// get the rest, and sees that it is not the whole.
func TestCSVEndsWithTheRightToIt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		do    func(t *testing.T, s *site, url string)
		whole bool
	}{
		{"nothing happens", func(*testing.T, *site, string) {}, true},
		{"the user is disabled", func(t *testing.T, s *site, _ string) {
			s.must(t, 200, "PATCH", "/api/v2/users/4/", admin, `{"is_active":false}`)
		}, false},
		{"the user is demoted", func(t *testing.T, s *site, _ string) {
			s.must(t, 200, "PATCH", "/api/v2/users/4/", admin, `{"is_system_auditor":false}`)
		}, false},
		{"the token is revoked", func(t *testing.T, s *site, url string) { s.must(t, 204, "DELETE", url, admin, "") }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t)
			s.many(t, 2_500)
			secret, url := s.mint(t, dave, `{"scope":"read"}`)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s.handler.ServeHTTP(&meanwhile{w, func() { tt.do(t, s, url) }}, r)
			}))
			defer server.Close()
			r, err := http.NewRequest("GET", server.URL+"/api/v2/tokens/?format=csv&origin=cli", nil)
			check(t, err)
			r.Header.Set("Authorization", "Bearer "+secret)
			w, err := http.DefaultClient.Do(r)
			check(t, err)
			defer w.Body.Close()
			rows, err := csv.NewReader(w.Body).ReadAll()
			if whole := err == nil && len(rows) == 2_501; whole != tt.whole {
				t.Errorf("%d rows, %v", len(rows), err)
			}
		})
	}
}

// More rows than are read at a time come complete, once, and in order, over a
// connection.
func TestCSVOfMany(t *testing.T) {
	s := open(t)
	const n = 2_500
	s.many(t, n)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	for _, order := range []string{"id", "-id"} {
		r, err := http.NewRequest("GET", server.URL+"/api/v2/tokens/?format=csv&origin=cli&order_by="+order, nil)
		check(t, err)
		r.SetBasicAuth(admin, passwordOf(admin))
		w, err := http.DefaultClient.Do(r)
		check(t, err)
		rows, err := csv.NewReader(w.Body).ReadAll()
		check(t, err)
		check(t, w.Body.Close())
		if len(rows) != n+1 {
			t.Fatalf("%d rows", len(rows))
		}
		for i, row := range rows[1:] {
			want := i
			if order == "-id" {
				want = n - 1 - i
			}
			if row[4] != fmt.Sprint("d", want) || row[11] != "cli" || row[12] != "" || row[9] != "never" {
				t.Fatalf("row %d is %v", i, row)
			}
		}
	}
}
