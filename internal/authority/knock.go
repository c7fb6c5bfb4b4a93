package authority

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// knocks gathers secrets that were refused because no live token is theirs.
// Memory knows nothing of a revoked token, and must not ask the store for each
// stranger: so that its owner still learns that somebody has the secret, the
// store is asked before the next flush, about so many at a time.
type knocks struct {
	mu       sync.Mutex
	byDigest map[pat.Digest]knock
	dropped  int64
}

type knock struct {
	n       int64
	last    int64 // µs since 1970
	address netip.Addr
}

// maxKnocks bounds how many different secrets are remembered between two
// flushes; a look-up of each is some ten microseconds.
const maxKnocks = 4096

// Unknown notes a secret in the right form that no live token has.
func (u *Uses) Unknown(d pat.Digest, at time.Time, from netip.Addr) {
	k := &u.knocks
	k.mu.Lock()
	defer k.mu.Unlock()
	seen, there := k.byDigest[d]
	if !there && len(k.byDigest) >= maxKnocks {
		k.dropped++
		return
	}
	if k.byDigest == nil {
		k.byDigest = make(map[pat.Digest]knock)
	}
	k.byDigest[d] = knock{seen.n + 1, at.UnixMicro(), from}
}

// DroppedUnknown returns how many uses of unknown secrets were not looked into.
func (u *Uses) DroppedUnknown() int64 {
	u.knocks.mu.Lock()
	defer u.knocks.mu.Unlock()
	return u.knocks.dropped
}

// lookInto counts the knocks that were of revoked tokens. What the store cannot
// answer is dropped and counted.
func (u *Uses) lookInto(ctx context.Context, from store.Store) {
	k := &u.knocks
	k.mu.Lock()
	taken := k.byDigest
	k.byDigest = nil
	k.mu.Unlock()
	for d, seen := range taken {
		e, err := from.Entry(ctx, d)
		switch {
		case err == nil && e.Revoked:
			u.refusedOften(e.ID, seen)
		case err != nil && !pat.Is(err, pat.NotFound):
			k.mu.Lock()
			k.dropped += seen.n
			k.mu.Unlock()
		}
	}
}

func (u *Uses) refusedOften(id pat.TokenID, seen knock) {
	s := u.shardOf(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse(id, seen.last, seen.address, pat.ReasonUnknown, seen.n)
}
