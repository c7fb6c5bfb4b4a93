package verify_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/verify"
)

var identity = []string{"X-Auth-User", "X-Auth-User-Id", "X-Auth-Token-Id", "X-Auth-Scope"}

// checkRefusal holds for every answer but 200: nobody is named, the body is
// JSON, and nothing is kept.
func checkRefusal(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	for _, name := range identity {
		if w.Header()[name] != nil {
			t.Errorf("a refusal has %s: %q", name, w.Header()[name])
		}
	}
	if !strings.HasPrefix(w.Body.String(), `{"error":"`) || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the refusal is %s with %v", w.Body, w.Header())
	}
}

func TestVerifyNamesTheOwner(t *testing.T) {
	h := newHouse(t)
	id := h.AddUser(t, "jürgen@ex.org")
	read, tok := h.AddToken(t, id, "read", 60)
	write, _ := h.AddToken(t, id, "write", 60)
	odd, _ := h.AddToken(t, id, "write deploy", 60)
	if tok.ID == 0 {
		t.Fatal("the token has no id")
	}
	w := h.ask("GET", "/verify", read)
	want := http.Header{
		"X-Auth-User": {"jürgen@ex.org"}, "X-Auth-User-Id": {strconv.Itoa(int(id))}, "X-Auth-Token-Id": {strconv.Itoa(int(tok.ID))}, "X-Auth-Scope": {"read"},
		"Cache-Control": {"no-store"},
	}
	for name := range want {
		if got := w.Header()[name]; len(got) != 1 || got[0] != want.Get(name) {
			t.Errorf("%s is %q, want %q", name, got, want[name])
		}
	}
	if w.Code != 200 || w.Body.Len() > 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	for secret, scope := range map[string]string{write: "read write", odd: "read write deploy"} {
		if got := h.ask("GET", "/verify", secret).Header().Get("X-Auth-Scope"); got != scope {
			t.Errorf("X-Auth-Scope is %q, want %q", got, scope)
		}
	}
	for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "BREW"} {
		for _, target := range []string{"/verify", "/verify/", "/verify/api//x/../y"} {
			if w := h.ask(method, target, read); w.Code != 200 || w.Header().Get("X-Auth-User") == "" {
				t.Errorf("%s %s is answered %d", method, target, w.Code)
			}
			if w := h.ask(method, target, ""); w.Code != 401 {
				t.Errorf("%s %s without a token is answered %d", method, target, w.Code)
			}
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	id := h.AddUser(t, "alice")
	good, _ := h.AddToken(t, id, "write", 3600)
	expired, _ := h.AddToken(t, id, "write", 1)
	h.clock.Forward(2 * time.Second)
	revoked, tok := h.AddToken(t, id, "write", 60)
	if err := h.RevokeToken(ctx, pat.Operator("test"), tok.ID, ""); err != nil {
		t.Fatal(err)
	}
	const none, bad = `Bearer realm="jeton"`, `Bearer realm="jeton", error="invalid_token"`
	tests := []struct {
		name          string
		authorization []string
		edit          func(*http.Request)
		challenge     string
	}{
		{"nothing", nil, nil, none},
		{"a cookie", nil, set("Cookie", "jeton_session="+good), none},
		{"a token in the form of a password", []string{"Basic OmE="}, nil, none},
		{"another scheme", []string{"Token " + good}, nil, none},
		{"a bare token", []string{good}, nil, none},
		{"forged identity", nil, set("X-Auth-User", "admin"), none},
		{"Proxy-Authorization", nil, set("Proxy-Authorization", "Bearer "+good), none},
		{"an unknown token", []string{"Bearer " + pat.NewSecret("jtn").Reveal()}, nil, bad},
		{"a longer token", []string{"Bearer " + good + "x"}, nil, bad},
		{"a shorter token", []string{"Bearer " + good[:49]}, nil, bad},
		{"two tokens", []string{"Bearer " + good + " " + good}, nil, bad},
		{"two headers", []string{"Bearer " + good, "Bearer " + good}, nil, bad},
		{"a good header and a bad one", []string{"Bearer " + good, "Basic OmE="}, nil, bad},
		{"no token after the scheme", []string{"Bearer"}, nil, bad},
		{"an expired token", []string{"Bearer " + expired}, nil, bad},
		{"a revoked token", []string{"Bearer " + revoked}, nil, bad},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			edits := []func(*http.Request){set("Authorization", tt.authorization...)}
			if tt.edit != nil {
				edits = append(edits, tt.edit)
			}
			w := h.ask("GET", "/verify", "", edits...)
			if w.Code != 401 || w.Header().Get("Www-Authenticate") != tt.challenge {
				t.Errorf("%d with the challenge %q, want 401 with %q", w.Code, w.Header().Get("Www-Authenticate"), tt.challenge)
			}
			checkRefusal(t, w)
		})
	}
	if w := h.ask("GET", "/verify", good); w.Code != 200 {
		t.Fatalf("the good token is answered %d", w.Code)
	}
	ended := true
	if _, err := h.EditUser(ctx, pat.Operator("test"), id, pat.UserEdit{Disabled: &ended}); err != nil {
		t.Fatal(err)
	}
	if w := h.ask("GET", "/verify", good); w.Code != 401 {
		t.Errorf("a disabled owner's token is answered %d", w.Code)
	}
}

func TestVerifyScope(t *testing.T) {
	h := newHouse(t)
	id := h.AddUser(t, "alice")
	read, _ := h.AddToken(t, id, "read", 60)
	write, _ := h.AddToken(t, id, "write", 60)
	deploy, _ := h.AddToken(t, id, "deploy", 60)
	forwarded := func(method string) func(*http.Request) { return set("X-Forwarded-Method", method) }
	original := func(method string) func(*http.Request) { return set("X-Original-Method", method) }
	none := func(*http.Request) {}
	tests := []struct {
		name, method, target, secret string
		one, other                   func(*http.Request)
		status                       int
		need                         string // of a 403
	}{
		{"read of read", "GET", "/verify?scope=read", read, none, none, 200, ""},
		{"read of write", "GET", "/verify?scope=read", write, none, none, 200, ""},
		{"write of read", "GET", "/verify?scope=write", read, none, none, 403, "write"},
		{"another word by name", "GET", "/verify?scope=deploy", deploy, none, none, 200, ""},
		{"another word by write", "GET", "/verify?scope=deploy", write, none, none, 200, ""},
		{"another word of read", "GET", "/verify?scope=deploy", read, none, none, 403, "deploy"},
		{"a reserved word of write", "GET", "/verify?scope=introspect", write, none, none, 403, "introspect"},
		{"a word that there is not", "GET", "/verify?scope=nothing", write, none, none, 403, "nothing"},

		{"auto: a safe method", "GET", "/verify?scope=auto", read, forwarded("GET"), none, 200, ""},
		{"auto: another safe method", "GET", "/verify?scope=auto", read, original("OPTIONS"), none, 200, ""},
		{"auto: an unsafe method", "GET", "/verify?scope=auto", read, forwarded("POST"), none, 403, "write"},
		{"auto: an unsafe method and write", "GET", "/verify?scope=auto", write, forwarded("POST"), none, 200, ""},
		{"auto: the stricter is the one", "GET", "/verify?scope=auto", read, forwarded("DELETE"), original("GET"), 403, "write"},
		{"auto: the stricter is the other", "GET", "/verify?scope=auto", read, forwarded("GET"), original("DELETE"), 403, "write"},
		{"auto: the stricter of two lines", "GET", "/verify?scope=auto", read, set("X-Forwarded-Method", "GET", "PUT"), none, 403, "write"},
		{"auto: a list", "GET", "/verify?scope=auto", read, forwarded("GET, GET"), none, 403, "write"},
		{"auto: in small letters", "GET", "/verify?scope=auto", read, forwarded("get"), none, 403, "write"},
		{"auto: empty", "GET", "/verify?scope=auto", read, forwarded(""), none, 403, "write"},
		{"auto: no forwarded method", "GET", "/verify?scope=auto", read, none, none, 403, "write"},
		{"auto: no forwarded method and write", "GET", "/verify?scope=auto", write, none, none, 200, ""},
		{"auto: the request's own method says nothing at /verify", "POST", "/verify?scope=auto", read, forwarded("GET"), none, 200, ""},
		{"auto: neither does an overriding header", "GET", "/verify?scope=auto", read, forwarded("POST"), set("X-Http-Method-Override", "GET"), 403, "write"},

		{"beneath, auto: a safe method", "GET", "/verify/?scope=auto", read, none, none, 200, ""},
		{"beneath, auto: an unsafe method", "PATCH", "/verify/a/b?scope=auto", read, none, none, 403, "write"},
		{"beneath, auto: an unsafe method and a forged one", "PATCH", "/verify/a/b?scope=auto", read, forwarded("GET"), none, 403, "write"},
		{"beneath, auto: a safe method and a forwarded one", "GET", "/verify/a/b?scope=auto", read, forwarded("PUT"), none, 403, "write"},
		{"beneath: the client's query", "GET", "/verify/a/b?x=1&x=2&q=100%&;", read, none, none, 200, ""},
		{"beneath: the client's query does not lower the demand", "GET", "/verify/?scope=write&/a?scope=read", read, none, none, 403, "write"},
		{"beneath: neither does a second scope", "GET", "/verify/?scope=write&/a?x&scope=read", write, none, none, 400, ""},

		{"an unknown parameter", "GET", "/verify?Scope=read", write, none, none, 400, ""},
		{"a broken parameter", "GET", "/verify?%zz=1", write, none, none, 400, ""},
		{"two scopes", "GET", "/verify?scope=read&scope=read", write, none, none, 400, ""},
		{"two scopes, one escaped", "GET", "/verify?scope=read&%73cope=read", write, none, none, 400, ""},
		{"an empty scope", "GET", "/verify?scope=", write, none, none, 400, ""},
		{"a scope without a value", "GET", "/verify?scope", write, none, none, 400, ""},
		{"two words", "GET", "/verify?scope=read+write", write, none, none, 400, ""},
		{"a quote", "GET", "/verify?scope=%22", write, none, none, 400, ""},
		{"a line break", "GET", "/verify?scope=read%0d%0aX-Auth-User:admin", write, none, none, 400, ""},
		{"a broken scope", "GET", "/verify/?scope=%zz", write, none, none, 400, ""},
		{"a token in the query", "GET", "/verify?access_token=" + write, "", none, none, 400, ""},
		{"an escaped scope", "GET", "/verify?scope=re%61d&", read, none, none, 200, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.ask(tt.method, tt.target, tt.secret, tt.one, tt.other)
			if w.Code != tt.status {
				t.Fatalf("%d %s, want %d", w.Code, w.Body, tt.status)
			}
			challenge := ""
			if tt.need != "" {
				challenge = `Bearer realm="jeton", error="insufficient_scope", scope="` + tt.need + `"`
			}
			if got := w.Header().Get("Www-Authenticate"); got != challenge {
				t.Errorf("the challenge is %q, want %q", got, challenge)
			}
			if tt.status != 200 {
				checkRefusal(t, w)
			}
		})
	}
}

// listener hears what an authority is asked.
type listener struct {
	verify.Authority
	via *pat.Via
}

func (l listener) Verify(ctx context.Context, secret, need string, via pat.Via) (pat.Principal, error) {
	*l.via = via
	return l.Authority.Verify(ctx, secret, need, via)
}

func TestVerifyTellsWhereTheRequestCameFrom(t *testing.T) {
	h := newHouse(t)
	secret, _ := h.AddToken(t, h.AddUser(t, "alice"), "read", 60)
	var via pat.Via
	var faces web.Faces
	(&verify.Face{Authority: listener{h.Authority, &via}}).Mount(&faces)
	floor := &web.Floor{Log: slog.New(slog.DiscardHandler), Now: h.now, Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	h.Handler = floor.Wrap(&faces)
	for _, tt := range []struct {
		name      string
		forwarded []string
		want      netip.Addr
	}{
		{"the right-most hop that is no proxy", []string{"203.0.113.9, 198.51.100.7"}, netip.MustParseAddr("198.51.100.7")},
		{"a client beside the proxy", []string{"192.0.2.1"}, netip.MustParseAddr("192.0.2.1")},
		{"the proxy says nothing: not its own", nil, netip.Addr{}},
		{"the proxy does not know: not its own", []string{"198.51.100.7", "unix:"}, netip.Addr{}},
	} {
		h.ask("GET", "/verify", secret, set("X-Forwarded-For", tt.forwarded...))
		if want := (pat.Via{Face: "verify", Address: tt.want}); via != want {
			t.Errorf("%s: the authority is told %v, want %v", tt.name, via, want)
		}
	}
}

// talk sends text over a connection of its own and returns what comes back,
// within five seconds.
func talk(t *testing.T, server *httptest.Server, text string) (*bufio.Reader, net.Conn) {
	t.Helper()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(c), c
}

func TestVerifyWaitsForNoBody(t *testing.T) {
	h := newHouse(t)
	h.real = time.Now
	secret, _ := h.AddToken(t, h.AddUser(t, "alice"), "read", 60)
	server := httptest.NewServer(h)
	defer server.Close()
	for name, head := range map[string]string{
		"announced": "Content-Length: 100\r\n", "announced and larger than any": "Content-Length: 10000000000\r\n", "in chunks": "Transfer-Encoding: chunked\r\n",
	} {
		for _, credential := range []string{"Authorization: Bearer " + secret + "\r\n", ""} {
			t.Run(name, func(t *testing.T) {
				in, _ := talk(t, server, "POST /verify HTTP/1.1\r\nHost: h\r\n"+head+credential+"\r\n")
				res, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
				if want := map[bool]int{true: 200, false: 401}[credential != ""]; res.StatusCode != want || !res.Close {
					t.Errorf("%d, closes: %v; want %d and a close", res.StatusCode, res.Close, want)
				}
				if _, err := in.ReadByte(); err != io.EOF {
					t.Errorf("the connection stays open: %v", err)
				}
			})
		}
	}
}

func TestVerifySpeaksOldHTTP(t *testing.T) {
	h := newHouse(t)
	secret, _ := h.AddToken(t, h.AddUser(t, "alice"), "read", 60)
	server := httptest.NewServer(h)
	defer server.Close()
	for _, method := range []string{"GET", "HEAD"} {
		request := method + " /verify HTTP/1.0\r\nConnection: keep-alive\r\nAuthorization: Bearer " + secret + "\r\n\r\n"
		in, c := talk(t, server, request)
		for i := range 2 {
			if i > 0 {
				_, _ = io.WriteString(c, request)
			}
			res, err := http.ReadResponse(in, &http.Request{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != 200 || res.Header.Get("X-Auth-User") != "alice" {
				t.Errorf("%s number %d by HTTP/1.0: %d", method, i+1, res.StatusCode)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			if method == "HEAD" {
				break // may be closed behind
			}
		}
	}
}

// Every order of events in which a revocation was answered before a
// verification began ends in a refusal.
func TestVerifyAfterRevoke(t *testing.T) {
	h := newHouse(t)
	id := h.AddUser(t, "alice")
	for i := range 20 {
		secret, tok := h.AddToken(t, id, "write", 60)
		if w := h.ask("GET", "/verify", secret); w.Code != 200 {
			t.Fatalf("%d: %d before it was revoked", i, w.Code)
		}
		if err := h.RevokeToken(context.Background(), pat.Operator("test"), tok.ID, ""); err != nil {
			t.Fatal(err)
		}
		if w := h.ask("GET", "/verify", secret); w.Code != 401 {
			t.Fatalf("%d: %d after it was revoked", i, w.Code)
		}
	}
}
