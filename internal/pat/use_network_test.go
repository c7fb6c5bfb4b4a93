package pat

import (
	"net/netip"
	"testing"
)

func TestNetworkOf(t *testing.T) {
	for _, tt := range []struct{ address, want string }{
		{"192.0.2.7", "192.0.2.0/24"},
		{"192.0.2.255", "192.0.2.0/24"},
		{"192.0.3.0", "192.0.3.0/24"},
		{"::ffff:192.0.2.7", "192.0.2.0/24"},
		{"2001:db8:1:ffff::7", "2001:db8:1::/48"},
		{"2001:db8:2::", "2001:db8:2::/48"},
		{"fe80::1%eth0", "fe80::/48"},
	} {
		if got := NetworkOf(netip.MustParseAddr(tt.address)).String(); got != tt.want {
			t.Errorf("%s is of %s, want %s", tt.address, got, tt.want)
		}
	}
	if NetworkOf(netip.Addr{}).IsValid() {
		t.Error("no address has a network")
	}
}
