package throttle

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/netip"
)

// key stands for an account, a source or both. Names and addresses of whoever
// tries are not kept, and nobody can choose keys that collide.
type key [16]byte

// identity is who an attempt is for and where it is from.
type identity struct{ account, source, pair key }

// keys makes them, under a secret drawn at start.
type keys struct{ secret [sha256.Size]byte }

// of returns the keys of an attempt.
func (k *keys) of(name string, from netip.Addr) identity {
	name, network := Fold(name), network(from)
	return identity{
		account: k.digest("account", name, ""),
		source:  k.digest("source", "", network),
		pair:    k.digest("pair", name, network),
	}
}

// digest returns the key of the words. Of the three only the name is of free
// length, and it stands last, so no two triples write the same bytes.
func (k *keys) digest(kind, name, network string) (out key) {
	mac := hmac.New(sha256.New, k.secret[:])
	for _, word := range []string{kind, network, name} {
		mac.Write([]byte{byte(len(word))})
		mac.Write([]byte(word))
	}
	copy(out[:], mac.Sum(nil))
	return out
}

// network returns what counts as one source: an IPv4 address, or the /64 of an
// IPv6 address, all of which any host on that link may use. The zero address,
// of a local socket, is a source as well.
func network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	p, err := from.Prefix(bits)
	if err != nil {
		return "" // the zero address
	}
	return p.String()
}
