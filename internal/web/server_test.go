package web

import (
	"bufio"
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
