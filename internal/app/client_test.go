package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// client is a user of a server, with a token, a password or nothing.
type client struct {
	http *http.Client
	url  string
	edit func(*http.Request) // adds the credential
}

// newClient returns a client whose connections end with the test.
func newClient(t testing.TB, url string) *client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{
		http: &http.Client{Transport: transport, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		url:  url,
		edit: func(*http.Request) {},
	}
}

func (c *client) with(edit func(*http.Request)) *client {
	return &client{http: c.http, url: c.url, edit: edit}
}

func (c *client) bearer(secret string) *client {
	return c.with(func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) })
}

func (c *client) basic(name, password string) *client {
	return c.with(func(r *http.Request) { r.SetBasicAuth(name, password) })
}

// answer is the whole of a response.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a *answer) String() string { return fmt.Sprint(a.status, " ", a.body) }

// try sends a request, with a body of JSON unless edit says otherwise. It fails
// when there is no complete answer.
func (c *client) try(method, path, body string, edit ...func(*http.Request)) (*answer, error) {
	r, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	c.edit(r)
	for _, e := range edit {
		e(r)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return &answer{res.StatusCode, res.Header, string(text)}, err
}

// do is try for a server that answers.
func (c *client) do(t testing.TB, method, path, body string, edit ...func(*http.Request)) *answer {
	t.Helper()
	a, err := c.try(method, path, body, edit...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// must is do for an answer of that status.
func (c *client) must(t testing.TB, status int, method, path, body string) *answer {
	t.Helper()
	a := c.do(t, method, path, body)
	if a.status != status {
		t.Fatalf("%s %s: %s, want %d", method, path, a, status)
	}
	return a
}

// form sends a form without credentials.
func (c *client) form(t testing.TB, path, body string) *answer {
	t.Helper()
	return c.do(t, "POST", path, body, formType)
}

// verify asks /verify about a secret and returns the status.
func (c *client) verify(t testing.TB, secret string) int {
	t.Helper()
	return c.bearer(secret).do(t, "GET", "/verify", "").status
}

// object reads an answer of the AWX face.
func object[T any](t testing.TB, a *answer) (o T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	return o
}

// token is a token as the AWX face shows it.
type token struct {
	ID       int64   `json:"id"`
	User     int64   `json:"user"`
	Token    string  `json:"token"`
	LastUsed *string `json:"last_used"`
}

// user is a user as the AWX face shows it.
type user struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	IsActive bool   `json:"is_active"`
}

// personal makes a token for a user, by id or by name.
func (c *client) personal(t testing.TB, owner any, body string) token {
	t.Helper()
	return object[token](t, c.must(t, http.StatusCreated, "POST", fmt.Sprintf("/api/v2/users/%v/personal_tokens/", owner), body))
}

// newUser makes a user whose password is the administrator's.
func (c *client) newUser(t testing.TB, name string) user {
	t.Helper()
	return object[user](t, c.must(t, http.StatusCreated, "POST", "/api/v2/users/", fmt.Sprintf(`{"username":%q,"password":%q}`, name, adminPassword)))
}
