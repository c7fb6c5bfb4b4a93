package index

import (
	"encoding/binary"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// record is a token in memory. It holds no pointer, so that the collector
// passes over a million of them without a look, and is 64 bytes: a cache line.
// Ids are cut so that it stays one: a token whose id, or whose owner's, has more
// bits than there is room for is read through every time.
type record struct {
	digest    pat.Digest
	expires   int64  // µs since 1970; 0: never
	idLow     uint32 // with idHigh 48 bits
	ownerLow  uint32 // with ownerHigh 40 bits
	created   uint32 // s since 1970, rounded down; 0: before that, or after 2106
	retired   int32  // s since 1970, up to 2106, rounded down; 0: not retired
	idHigh    uint16
	scopes    uint16
	client    uint16
	ownerHigh uint8
	flags     uint8
}

func (r *record) id() pat.TokenID   { return pat.TokenID(r.idHigh)<<32 | pat.TokenID(r.idLow) }
func (r *record) owner() pat.UserID { return pat.UserID(r.ownerHigh)<<32 | pat.UserID(r.ownerLow) }

// setIDs reports whether there is room for the ids.
func (r *record) setIDs(id pat.TokenID, owner pat.UserID) bool {
	r.idLow, r.idHigh = uint32(id), uint16(id>>32)
	r.ownerLow, r.ownerHigh = uint32(owner), uint8(owner>>32)
	return r.id() == id && r.owner() == owner
}

const (
	isUsed    = 1 << iota // the slot holds a record
	isPaused              //
	isTouched             // looked up since the eviction's hand passed
	isBound               // the shard's networks has from where it may be used
)

// shard is an open-addressing table with linear probing. Removal shifts the
// rest of the run back, so there are no tombstones.
type shard struct {
	mu    sync.Mutex
	terms *terms // of the records; nil before the first
	slots []record
	used  int
	// networks of those tokens that have some, by id, so that all others pay
	// nothing for them.
	networks map[pat.TokenID]pat.Networks
	// version grows with every change that the shard hears of. What was read
	// from the store is kept only if it did not grow meanwhile.
	version uint64
	hand    int // where the next eviction begins to look
	misses  [missCount]miss
}

// miss remembers for a short time that a digest is unknown, while the index
// does not hold every token. The whole digest is kept: half of one would let
// a stranger make another's token look unknown.
type miss struct {
	digest pat.Digest
	until  int64 // ns after the index's start
}

const (
	missCount = 32 // in each shard: 8,192 in all
	minSlots  = 8
	evictLook = 8 // slots looked at for one that was not used lately
)

func (x *Index) shardOf(d *pat.Digest) *shard { return &x.shards[d[0]] }

// home is the slot at which the search for d begins.
func home(d *pat.Digest, slots int) int {
	// The product's upper half spreads evenly over any number of slots.
	hi := binary.LittleEndian.Uint32(d[8:12])
	return int(uint64(hi) * uint64(slots) >> 32)
}

// position returns d's slot, or the free slot at which its run ends.
func (s *shard) position(d *pat.Digest) (int, bool) {
	i := home(d, len(s.slots))
	for {
		r := &s.slots[i]
		if r.flags&isUsed == 0 {
			return i, false
		}
		if r.digest == *d {
			return i, true
		}
		if i++; i == len(s.slots) {
			i = 0
		}
	}
}

func (s *shard) find(d *pat.Digest) (e store.Entry, found bool, version uint64) {
	s.mu.Lock()
	var r record
	var nets pat.Networks
	t := s.terms
	if s.used > 0 {
		if i, ok := s.position(d); ok {
			s.slots[i].flags |= isTouched
			r, found = s.slots[i], true
			if r.flags&isBound != 0 {
				nets = s.networks[r.id()]
			}
		}
	}
	version = s.version
	s.mu.Unlock()
	if found {
		e = r.entry(t)
		e.Networks = nets
	}
	return e, found, version
}

func (r *record) entry(t *terms) store.Entry {
	e := store.Entry{
		Digest: r.digest, ID: r.id(), Owner: r.owner(),
		Scopes: t.scopes.text(r.scopes), ClientID: t.clients.text(r.client), Paused: r.flags&isPaused != 0,
	}
	if r.created != 0 {
		e.CreatedAt = time.Unix(int64(r.created), 0).UTC()
	}
	if r.expires != 0 {
		e.ExpiresAt = time.UnixMicro(r.expires).UTC()
	}
	if r.retired != 0 {
		e.RetiredAt = time.Unix(int64(uint32(r.retired)), 0).UTC()
	}
	return e
}

// record returns e without its pointers; false when that cannot be.
func (t *terms) record(e *store.Entry) (record, bool) {
	scopes, room := t.scopes.id(e.Scopes)
	client, ok := t.clients.id(e.ClientID)
	r := record{digest: e.Digest, scopes: scopes, client: client, flags: isUsed}
	ok = r.setIDs(e.ID, e.Owner) && room && ok
	if s := e.CreatedAt.Unix(); s == int64(uint32(s)) {
		r.created = uint32(s)
	}
	if !e.ExpiresAt.IsZero() {
		r.expires = e.ExpiresAt.UnixMicro()
	}
	if !e.RetiredAt.IsZero() {
		s := e.RetiredAt.Unix()
		r.retired = int32(uint32(s))
		ok = ok && s == int64(uint32(s)) && s != 0 // else it would read as another time, or as none
	}
	if e.Paused {
		r.flags |= isPaused
	}
	if len(e.Networks) > 0 {
		r.flags |= isBound
	}
	return r, ok
}

// keep puts what was read from the store at the given version into the table,
// unless a change was heard of since.
func (s *shard) keep(x *Index, e *store.Entry, version uint64) {
	r, t, ok := x.recordOf(e)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version == version && s.speaks(x, t) {
		s.put(x, &r, e.Networks)
	}
}

// take keeps what was read while the feed was held: no change can be missing. It
// reports whether there is room for it in a record.
func (s *shard) take(x *Index, e *store.Entry) bool {
	r, t, ok := x.recordOf(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok || !s.speaks(x, t) {
		x.losses.Add(1)
		return ok
	}
	s.put(x, &r, e.Networks)
	return true
}

// learn applies a change: e is the token's newest state.
func (s *shard) learn(x *Index, e *store.Entry) {
	r, t, ok := x.recordOf(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.forgetMiss(&e.Digest)
	ok = ok && s.speaks(x, t)
	switch {
	case e.Revoked || !ok:
		s.remove(&e.Digest)
		if !ok {
			x.losses.Add(1)
		}
	default:
		s.put(x, &r, e.Networks)
	}
}

// put keeps r, which has isBound where there are networks.
func (s *shard) put(x *Index, r *record, nets pat.Networks) {
	if len(s.slots) == 0 {
		s.slots = make([]record, minSlots)
	}
	i, found := s.position(&r.digest)
	if found {
		r.flags |= s.slots[i].flags & isTouched
		s.unbind(i)
		s.slots[i] = *r
		s.bind(r, nets)
		return
	}
	if s.used >= x.shardLimit() {
		x.losses.Add(1) // from here on a miss is not a no
		s.evict()
		i, _ = s.position(&r.digest)
	} else if (s.used+1)*8 > len(s.slots)*7 {
		s.resize(min(len(s.slots)+len(s.slots)/2+1, slotsFor(x.shardLimit())))
		i, _ = s.position(&r.digest)
	}
	s.slots[i] = *r
	s.bind(r, nets)
	s.used++
}

func (s *shard) bind(r *record, nets pat.Networks) {
	if r.flags&isBound == 0 {
		return
	}
	if s.networks == nil {
		s.networks = make(map[pat.TokenID]pat.Networks)
	}
	s.networks[r.id()] = nets
}

func (s *shard) unbind(i int) {
	if s.slots[i].flags&isBound != 0 {
		delete(s.networks, s.slots[i].id())
	}
}

// slotsFor is how many slots n records have when they have what they need: one
// in five is free, so that a search ends soon.
func slotsFor(n int) int { return n + n/4 + minSlots }

// resize moves the records to a table of n slots. Tables grow by half and not
// to the double: with 256 shards that grow one after the other the memory in
// use stays near what is needed.
func (s *shard) resize(n int) {
	old := s.slots
	s.slots = make([]record, n)
	for i := range old {
		if old[i].flags&isUsed != 0 {
			at, _ := s.position(&old[i].digest)
			s.slots[at] = old[i]
		}
	}
}

// fit gives back what a table that grew has too much.
func (s *shard) fit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := slotsFor(s.used); n < len(s.slots) {
		s.resize(n)
	}
}

// evict removes a record that was not looked up lately: the hand goes round
// and clears the marks as it passes.
func (s *shard) evict() {
	for looked := 0; ; {
		if s.hand >= len(s.slots) {
			s.hand = 0
		}
		r := &s.slots[s.hand]
		switch {
		case r.flags&isUsed == 0:
			s.hand++
		case r.flags&isTouched != 0 && looked < evictLook:
			r.flags &^= isTouched
			looked++
			s.hand++
		default:
			s.removeAt(s.hand)
			return
		}
	}
}

func (s *shard) remove(d *pat.Digest) {
	if s.used == 0 {
		return
	}
	if i, found := s.position(d); found {
		s.removeAt(i)
	}
}

// removeAt empties slot i and moves back whatever could not be found any more.
func (s *shard) removeAt(i int) {
	s.unbind(i)
	n := len(s.slots)
	for j := i; ; {
		if j++; j == n {
			j = 0
		}
		if s.slots[j].flags&isUsed == 0 {
			break
		}
		h := home(&s.slots[j].digest, n)
		// Leave j where it is when its home lies in (i, j], going round.
		if i <= j && i < h && h <= j || i > j && (i < h || h <= j) {
			continue
		}
		s.slots[i] = s.slots[j]
		i = j
	}
	s.slots[i] = record{}
	s.used--
}

// prune removes what expired before the given time, and of what was retired only
// what expired before the other.
func (s *shard) prune(before, retired int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 0; i < len(s.slots); {
		r, bound := &s.slots[i], before
		if r.retired != 0 {
			bound = retired
		}
		if r.flags&isUsed != 0 && r.expires != 0 && r.expires < bound {
			s.removeAt(i) // another record may have moved here: look again
			continue
		}
		i++
	}
}

// clear forgets everything.
func (s *shard) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots, s.networks, s.used, s.misses = nil, nil, 0, [missCount]miss{}
	s.version++
}

func missSlot(d *pat.Digest) int { return int(d[1]) % missCount }

func (s *shard) missed(d *pat.Digest, now int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &s.misses[missSlot(d)]
	return m.digest == *d && now < m.until
}

func (s *shard) miss(d *pat.Digest, until int64, version uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version == version {
		s.misses[missSlot(d)] = miss{*d, until}
	}
}

func (s *shard) forgetMiss(d *pat.Digest) {
	if m := &s.misses[missSlot(d)]; m.digest == *d {
		*m = miss{}
	}
}
