package index

import (
	"sync"

	"jeton/internal/pat"
)

// owners keeps the standing of users. It is bounded as the tokens are: each
// shard drops one at random when it is full.
type owners struct {
	shards [ownerShards]ownerShard
}

const (
	ownerShards = 64
	maxOwners   = 1 << 14 // in each shard: a million in all
)

type ownerShard struct {
	mu      sync.RWMutex
	byID    map[pat.UserID]pat.Standing
	version uint64
}

func (o *owners) shardOf(id pat.UserID) *ownerShard { return &o.shards[uint64(id)%ownerShards] }

func (o *owners) find(id pat.UserID) (who pat.Standing, found bool, version uint64) {
	s := o.shardOf(id)
	s.mu.RLock()
	defer s.mu.RUnlock()
	who, found = s.byID[id]
	return who, found, s.version
}

// keep remembers what was read from the store at the given version, unless a
// change was heard of since.
func (o *owners) keep(who pat.Standing, version uint64) {
	s := o.shardOf(who.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version == version {
		s.put(who)
	}
}

// learn applies a change.
func (o *owners) learn(who pat.Standing) {
	s := o.shardOf(who.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.put(who)
}

func (s *ownerShard) put(who pat.Standing) {
	if s.byID == nil {
		s.byID = make(map[pat.UserID]pat.Standing)
	}
	if _, there := s.byID[who.ID]; !there && len(s.byID) >= maxOwners {
		for id := range s.byID {
			delete(s.byID, id)
			break
		}
	}
	s.byID[who.ID] = who
}

func (o *owners) clear() {
	for i := range o.shards {
		s := &o.shards[i]
		s.mu.Lock()
		s.byID = nil
		s.version++
		s.mu.Unlock()
	}
}
