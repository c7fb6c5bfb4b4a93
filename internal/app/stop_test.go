package app_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"jeton/internal/app"
)

// When Serve and Close have returned nothing of the server runs any more, and
// the folder is free. The test runs alone: the servers of others would be found.
func TestNothingIsLeftRunning(t *testing.T) {
	s := open(t, settings(t))
	secret := s.ada.personal(t, "ada", "{}").Token
	if got := s.verify(t, secret); got != http.StatusOK {
		t.Fatalf("the token is answered %d", got)
	}
	if _, err := app.Open(t.Context(), s.cfg, time.Now); err == nil || !strings.Contains(err.Error(), "another server is using it") {
		t.Errorf("a second server on the folder: %v", err)
	}
	if !strings.Contains(running(), "index.(*Index).Run") {
		t.Fatal("this test sees nothing running")
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	left := running()
	for range 200 { // what was told to end may take a moment
		if left == "" {
			break
		}
		time.Sleep(10 * time.Millisecond)
		left = running()
	}
	if left != "" {
		t.Errorf("still running:\n%s", left)
	}
	if got := open(t, s.cfg).verify(t, secret); got != http.StatusOK {
		t.Errorf("in the next server the token is answered %d", got)
	}
}

// running returns the stacks of goroutines that are of the server or serve its
// connections.
func running() string {
	buf := make([]byte, 1<<20)
	var left []string
	for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		ours := strings.Contains(strings.ReplaceAll(stack, "jeton/internal/app_test", ""), "jeton/internal/")
		if (ours || strings.Contains(stack, "net/http.(*conn).serve")) && !strings.Contains(stack, "testing.tRunner") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

// Whoever stops a server that has hardly begun is not told that it failed.
func TestStopBeforeTheServerIsReady(t *testing.T) {
	cfg := settings(t)
	a, err := app.Open(t.Context(), cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := errors.Join(a.Serve(ctx, listener), a.Close()); err != nil {
		t.Error(err)
	}
}
