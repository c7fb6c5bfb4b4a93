package awx_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/authority"
	"jeton/internal/authority/authoritytest"
	"jeton/internal/pat"
	"jeton/internal/session"
	"jeton/internal/web"
	"jeton/internal/web/awx"
)

// The actors. Their ids are 1 to 6 in this order.
const (
	admin = "admin" // superuser
	alice = "alice"
	eve   = "eve"
	dave  = "dave"     // system auditor
	frank = "frank"    // disabled
	mail  = "u@ex.org" // a name that needs escaping
)

// site is the face on a store of its own.
type site struct {
	handler   http.Handler
	face      *awx.Face
	authority *authority.Authority
	ids       map[string]pat.UserID
	log       *strings.Builder
	t         testing.TB // told of answers that the document does not tell; nil: nobody

	at *authoritytest.Clock
}

// clock goes on at every look, so that no two things happen at the same time.
func (s *site) clock() time.Time { return s.at.Forward(time.Microsecond) }

func (s *site) wait(d time.Duration) { s.at.Forward(d) }

// open builds a site with its actors.
func open(t testing.TB) *site {
	t.Helper()
	s := &site{ids: map[string]pat.UserID{}, log: &strings.Builder{}, at: authoritytest.NewClock(time.Date(2026, 11, 22, 13, 2, 30, 918_482_000, time.UTC))}
	house := authoritytest.Open(t, s.clock)
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.authority = house.Authority
	s.authority.Log = log
	s.authority.Policy.Scopes = []string{"deploy"}
	for _, name := range []string{admin, alice, eve, dave, frank, mail} {
		s.ids[name] = house.AddUser(t, name, func(u *pat.UserRequest) {
			u.Password, u.FirstName = passwordOf(name), strings.ToUpper(name[:1])+name[1:]
			u.Admin, u.Auditor, u.Disabled = name == admin, name == dave, name == frank
		})
	}
	var faces web.Faces
	face := &awx.Face{Authority: s.authority, Sessions: &session.Register{Store: house.DB, Now: s.clock, Log: log}, Now: s.clock, Installation: "5d9b2b35-2a7e-4c5b-9d60-0a1f4c1d2e3f"}
	face.Mount(&faces)
	s.face = face
	if _, fuzzes := t.(*testing.F); !fuzzes { // which may be told nothing while it does
		s.t = t
	}
	s.handler = (&web.Floor{Log: log, Now: s.clock}).Wrap(&faces)
	return s
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func passwordOf(name string) string {
	letters := "qzjxkvbwpyg"
	return letters[len(name)%5:] + "-3914-" + string(name[0]) + "%+7"
}

// request is one request of a table. as is a user's name, for Basic, or a
// secret, for Bearer, or a whole Authorization header after "=".
type request struct {
	method, path, as, body string
	headers                http.Header
}

func (s *site) send(q request) *httptest.ResponseRecorder {
	r := httptest.NewRequest(q.method, q.path, strings.NewReader(q.body))
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	header, raw := strings.CutPrefix(q.as, "=")
	switch {
	case raw:
		r.Header.Set("Authorization", header)
	case strings.Contains(q.as, "_"):
		r.Header.Set("Authorization", "Bearer "+q.as)
	case q.as != "":
		r.SetBasicAuth(q.as, passwordOf(q.as))
	}
	for name, values := range q.headers {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	s.conform(r, w)
	return w
}

// conform holds an answer against the document.
func (s *site) conform(r *http.Request, w *httptest.ResponseRecorder) {
	if s.t == nil {
		return
	}
	if err := conform(r.Method, r.URL.EscapedPath(), w); err != nil {
		s.t.Errorf("%s %s is not as /api/v2/openapi.json has it: %v\n%s\nThe tables are in describe_*.go, the answers in openapi*.go and beside*.go.", r.Method, r.URL, err, w.Body)
	}
}

func (s *site) do(method, path, as, body string) *httptest.ResponseRecorder {
	return s.send(request{method: method, path: path, as: as, body: body})
}

// must sends a request that is to be answered with the status, and returns the
// object of the answer.
func (s *site) must(t testing.TB, status int, method, path, as, body string) object {
	t.Helper()
	w := s.do(method, path, as, body)
	if w.Code != status {
		t.Fatalf("%s %s as %s: %d %s, want %d", method, path, as, w.Code, w.Body, status)
	}
	return parse(t, w)
}

// object is a decoded answer.
type object map[string]any

func parse(t testing.TB, w *httptest.ResponseRecorder) object {
	t.Helper()
	if w.Body.Len() == 0 {
		return nil
	}
	var o object
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil {
		t.Fatalf("not a JSON object: %s", w.Body)
	}
	return o
}

func (o object) results() []object {
	var list []object
	for _, r := range o["results"].([]any) {
		list = append(list, r.(map[string]any))
	}
	return list
}

func (o object) str(key string) string { s, _ := o[key].(string); return s }

// mint makes a token and returns its secret and its path.
func (s *site) mint(t testing.TB, as, body string) (secret, url string) {
	t.Helper()
	o := s.must(t, http.StatusCreated, "POST", "/api/v2/tokens/", as, body)
	return o.str("token"), o.str("url")
}
