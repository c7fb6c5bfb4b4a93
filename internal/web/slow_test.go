package web

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// strangers is a server as it is shipped, behind a gate, over TLS where secure,
// with deadlines that a test can wait for.
type strangers struct {
	*httptest.Server
	gate *Gate
}

const manyStrangers = 200

func openTo(t *testing.T, secure bool) *strangers {
	t.Helper()
	big := []byte(strings.Repeat("x", 1<<20))
	h := newHouse(t, Table{"/verify": {"GET": echo}, "/api/x": {
		"GET": func(w http.ResponseWriter, _ *http.Request) error { Bytes(w, 200, "text/plain", big); return nil },
		"POST": func(w http.ResponseWriter, r *http.Request) error {
			if _, err := ReadBody(r, MaxBody); err != nil {
				return err
			}
			return JSON(w, 200, nil)
		},
	}})
	h.floor.Now = time.Now // the connections' deadlines are kept by the system
	h.floor.Rooms = Rooms{API: {2, 100}}
	h.remount()
	s := &strangers{Server: httptest.NewUnstartedServer(nil)}
	s.gate = NewGate(s.Listener, manyStrangers, 0)
	s.Listener = s.gate
	s.Config = Server(h, h.floor.Log)
	s.Config.ReadTimeout, s.Config.WriteTimeout, s.Config.IdleTimeout = 500*time.Millisecond, time.Second, 500*time.Millisecond
	s.EnableHTTP2 = secure
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// Frames of HTTP/2, as a client sends them.
const (
	preface  = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	// post is a POST to https://h/api/x whose body is still to come.
	post = "\x00\x00\x0d\x01\x04\x00\x00\x00\x01\x83\x87\x44\x06/api/x\x41\x01h"
	// halfHead announces 16 KiB of headers, of which one byte comes.
	halfHead = "\x00\x40\x00\x01\x00\x00\x00\x00\x01\x83"
)

// Whatever a client is slow at, it is sent away, its place is free again, and
// somebody honest is answered meanwhile.
func TestServerSendsSlowClientsAway(t *testing.T) {
	t.Parallel()
	const each = 3 // connections of each kind
	plain, secure := openTo(t, false), openTo(t, true)
	h1, h2 := []string{"http/1.1"}, []string{"h2"}
	tests := []struct {
		name  string
		alpn  []string // over TLS, after the handshake
		raw   bool     // over TLS, without one
		text  string
		drips string // again and again
		deaf  bool   // reads nothing of what is answered
	}{
		{name: "says nothing"},
		{name: "half a head", text: "GET /verify HTTP/1.1\r\nHost:"},
		{name: "a head by the byte", text: "GET /verify HTTP/1.1\r\nX: ", drips: "x"},
		{name: "half a body", text: "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx"},
		{name: "a body by the byte", text: "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n", drips: "x"},
		{name: "a body by the chunk", text: "POST /api/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", drips: "1\r\nx\r\n"},
		{name: "leaves 100 unanswered", text: "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"},
		{name: "stays after an answer", text: "GET /verify HTTP/1.1\r\nHost: h\r\n\r\n"},
		{name: "takes no answer", text: strings.Repeat("GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n", 30), deaf: true},
		{name: "the preface of HTTP/2 in plain text", text: "PRI"},
		{name: "TLS, says nothing", raw: true},
		{name: "TLS, half a hello", raw: true, text: "\x16\x03\x01\x02\x00\x01\x00"},
		{name: "TLS, half a head", alpn: h1, text: "GET / HTTP/1.1\r\nHost:"},
		{name: "HTTP/2, three bytes of the preface", alpn: h2, text: "PRI"},
		{name: "HTTP/2, no frames", alpn: h2, text: preface},
		{name: "HTTP/2, no requests", alpn: h2, text: preface + settings},
		{name: "HTTP/2, half a head", alpn: h2, text: preface + settings + halfHead},
		{name: "HTTP/2, no body", alpn: h2, text: preface + settings + post},
	}
	var all sync.WaitGroup
	var opened []net.Conn
	for _, tt := range tests {
		server := plain
		if tt.raw || tt.alpn != nil {
			server = secure
		}
		for range each {
			c := dial(t, server, tt.alpn)
			opened = append(opened, c)
			all.Go(func() {
				if !isSentAway(c, tt.text, tt.drips, tt.deaf) {
					t.Errorf("%s: the connection stays open", tt.name)
				}
			})
		}
	}
	for _, s := range []*strangers{plain, secure} {
		for path, body := range map[string]io.Reader{"/verify": nil, "/api/x": strings.NewReader("hello")} {
			method := map[bool]string{true: "GET", false: "POST"}[body == nil]
			r, _ := http.NewRequest(method, s.URL+path, body)
			if res, err := s.Client().Do(r); err != nil || res.StatusCode != 200 {
				t.Errorf("somebody honest is answered %v, %v", res, err)
			}
		}
		s.Client().CloseIdleConnections()
	}
	all.Wait()
	for _, s := range []*strangers{plain, secure} {
		for until := time.Now().Add(10 * time.Second); len(s.gate.places) > 0; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%d connections are still held", len(s.gate.places))
			}
		}
	}
	for _, c := range opened {
		_ = c.Close()
	}
}

func dial(t *testing.T, s *strangers, alpn []string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if alpn != nil {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true, NextProtos: alpn})
	}
	return c
}

// isSentAway talks as it is told to, and reports whether the server closes the
// connection.
func isSentAway(c net.Conn, text, drips string, deaf bool) bool {
	_ = c.SetDeadline(time.Now().Add(30 * time.Second)) // net/http waits 10 s for a preface
	if _, err := io.WriteString(c, text); err != nil {
		return !errors.Is(err, os.ErrDeadlineExceeded)
	}
	for drips != "" {
		if _, err := io.WriteString(c, drips); err != nil {
			return !errors.Is(err, os.ErrDeadlineExceeded)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if deaf {
		time.Sleep(3 * time.Second) // longer than the server tries
	}
	_, err := io.Copy(io.Discard, c)
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// Of an endless body little more is taken than the system holds by itself.
func TestServerCutsEndlessBodies(t *testing.T) {
	t.Parallel()
	const most = 8 << 20
	s := openTo(t, false)
	for _, head := range []string{
		"POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
		"POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 99999999999\r\n\r\n",
		"POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
		"GET /verify HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
		"POST /api/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000\r\n",
	} {
		c := dial(t, s, nil)
		_ = c.SetDeadline(time.Now().Add(30 * time.Second))
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		sent, part := 0, make([]byte, 64<<10)
		for sent < 4*most {
			n, err := c.Write(part)
			sent += n
			if err != nil {
				break
			}
		}
		if sent > most {
			t.Errorf("%q: %d bytes were taken", head, sent)
		}
	}
}

// A full house turns nobody away without a word: the quiet faces are answered,
// all else is told to come again, and a place that is left is taken again.
func TestGate(t *testing.T) {
	h := newHouse(t, Table{"/verify": {"GET": echo}, "/api/x": {"GET": echo}})
	h.floor.Now = time.Now
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gate := NewGate(l, 2, 1)
	main, reserve := Server(h, h.floor.Log), ReserveServer(h.floor.Reserve(h.faces), h.floor.Log)
	var serving sync.WaitGroup
	serving.Go(func() { _ = main.Serve(gate) })
	serving.Go(func() { _ = reserve.Serve(gate.Reserve()) })
	defer serving.Wait()
	defer func() { _ = main.Close() }()

	open := func() (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		return c, bufio.NewReader(c)
	}
	ask := func(c net.Conn, in *bufio.Reader, path string) (status int, closes bool) {
		_, _ = io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: h\r\n\r\n")
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return 0, true
		}
		_, _ = io.Copy(io.Discard, res.Body)
		return res.StatusCode, res.Close
	}
	expect := func(what string, c net.Conn, in *bufio.Reader, path string, status int, closes bool) {
		t.Helper()
		if got, closed := ask(c, in, path); got != status || closed != closes {
			t.Errorf("%s is answered %d, closed %v; want %d, %v", what, got, closed, status, closes)
		}
	}
	first, in1 := open()
	second, in2 := open()
	expect("the first", first, in1, "/api/x", 200, false)
	expect("the second", second, in2, "/api/x", 200, false)
	third, in3 := open()
	expect("one more", third, in3, "/api/x", 503, true)
	eventually(t, func() bool { return len(gate.reserve) == 0 })
	fourth, in4 := open()
	eventually(t, func() bool { return len(gate.reserve) == 1 })
	fifth, in5 := open()
	expect("one beyond the reserve", fifth, in5, "/verify", 0, true)
	expect("verification in reserve", fourth, in4, "/verify", 200, true)
	_ = first.Close()
	eventually(t, func() bool { return len(gate.places) == 1 })
	sixth, in6 := open()
	expect("who takes the place", sixth, in6, "/api/x", 200, false)
	expect("the second, all the while", second, in2, "/api/x", 200, false)
}

// Both servers close the one listener when they stop. A failure of the second would
// be told as requests that were cut off.
func TestGateIsClosedByBothServers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gate := NewGate(l, 1, 1)
	for _, of := range []net.Listener{gate, gate.Reserve()} {
		if err := of.Close(); err != nil {
			t.Errorf("closing it: %v", err)
		}
	}
	if _, err := gate.Reserve().Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the reserve goes on: %v", err)
	}
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it does not come to pass")
		}
	}
}
