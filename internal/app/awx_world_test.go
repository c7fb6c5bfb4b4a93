package app_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/pat"
)

// world is a whole server, listening, with the people of the checklist, on a
// clock that can be moved. Their ids are 1 to 7 in the order of people.
type world struct {
	*site
	ahead atomic.Int64 // nanoseconds that the clock goes before the real one
	users int          // made so far, for names that nobody has
}

// people are those that every world begins with. All have the same password.
var people = []pat.UserRequest{
	{Name: "admin", FirstName: "Ada", LastName: "M", Admin: true},
	{Name: "alice", FirstName: "Alice", LastName: "X"},
	{Name: "bob"},
	{Name: "u@ex.org"}, // a name that URLs may escape
	{Name: "dave", Auditor: true},
	{Name: "eve"},
	{Name: "frank", Disabled: true},
}

// personal is the path of alice's personal tokens: PT of the checklist.
const personalPath = "/api/v2/users/2/personal_tokens/"

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{}
	w.site = start(t, settings(t), w.now)
	for i, u := range people {
		u.Password = adminPassword
		made, err := w.Authority.CreateUser(t.Context(), pat.Operator("test"), u)
		if err != nil {
			t.Fatal(err)
		}
		if made.ID != pat.UserID(i+1) {
			t.Fatalf("%s has the id %d", made.Name, made.ID)
		}
	}
	return w
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// wait moves the clock.
func (w *world) wait(d time.Duration) { w.ahead.Add(int64(d)) }

// ask sends a request. as is nobody, a user's name, for Basic, a secret, for
// Bearer, or a whole Authorization header after "=". Headers are "Name: value";
// one without a value is not sent.
func (w *world) ask(t testing.TB, method, path, as, body string, headers ...string) *answer {
	t.Helper()
	return w.do(t, method, path, body, func(r *http.Request) {
		header, whole := strings.CutPrefix(as, "=")
		switch {
		case whole:
			r.Header.Set("Authorization", header)
		case strings.HasPrefix(as, "jtn_"):
			r.Header.Set("Authorization", "Bearer "+as)
		case as != "":
			r.SetBasicAuth(as, adminPassword)
		}
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Del(name)
			if value != "" {
				r.Header.Set(name, value)
			}
		}
	})
}

// got is ask for an answer of that status, as an object.
func (w *world) got(t testing.TB, status int, method, path, as, body string) fields {
	t.Helper()
	a := w.ask(t, method, path, as, body)
	if a.status != status {
		t.Fatalf("%s %s as %.8s: %s, want %d", method, path, as, a, status)
	}
	if a.body == "" {
		return nil
	}
	return a.fields(t)
}

// fields is an object of an answer.
type fields map[string]any

func (a *answer) fields(t testing.TB) fields {
	t.Helper()
	var o fields
	if err := json.Unmarshal([]byte(a.body), &o); err != nil || o == nil {
		t.Fatalf("not a JSON object: %s", a)
	}
	return o
}

func (o fields) text(key string) string { s, _ := o[key].(string); return s }

func (o fields) number(key string) int64 { n, _ := o[key].(float64); return int64(n) }

func (o fields) object(key string) fields { m, _ := o[key].(map[string]any); return m }

// results are the objects of a page.
func (o fields) results() (all []fields) {
	list, _ := o["results"].([]any)
	for _, r := range list {
		all = append(all, r.(map[string]any))
	}
	return all
}

// ids are those of a page's objects, in its order.
func (o fields) ids() (all []int64) {
	for _, r := range o.results() {
		all = append(all, r.number("id"))
	}
	return all
}

// mint makes a token at /api/v2/tokens/ and returns its secret and its path.
func (w *world) mint(t testing.TB, as, body string) (secret, url string) {
	t.Helper()
	o := w.got(t, http.StatusCreated, "POST", "/api/v2/tokens/", as, body)
	return o.text("token"), o.text("url")
}

// person makes a plain user with the password of all and returns the name and
// the path.
func (w *world) person(t testing.TB) (name, url string) {
	t.Helper()
	w.users++
	name = "person" + strconv.Itoa(w.users)
	o := w.got(t, http.StatusCreated, "POST", "/api/v2/users/", "admin", `{"username":"`+name+`","password":"`+adminPassword+`"}`)
	return name, o.text("url")
}

// line is one line of the checklist of what AWX clients rely on.
type line struct {
	number int
	name   string
	check  func(t *testing.T, w *world)
}

// says is a line that one request shows: all of the body where it is refused,
// a part of it otherwise.
func says(number int, name string, q question, status int, want string) line {
	return line{number, name, func(t *testing.T, w *world) { w.expect(t, q, status, want) }}
}

// question is a request of a line.
type question struct {
	method, path, as, body string
	headers                []string
}

func (w *world) expect(t *testing.T, q question, status int, want string) *answer {
	t.Helper()
	a := w.ask(t, q.method, q.path, q.as, q.body, q.headers...)
	if a.status != status || status >= 400 && a.body != want || !strings.Contains(a.body, want) {
		t.Errorf("%s %s as %.8s: %s\nwant %d %s", q.method, q.path, q.as, a, status, want)
	}
	return a
}

// personalPost is a POST of alice's to her personal tokens, by password.
func personalPost(body string, headers ...string) question {
	return question{"POST", personalPath, "alice", body, headers}
}

func get(path, as string) question { return question{"GET", path, as, "", nil} }
