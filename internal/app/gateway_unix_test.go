//go:build unix

package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"jeton/internal/config"
)

// gateway is nginx before a service.
type gateway struct {
	*client // of the service, through nginx
	site    *site
	asked   atomic.Int64 // requests that reached the service
	log     *output

	mu   sync.Mutex
	last *http.Request // that reached the service
	body string        // of that request
}

// ServeHTTP is the service, which fails at /broken.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	g.last, g.body = r, string(body)
	g.mu.Unlock()
	g.asked.Add(1)
	if r.URL.Path == "/broken" {
		w.WriteHeader(http.StatusInternalServerError)
	}
	_, _ = io.WriteString(w, "served")
}

// programPath finds a gateway, which Debian keeps where not everybody looks.
func programPath(t *testing.T, program string) string {
	t.Helper()
	for _, folder := range []string{"", "/usr/sbin/", "/usr/local/sbin/"} {
		if path, err := exec.LookPath(folder + program); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("there is no %s; scripts/deps test installs it", program)
	}
	t.Skipf("there is no %s; scripts/deps test installs it", program)
	return ""
}

// documented returns the block in the language of the gateway's page, with other
// addresses: what is tested is what people are given.
func documented(t *testing.T, page, language string, addresses ...[2]string) string {
	t.Helper()
	page = "../../docs/gateways/" + page + ".md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, conf, _ := strings.Cut(string(text), "```"+language+"\n")
	conf, _, ok := strings.Cut(conf, "```")
	if !ok {
		t.Fatalf("%s has no block of %s", page, language)
	}
	for _, a := range addresses {
		if strings.Count(conf, a[0]) != 1 {
			t.Fatalf("the configuration in %s does not have %q just once", page, a[0])
		}
		conf = strings.Replace(conf, a[0], a[1], 1)
	}
	return conf
}

// newGateway starts nginx as it is documented, on sockets in a folder of its
// own, with the lines for a route table. As root its workers would be another
// user, who may not enter that folder: so there are none.
func newGateway(t *testing.T, edit ...func(*config.Config)) *gateway {
	t.Helper()
	nginx := programPath(t, "nginx")
	cfg := settings(t)
	for _, e := range edit {
		e(&cfg)
	}
	g := &gateway{site: open(t, cfg), log: &output{}}
	service := httptest.NewServer(g)
	t.Cleanup(service.Close)
	prefix := t.TempDir()
	socket := filepath.Join(prefix, "front")
	conf := documented(t, "nginx", "nginx",
		[2]string{"server 127.0.0.1:8080;", "server " + strings.TrimPrefix(g.site.url, "http://") + ";"},
		[2]string{"proxy_pass http://127.0.0.1:8001;", "proxy_pass " + service.URL + ";"},
		[2]string{"listen 127.0.0.1:8000;", "listen unix:" + socket + ";"},
		[2]string{"listen 127.0.0.1:8001;", "listen unix:" + socket + "-unused;"},
	)
	const last = "proxy_set_header X-Forwarded-For $remote_addr;\n"
	conf = strings.Replace(conf, last, last+documented(t, "routes", "nginx"), 1)
	file := filepath.Join(prefix, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-e", "stderr", "-p", prefix, "-c", file, "-g", "master_process off;")
	cmd.Stderr = g.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // ended by a signal
	})
	g.client = newClient(t, "http://service")
	g.http.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	g.await(t)
	return g
}

// await waits until the gateway listens.
func (g *gateway) await(t *testing.T) {
	t.Helper()
	for range 500 {
		if _, err := g.try("GET", "/", ""); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the gateway does not answer:\n%s", g.log)
}

// pass sends a request that is to reach the service, and returns what did.
func (g *gateway) pass(t *testing.T, c *client, method, path, body string, edit ...func(*http.Request)) *http.Request {
	t.Helper()
	before := g.asked.Load()
	a := c.do(t, method, path, body, edit...)
	if a.status != http.StatusOK || g.asked.Load() != before+1 || method != "HEAD" && a.body != "served" {
		t.Fatalf("%s %s: %s, not served once\n%s", method, path, a, g.log)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.body != body || g.last.RequestURI != path {
		t.Errorf("%s %s reached the service as %s with %q", method, path, g.last.RequestURI, g.body)
	}
	return g.last
}

// refuse sends a request that is not to reach the service.
func (g *gateway) refuse(t *testing.T, c *client, status int, method, path, body string, edit ...func(*http.Request)) *answer {
	t.Helper()
	before := g.asked.Load()
	a := c.do(t, method, path, body, edit...)
	if a.status != status || g.asked.Load() != before {
		t.Errorf("%s %s: %s, want %d; it reached the service %d times\n%s", method, path, a, status, g.asked.Load()-before, g.log)
	}
	return a
}
