//go:build unix

package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jeton/internal/config"
)

const routeTable = `
api.example.org    /public  GET,HEAD  *
api.example.org    /deploy  *         write
api.example.org    /        *         auto
admin.example.org  /        *         write
`

// Behind each gateway the route table judges the request that the service gets,
// however the client spells it.
func TestGatewaysWithRoutes(t *testing.T) {
	for name, start := range gateways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			save(t, folder, "routes", routeTable)
			testRoutes(t, start(t, func(c *config.Config) { c.VerifyRoutes = filepath.Join(folder, "routes") }))
		})
	}
}

func testRoutes(t *testing.T, g *gateway) {
	read := g.site.ada.personal(t, "ada", `{"scope":"read"}`)
	const host = "Host: api.example.org\r\n"
	tests := []struct {
		name, head string
		passes     bool
	}{
		{"to look", "GET /x HTTP/1.1\r\n" + host, true},
		{"what is public", "GET /public/x?y=/deploy HTTP/1.1\r\n" + host, true},
		{"to write", "POST /x HTTP/1.1\r\nContent-Length: 0\r\n" + host, false},
		{"another path", "GET /deploy HTTP/1.1\r\n" + host, false},
		{"another host", "GET /x HTTP/1.1\r\nHost: admin.example.org\r\n", false},
		{"another host in capitals, with a port", "GET /x HTTP/1.1\r\nHost: ADMIN.example.org:80\r\n", false},
		{"another host in the address", "GET http://admin.example.org/x HTTP/1.1\r\n" + host, false},
		{"no host", "GET /x HTTP/1.0\r\n", false},
		{"a forged path", "GET /deploy HTTP/1.1\r\nX-Forwarded-Uri: /public\r\nX-Original-Uri: /public\r\nX-Original-Url: /public\r\n" + host, false},
		{"a forged host", "GET /x HTTP/1.1\r\nX-Forwarded-Host: api.example.org\r\nX-Original-Host: api.example.org\r\nHost: admin.example.org\r\n", false},
		{"forged, and named in Connection", "POST /deploy HTTP/1.1\r\nContent-Length: 0\r\nX-Forwarded-Uri: /public\r\nX-Forwarded-Method: GET\r\nConnection: X-Forwarded-Uri, X-Forwarded-Host, X-Forwarded-Method\r\n" + host, false},
		{"dots", "GET /public/../deploy HTTP/1.1\r\n" + host, false},
		{"escaped dots", "GET /public/%2e%2e/deploy HTTP/1.1\r\n" + host, false},
		{"dots behind a bad escape", "GET /public/%zz/%2e%2e/%2e%2e/deploy HTTP/1.1\r\n" + host, false},
		{"dots behind a #", "GET /public#/../deploy HTTP/1.1\r\n" + host, false},
		{"an escaped slash", "GET /public/..%2fdeploy HTTP/1.1\r\n" + host, false},
		{"a backslash", "GET /public\\..\\deploy HTTP/1.1\r\n" + host, false},
		{"a semicolon", "GET /public/..;/deploy HTTP/1.1\r\n" + host, false},
		{"two slashes", "GET //deploy HTTP/1.1\r\n" + host, false},
		{"capitals", "GET /DEPLOY HTTP/1.1\r\n" + host, false},
		{"a method in small letters", "post /public HTTP/1.1\r\nContent-Length: 0\r\n" + host, false},
	}
	for _, tt := range tests {
		before := g.asked.Load()
		answer := g.talk(t, tt.head+"Authorization: Bearer "+read.Token+"\r\nConnection: close\r\n\r\n")
		if passed := g.asked.Load() != before; passed != tt.passes {
			t.Errorf("%s: passes: %v; answered %q\n%s", tt.name, passed, answer, g.log)
		}
	}
	// Of two hosts one is left, or both are judged.
	before := g.asked.Load()
	g.talk(t, "GET http://api.example.org/x HTTP/1.1\r\nHost: admin.example.org\r\nAuthorization: Bearer "+read.Token+"\r\nConnection: close\r\n\r\n")
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.asked.Load() != before && g.last.Host != "api.example.org" {
		t.Errorf("two hosts pass, and the service is asked as %s", g.last.Host)
	}
}

// talk sends text to the gateway as it is, and returns the first line of the answer.
func (g *gateway) talk(t *testing.T, text string) string {
	t.Helper()
	dial := g.http.Transport.(*http.Transport).DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	c, err := dial(context.Background(), "tcp", strings.TrimPrefix(g.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(c, text)
	answer, _ := io.ReadAll(c)
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return line
}
