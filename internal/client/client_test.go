package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serving returns a client of a server that answers everything with answer.
func serving(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return &Client{URL: server.URL, Token: "secret-token"}
}

func TestCheckURL(t *testing.T) {
	for text, ok := range map[string]bool{
		"https://jeton.example.org":      true,
		"http://127.0.0.1:8080/":         true,
		"https://example.org/jeton":      true,
		"":                               false,
		"jeton.example.org":              false,
		"ftp://jeton.example.org":        false,
		"https://ada:pw@example.org":     false, // credentials have places of their own
		"https://example.org/?x=1":       false,
		"http://:8080":                   false,
		"https://example.org\n.evil.org": false,
	} {
		if err := (&Client{URL: text}).CheckURL(); (err == nil) != ok {
			t.Errorf("%q: CheckURL returns %v", text, err)
		}
	}
}

func TestExposed(t *testing.T) {
	for text, want := range map[string]bool{
		"http://jeton.example.org": true,
		"http://10.0.0.1:8080":     true,
		"http://localhost:8080":    false,
		"http://127.9.9.9":         false,
		"http://[::1]:8080":        false,
		"https://10.0.0.1":         false,
		// A name that only begins like a loopback address is anyone's.
		"http://127.0.0.1.example.org": true,
	} {
		if got := (&Client{URL: text}).Exposed(); got != want {
			t.Errorf("%s: Exposed is %v, want %v", text, got, want)
		}
	}
}

func TestErrorShowsTheServersWords(t *testing.T) {
	tests := []struct {
		name, body, want string
	}{
		{"detail", `{"detail":"Not yours."}`, "Not yours."},
		{"a field", `{"name":["Too long.","Too odd."]}`, "name: Too long. Too odd."},
		{"fields, in their order", `{"zeta":["A."],"alpha":["B."]}`, "zeta: A.; alpha: B."},
		{"no field", `{"__all__":["No."]}`, "No."},
		{"OAuth", `{"error":"invalid_request","error_description":"No."}`, "invalid_request; No."},
		{"a page", `<html>no</html>`, "the server answers 400 Bad Request"},
		{"nothing", ``, "the server answers 400 Bad Request"},
		{"half an object", `{"detail":"x"`, "x"},
		{"what would steer a terminal", "{\"detail\":\"a\\u001b[31m\\nb\"}", "a [31m b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, tt.body)
			})
			_, err := c.RevokeToken(t.Context(), 1, "")
			var e *Error
			if !errors.As(err, &e) || e.Status != 400 {
				t.Fatalf("RevokeToken returns %v", err)
			}
			if tt.name == "half an object" {
				return // whatever it says, it does not panic
			}
			if e.Error() != tt.want {
				t.Errorf("the error reads %q, want %q", e, tt.want)
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(other.Close)
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	_, err := c.Verify(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), other.URL) {
		t.Errorf("Verify returns %v, want an error that names the other address", err)
	}
	if reached {
		t.Error("the credentials went to another server")
	}
}

// Any server can answer 200; only the four headers are a verdict.
func TestVerifyTakesOnlyHeadersForAYes(t *testing.T) {
	for name, headers := range map[string]map[string]string{
		"none":          {},
		"no token id":   {"X-Auth-User": "ada", "X-Auth-User-Id": "1"},
		"an odd id":     {"X-Auth-User": "ada", "X-Auth-User-Id": "one", "X-Auth-Token-Id": "1"},
		"an empty user": {"X-Auth-User": "", "X-Auth-User-Id": "1", "X-Auth-Token-Id": "1"},
	} {
		c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
			for k, v := range headers {
				w.Header().Set(k, v)
			}
		})
		if v, err := c.Verify(t.Context(), ""); err == nil {
			t.Errorf("%s: Verify returns %+v", name, v)
		}
	}
}

func TestVerifySendsTheSecretAndReadsTheHeaders(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Method + " " + r.URL.String() + " " + r.Header.Get("Authorization"); got != "GET /verify?scope=read Bearer secret-token" {
			t.Errorf("request: %s", got)
		}
		w.Header().Set("X-Auth-User", "ada")
		w.Header().Set("X-Auth-User-Id", "7")
		w.Header().Set("X-Auth-Token-Id", "9")
		w.Header().Set("X-Auth-Scope", "read write")
	})
	v, err := c.Verify(t.Context(), "read")
	if want := (Verified{"ada", 7, 9, "read write"}); err != nil || v != want {
		t.Errorf("Verify returns %+v, %v; want %+v", v, err, want)
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("page") {
		case "":
			// Another host in next is not where the credentials go.
			fmt.Fprint(w, `{"next":"http://evil.example/api/v2/tokens/?page=2","results":[{"id":1},{"id":2}]}`)
		case "2":
			fmt.Fprint(w, `{"next":null,"results":[{"id":3}]}`)
		}
	})
	all, err := c.Tokens(t.Context())
	if err != nil || len(all) != 3 || all[2].ID != 3 {
		t.Errorf("Tokens returns %+v, %v", all, err)
	}
}

func TestListsWithoutEndAreRefused(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"next":"/api/v2/users/?page=2","results":[]}`)
	})
	if _, err := c.Users(t.Context()); err == nil || !strings.Contains(err.Error(), "no end") {
		t.Errorf("Users returns %v", err)
	}
}

func TestAnswersOfAnotherProgramAreRefused(t *testing.T) {
	for _, body := range []string{"", "{}", "<html></html>", `{"results":7}`} {
		c := serving(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		if _, err := c.Tokens(t.Context()); err == nil {
			t.Errorf("%q is taken for an empty list", body)
		}
	}
}

func TestNewTokenOnTheWire(t *testing.T) {
	at := time.Date(2027, 1, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	for want, req := range map[string]NewToken{
		`{"name":"ci","description":"","scope":"read","expires":null}`:                   {Name: "ci", Scope: "read"},
		`{"name":"ci","description":"","scope":"read","expires":"2027-01-01T11:00:00Z"}`: {Name: "ci", Scope: "read", Expires: at},
	} {
		c := serving(t, func(w http.ResponseWriter, r *http.Request) {
			got, _ := io.ReadAll(r.Body)
			if string(got) != want || r.URL.Path != "/api/v2/users/5/personal_tokens/" {
				t.Errorf("%s %s, want %s", r.URL.Path, got, want)
			}
			fmt.Fprint(w, `{"id":4,"token":"s"}`)
		})
		if tok, err := c.CreateTokenFor(t.Context(), 5, req); err != nil || tok.ID != 4 || tok.Secret != "s" {
			t.Errorf("CreateTokenFor returns %+v, %v", tok, err)
		}
	}
}

func TestNeverIsTheDateThatStandsForIt(t *testing.T) {
	created := time.Date(2026, 2, 28, 1, 2, 3, 456000, time.UTC)
	tok := Token{Created: created, Expires: created.AddDate(0, 0, 365_000)}
	if !tok.Never() {
		t.Error("365,000 days after the creation is never")
	}
	if tok.Expires = tok.Expires.Add(time.Microsecond); tok.Never() {
		t.Error("a microsecond later is a date")
	}
}

func TestUserOfDigitsIsNotMistakenForAnID(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":12,"username":"ada"}`) })
	if u, err := c.User(t.Context(), "12"); err == nil {
		t.Errorf("User returns %+v", u)
	}
}

func TestUserNamesAreEscaped(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v2/users/a+b@ü.org/" {
			t.Errorf("path: %s", r.URL.Path)
		}
		fmt.Fprint(w, `{"id":1,"username":"a+b@ü.org"}`)
	})
	if _, err := c.User(t.Context(), "a+b@ü.org"); err != nil {
		t.Error(err)
	}
}

func TestUnreachableServers(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	c := &Client{URL: server.URL, Token: "secret-token"}
	_, err := c.Tokens(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no server answers at "+server.URL) {
		t.Errorf("Tokens returns %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Tokens(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after an interrupt Tokens returns %v", err)
	}
}

func TestClientsPrintWithoutCredentials(t *testing.T) {
	c := &Client{URL: "https://a", Token: "secret-token", Username: "ada", Password: "hunter2"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, c); strings.Contains(text, "secret-token") || strings.Contains(text, "hunter2") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
