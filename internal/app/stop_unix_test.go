//go:build unix

package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// SIGTERM finishes what is in flight, says meanwhile that the server is not
// ready, takes no more, writes down what was counted, and ends with 0.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	folder, env := filepath.Join(t.TempDir(), "data"), admin(t)
	p := serve(t, folder, env...)
	c := newClient(t, p.url())
	ada := c.basic("ada", adminPassword)
	used := ada.personal(t, "ada", "{}")
	if got := c.verify(t, used.Token); got != http.StatusOK {
		t.Fatalf("the token is answered %d", got)
	}
	slow, kept := dial(t, c), dial(t, c)
	kept.send("GET /readyz HTTP/1.1\r\nHost: jeton\r\n\r\n")
	if a := kept.answer(); a.status != http.StatusOK || a.body != `{"status":"ready"}` {
		t.Errorf("/readyz: %s", a)
	}
	form := "grant_type=client_credentials&client_id=ada&client_secret=" + strings.ReplaceAll(adminPassword, " ", "+")
	slow.send("POST /apiops/auth/token HTTP/1.1\r\nHost: jeton\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form[:20])
	time.Sleep(50 * time.Millisecond) // it is in flight
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.waitFor("msg=stopping")
	kept.send("GET /readyz HTTP/1.1\r\nHost: jeton\r\n\r\n")
	if a := kept.answer(); a.status != http.StatusServiceUnavailable || a.body != `{"status":"stopping"}` {
		t.Errorf("/readyz while it stops: %s", a)
	}
	checkTakesNoMore(t, c)
	slow.send("%s", form[20:])
	a := slow.answer()
	if a.status != http.StatusOK {
		t.Fatalf("the request in flight: %s", a)
	}
	if code := p.code(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.log)
	}
	var granted struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(a.body), &granted); err != nil {
		t.Fatal(err)
	}
	c = newClient(t, serve(t, folder, env...).url())
	if got := c.verify(t, granted.Token); got != http.StatusOK {
		t.Errorf("the token made while it stopped is answered %d", got)
	}
	after := object[token](t, c.basic("ada", adminPassword).must(t, http.StatusOK, "GET", fmt.Sprintf("/api/v2/tokens/%d/", used.ID), ""))
	if after.LastUsed == nil {
		t.Error("the last use was not written down")
	}
}

// A client that holds its request back is cut off in time.
func TestStopWaitsForNobodyForEver(t *testing.T) {
	t.Parallel()
	p := serve(t, filepath.Join(t.TempDir(), "data"), admin(t)...)
	c := newClient(t, p.url())
	stuck, silent := dial(t, c), dial(t, c)
	stuck.send("POST /apiops/auth/token HTTP/1.1\r\nHost: jeton\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nx")
	c.must(t, http.StatusOK, "GET", "/healthz", "") // and is idle
	_ = silent
	began := time.Now()
	terminate(t, p)
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %v to stop", took)
	}
}

// checkTakesNoMore waits for new connections to be refused.
func checkTakesNoMore(t *testing.T, c *client) {
	t.Helper()
	for range 500 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
		if err != nil {
			return
		}
		_ = conn.Close()
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("new connections are still taken")
}

// waitFor waits until the process has written the text.
func (p *process) waitFor(text string) {
	p.t.Helper()
	for range 500 {
		if strings.Contains(p.log.String(), text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatalf("no %s in:\n%s", text, p.log)
}

// wire is a connection on which a test writes what it likes.
type wire struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

func dial(t testing.TB, c *client) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &wire{t, conn, bufio.NewReader(conn)}
}

func (w *wire) send(format string, args ...any) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w.conn, format, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wire) answer() *answer {
	w.t.Helper()
	_ = w.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	res, err := http.ReadResponse(w.in, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return &answer{res.StatusCode, res.Header, string(body)}
}
