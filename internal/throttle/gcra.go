package throttle

import "time"

// rate is what a kind of bucket allows: burst attempts at once, then one every
// interval.
type rate struct {
	burst    int
	interval time.Duration
}

// A bucket is one number, as in the generic cell rate algorithm (ITU-T I.371):
// the moment at which it is full again, on the limiter's clock. One that is
// full by now holds nothing that is worth remembering.
type moment = time.Duration // since the limiter was made

// wait returns how long it takes until the bucket that is full again at full
// has room for one attempt more; 0 when it has.
func (r rate) wait(full, now moment) time.Duration {
	return max(0, max(full, now)-now-time.Duration(r.burst-1)*r.interval)
}

// charge returns when the bucket will be full again after one attempt more.
func (r rate) charge(full, now moment) moment { return max(full, now) + r.interval }

// refund takes back a charge after which the bucket would have been full at
// charged, as far as time has not paid it back already: nothing may be lent.
func (r rate) refund(full, charged, now moment) moment {
	return full - min(r.interval, max(0, charged-now))
}
