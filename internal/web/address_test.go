package web

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestClientAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	tests := []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"no proxy", "192.0.2.1:1234", nil, "192.0.2.1"},
		{"a stranger's word", "192.0.2.1:1234", []string{"198.51.100.7"}, "192.0.2.1"},
		{"a proxy's word", "10.0.0.1:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		{"a proxy that says nothing", "10.0.0.1:1234", nil, "10.0.0.1"},
		{"the right-most that is no proxy", "10.0.0.1:1234", []string{"203.0.113.9, 198.51.100.7, 10.2.3.4"}, "198.51.100.7"},
		{"over several lines", "10.0.0.1:1234", []string{"203.0.113.9", "198.51.100.7,10.2.3.4", " 10.2.3.5 "}, "198.51.100.7"},
		{"proxies only", "10.0.0.1:1234", []string{"10.9.9.9, 10.2.3.4"}, "10.9.9.9"},
		{"rubbish before the client does not matter", "10.0.0.1:1234", []string{"unknown, 198.51.100.7"}, "198.51.100.7"},
		{"rubbish where the client should be", "10.0.0.1:1234", []string{"198.51.100.7, unknown"}, "10.0.0.1"},
		{"rubbish behind a proxy", "10.0.0.1:1234", []string{"198.51.100.7, x, 10.2.3.4"}, "10.0.0.1"},
		{"an empty hop", "10.0.0.1:1234", []string{"198.51.100.7, "}, "10.0.0.1"},
		{"with a port", "10.0.0.1:1234", []string{"198.51.100.7:4711"}, "198.51.100.7"},
		{"IPv6", "[fd00::1]:1234", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv6 in brackets", "[fd00::1]:1234", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"IPv6 with a port", "[fd00::1]:1234", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		{"IPv4 within IPv6", "[::ffff:10.0.0.1]:1234", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"a zone", "[fe80::1%eth0]:1234", nil, "fe80::1"},
		{"a Unix socket", "@", []string{"198.51.100.7"}, "invalid IP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{"X-Forwarded-For": tt.forwarded}}
			got, told := clientAddress(r, peer(r), trusted)
			if got.String() != tt.want {
				t.Errorf("the client is %s, want %s", got, tt.want)
			}
			if want := tt.want != "10.0.0.1"; told != want {
				t.Errorf("told: %v, want %v", told, want)
			}
		})
	}
}
