package verifier

import (
	"crypto/sha256"
	"net/netip"
	"slices"
	"sync"
)

// key is what an answer is about: a token, by the SHA-256 of its whole text, and
// from where it was used. A token that is bound to networks is live at some
// addresses only, and an answer does not say whether it is.
type key struct {
	digest [sha256.Size]byte
	ip     [16]byte
	known  bool
}

func keyOf(text string, from netip.Addr) key {
	var buf [maxLength]byte // on the stack: a hit allocates nothing
	k := key{digest: sha256.Sum256(buf[:copy(buf[:], text)]), known: from.IsValid()}
	if k.known {
		k.ip = from.As16()
	}
	return k
}

// entry is a remembered yes. Times are ns after the Verifier's start.
type entry struct {
	key     key
	token   Token
	asked   int64 // when the question was sent: what was ended before is accounted for
	ends    int64 // when the token's life ends, or before
	alone   bool  // the feed's silence does not make it younger
	touched bool  // used since it was last looked at for eviction
}

// subject is what a change is about: a token by its jti, or a user by the sub.
type subject struct {
	user bool
	id   string
}

// cache remembers answers, up to a limit. A no has a place of its own, so that
// strangers' junk drives out no yes.
type cache struct {
	shards [shardCount]shard
	limit  int // of each shard
}

type shard struct {
	mu        sync.Mutex
	byKey     map[key]*entry
	bySubject map[subject][]*entry // each entry twice: by token and by user
	refused   [refusedCount]refusal
}

// refusal remembers a no for a short time.
type refusal struct {
	key   key
	until int64
}

const (
	shardCount   = 64
	refusedCount = 32 // in each shard
	evictLook    = 4  // entries looked at for one that was not used lately
)

func (c *cache) shardOf(k *key) *shard { return &c.shards[k.digest[0]%shardCount] }

// find returns the entry, or nil, and whether a no is remembered in its place.
func (c *cache) find(k *key, now int64) (e *entry, refused bool) {
	s := c.shardOf(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e = s.byKey[*k]; e != nil {
		if now < e.ends {
			e.touched = true
			return e, false
		}
		s.remove(e)
	}
	r := &s.refused[k.digest[1]%refusedCount]
	return nil, now < r.until && r.key == *k
}

// put remembers a yes. Whoever calls it has seen to it that it is still one.
func (c *cache) put(e *entry) {
	s := c.shardOf(&e.key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.byKey[e.key]; old != nil {
		s.remove(old)
	} else if len(s.byKey) >= c.limit {
		s.evict()
	}
	if s.byKey == nil {
		s.byKey, s.bySubject = map[key]*entry{}, map[subject][]*entry{}
	}
	s.byKey[e.key] = e
	for _, of := range e.subjects() {
		s.bySubject[of] = append(s.bySubject[of], e)
	}
	if r := &s.refused[e.key.digest[1]%refusedCount]; r.key == e.key {
		*r = refusal{}
	}
}

// refuse remembers a no, and forgets a yes.
func (c *cache) refuse(k *key, until int64) {
	s := c.shardOf(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byKey[*k]; e != nil {
		s.remove(e)
	}
	s.refused[k.digest[1]%refusedCount] = refusal{*k, until}
}

// forget drops every yes that a change is about.
func (c *cache) forget(of subject) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for _, e := range slices.Clone(s.bySubject[of]) {
			s.remove(e)
		}
		s.mu.Unlock()
	}
}

// clear drops every yes.
func (c *cache) clear() {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		s.byKey, s.bySubject = nil, nil
		s.mu.Unlock()
	}
}

// len returns how many answers are remembered.
func (c *cache) len() (n int) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		n += len(s.byKey)
		s.mu.Unlock()
	}
	return n
}

func (e *entry) subjects() [2]subject {
	return [2]subject{{false, e.token.ID}, {true, e.token.Owner}}
}

func (s *shard) remove(e *entry) {
	delete(s.byKey, e.key)
	for _, of := range e.subjects() {
		left := slices.DeleteFunc(s.bySubject[of], func(other *entry) bool { return other == e })
		if len(left) == 0 {
			delete(s.bySubject, of)
			continue
		}
		s.bySubject[of] = left
	}
}

// evict drops one of a few entries, as the map has them, that was not used lately.
func (s *shard) evict() {
	var victim *entry
	looked := 0
	for _, e := range s.byKey {
		victim = e
		if looked++; !e.touched || looked == evictLook {
			break
		}
		e.touched = false
	}
	if victim != nil {
		s.remove(victim)
	}
}
