package pat_test

import (
	"net/netip"
	"strings"
	"testing"

	"jeton/internal/pat"
)

func TestParseNetworks(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"none", "", ""},
		{"a network", "10.0.0.0/8", "10.0.0.0/8"},
		{"the bits of hosts are masked", "10.1.2.3/8", "10.0.0.0/8"},
		{"an address stands for itself", "192.0.2.7", "192.0.2.7/32"},
		{"an address of IPv6", "2001:DB8::7", "2001:db8::7/128"},
		{"IPv4 in IPv6 is IPv4", "::ffff:192.0.2.0/120", "192.0.2.0/24"},
		{"all of IPv4 in IPv6", "::ffff:0:0/96", "0.0.0.0/0"},
		{"an address of IPv4 in IPv6", "::ffff:192.0.2.7", "192.0.2.7/32"},
		{"duplicates go, the order stays", "192.0.2.0/24 10.0.0.0/8 192.0.2.9/24", "192.0.2.0/24 10.0.0.0/8"},
		{"everywhere", "0.0.0.0/0 ::/0", "0.0.0.0/0 ::/0"},
		{"33 bits", "10.0.0.0/33", "!"},
		{"no bits", "10.0.0.0/", "!"},
		{"a name", "example.org", "!"},
		{"a zone", "fe80::1%eth0", "!"},
		{"a zone with bits", "fe80::1%eth0/64", "!"},
		{"a leading zero", "010.0.0.0/8", "!"},
		{"as many as may be", strings.TrimSpace(strings.Repeat("10.0.0.0/8 ", 32)), "10.0.0.0/8"},
		{"one more", strings.TrimSpace(strings.Repeat("10.0.0.0/8 ", 33)), "!"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			nets, err := pat.ParseNetworks(strings.Fields(tt.text))
			if tt.want == "!" {
				if e := pat.AsError(err); e == nil || e.Kind != pat.Invalid || e.Fields[0].Name != "networks" {
					t.Errorf("got %v, %v", nets, err)
				}
				return
			}
			if err != nil || nets.String() != tt.want {
				t.Errorf("got %q, %v; want %q", nets, err, tt.want)
			}
		})
	}
}

func TestNetworksAllow(t *testing.T) {
	for _, tt := range []struct {
		name, nets, from string
		want             bool
	}{
		{"no networks, from anywhere", "", "192.0.2.1", true},
		{"no networks, from an unknown address", "", "", true},
		{"inside", "10.0.0.0/8", "10.255.255.255", true},
		{"outside", "10.0.0.0/8", "11.0.0.0", false},
		{"inside the second", "10.0.0.0/8 2001:db8::/32", "2001:db8::1", true},
		{"an unknown address", "0.0.0.0/0 ::/0", "", false},
		{"IPv4 in IPv6", "10.0.0.0/8", "::ffff:10.0.0.1", true},
		{"IPv4 is not in IPv6", "::/0", "10.0.0.1", false},
		{"a zone says nothing", "fe80::/10", "fe80::1%eth0", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nets, err := pat.ParseNetworks(strings.Fields(tt.nets))
			if err != nil {
				t.Fatal(err)
			}
			var from netip.Addr
			if tt.from != "" {
				from = netip.MustParseAddr(tt.from)
			}
			if got := nets.Allow(from); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestNetworksCover(t *testing.T) {
	for _, tt := range []struct {
		name, outer, inner string
		want               bool
	}{
		{"anywhere covers anywhere", "", "", true},
		{"anywhere covers a network", "", "10.0.0.0/8", true},
		{"a network does not cover anywhere", "10.0.0.0/8", "", false},
		{"not even all networks do", "0.0.0.0/0 ::/0", "", false},
		{"itself", "10.0.0.0/8", "10.0.0.0/8", true},
		{"a part", "10.0.0.0/8", "10.1.0.0/16 10.2.3.4", true},
		{"one bit more", "10.0.0.0/8", "10.0.0.0/7", false},
		{"one part of two", "10.0.0.0/8", "10.1.0.0/16 192.0.2.1", false},
		{"the other family", "0.0.0.0/0", "::/0", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			outer, err1 := pat.ParseNetworks(strings.Fields(tt.outer))
			inner, err2 := pat.ParseNetworks(strings.Fields(tt.inner))
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if got := outer.Cover(inner); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// FuzzParseNetworks: whatever is read reads the same again and allows its own
// first address.
func FuzzParseNetworks(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/8", "::ffff:1.2.3.4/100", "::/0", "fe80::1%a", "1.2.3.4/", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		nets, err := pat.ParseNetworks([]string{text})
		if err != nil {
			return
		}
		again, err := pat.ParseNetworks(nets.Texts())
		if err != nil || again.String() != nets.String() || !nets.Allow(nets[0].Addr()) || !nets.Cover(again) {
			t.Errorf("%q reads %q, then %q, %v", text, nets, again, err)
		}
	})
}
