package pat

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Networks are those from which a token may be used. None at all is from
// anywhere. What ParseNetworks returns is masked, without duplicates, and has
// IPv4 in its own form.
type Networks []netip.Prefix

// MaxNetworks bounds how many networks a token may name.
const MaxNetworks = 32

// ParseNetworks reads networks in CIDR notation; a bare address stands for
// itself. IPv4 within IPv6 (::ffff:192.0.2.0/120) becomes IPv4. It fails with
// Invalid and names the entry that cannot be read.
func ParseNetworks(texts []string) (Networks, error) {
	if len(texts) > MaxNetworks {
		return nil, errTooManyNetworks
	}
	var nets Networks
	for _, text := range texts {
		p, ok := parseNetwork(text)
		if !ok {
			return nil, FailField("networks", strconv.Quote(text)+" is no network; write addresses or networks like 10.0.0.0/8 or 2001:db8::/32")
		}
		if !slices.Contains(nets, p) {
			nets = append(nets, p)
		}
	}
	return nets, nil
}

var errTooManyNetworks = FailField("networks", "name at most "+itoa(MaxNetworks)+" networks")

func parseNetwork(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return p, false
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	// Fewer bits than the 96 that mark IPv4 in IPv6 are a network of IPv6.
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// Allow reports whether a token of these networks may be used from a. When
// there are any, an address that is not known is outside of all.
func (n Networks) Allow(a netip.Addr) bool {
	if len(n) == 0 {
		return true
	}
	a = a.Unmap().WithZone("")
	for _, p := range n {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Cover reports whether each network of inner lies in one of n, so that a
// token of inner can be used from nowhere where one of n cannot.
func (n Networks) Cover(inner Networks) bool {
	if len(n) == 0 {
		return true
	}
	for _, p := range inner {
		in := func(outer netip.Prefix) bool { return outer.Bits() <= p.Bits() && outer.Contains(p.Addr()) }
		if !slices.ContainsFunc(n, in) {
			return false
		}
	}
	return len(inner) > 0
}

// Texts returns the networks in CIDR notation, never nil.
func (n Networks) Texts() []string {
	texts := make([]string, len(n))
	for i, p := range n {
		texts[i] = p.String()
	}
	return texts
}

// String returns the networks with blanks between them; "" for none.
func (n Networks) String() string { return strings.Join(n.Texts(), " ") }
