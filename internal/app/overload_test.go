package app_test

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// crowd opens connections to the server until it has no place left, and returns
// what makes them go.
func (s *site) crowd(t *testing.T) (leave func()) {
	t.Helper()
	var all []net.Conn
	leave = func() {
		for _, c := range all {
			_ = c.Close()
		}
	}
	t.Cleanup(leave)
	// Twice: a request of ours may have had the last place, and be about to leave it.
	for refused := 0; refused < 2; {
		if s.ada.do(t, "GET", "/api/v2/me/", "").status == http.StatusServiceUnavailable {
			refused++
			time.Sleep(20 * time.Millisecond)
			continue
		}
		refused = 0
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, c); len(all) > 2*s.cfg.MaxConnections {
			t.Fatal("there is always another place")
		}
	}
	return leave
}

// When every connection is taken, verification and health are answered all the
// same, and whoever wants anything else is told in the shape of its face when to
// come again.
func TestFullHouse(t *testing.T) {
	t.Parallel()
	cfg := settings(t)
	cfg.MaxConnections = 16
	s := open(t, cfg)
	secret := s.firstToken(t)
	s.http.Transport.(*http.Transport).DisableKeepAlives = true
	s.http.CloseIdleConnections()
	leave := s.crowd(t)
	tests := []struct {
		method, path, body string
		edit               func(*http.Request)
		status             int
		shape              string
	}{
		{"GET", "/verify", "", s.ada.edit, 200, ""},
		{"GET", "/healthz", "", none, 200, ""},
		{"GET", "/readyz", "", none, 200, ""},
		{"POST", "/oauth2/introspect", "token=" + secret, both(formType, header("Authorization", "Bearer "+secret)), 200, ""},
		{"POST", "/oauth2/revoke", "token=x", both(formType, s.ada.edit), 503, "oauth"},
		{"POST", "/apiops/auth/token", "grant_type=client_credentials", formType, 503, "oauth"},
		{"GET", "/apiops/test/hello/x", "", s.ada.edit, 503, "apinizer"},
		{"GET", "/api/v2/me/", "", s.ada.edit, 503, "awx"},
		{"POST", "/api/v2/tokens/", "{}", s.ada.edit, 503, "awx"},
		{"GET", "/setup", "", none, 503, ""},
		{"GET", "/api/login/", "", none, 503, ""},
	}
	for _, tt := range tests {
		a := s.do(t, tt.method, tt.path, tt.body, tt.edit)
		if a.status != tt.status || (tt.status == 503) != (a.header.Get("Retry-After") != "") {
			t.Errorf("%s %s: %s, Retry-After %q", tt.method, tt.path, a, a.header.Get("Retry-After"))
		}
		if tt.shape != "" {
			checkRefusal(t, tt.method+" "+tt.path, a, 503, shapes[tt.shape])
		}
	}
	leave()
	within(t, 10*time.Second, "a place", func() bool { return s.ada.do(t, "GET", "/api/v2/me/", "").status == 200 })
}

func none(*http.Request) {}

func both(a, b func(*http.Request)) func(*http.Request) {
	return func(r *http.Request) { a(r); b(r) }
}

// While more passwords are guessed than can be checked, tokens are verified and
// the programs' own requests answered. What is too much is refused at once, and
// when it is over nothing of it is left.
func TestFloodOfPasswords(t *testing.T) {
	t.Parallel()
	s := open(t, settings(t))
	secret := s.ada.personal(t, "ada", "{}").Token
	const guesses = 60
	n := guesses * max(1, runtime.GOMAXPROCS(0)/2) // as many for each slot
	answers := make([]*answer, n)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			var err error
			guess := s.basic(fmt.Sprintf("user%d", i), "wrong password")
			if answers[i], err = guess.try("GET", "/api/v2/me/", ""); err != nil {
				t.Error(err)
			}
		})
	}
	for range 20 {
		if got := s.verify(t, secret); got != http.StatusOK {
			t.Errorf("meanwhile a token is answered %d", got)
		}
		s.ada.must(t, http.StatusOK, "GET", "/api/v2/me/", "")
	}
	all.Wait()
	counts := map[int]int{}
	for _, a := range answers {
		if a == nil {
			continue
		}
		counts[a.status]++
		checkRefusal(t, "a guess", a, a.status, shapes["awx"])
		if a.status != http.StatusUnauthorized && a.header.Get("Retry-After") == "" {
			t.Errorf("no Retry-After: %s", a)
		}
	}
	if counts[401]+counts[429]+counts[503] != n || counts[401] == 0 {
		t.Errorf("the guesses are answered %v", counts)
	}
	if a := s.basic("ada", adminPassword).do(t, "GET", "/api/v2/me/", ""); a.status != http.StatusOK {
		t.Errorf("afterwards the right password is answered %s", a)
	}
}
