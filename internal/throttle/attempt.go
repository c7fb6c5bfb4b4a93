package throttle

// attempt is what Take charged.
type attempt struct {
	limiter *Limiter
	who     identity
	charges []charge
	over    bool // guarded by the limiter's lock
}

func (a *attempt) succeeded() {
	l := a.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.giveBack() {
		l.known.add(a.who.pair, l.last)
		l.failures.clear(a.who.account)
	}
}

func (a *attempt) withdrawn() {
	l := a.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.giveBack() {
		l.failures.remove(a.who.account)
	}
}

// refunded is withdrawn for an attempt that is in no row of failures.
func (a *attempt) refunded() {
	a.limiter.mu.Lock()
	defer a.limiter.mu.Unlock()
	a.giveBack()
}

// giveBack undoes the charges, once, and reports whether it did.
func (a *attempt) giveBack() bool {
	if a.over {
		return false
	}
	a.over = true
	now := a.limiter.moment()
	for _, c := range a.charges {
		a.limiter.buckets.refund(c, now)
	}
	return true
}
