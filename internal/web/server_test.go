package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serve starts the server as it is shipped, but for deadlines that a test can
// wait for.
func serve(t *testing.T, h *house) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.Config = Server(h, h.floor.Log)
	if s.Config.ReadTimeout == 0 || s.Config.IdleTimeout == 0 || s.Config.ReadTimeout >= s.Config.WriteTimeout {
		t.Error("the deadlines leave no time for the answer to a body that is late")
	}
	s.Config.ReadTimeout = 200 * time.Millisecond
	s.Config.WriteTimeout = 10 * time.Second
	s.Config.IdleTimeout = 100 * time.Millisecond
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func TestServer(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo, "POST": func(w http.ResponseWriter, r *http.Request) error {
		if _, err := ReadBody(r, MaxBody); err != nil {
			return err
		}
		return JSON(w, 200, nil)
	}}})
	server := serve(t, h)
	tests := []struct {
		name, text string
		status     int // 0: closed without an answer
		body       string
	}{
		{"a body", "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", 200, "null"},
		{"a body that does not come", "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nh", 408, `{"api":408}`},
		{"a chunk that is none", "POST /api/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, `{"api":400}`},
		{"a body too large", "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n" + strings.Repeat("x", 70000), 413, `{"api":413}`},
		{"an endless body", "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n" + strings.Repeat("x", 70000), 413, `{"api":413}`},
		{"headers between our bound and net/http's", "GET /api/x HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", 60<<10) + "\r\n\r\n", 431, `{"api":431}`},
		{"an address between our bound and net/http's", "GET /api/" + strings.Repeat("x", 60<<10) + " HTTP/1.1\r\nHost: h\r\n\r\n", 414, `{"api":414}`},
		{"everything, whose path nobody has", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 404, `{"rest":404}`},
		{"a tunnel", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 404, `{"rest":404}`},
		{"an absolute address", "GET http://h/api//x HTTP/1.1\r\nHost: h\r\n\r\n", 404, `{"api":404}`},
		{"dots, which are not followed", "GET /x/../api/x HTTP/1.1\r\nHost: h\r\n\r\n", 404, `{"rest":404}`},
		{"nothing", "", 0, ""},
		{"half a head", "GET /api/x HTTP/1.1\r\nHost:", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			go func() { _, _ = io.WriteString(c, tt.text) }() // the server may stop listening first
			in := bufio.NewReader(c)
			res, err := http.ReadResponse(in, nil)
			if tt.status == 0 {
				if err == nil || strings.Contains(err.Error(), "timeout") {
					t.Errorf("the connection stays open: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != tt.status || string(body) != tt.body {
				t.Errorf("%d %s %v, want %d %s", res.StatusCode, body, err, tt.status, tt.body)
			}
			if _, err := in.ReadByte(); err == nil || strings.Contains(err.Error(), "timeout") {
				t.Errorf("the connection stays open: %v", err)
			}
		})
	}
}

// A connection that the client wants closed is not cut while its body is still
// on the way: on many systems the reset would take the answer with it.
func TestServerTakesInABodyThatNobodyReads(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo, "POST": func(_ http.ResponseWriter, r *http.Request) error {
		_, err := ReadBody(r, MaxBody)
		return err
	}}})
	h.floor.Now = time.Now // the connection's deadlines are kept by the system
	server := serve(t, h)
	tests := []struct {
		name, head string
		size       int
		status     string
	}{
		{"too large", "POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close", MaxBody + 5000, "HTTP/1.1 413 "},
		{"too large, by HTTP/1.0", "POST /api/x HTTP/1.0", MaxBody + 5000, "HTTP/1.0 413 "},
		{"larger than what is taken in", "POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close", 2 * maxRest, "HTTP/1.1 413 "},
		{"for a path that nobody has", "POST /api/y HTTP/1.1\r\nHost: h\r\nConnection: close", 20_000, "HTTP/1.1 404 "},
		{"behind a head too large", "POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX: " + strings.Repeat("x", MaxHeaders), 20_000, "HTTP/1.1 431 "},
		{"of a GET", "GET /api/x HTTP/1.1\r\nHost: h\r\nConnection: close", 20_000, "HTTP/1.1 200 "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			if _, err := fmt.Fprintf(c, "%s\r\nContent-Length: %d\r\n\r\n%s", tt.head, tt.size, strings.Repeat("x", tt.size)); err != nil {
				t.Errorf("the body cannot be sent: %v", err)
			}
			if answer, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(answer), tt.status) {
				t.Errorf("the answer is %q, %v", answer, err)
			}
		})
	}
}

func TestServerSpeaksNoPlainHTTP2(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo}})
	server := serve(t, h)
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	answer, err := io.ReadAll(c)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 ") {
		t.Errorf("the preface is answered %q, %v", answer, err)
	}
}
