package index

import (
	"encoding/binary"
	"testing"

	"jeton/internal/pat"
)

func TestATableNeverHasMoreSlotsThanItsLimitNeeds(t *testing.T) {
	for _, limit := range []int{1, 1000, 1_000_000} {
		x := &Index{Options: Options{Limit: limit}}
		s, most := &x.shards[0], x.shardLimit()
		for i := range most + most/2 {
			var d pat.Digest
			binary.LittleEndian.PutUint32(d[8:], uint32(i)*0x9e3779b1)
			s.put(x, &record{digest: d, flags: isUsed}, nil)
			if n := len(s.slots); n > slotsFor(most) {
				t.Fatalf("limit %d: %d slots for %d records", limit, n, s.used)
			}
		}
		if s.used != most {
			t.Errorf("limit %d: %d records, want %d", limit, s.used, most)
		}
	}
}
