package app_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := settings(t)
	cfg.MetricsListen = listener.Addr().String()
	_ = listener.Close() // for the server to take
	s := open(t, cfg)
	bob := s.ada.newUser(t, "bob-the-secretive")
	tok := s.ada.personal(t, bob.ID, `{"scope":"read"}`)
	for range 3 {
		s.verify(t, tok.Token)
	}
	s.bearer(tok.Token).do(t, "GET", "/verify?scope=write", "")
	s.verify(t, "jtn_junk")
	own := newClient(t, "http://"+cfg.MetricsListen)

	text := own.must(t, http.StatusOK, "GET", "/metrics", "").body
	for _, line := range []string{
		`jeton_http_requests_total{class="2xx",face="verify"} 3`,
		`jeton_http_requests_total{class="4xx",face="verify"} 2`,
		`jeton_http_request_duration_seconds_count{face="verify"} 5`,
		`jeton_verdicts_total{verdict="scope"} 1`,
		`jeton_verdicts_total{verdict="malformed"} 1`,
		`jeton_index_tokens `, `jeton_index_lookups_total{result="hit"} `, `jeton_feed_age_seconds `, `jeton_max_age_seconds 1`,
		`jeton_outage_bound_seconds 5`, `jeton_use_flush_lag_seconds `, `jeton_use_dropped_total{what="use"} 0`,
		`jeton_passwords{state="waiting"} 0`, `jeton_throttle_refusals_total 0`, `jeton_admission_refusals_total{class="api"} 0`, `jeton_build_info{`, `go_goroutines `, `process_`,
	} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("there is no line %q", line)
		}
	}
	for _, word := range []string{"bob-the-secretive", `"ada"`, tok.Token, "jtn_", "127.0.0.1", "/verify"} {
		if strings.Contains(text, word) {
			t.Errorf("the metrics tell %q", word)
		}
	}
	own.must(t, http.StatusNotFound, "GET", "/api/v2/me/", "")
	own.must(t, http.StatusMethodNotAllowed, "POST", "/metrics", "")

	for _, tt := range []struct {
		name   string
		who    *client
		status int
	}{
		{"nobody", s.client, 401},
		{"a user's token", s.bearer(tok.Token), 403},
		{"an administrator's password", s.basic("ada", adminPassword), 401},
		{"a token that is none", s.bearer("jtn_junk"), 401},
		{"an administrator's token", s.ada, 200},
		{"one that may only read", s.bearer(s.ada.personal(t, "ada", `{"scope":"read"}`).Token), 200},
	} {
		a := tt.who.do(t, "GET", "/metrics", "")
		if a.status != tt.status || (a.status == 200) != strings.Contains(a.body, "jeton_verdicts_total") {
			t.Errorf("%s: %d", tt.name, a.status)
		}
	}
}
