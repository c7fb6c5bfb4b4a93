package web

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// busyHouse has a small room for each class; GET and POST of every path wait
// for open, but on /verify.
func busyHouse(t *testing.T, rooms Rooms) (h *house, begun chan string, open chan struct{}) {
	t.Helper()
	begun, open = make(chan string, 100), make(chan struct{})
	slow := func(w http.ResponseWriter, r *http.Request) error {
		begun <- r.URL.Path
		<-open
		return JSON(w, 200, nil)
	}
	h = newHouse(t, Table{
		"/api/x": {"GET": slow, "POST": slow}, "/page": {"GET": slow}, "/verify": {"GET": echo},
	})
	h.floor.Rooms = rooms
	h.remount()
	return h, begun, open
}

// later sends a request and returns where its answer will be.
func (h *house) later(r *http.Request) <-chan *httptest.ResponseRecorder {
	answer := make(chan *httptest.ResponseRecorder, 1)
	go func() { answer <- h.do(r) }()
	return answer
}

func withPassword(r *http.Request) *http.Request {
	r.SetBasicAuth("alice", "x")
	return r
}

func get(path string) *http.Request { return httptest.NewRequest("GET", path, nil) }

// Whatever the others are busy with, verification is answered, and each class
// has its own places. What finds none is told when to come again, in the shape
// of its face. Time is that of a bubble: it passes when all wait.
func TestAdmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, begun, open := busyHouse(t, Rooms{Pages: {1, 1}, API: {2, 1}, Passwords: {1, 0}})
		pages := []<-chan *httptest.ResponseRecorder{h.later(get("/page"))}
		passwords := []<-chan *httptest.ResponseRecorder{h.later(withPassword(get("/api/x")))}
		apis := []<-chan *httptest.ResponseRecorder{h.later(get("/api/x")), h.later(get("/api/x"))}
		synctest.Wait()
		if len(begun) != 4 {
			t.Fatalf("%d requests were begun, want 4", len(begun))
		}
		tests := []struct {
			name   string
			r      *http.Request
			status int
			body   string
			waited time.Duration
		}{
			{"verification", get("/verify"), 200, `{"id":"","sub":"","method":"GET"}`, 0},
			{"a password, which does not wait", withPassword(get("/api/x")), 503, `{"api":503}`, 0},
			{"a page, which waits in vain", get("/page"), 503, `{"rest":503}`, patience},
			{"a call, which waits in vain", get("/api/x"), 503, `{"api":503}`, patience},
			{"verification with a name and a password", withPassword(get("/verify")), 200, `{"id":"","sub":"","method":"GET"}`, 0},
		}
		for _, tt := range tests {
			began := time.Now()
			w := h.do(tt.r)
			if w.Code != tt.status || w.Body.String() != tt.body || (w.Code == 503) != (w.Header().Get("Retry-After") == "1") || time.Since(began) != tt.waited {
				t.Errorf("%s: %d %s after %v, Retry-After %q", tt.name, w.Code, w.Body, time.Since(began), w.Header().Get("Retry-After"))
			}
		}

		apis = append(apis, h.later(get("/api/x")))
		synctest.Wait()
		began := time.Now()
		if w := h.do(get("/api/x")); w.Code != 503 || time.Since(began) != 0 {
			t.Errorf("behind a full queue: %d after %v", w.Code, time.Since(began))
		}
		if got, want := h.floor.Refused(), map[string]int64{"pages": 1, "api": 2, "passwords": 1}; !maps.Equal(got, want) {
			t.Errorf("counted %v, want %v", got, want)
		}
		close(open)
		for _, answers := range [][]<-chan *httptest.ResponseRecorder{pages, passwords, apis} {
			for _, a := range answers {
				if w := <-a; w.Code != 200 {
					t.Errorf("one that was let in is answered %d", w.Code)
				}
			}
		}
		for name, r := range map[string]*http.Request{"page": get("/page"), "call": get("/api/x"), "password": withPassword(get("/api/x"))} {
			if w := h.do(r); w.Code != 200 {
				t.Errorf("afterwards a %s is answered %d", name, w.Code)
			}
		}
	})
}

// Who gives up is not waited for, and takes no place.
func TestAdmissionOfOneWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, begun, open := busyHouse(t, Rooms{API: {1, 1}})
		first := h.later(get("/api/x"))
		synctest.Wait()
		ctx, leave := context.WithCancel(t.Context())
		second := h.later(get("/api/x").WithContext(ctx))
		synctest.Wait()
		leave()
		if w := <-second; w.Code != 503 {
			t.Errorf("who left is answered %d", w.Code)
		}
		third := h.later(get("/api/x"))
		synctest.Wait()
		close(open)
		if a, b := (<-first).Code, (<-third).Code; a != 200 || b != 200 || len(begun) != 2 {
			t.Errorf("%d, %d, begun %d", a, b, len(begun))
		}
	})
}

// A handler that panics, or answers nothing, gives its place back, and the work
// has an end.
func TestAdmissionGivesBack(t *testing.T) {
	deadline := false
	h := newHouse(t, Table{"/api/x": {
		"GET":    func(http.ResponseWriter, *http.Request) error { panic("x") },
		"DELETE": func(http.ResponseWriter, *http.Request) error { return nil },
		"POST": func(w http.ResponseWriter, r *http.Request) error {
			_, deadline = r.Context().Deadline()
			return JSON(w, 200, nil)
		},
	}})
	h.floor.Rooms = Rooms{API: {1, 0}}
	h.remount()
	for range 3 {
		if w := h.do(get("/api/x")); w.Code != 500 {
			t.Errorf("a panic is answered %d", w.Code)
		}
		if w := h.do(httptest.NewRequest("DELETE", "/api/x", nil)); w.Code != 200 {
			t.Errorf("where nothing was written: %d", w.Code)
		}
	}
	if w := h.do(httptest.NewRequest("POST", "/api/x", nil)); w.Code != 200 || !deadline {
		t.Errorf("after that: %d, with a deadline: %v", w.Code, deadline)
	}
}

// pipeBody is a body that arrives as it is written.
func pipeBody(path string, length int64) (*http.Request, *io.PipeWriter) {
	in, out := io.Pipe()
	r := httptest.NewRequest("POST", path, in)
	r.ContentLength = length
	return r, out
}

// A client that does not take its answer takes no place either.
func TestAdmissionEndsWithTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken := make(chan struct{})
		h := newHouse(t, Table{"/api/x": {"GET": func(w http.ResponseWriter, r *http.Request) error {
			w.WriteHeader(http.StatusOK)
			if r.URL.RawQuery == "deaf" {
				<-taken
			}
			return nil
		}}})
		h.floor.Rooms = Rooms{API: {1, 0}}
		h.remount()
		deaf := h.later(get("/api/x?deaf"))
		synctest.Wait()
		if w := h.do(get("/api/x")); w.Code != 200 {
			t.Errorf("meanwhile another is answered %d", w.Code)
		}
		close(taken)
		<-deaf
	})
}

// A body on its way takes no place, and what becomes of it is told to the handler.
func TestAdmissionWaitsForTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, Table{"/api/x": {"POST": func(w http.ResponseWriter, r *http.Request) error {
			body, err := ReadBody(r, MaxBody)
			if err != nil {
				return err
			}
			return JSON(w, 200, len(body))
		}}})
		h.floor.Rooms = Rooms{API: {1, 0}}
		h.remount()
		slow, out := pipeBody("/api/x", 10)
		late := h.later(slow)
		synctest.Wait()
		tests := []struct {
			name, body string
			length     int64
			status     int
			answer     string
		}{
			{"as announced", "hello", 5, 200, "5"},
			{"of unknown length", "hello", -1, 200, "5"},
			{"as large as may be", strings.Repeat("x", MaxBody), -1, 200, "65536"},
			{"a byte larger", strings.Repeat("x", MaxBody+1), -1, 413, `{"api":413}`},
			{"endless", strings.Repeat("x", 4*MaxBody), -1, 413, `{"api":413}`},
			{"announced as too large", "", MaxBody + 1, 413, `{"api":413}`},
		}
		for _, tt := range tests {
			r, out := pipeBody("/api/x", tt.length)
			go func() { _, _ = io.WriteString(out, tt.body); _ = out.Close() }()
			if w := h.do(r); w.Code != tt.status || w.Body.String() != tt.answer {
				t.Errorf("%s: %d %s", tt.name, w.Code, w.Body)
			}
			_ = r.Body.Close()
		}
		_, _ = io.WriteString(out, "hello ")
		_ = out.CloseWithError(io.ErrUnexpectedEOF)
		if w := <-late; w.Code != 400 {
			t.Errorf("a body that broke off is answered %d %s", w.Code, w.Body)
		}
	})
}

// In reserve the quiet faces are answered and nothing else.
func TestFloorReserve(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo}, "/verify": {"GET": echo}, "/page": {"GET": echo}})
	h.Handler = h.floor.Reserve(h.faces)
	for path, status := range map[string]int{"/api/x": 503, "/page": 503, "/verify": 200} {
		if w := h.do(get(path)); w.Code != status {
			t.Errorf("%s is answered %d, want %d", path, w.Code, status)
		}
	}
}

// A flood of what is refused fills no disk.
func TestAdmissionRefusalsAreLoggedABoundedNumberOfTimes(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo}})
	h.Handler = h.floor.Reserve(h.faces)
	for range 5 * refusalsPerSecond {
		h.do(get("/api/x"))
	}
	if n := len(h.lines(t)); n != refusalsPerSecond {
		t.Errorf("%d lines, want %d", n, refusalsPerSecond)
	}
}
