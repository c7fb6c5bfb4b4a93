package authority

import (
	"encoding/binary"
	"net/netip"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// tally is what a shard has counted since the last flush: one use for each hour in
// which a token was used. There may be a million of them, so they lie in a few
// pieces of memory without pointers, which the garbage collector need not look
// into. The zero value is empty.
type tally struct {
	uses   []use
	latest map[pat.TokenID]place // the use of the present hour, as each token knows it
	// more are the addresses of a use besides its first, and addresses how many
	// those are in all.
	more      map[place][]useAddress
	addresses int
}

// place is where in a tally's uses one is, counted from 1; 0 is nowhere.
type place int32

// use is what was counted of a token in one hour. Times are µs since 1970.
type use struct {
	token           pat.TokenID
	hour            int64 // hours since 1970
	firstAt, lastAt int64 // of the accepted uses; 0: none
	accepted        int64
	refused         pat.Refusals
	first           useAddress
	lastFrom        addr
	older           place // of the same token, in an hour that has ended
}

type useAddress struct {
	firstAt, lastAt   int64
	accepted, refused int64
	addr              addr
}

// addr is a netip.Addr without its pointer, and so without a zone, which means
// something on one machine only. The zero value is that of netip.Addr.
type addr struct {
	hi, lo uint64
	bits   uint8 // 32, 128
}

func packed(a netip.Addr) addr {
	b := a.As16()
	return addr{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), uint8(a.BitLen())}
}

func (a addr) unpacked() netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	switch a.bits {
	case 32:
		return netip.AddrFrom16(b).Unmap()
	case 128:
		return netip.AddrFrom16(b)
	}
	return netip.Addr{}
}

// at returns the use at the place, until the next is added.
func (t *tally) at(n place) *use { return &t.uses[n-1] }

// of returns the use of a token in an hour, 0 when there is no room for one
// more. An hour that was over already is counted with the present one: of two
// uses at once the later may come first.
func (t *tally) of(id pat.TokenID, hour int64) place {
	n := t.latest[id]
	if n != 0 && hour <= t.at(n).hour {
		return n
	}
	if n = t.add(use{token: id, hour: hour, older: n}); n != 0 {
		t.latest[id] = n
	}
	return n
}

// ofEnded is of for an hour that may have ended, which stays apart from the present one.
func (t *tally) ofEnded(id pat.TokenID, hour int64) place {
	for _, n := range t.hours(id) {
		if t.at(n).hour == hour {
			return n
		}
	}
	latest := t.latest[id]
	if latest == 0 {
		return t.of(id, hour)
	}
	n := t.add(use{token: id, hour: hour, older: t.at(latest).older})
	if n != 0 {
		t.at(latest).older = n
	}
	return n
}

func (t *tally) add(c use) place {
	if len(t.uses) >= maxUses {
		return 0
	}
	if t.latest == nil {
		t.latest = make(map[pat.TokenID]place)
	}
	t.uses = append(t.uses, c)
	return place(len(t.uses))
}

// usedAt notes accepted uses of which these were the first and the last.
func (c *use) usedAt(first, last int64, from addr) {
	if c.firstAt == 0 || first < c.firstAt {
		c.firstAt = first
	}
	if last >= c.lastAt {
		c.lastAt, c.lastFrom = last, from
	}
}

// seen counts what was seen from an address, and reports whether there was room.
func (t *tally) seen(n place, a *useAddress) bool {
	c := t.at(n)
	switch c.first.addr {
	case a.addr:
		c.first.add(a)
		return true
	case addr{}:
		c.first = *a
		return true
	}
	more := t.more[n]
	for i := range more {
		if more[i].addr == a.addr {
			more[i].add(a)
			return true
		}
	}
	if len(more) >= maxMore || t.addresses >= maxMoreShard {
		return replaceRefused(more, a)
	}
	if t.more == nil {
		t.more = make(map[place][]useAddress)
	}
	t.more[n] = append(more, *a)
	t.addresses++
	return true
}

// replaceRefused puts an address that was accepted in the place of one that was
// only refused, and reports whether it did: nobody hides from where a token was
// used behind a crowd of refused addresses.
func replaceRefused(more []useAddress, a *useAddress) bool {
	for i := range more {
		if a.accepted > 0 && more[i].accepted == 0 {
			more[i] = *a
			return true
		}
	}
	return false
}

func (a *useAddress) add(b *useAddress) {
	a.firstAt, a.lastAt = min(a.firstAt, b.firstAt), max(a.lastAt, b.lastAt)
	a.accepted += b.accepted
	a.refused += b.refused
}

// hours returns the uses of a token that the tally has, the present one first.
func (t *tally) hours(id pat.TokenID) (places []place) {
	for n := t.latest[id]; n != 0; n = t.at(n).older {
		places = append(places, n)
	}
	return places
}

// written returns a use as the store takes it.
func (t *tally) written(n place) store.Use {
	c := t.at(n)
	u := store.Use{
		Token: c.token, Hour: time.Unix(c.hour*3600, 0).UTC(),
		FirstAt: instant(c.firstAt), LastAt: instant(c.lastAt), LastFrom: c.lastFrom.unpacked(),
		Accepted: c.accepted, Refused: c.refused,
	}
	if c.first.addr == (addr{}) {
		return u
	}
	more := t.more[n]
	u.Addresses = make([]pat.UseAddress, 0, 1+len(more))
	u.Addresses = append(u.Addresses, c.first.written())
	for i := range more {
		u.Addresses = append(u.Addresses, more[i].written())
	}
	return u
}

func (a *useAddress) written() pat.UseAddress {
	return pat.UseAddress{
		Address: a.addr.unpacked(), FirstAt: instant(a.firstAt), LastAt: instant(a.lastAt), Accepted: a.accepted, Refused: a.refused,
	}
}

// instant is a time in µs since 1970; 0 is the zero time.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
