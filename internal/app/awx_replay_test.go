package app_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// clientSession is what a client of AWX sends for one command, module or
// resource, as it was recorded, and what it needs of each answer.
type clientSession struct {
	name string
	of   awxClient
	do   []exchange
}

// awxClient is a program that speaks to AWX.
type awxClient struct {
	headers []string // that it sends with everything
	// reads is what it does with every answer, whatever was asked.
	reads func(t *testing.T, a *answer)
	// marks are the headers that it adds to a method.
	marks func(method, url string, b *browser) []string
}

// exchange is one request and what is needed of its answer. In all texts {x}
// stands for what was kept as x; {name}, {id}, {home} and {password} are those
// of a plain user whom nobody else is, {server} is the server's address, and
// {basic} and {root} the Basic credentials of that user and the administrator;
// {latin1} are that user's with an é, as requests encodes it.
type exchange struct {
	send   string   // "POST /api/v2/tokens/"
	head   []string // besides those that the client always sends; "Basic x:y" is encoded
	body   string   // byte for byte
	status int
	need   []string // "id" is there, "results.0.id=7" is exactly that
	keep   string   // "secret=token id=id": what later requests send
	read   func(t *testing.T, a *answer)
	fresh  bool // without the cookies
}

// replay sends what the client sends, in its order.
func (w *world) replay(t *testing.T, s clientSession) {
	t.Helper()
	name, home := w.person(t)
	b := w.browser(t)
	kept := map[string]string{
		"name": name, "home": home, "id": strings.Split(home, "/")[4], "password": adminPassword, "server": b.url,
		"basic": basicHeader(name, adminPassword), "root": basicHeader("admin", adminPassword),
		"latin1": basicHeader(name, "corr\xe9ct horse staple"),
	}
	fill := func(text string) string {
		for key, value := range kept {
			text = strings.ReplaceAll(text, "{"+key+"}", value)
		}
		return text
	}
	for i, x := range s.do {
		method, path, _ := strings.Cut(fill(x.send), " ")
		by := b
		if x.fresh {
			by = w.browser(t)
		}
		headers := slices.Clone(s.of.headers)
		if s.of.marks != nil {
			headers = append(headers, s.of.marks(method, b.url+path, by)...)
		}
		headers = append(headers, x.head...)
		a := by.do(t, method, path, fill(x.body), func(r *http.Request) {
			r.Header.Del("Content-Type")
			for _, h := range headers {
				h = fill(h)
				if login, ok := strings.CutPrefix(h, "Basic "); ok {
					key, secret, _ := strings.Cut(login, ":")
					h = basicHeader(key, secret)
				}
				key, value, _ := strings.Cut(h, ": ")
				r.Header.Set(key, value)
			}
		})
		where := fmt.Sprintf("%d. %s %s", i+1, method, path)
		if a.status != x.status {
			t.Fatalf("%s: %s\nthe client needs %d", where, a, x.status)
		}
		s.of.reads(t, a)
		for _, need := range x.need {
			holds(t, where, a, fill(need))
		}
		if x.read != nil {
			x.read(t, a)
		}
		for _, pair := range strings.Fields(x.keep) {
			key, from, _ := strings.Cut(pair, "=")
			value, ok := lookUp(a, from)
			if !ok {
				t.Fatalf("%s: no %s in %s", where, from, a)
			}
			kept[key] = value
		}
	}
}

func basicHeader(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// holds checks a need.
func holds(t *testing.T, where string, a *answer, need string) {
	t.Helper()
	path, want, exactly := strings.Cut(need, "=")
	got, ok := lookUp(a, path)
	if !ok || exactly && got != want {
		t.Errorf("%s: the client needs %s in %s", where, need, a)
	}
}

// lookUp finds what a path like results.0.id leads to, as text.
func lookUp(a *answer, path string) (string, bool) {
	var at any
	if json.Unmarshal([]byte(a.body), &at) != nil {
		return "", false
	}
	for _, step := range strings.Split(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return "", false
			}
			at = next
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				return "", false
			}
			at = v[n]
		default:
			return "", false
		}
	}
	if text, ok := at.(string); ok {
		return text, true
	}
	text, err := json.Marshal(at)
	return string(text), err == nil
}

// plain says of an answer that nothing was done to it that the client does not
// undo, and that its cookies come back over plain http.
func plain(t *testing.T, a *answer) {
	t.Helper()
	if a.header.Get("Content-Encoding") != "" || a.header.Get("Warning") != "" {
		t.Errorf("headers %v", a.header)
	}
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Secure {
			t.Errorf("over plain http the cookie %s never comes back", c.Name)
		}
	}
	if a.header.Get("Content-Type") != "application/json" {
		return
	}
	page := a.fields(t)
	for _, link := range []string{"next", "previous"} {
		if to, ok := page[link].(string); ok && !strings.HasPrefix(to, "/api/v2/") {
			t.Errorf("%s is %s: a client puts its host before that", link, to)
		}
	}
}

// jsonObject is what some clients parse all but an empty answer as.
func jsonObject(t *testing.T, a *answer) {
	t.Helper()
	plain(t, a)
	if a.body != "" {
		a.fields(t)
	}
}

// allows checks the methods as the awx client reads them.
func allows(methods ...string) func(*testing.T, *answer) {
	return func(t *testing.T, a *answer) {
		t.Helper()
		for _, method := range methods {
			if !slices.Contains(strings.Split(a.header.Get("Allow"), ", "), method) {
				t.Errorf("Allow is %q: the client offers no %s", a.header.Get("Allow"), method)
			}
		}
	}
}

// TestClients replays what clients of AWX send.
func TestClients(t *testing.T) {
	for client, sessions := range map[string][]clientSession{
		"the awx command": cliSessions, "the collection": collectionSessions, "Terraform": terraformSessions,
	} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, s := range sessions {
				t.Run(s.name, func(t *testing.T) { w.replay(t, s) })
			}
		})
	}
}
