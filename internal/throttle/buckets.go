package throttle

import "time"

// kind is what a bucket counts.
type kind byte

const (
	pair kind = iota
	account
	held
	source
	kinds
)

var rates = [kinds]rate{pair: perPair, account: perAccount, held: perHeld, source: perSource}

// need is a bucket that an attempt draws from.
type need struct {
	kind kind
	key  key
}

// charge is what an attempt drew from one bucket.
type charge struct {
	need
	full moment // when the bucket would be full again after it
}

// buckets keeps those that are not full. At most most are kept: of a full
// bucket nothing is lost by forgetting it, and one in debt is never forgotten.
// When all are in debt, new ones of a kind share one, so that filling the
// table gains nobody a try.
type buckets struct {
	most  int
	full  map[need]moment // when each is full again
	again moment          // not before then is it worth looking for full ones
}

func newBuckets(most int) buckets { return buckets{most: most, full: map[need]moment{}} }

func (b *buckets) wait(n need, now moment) time.Duration {
	return rates[n.kind].wait(b.full[b.home(n, now)], now)
}

func (b *buckets) charge(n need, now moment) charge {
	n = b.home(n, now)
	b.full[n] = rates[n.kind].charge(b.full[n], now)
	return charge{n, b.full[n]}
}

// refund takes a charge back. A bucket that is gone was full.
func (b *buckets) refund(c charge, now moment) {
	full, ok := b.full[c.need]
	if !ok {
		return
	}
	if full = rates[c.kind].refund(full, c.full, now); full <= now {
		delete(b.full, c.need)
		return
	}
	b.full[c.need] = full
}

// home returns the bucket that n has or would get: its own, or the one of its
// kind that is shared when there is no room. The shared ones come on top of
// most.
func (b *buckets) home(n need, now moment) need {
	if _, ok := b.full[n]; ok || b.room(now) {
		return n
	}
	return need{kind: n.kind}
}

// room reports whether there is room for one more, after forgetting those that
// are full again if there was none. That takes milliseconds when there are
// many, so it is done at most once a second.
func (b *buckets) room(now moment) bool {
	if len(b.full) < b.most {
		return true
	}
	if now < b.again {
		return false
	}
	b.again = now + time.Second
	for n, full := range b.full {
		if full <= now {
			delete(b.full, n)
		}
	}
	return len(b.full) < b.most
}
