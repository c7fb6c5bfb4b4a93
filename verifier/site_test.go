package verifier_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jeton/internal/app"
	"jeton/internal/config"
	"jeton/internal/pat"
	"jeton/verifier"
)

// site is a whole server, and an API beside it.
type site struct {
	*app.App
	cfg  config.Config
	t    *testing.T
	by   pat.Principal
	url  string
	gate string // the API's own credential
	bob  pat.UserID
	stop func()
}

func newSite(t *testing.T) *site {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.LogLevel = t.TempDir(), "127.0.0.1:0", slog.LevelError+1
	a, err := app.Open(context.Background(), cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		t.Fatal(errors.Join(err, a.Close()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- errors.Join(a.Serve(ctx, listener), a.Close()) }()
	s := &site{App: a, cfg: cfg, t: t, by: pat.Operator("test"), url: "http://" + listener.Addr().String()}
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.stop)
	api := s.user("orders-api")
	s.gate, _ = s.token(api, "introspect")
	s.bob = s.user("bob")
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) user(name string) pat.UserID {
	s.t.Helper()
	u, err := s.Authority.CreateUser(context.Background(), s.by, pat.UserRequest{Name: name, Password: "correct horse battery"})
	s.must(err)
	return u.ID
}

func (s *site) token(owner pat.UserID, scopes pat.Scopes, edit ...func(*pat.TokenRequest)) (string, pat.TokenID) {
	s.t.Helper()
	req := pat.TokenRequest{Owner: owner, Scopes: scopes, Origin: pat.OriginCLI}
	for _, e := range edit {
		e(&req)
	}
	secret, tok, err := s.Authority.CreateToken(context.Background(), s.by, req)
	s.must(err)
	return secret.Reveal(), tok.ID
}

func (s *site) revoke(id pat.TokenID) {
	s.t.Helper()
	s.must(s.Authority.RevokeToken(context.Background(), s.by, id, ""))
}

// open returns a Verifier for which silence is good for half a minute: what is
// refused earlier was heard of.
func (s *site) open(edit ...func(*verifier.Options)) *verifier.Verifier {
	s.t.Helper()
	o := verifier.Options{URL: s.url, Credential: verifier.Static(s.gate), MaxAge: 30 * time.Second, Log: slog.New(slog.DiscardHandler)}
	for _, e := range edit {
		e(&o)
	}
	v, err := verifier.New(o)
	s.must(err)
	s.t.Cleanup(func() { _ = v.Close() })
	return v
}

// soon waits until a verification is answered by the kind.
func soon(t *testing.T, v *verifier.Verifier, secret string, kind error) {
	t.Helper()
	var err error
	for range 1000 {
		if _, err = v.Verify(context.Background(), secret); errors.Is(err, kind) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("it is still answered %v, want %v", err, kind)
}

// Whatever ends a token at the server ends it here, as soon as it is heard.
func TestASiteEndsTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, off, shorter := context.Background(), true, time.Now().Add(time.Hour)
	for name, end := range map[string]func(owner pat.UserID, id pat.TokenID) error{
		"revoked": func(_ pat.UserID, id pat.TokenID) error { return s.Authority.RevokeToken(ctx, s.by, id, "") },
		"paused": func(_ pat.UserID, id pat.TokenID) error {
			_, err := s.Authority.PauseToken(ctx, s.by, id, "")
			return err
		},
		"rotated without an overlap": func(_ pat.UserID, id pat.TokenID) error {
			_, _, err := s.Authority.RotateToken(ctx, s.by, id, pat.Rotation{Origin: pat.OriginCLI})
			return err
		},
		"its owner disabled": func(owner pat.UserID, _ pat.TokenID) error {
			_, err := s.Authority.EditUser(ctx, s.by, owner, pat.UserEdit{Disabled: &off})
			return err
		},
		"its owner deleted": func(owner pat.UserID, _ pat.TokenID) error { return s.Authority.DeleteUser(ctx, s.by, owner) },
	} {
		t.Run(name, func(t *testing.T) {
			v := s.open()
			owner := s.user(strings.ReplaceAll(name, " ", "-"))
			secret, id := s.token(owner, "read write")
			for range 3 {
				got, err := v.Verify(t.Context(), secret, "write")
				if err != nil || got.ID != fmt.Sprint(id) || got.Owner != fmt.Sprint(owner) || got.Scope != "read write" || got.ExpiresAt.Before(shorter) {
					t.Fatalf("a live token is %+v, %v", got, err)
				}
			}
			s.must(end(owner, id))
			soon(t, v, secret, verifier.ErrInactive)
		})
	}
}

// A token with less scope than a moment ago may do less.
func TestASiteChangesTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.open()
	secret, id := s.token(s.bob, "write")
	if _, err := v.Verify(t.Context(), secret, "write"); err != nil {
		t.Fatal(err)
	}
	less := pat.Scopes("read")
	_, err := s.Authority.EditToken(context.Background(), s.by, id, pat.TokenEdit{Scopes: &less})
	s.must(err)
	for range 1000 {
		if _, err = v.Verify(t.Context(), secret, "write"); err != nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if !errors.Is(err, verifier.ErrScope) {
		t.Errorf("without the scope it is answered %v", err)
	}
}

// What another process ends, beneath the server, is heard of as well.
func TestASiteHearsOfOthers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.open()
	secret, id := s.token(s.bob, "read")
	want(t, v, secret, nil)
	beneath, done, err := app.OpenDirect(context.Background(), s.cfg)
	s.must(err)
	defer func() { s.must(done()) }()
	s.must(beneath.RevokeToken(context.Background(), s.by, id, ""))
	soon(t, v, secret, verifier.ErrInactive)
}

// A paused token is good again when it is resumed, and one that is rotated until
// its overlap is over, which is in its answer.
func TestASiteSparesTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.open()
	ctx := context.Background()
	secret, id := s.token(s.bob, "read")
	want(t, v, secret, nil)
	_, err := s.Authority.PauseToken(ctx, s.by, id, "")
	s.must(err)
	soon(t, v, secret, verifier.ErrInactive)
	_, err = s.Authority.ResumeToken(ctx, s.by, id)
	s.must(err)
	soon(t, v, secret, nil)
	before, err := v.Verify(ctx, secret)
	s.must(err)
	_, _, err = s.Authority.RotateToken(ctx, s.by, id, pat.Rotation{Overlap: 2, Origin: pat.OriginCLI})
	s.must(err)
	for range 1000 {
		got, err := v.Verify(ctx, secret)
		if errors.Is(err, verifier.ErrInactive) {
			return // and nothing told so but the clock
		}
		if s.must(err); got.ExpiresAt.After(before.ExpiresAt) {
			t.Fatalf("its end is now %v", got.ExpiresAt)
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the overlap does not end")
}

func TestASiteBindsTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.open()
	secret, _ := s.token(s.bob, "read", func(r *pat.TokenRequest) {
		r.Networks = pat.Networks{netip.MustParsePrefix("192.0.2.0/24")}
	})
	for range 2 {
		want(t, v, secret, verifier.ErrInactive)
		for address, kind := range map[string]error{"192.0.2.7": nil, "::ffff:192.0.2.7": nil, "198.51.100.7": verifier.ErrInactive} {
			if _, err := v.VerifyFrom(t.Context(), secret, netip.MustParseAddr(address)); !errors.Is(err, kind) {
				t.Errorf("at %s it is answered %v", address, err)
			}
		}
	}
}

// A verification that begins after the end of a token was answered may still say
// yes for as long as word is under way, and then no more. With a proxy that
// drops the feed, that is MaxAge.
func TestASiteWithoutItsFeed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var cut atomic.Bool
	proxy := s.proxy(func(r *http.Request) bool { return cut.Load() && r.URL.Path == "/oauth2/changes" })
	v := s.open(func(o *verifier.Options) { o.URL, o.MaxAge = proxy, time.Second })
	secret, id := s.token(s.bob, "read")
	want(t, v, secret, nil)
	cut.Store(true)
	s.revoke(id)
	soon(t, v, secret, verifier.ErrInactive)
	for range 50 {
		want(t, v, secret, verifier.ErrInactive)
		time.Sleep(10 * time.Millisecond)
	}
	// It goes on without: what is live is accepted.
	other, _ := s.token(s.bob, "read")
	want(t, v, other, nil)
}

// proxy returns the address of a proxy that drops requests without an answer.
func (s *site) proxy(drops func(*http.Request) bool) string {
	to, err := url.Parse(s.url)
	s.must(err)
	transport := &http.Transport{}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if drops(r) {
			panic(http.ErrAbortHandler)
		}
		r.URL.Scheme, r.URL.Host, r.RequestURI = to.Scheme, to.Host, ""
		res, err := transport.RoundTrip(r)
		if err != nil || drops(r) { // cut while it waited
			panic(http.ErrAbortHandler)
		}
		defer func() { _ = res.Body.Close() }()
		w.Header()["Date"] = res.Header["Date"]
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body)
	}))
	s.t.Cleanup(func() { proxy.Close(); transport.CloseIdleConnections() })
	return proxy.URL
}

// When the server is gone everything is refused in the end, with 503; when it is
// back, with the same data, everything is as it was.
func TestASiteThatIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var cut atomic.Bool
	proxy := s.proxy(func(*http.Request) bool { return cut.Load() })
	v := s.open(func(o *verifier.Options) {
		o.URL, o.MaxAge, o.OutageGrace = proxy, 300*time.Millisecond, 300*time.Millisecond
	})
	secret, _ := s.token(s.bob, "read")
	ended, id := s.token(s.bob, "read")
	want(t, v, secret, nil)
	want(t, v, ended, nil)
	cut.Store(true)
	soon(t, v, secret, verifier.ErrUnavailable)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	w := httptest.NewRecorder()
	v.Middleware(greet).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("without the server it is answered %d %s", w.Code, w.Body)
	}
	s.revoke(id)
	cut.Store(false)
	soon(t, v, secret, nil)
	soon(t, v, ended, verifier.ErrInactive)
}

// The API's own token is a token like any other.
func TestASiteRefusesTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	own, id := s.token(s.user("another-api"), "introspect")
	v := s.open(func(o *verifier.Options) {
		o.Credential, o.MaxAge, o.OutageGrace = verifier.Static(own), 300*time.Millisecond, -1
	})
	secret, _ := s.token(s.bob, "read")
	want(t, v, secret, nil)
	s.revoke(id)
	soon(t, v, secret, verifier.ErrUnavailable)
	_, err := v.Verify(t.Context(), secret)
	if err == nil || !strings.Contains(err.Error(), "own credential") {
		t.Errorf("the reason is %v", err)
	}
	plain, _ := s.token(s.bob, "write")
	v = s.open(func(o *verifier.Options) { o.Credential = verifier.Static(plain) })
	if _, err := v.Verify(t.Context(), secret); !errors.Is(err, verifier.ErrUnavailable) || !strings.Contains(err.Error(), "scope introspect") {
		t.Errorf("without the scope the reason is %v", err)
	}
}

// A server that stops sends home who waits for changes, with an answer, and a
// Verifier that is closed leaves nothing running. The test runs alone.
func TestASiteAndNothingIsLeft(t *testing.T) {
	s := newSite(t)
	v := s.open()
	secret, _ := s.token(s.bob, "read")
	want(t, v, secret, nil)
	var n struct{ Cursor int64 }
	s.must(json.Unmarshal([]byte(s.changes("")), &n))
	waiting := make(chan string, 1)
	go func() { waiting <- s.changes(fmt.Sprintf("?after=%d&wait=25", n.Cursor)) }()
	time.Sleep(50 * time.Millisecond) // more likely than not both wait for changes now
	s.stop()
	if got := <-waiting; !strings.Contains(got, `"changes":[],"behind":false`) {
		t.Errorf("who waits is answered %s", got)
	}
	s.must(v.Close())
	for range 200 {
		if running() == "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("still running:\n%s", running())
}

// changes asks for the feed, on a connection of its own, and returns the answer.
func (s *site) changes(query string) string {
	transport := &http.Transport{DisableKeepAlives: true}
	r, err := http.NewRequest("GET", s.url+"/oauth2/changes"+query, nil)
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+s.gate)
	res, err := transport.RoundTrip(r)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// running returns the stacks of goroutines that are a Verifier's, or a
// connection's.
func running() string {
	buf := make([]byte, 1<<20)
	var left []string
	for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		ours := strings.Contains(stack, "verifier.(*Verifier)") || strings.Contains(stack, "http.(*persistConn)") || strings.Contains(stack, "http.(*conn).serve")
		if ours && !strings.Contains(stack, "testing.tRunner(") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}
