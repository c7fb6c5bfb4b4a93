package verifier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jeton/internal/pat"
	"jeton/verifier"
)

// jeton stands for a server on which single things can be made to fail, or to
// wait. It speaks by function calls, so that a test's clock is its own.
type jeton struct {
	mu      sync.Mutex
	live    map[string]string // secret → answer
	changes []string
	first   int64 // cursor of the first of changes, less one
	more    chan struct{}
	asked   int
	asking  []url.Values // the forms
	age     int64        // ms

	elsewhere       bool // something was sent to another server
	down, cut, hang bool // everything; the feed; everything, without a word
	// before, when set, runs before an answer is made; after, when it was made
	// and is not there yet.
	before, after func()
	odd           *http.Response // in place of any answer to a question
}

func newJeton() *jeton {
	return &jeton{live: map[string]string{}, more: make(chan struct{}), first: 100}
}

// bubble runs a test on time of its own, with a Verifier of a server that works.
func bubble(t *testing.T, test func(t *testing.T, j *jeton, v *verifier.Verifier)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		j := newJeton()
		test(t, j, j.open(t))
	})
}

var errDown = errors.New("connection refused")

func (j *jeton) RoundTrip(r *http.Request) (*http.Response, error) {
	j.mu.Lock()
	hang, down := j.hang, j.down || j.cut && r.URL.Path == "/oauth2/changes"
	j.mu.Unlock()
	switch {
	case r.URL.Host != "jeton.example.org":
		j.set(func() { j.elsewhere = true })
		return nil, errDown
	case hang:
		<-r.Context().Done()
		return nil, r.Context().Err()
	case down:
		return nil, errDown
	case r.Header.Get("Authorization") != "Bearer own":
		return response(401, `{"error":"invalid_token"}`), nil
	case r.URL.Path == "/oauth2/introspect":
		return j.introspect(r)
	}
	return j.news(r)
}

func (j *jeton) introspect(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	run(j.before)
	j.mu.Lock()
	j.asked++
	j.asking = append(j.asking, form)
	answer, odd := j.live[form.Get("token")], j.odd
	j.mu.Unlock()
	run(j.after)
	switch {
	case odd != nil:
		return odd, nil
	case answer == "":
		answer = `{"active":false}`
	}
	return response(200, answer), nil
}

func run(f func()) {
	if f != nil {
		f()
	}
}

func (j *jeton) news(r *http.Request) (*http.Response, error) {
	q := r.URL.Query()
	after, err := strconv.ParseInt(q.Get("after"), 10, 64)
	wait, _ := strconv.ParseFloat(q.Get("wait"), 64)
	over := time.After(time.Duration(wait * float64(time.Second)))
	for began, last := time.Now(), err != nil; ; {
		j.mu.Lock()
		cursor, more := j.first+int64(len(j.changes)), j.more
		changes, behind := []string{}, err == nil && after < j.first
		if err == nil && !behind {
			changes = j.changes[after-j.first:]
		}
		age, lost := j.age, j.down || j.hang || j.cut
		j.mu.Unlock()
		if lost { // while the request waited
			return nil, errDown
		}
		if last || behind || len(changes) > 0 {
			return response(200, fmt.Sprintf(`{"cursor":%d,"changes":[%s],"behind":%v,"waited_ms":%d,"age_ms":%d}`,
				cursor, strings.Join(changes, ","), behind, time.Since(began).Milliseconds(), age)), nil
		}
		select {
		case <-more:
		case <-over:
			last = true
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func response(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Body: io.NopCloser(strings.NewReader(body)),
		Header: http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}},
	}
}

// set changes how the server behaves.
func (j *jeton) set(edit func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	edit()
}

// mint makes a live token of the user 7 and returns its secret.
func (j *jeton) mint(id int, members ...string) string {
	secret := pat.NewSecret(pat.DefaultPrefix).Reveal()
	j.set(func() {
		j.live[secret] = fmt.Sprintf(`{"active":true,"scope":"read","username":"ada","sub":"7","jti":"%d"%s}`, id, strings.Join(members, ""))
	})
	return secret
}

// end makes a token one that is not live, and tells of it.
func (j *jeton) end(secret, change string) {
	j.set(func() { delete(j.live, secret) })
	j.tell(change)
}

// tell adds a change to the feed.
func (j *jeton) tell(change string) {
	j.set(func() {
		j.changes = append(j.changes, change)
		close(j.more)
		j.more = make(chan struct{})
	})
}

func (j *jeton) questions() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.asked
}

// open returns a Verifier that asks j, and is closed with the test.
func (j *jeton) open(t testing.TB, edit ...func(*verifier.Options)) *verifier.Verifier {
	t.Helper()
	o := verifier.Options{
		URL: "https://jeton.example.org/", Credential: verifier.Static("own"),
		Client: &http.Client{Transport: j}, Log: slog.New(slog.DiscardHandler),
	}
	for _, e := range edit {
		e(&o)
	}
	v, err := verifier.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// want checks the outcome of a verification.
func want(t *testing.T, v *verifier.Verifier, secret string, kind error) {
	t.Helper()
	_, err := v.Verify(context.Background(), secret)
	if !errors.Is(err, kind) || kind == nil && err != nil {
		t.Errorf("it is answered %v, want %v", err, kind)
	}
}

// asked checks how many questions there have been.
func (j *jeton) want(t *testing.T, asked int) {
	t.Helper()
	if got := j.questions(); got != asked {
		t.Errorf("Jeton was asked %d times, want %d", got, asked)
	}
}
