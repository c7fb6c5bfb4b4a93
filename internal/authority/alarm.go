package authority

import (
	"net/netip"
	"sync"
	"time"

	"jeton/internal/pat"
)

// Alarms gathers uses of retired secrets, so that a verification writes
// nothing. Someone who goes on using a value that was replaced has forgotten to
// change it, or should not have it. The zero value is ready.
type Alarms struct {
	mu    sync.Mutex
	rang  map[pat.TokenID]*alarm
	told  map[pat.TokenID]time.Time // when the trail was last told of a token's
	extra int64
}

// alarm is what is known of a token's uses since the trail was last told.
type alarm struct {
	at   time.Time // of the last
	from netip.Addr
	uses int64
}

const (
	// maxAlarms bounds how many tokens are remembered. Uses of further ones are
	// counted and refused like all others.
	maxAlarms = 10_000

	// alarmPause is for how long the trail is not told of the same token again:
	// a program that goes on for days makes a line an hour.
	alarmPause = time.Hour
)

// retired notes the use of a retired secret.
func (l *Alarms) retired(id pat.TokenID, at time.Time, from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.rang[id]
	switch {
	case a == nil && len(l.rang) >= maxAlarms:
		l.extra++
		return
	case a == nil:
		if l.rang == nil {
			l.rang = make(map[pat.TokenID]*alarm)
		}
		a = &alarm{}
		l.rang[id] = a
	}
	a.at, a.from, a.uses = at, from, a.uses+1
}

// Dropped returns how many uses of retired secrets the trail was not told of
// because too many tokens' came at once.
func (l *Alarms) Dropped() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.extra
}

// due takes out those that the trail is to be told of now.
func (l *Alarms) due(now time.Time) map[pat.TokenID]*alarm {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, at := range l.told {
		if now.Sub(at) >= alarmPause {
			delete(l.told, id)
		}
	}
	due := make(map[pat.TokenID]*alarm, len(l.rang))
	for id, a := range l.rang {
		if _, lately := l.told[id]; !lately {
			due[id] = a
			delete(l.rang, id)
		}
	}
	return due
}

// settle notes that the trail was told, or puts back what it could not be.
func (l *Alarms) settle(id pat.TokenID, a *alarm, now time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		if l.told == nil {
			l.told = make(map[pat.TokenID]time.Time)
		}
		l.told[id] = now
		return
	}
	if since := l.rang[id]; since != nil {
		since.uses += a.uses
		return
	}
	l.rang[id] = a
}
