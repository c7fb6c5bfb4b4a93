package sqlite

import (
	"net/netip"
	"testing"

	"jeton/internal/pat"
)

func TestTheBeginningOfANetworksAddresses(t *testing.T) {
	for network, want := range map[string]string{
		"10.0.0.0/8": "10.", "10.1.0.0/12": "10.", "10.1.2.0/24": "10.1.2.", "10.1.2.3/32": "10.1.2.3", "0.0.0.0/0": "", "128.0.0.0/1": "",
		"2001:db8::/32": "2001:db8:", "2001:db8::/40": "2001:db8:", "2001:db8::/64": "2001:db8:", "2001:db8:0:1::/64": "2001:db8:",
		"2001:db8:1:2::/64": "2001:db8:1:2:", "1:2:3:4:5:6:7:8/128": "1:2:3:4:5:6:7:", "::/0": "", "::1/128": "",
	} {
		if got := beginning(netip.MustParsePrefix(network).Masked()); got != want {
			t.Errorf("of %s it is %q, want %q", network, got, want)
		}
	}
}

// However an address and a network are written: what is in it is found by it, and
// nothing else.
func FuzzWithin(f *testing.F) {
	f.Add([]byte{10, 1, 2, 3}, []byte{10, 1, 0, 0}, 12)
	f.Add([]byte{10, 1, 2, 30}, []byte{10, 1, 2, 3}, 32)
	f.Add(netip.MustParseAddr("2001:db8::1:0:0:1").AsSlice(), netip.MustParseAddr("2001:db8::1:0:0:2").AsSlice(), 112)
	f.Add(netip.MustParseAddr("1:2:3:4:5:6:7::").AsSlice(), netip.MustParseAddr("1:2:3:4:5:6:7:0").AsSlice(), 128)
	f.Add(netip.MustParseAddr("::ffff:1.2.3.4").AsSlice(), netip.MustParseAddr("::1").AsSlice(), 0)
	s := fresh(f)
	f.Fuzz(func(t *testing.T, address, network []byte, bits int) {
		a, ok := netip.AddrFromSlice(address)
		b, is := netip.AddrFromSlice(network)
		p := netip.PrefixFrom(b, bits)
		if !ok || !is || !p.IsValid() {
			return
		}
		what, err := activityList.conditions([]pat.Cond{{Field: "address", Op: pat.Within, Value: p.String()}})
		if err != nil {
			t.Fatal(err)
		}
		var got bool
		args := append([]any{addrText(a)}, what.args...)
		_, err = s.commits.conn.one("select count(*) from (select ? as address) e"+what.text, args, func(r *row) { got = r.bool() })
		if want := p.Contains(a.Unmap()); err != nil || got != want {
			t.Errorf("%s in %s: %v, want %v; %v", a, p, got, want, err)
		}
	})
}
