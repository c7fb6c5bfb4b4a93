package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// peer returns the address of the other end of the connection, or the zero
// Addr when there is none, as on a Unix socket.
func peer(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap().WithZone("")
}

// clientAddress returns the address of the client: the peer, or, when the peer
// is a trusted proxy, the right-most hop of X-Forwarded-For that is none. What
// stands left of that hop was written by strangers. When a hop cannot be read, or
// there is none, the peer answers for the request: then told is false, since a
// proxy is not where its clients are.
func clientAddress(r *http.Request, peer netip.Addr, trusted []netip.Prefix) (client netip.Addr, told bool) {
	if !isTrusted(peer, trusted) {
		return peer, true
	}
	found := peer
	for _, line := range slices.Backward(r.Header["X-Forwarded-For"]) {
		for line != "" {
			var hop string
			if i := strings.LastIndexByte(line, ','); i >= 0 {
				line, hop = line[:i], line[i+1:]
			} else {
				line, hop = "", line
			}
			addr, ok := parseHop(strings.Trim(hop, " \t"))
			if !ok {
				return peer, false
			}
			if found, told = addr, true; !isTrusted(addr, trusted) {
				return addr, true
			}
		}
	}
	return found, told
}

// parseHop reads an address, which some proxies write with its port.
func parseHop(hop string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(hop, "["), "]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	p, err := netip.ParseAddrPort(hop)
	return p.Addr().Unmap().WithZone(""), err == nil
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Secure reports whether the client's connection is encrypted: by this
// server, or by a trusted proxy that says so in X-Forwarded-Proto.
func Secure(r *http.Request) bool {
	if x := exchangeOf(r); x != nil {
		return x.secure(r)
	}
	return r.TLS != nil
}

func (x *exchange) secure(r *http.Request) bool {
	if r.TLS != nil || !isTrusted(x.peer, x.floor.Trusted) {
		return r.TLS != nil
	}
	protos := r.Header["X-Forwarded-Proto"]
	return len(protos) == 1 && strings.EqualFold(protos[0], "https")
}
