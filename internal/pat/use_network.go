package pat

import (
	"net/netip"
	"time"
)

// What of a token's use is told in the audit trail. All of it is bounded, so
// that no flood of addresses or refusals can fill the trail.
const (
	// MaxUseNetworks is how many networks are remembered of a token, the latest.
	MaxUseNetworks = 64
	// MaxToldNetworks is how many networks become known of a token in 24 hours
	// before the trail is told of no further one.
	MaxToldNetworks = 10
	// ManyRefused is how many refusals of a token for one reason in one hour the
	// trail is told of.
	ManyRefused = 20
	// ManyRefusedPause is for how long it is not told of the same token again.
	ManyRefusedPause = 6 * time.Hour
)

// NetworkOf returns the network of an address, by which it is told whether a
// token was used from somewhere new: the /24 of an IPv4 address, the /48 of an
// IPv6 address, which is what one site gets (RFC 6177 §2). It is not valid
// when the address is not.
func NetworkOf(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 48
	if a.Is4() {
		bits = 24
	}
	network, _ := a.Prefix(bits) // fails for the zero Addr alone
	return network
}
