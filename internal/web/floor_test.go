package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

// house is a floor with three faces: one at /api, a quiet one at /verify, and
// one that owns the rest.
type house struct {
	http.Handler
	floor *Floor
	faces *Faces
	log   bytes.Buffer
	now   time.Time
}

func newHouse(t *testing.T, routes Table) *house {
	t.Helper()
	h := &house{now: time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)}
	h.floor = &Floor{
		Log:     slog.New(slog.NewJSONHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:     func() time.Time { return h.now },
		Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	}
	faces := &Faces{}
	h.faces = faces
	named := func(name string) Fail {
		return func(w http.ResponseWriter, _ *http.Request, err error) {
			status := map[pat.Kind]int{pat.Internal: 500, pat.Unauthenticated: 401, pat.Unavailable: 503}[pat.AsError(err).Kind]
			if e := AsError(err); e != nil {
				status = e.Status
			}
			_ = JSON(w, status, Object{{name, status}})
		}
	}
	faces.Add(Face{Name: "rest", Fail: named("rest"), Handler: routes.Handler(named("rest"))})
	faces.Add(Face{Name: "api", Prefix: "/api", Class: API, Fail: named("api"), Handler: routes.Handler(named("api"))})
	faces.Add(Face{Name: "apiops", Prefix: "/apiops", Fail: named("apiops"), Handler: routes.Handler(named("apiops"))})
	faces.Add(Face{Name: "verify", Prefix: "/verify", Fail: named("verify"), Handler: routes.Handler(named("verify")), Quiet: true})
	h.remount()
	return h
}

// remount takes the floor's settings anew.
func (h *house) remount() {
	h.Handler = h.floor.Wrap(h.faces)
}

func (h *house) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// lines returns what was logged.
func (h *house) lines(t *testing.T) (lines []map[string]any) {
	t.Helper()
	for line := range strings.Lines(h.log.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, m)
	}
	return lines
}

func TestFacesAreSeparatedByTheLongestPrefix(t *testing.T) {
	h := newHouse(t, Table{})
	for path, face := range map[string]string{
		"/api": "api", "/api/": "api", "/api/x/": "api", "/%61pi/x": "api", "/api/a%2Fb": "api",
		"/apiops": "apiops", "/apiops/x": "apiops", "/apix": "rest", "/": "rest", "/x": "rest",
		"//api/": "rest", "/./api/": "rest", "/x/../api/": "rest", "/api%2Fx": "rest", "/API/": "rest",
		"/api//x": "api", "/api/../x": "api", "/verify": "verify", "/verify/": "verify", "/verify/a//b": "verify", "/verifyx": "rest",
	} {
		w := h.do(httptest.NewRequest("GET", path, nil))
		if got, want := w.Body.String(), `{"`+face+`":404}`; w.Code != 404 || got != want || w.Header().Get("Location") != "" {
			t.Errorf("%s is answered %d %s, want 404 %s", path, w.Code, got, want)
		}
	}
}

func TestFloorBounds(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo}})
	headers := func(n int) *http.Request {
		r := httptest.NewRequest("GET", "/api/x", nil)
		r.Host = ""
		fixed := len("Host") + 4 + len("X-Pad") + 4
		r.Header.Set("X-Pad", strings.Repeat("x", n-fixed))
		return r
	}
	tests := []struct {
		name   string
		r      *http.Request
		status int
		body   string
	}{
		{"an address of 8 KiB", httptest.NewRequest("GET", "/api/x?"+strings.Repeat("x", MaxAddress-7), nil), 200, `{"id":"","sub":"","method":"GET"}`},
		{"one byte more", httptest.NewRequest("GET", "/api/x?"+strings.Repeat("x", MaxAddress-6), nil), 414, `{"api":414}`},
		{"a path too long where nobody lives", httptest.NewRequest("GET", "/"+strings.Repeat("x", MaxAddress), nil), 414, `{"rest":414}`},
		{"headers of 16 KiB", headers(MaxHeaders), 200, `{"id":"","sub":"","method":"GET"}`},
		{"a byte more of headers", headers(MaxHeaders + 1), 431, `{"api":431}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.do(tt.r)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, tt.status, tt.body)
			}
		})
	}
}

func TestFloorHeaders(t *testing.T) {
	h := newHouse(t, Table{"/api/x": {"GET": echo}, "/verify": {"GET": func(w http.ResponseWriter, _ *http.Request) error { return nil }}})
	for _, path := range []string{"/api/x", "/api/nothing", "/verify"} {
		got := h.do(httptest.NewRequest("GET", path, nil)).Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
			"Cache-Control": "no-store", "Strict-Transport-Security": "", "Server": "", "Access-Control-Allow-Origin": "",
		} {
			if got.Get(name) != want {
				t.Errorf("%s has %s: %q, want %q", path, name, got.Get(name), want)
			}
		}
		if id := got.Get("X-Request-Id"); (path == "/verify") != (id == "") {
			t.Errorf("%s has the request id %q", path, id)
		}
	}
	for _, tt := range []struct {
		name, remote, proto string
		want                bool
	}{
		{"a trusted proxy that says https", "10.0.0.1:1", "https", true},
		{"a trusted proxy that says http", "10.0.0.1:1", "http", false},
		{"a stranger who says https", "192.0.2.1:1", "https", false},
	} {
		r := httptest.NewRequest("GET", "/api/x", nil)
		r.RemoteAddr = tt.remote
		r.Header.Set("X-Forwarded-Proto", tt.proto)
		if got := h.do(r).Header().Get("Strict-Transport-Security"); (got != "") != tt.want {
			t.Errorf("%s: Strict-Transport-Security is %q", tt.name, got)
		}
	}
}

func TestFloorRequestID(t *testing.T) {
	var via pat.Via
	h := newHouse(t, Table{"/api/x": {"GET": func(w http.ResponseWriter, r *http.Request) error {
		via = ViaOf(r)
		return JSON(w, 200, nil)
	}}})
	r := httptest.NewRequest("GET", "/api/x", nil)
	r.RemoteAddr = "10.0.0.1:1"
	r.Header.Set("X-Forwarded-For", "198.51.100.7")
	r.Header.Set("X-Request-Id", "mine")
	id := h.do(r).Header().Get("X-Request-Id")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("the request id is %q", id)
	}
	if want := (pat.Via{Face: "api", Address: netip.MustParseAddr("198.51.100.7"), RequestID: id}); via != want {
		t.Errorf("ViaOf returns %v, want %v", via, want)
	}
	if other := h.do(r).Header().Get("X-Request-Id"); other == id {
		t.Error("two requests have one id")
	}
	if got := h.lines(t)[0]["request_id"]; got != id {
		t.Errorf("the log has the id %v, want %s", got, id)
	}
}

func TestFloorSurvivesAPanic(t *testing.T) {
	h := newHouse(t, Table{
		"/api/before": {"GET": func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Set-Cookie", "half=done")
			panic("boom jtn_0123456789012345678901234567890123456789abcdef")
		}},
		"/api/after": {"GET": func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(200)
			_, _ = io.WriteString(w, "half")
			panic("boom")
		}},
		"/api/abort": {"GET": func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }},
	})
	server := httptest.NewServer(h)
	defer server.Close()
	res, err := http.Get(server.URL + "/api/before")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.StatusCode != 500 || string(body) != `{"api":500}` || res.Header.Get("Set-Cookie") != "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a panic is answered %d %s with %v", res.StatusCode, body, res.Header)
	}
	for _, path := range []string{"/api/after", "/api/abort"} {
		if res, err := http.Get(server.URL + path); err == nil {
			if body, err := io.ReadAll(res.Body); err == nil {
				t.Errorf("%s looks whole: %d %q", path, res.StatusCode, body)
			}
			_ = res.Body.Close()
		}
	}
	server.Close() // waits for what is still being logged
	lines := h.lines(t)
	if lines[0]["msg"] != "panic" || !strings.Contains(lines[0]["stack"].(string), "floor_test.go") || lines[0]["request_id"] != res.Header.Get("X-Request-Id") {
		t.Errorf("the first line is %v", lines[0])
	}
	if lines[1]["msg"] != "request" || lines[1]["status"] != 500.0 || lines[1]["level"] != "ERROR" {
		t.Errorf("the second line is %v", lines[1])
	}
	if strings.Contains(h.log.String(), "jtn_") {
		t.Error("the log holds a secret")
	}
}

func TestFloorLogsOneLine(t *testing.T) {
	const secret = "jtn_0123456789012345678901234567890123456789abcdef"
	h := newHouse(t, Table{"/api/{id}": {"GET": func(http.ResponseWriter, *http.Request) error {
		return pat.Wrap(pat.Unauthenticated, "no", errors.New("quoted: "+secret))
	}}})
	const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for _, path := range []string{"/api/" + secret, "/api/" + strings.Replace(secret, "_", "%5F", 1), "/api/" + strings.Replace(secret, "_", "%25255F", 1), "/api/x?token=" + secret} {
		h.log.Reset()
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Traceparent", trace)
		r.Header.Set("Authorization", "Bearer "+secret)
		h.do(r)
		line := h.lines(t)[0]
		if len(h.lines(t)) != 1 || line["status"] != 401.0 || line["method"] != "GET" || line["face"] != "api" || line["traceparent"] != trace || line["bytes"] != 11.0 {
			t.Errorf("%s is logged as %v", path, line)
		}
		if strings.Contains(h.log.String(), secret[4:20]) || strings.Contains(h.log.String(), "?") {
			t.Errorf("the log gives the secret away: %s", h.log.String())
		}
	}
	h.log.Reset()
	r := httptest.NewRequest("GET", "/api/"+strings.Repeat("y", 8000), nil)
	r.Header.Set("Traceparent", trace[:20]+"\n"+trace[21:])
	h.do(r)
	if line := h.lines(t)[0]; line["traceparent"] != nil || len(line["path"].(string)) > 520 {
		t.Errorf("a stranger fills the log: %v", line)
	}
}

// People type passwords into the box for names, and some clients make a path of that.
func TestFloorLogsNoNameThatNobodyHas(t *testing.T) {
	h := newHouse(t, Table{
		"/api/users/{id}/tokens/{token}/": {"GET": func(w http.ResponseWriter, r *http.Request) error {
			if r.PathValue("id") == "hunter2" {
				return pat.Refuse(pat.ReasonUnknown)
			}
			return JSON(w, 200, nil)
		}},
	})
	for path, want := range map[string]string{
		"/api/users/ada/tokens/7/":     "/api/users/ada/tokens/7/",
		"/api/users/hunter2/tokens/7/": "/api/users/{id}/tokens/7/",
		"/api/users/hunter2/tokens/7":  "/api/users/{id}/tokens/7/",
	} {
		h.log.Reset()
		h.do(httptest.NewRequest("GET", path, nil))
		if got := h.lines(t)[0]["path"]; got != want {
			t.Errorf("%s is logged as %v, want %s", path, got, want)
		}
	}
	h.log.Reset()
	h.do(httptest.NewRequest("POST", "/api/users/hunter2/tokens/7/", nil))
	if got := h.lines(t)[0]["path"]; got != "/api/users/{id}/tokens/7/" {
		t.Errorf("a method that the path does not have is logged with %v", got)
	}
}

func TestFloorLogsVerificationsThatAreRefused(t *testing.T) {
	h := newHouse(t, Table{
		"/verify/yes": {"GET": func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(200); return nil }},
		"/verify/no":  {"GET": func(http.ResponseWriter, *http.Request) error { return pat.Refuse(pat.ReasonUnknown) }},
		"/verify/old": {"GET": func(http.ResponseWriter, *http.Request) error { return pat.Refuse(pat.ReasonExpired) }},
	})
	get := func(path string) { h.do(httptest.NewRequest("GET", path, nil)) }
	get("/verify/yes")
	if h.log.Len() > 0 {
		t.Errorf("a verification is logged: %s", h.log.String())
	}
	for range refusalsPerSecond + 5 {
		get("/verify/no")
	}
	get("/verify/old")
	if n := len(h.lines(t)); n != refusalsPerSecond+1 {
		t.Errorf("%d lines in a second, want %d of the one reason and 1 of the other", n, refusalsPerSecond)
	}
	h.now = h.now.Add(time.Second)
	h.log.Reset()
	get("/verify/no")
	get("/verify/no")
	lines := h.lines(t)
	if len(lines) != 2 || lines[0]["dropped"] != 5.0 || lines[0]["reason"] != "unknown" || lines[1]["dropped"] != nil {
		t.Errorf("the next second has %v", lines)
	}
	h.log.Reset()
	h.floor.LogVerify = true
	get("/verify/yes")
	if len(h.lines(t)) != 1 {
		t.Error("LogVerify logs no verification")
	}
}
