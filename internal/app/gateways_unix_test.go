//go:build unix

package app_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"jeton/internal/config"
)

var gateways = map[string]func(*testing.T, ...func(*config.Config)) *gateway{
	"nginx": newGateway, "Caddy": newCaddy, "HAProxy": newHAProxy,
}

// Each gateway, set up as its documentation says, lets nobody pass whom Jeton
// does not, and tells the service who it is, whatever the client says.
func TestGateways(t *testing.T) {
	for name, start := range gateways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testGateway(t, start(t))
		})
	}
}

func testGateway(t *testing.T, g *gateway) {
	bob := g.site.ada.newUser(t, "bob@example.org")
	read := g.site.ada.personal(t, bob.ID, `{"scope":"read"}`)
	write := g.site.ada.personal(t, bob.ID, `{"scope":"write"}`)
	reader, writer := g.bearer(read.Token), g.bearer(write.Token)

	t.Run("allowed", func(t *testing.T) {
		checkIdentity(t, g.pass(t, reader, "GET", "/some/page?scope=none&x=1", ""), "bob@example.org", bob.ID, read.ID, "read")
		checkIdentity(t, g.pass(t, writer, "POST", "/form", `{"a":1}`), "bob@example.org", bob.ID, write.ID, "read write")
	})
	t.Run("refused", func(t *testing.T) {
		a := g.refuse(t, g.client, http.StatusUnauthorized, "GET", "/", "", header("Accept", "text/html"))
		if got := a.header.Get("WWW-Authenticate"); got != `Bearer realm="jeton"` {
			t.Errorf("the challenge is %q", got)
		}
		g.refuse(t, g.client, http.StatusUnauthorized, "POST", "/", "{}")
		g.refuse(t, g.bearer(read.Token+"x"), http.StatusUnauthorized, "GET", "/", "")
		g.refuse(t, g.basic("ada", adminPassword), http.StatusUnauthorized, "GET", "/", "")
	})
	t.Run("too little scope", func(t *testing.T) {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			g.refuse(t, reader, http.StatusForbidden, method, "/", "")
		}
		for _, name := range []string{"X-Original-Method", "X-Forwarded-Method", "X-HTTP-Method-Override"} {
			g.refuse(t, reader, http.StatusForbidden, "POST", "/?scope=read", "{}", header(name, "GET"))
		}
		for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			g.refuse(t, reader, http.StatusForbidden, "GET", "/", "", header(name, "DELETE"))
		}
	})
	t.Run("forged headers", func(t *testing.T) {
		forge := func(r *http.Request) {
			for _, name := range []string{"X-Auth-User", "X-Auth-User-Id", "X-Auth-Token-Id", "X-Auth-Scope"} {
				r.Header[name] = []string{"1", "admin"}
				r.Header[strings.ToLower(name)] = []string{"2"}
				for _, spelled := range spellings(name) {
					r.Header[spelled] = []string{"3"}
				}
			}
		}
		got := g.pass(t, reader, "GET", "/", "", forge)
		checkIdentity(t, got, "bob@example.org", bob.ID, read.ID, "read")
		for name := range got.Header {
			if strings.Contains(name, "_") {
				t.Errorf("%s reaches the service", name)
			}
		}
		g.refuse(t, g.client, http.StatusUnauthorized, "GET", "/", "", forge)
		hop := header("Connection", "X-Auth-User, X-Auth-User-Id, X-Auth-Token-Id, X-Auth-Scope, X-Forwarded-Method")
		checkIdentity(t, g.pass(t, reader, "GET", "/", "", hop), "bob@example.org", bob.ID, read.ID, "read")
		g.refuse(t, reader, http.StatusForbidden, "POST", "/", "{}", hop)
	})
	t.Run("revoked just now", func(t *testing.T) {
		for range 5 {
			tok := g.site.ada.personal(t, bob.ID, `{"scope":"read"}`)
			g.pass(t, g.bearer(tok.Token), "GET", "/", "")
			g.site.ada.must(t, http.StatusNoContent, "DELETE", fmt.Sprintf("/api/v2/tokens/%d/", tok.ID), "")
			g.refuse(t, g.bearer(tok.Token), http.StatusUnauthorized, "GET", "/", "")
		}
	})
	t.Run("outside of its networks", func(t *testing.T) {
		tok := g.site.ada.personal(t, bob.ID, `{"scope":"read","networks":["192.0.2.0/24"]}`)
		g.refuse(t, g.bearer(tok.Token), http.StatusUnauthorized, "GET", "/", "")
		g.refuse(t, g.bearer(tok.Token), http.StatusUnauthorized, "GET", "/", "", header("X-Forwarded-For", "192.0.2.1"))
		tok = g.site.ada.personal(t, bob.ID, `{"scope":"read","networks":["127.0.0.1"]}`)
		g.pass(t, g.bearer(tok.Token), "GET", "/", "")
	})
	t.Run("Jeton is down", func(t *testing.T) {
		if err := g.site.stop(); err != nil {
			t.Fatal(err)
		}
		before := g.asked.Load()
		for _, c := range []*client{writer, g.client} {
			if a := c.do(t, "GET", "/", ""); a.status < 500 || g.asked.Load() != before {
				t.Errorf("answered %s", a)
			}
		}
	})
}

// spellings returns the name with some or all of its hyphens as underscores, as
// services may read them.
func spellings(name string) (all []string) {
	words := strings.Split(name, "-")
	for mask := 1; mask < 1<<(len(words)-1); mask++ {
		spelled := words[0]
		for i, w := range words[1:] {
			spelled += string("-_"[mask>>i&1]) + w
		}
		all = append(all, spelled)
	}
	return all
}

// behind starts a service, a server and a place for a gateway of this machine,
// which the server trusts.
func behind(t *testing.T, edit ...func(*config.Config)) (g *gateway, service, front, folder string) {
	t.Helper()
	cfg := settings(t)
	cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	for _, e := range edit {
		e(&cfg)
	}
	g = &gateway{site: open(t, cfg), log: &output{}}
	upstream := httptest.NewServer(g)
	t.Cleanup(upstream.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front = listener.Addr().String()
	_ = listener.Close() // for the gateway to take
	g.client = newClient(t, "http://"+front)
	return g, strings.TrimPrefix(upstream.URL, "http://"), front, t.TempDir()
}

// run starts the gateway and waits until it listens.
func (g *gateway) run(t *testing.T, folder, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, g.log, g.log
	cmd.Env = append(os.Environ(), "HOME="+folder, "XDG_CONFIG_HOME="+folder, "XDG_DATA_HOME="+folder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // ended by a signal
	})
	g.await(t)
}

func save(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func newCaddy(t *testing.T, edit ...func(*config.Config)) *gateway {
	t.Helper()
	program := programPath(t, "caddy")
	g, service, front, folder := behind(t, edit...)
	_, port, _ := strings.Cut(front, ":")
	save(t, folder, "Caddyfile", documented(t, "caddy", "caddyfile",
		[2]string{"127.0.0.1:8080", strings.TrimPrefix(g.site.url, "http://")},
		[2]string{"127.0.0.1:8001", service},
		[2]string{"http://127.0.0.1:8000 {", "http://:" + port + " {\n\tbind 127.0.0.1"}, // whatever the host
	))
	g.run(t, folder, program, "run", "--config", "Caddyfile", "--adapter", "caddyfile")
	return g
}

func newHAProxy(t *testing.T, edit ...func(*config.Config)) *gateway {
	t.Helper()
	program := programPath(t, "haproxy")
	g, service, front, folder := behind(t, edit...)
	save(t, folder, "haproxy.cfg", documented(t, "haproxy", "haproxy",
		[2]string{"127.0.0.1:8001", service},
		[2]string{"127.0.0.1:8000", front},
	))
	save(t, folder, "jeton.lua", documented(t, "haproxy", "lua",
		[2]string{"127.0.0.1:8080", strings.TrimPrefix(g.site.url, "http://")},
	))
	g.run(t, folder, program, "-f", "haproxy.cfg")
	return g
}
