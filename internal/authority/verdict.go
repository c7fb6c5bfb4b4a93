package authority

import (
	"sync/atomic"

	"jeton/internal/pat"
)

// strangers counts secrets that were refused without a known token behind them.
type strangers struct {
	missing, malformed, unknown, unavailable atomic.Int64
}

func (s *strangers) add(err error) {
	e, ok := err.(*pat.Error) // as it mostly is: a flood of junk allocates nothing
	if !ok {
		e = pat.AsError(err)
	}
	switch {
	case e.Reason == pat.ReasonMissing:
		s.missing.Add(1)
	case e.Reason == pat.ReasonMalformed:
		s.malformed.Add(1)
	case e.Reason == pat.ReasonUnknown:
		s.unknown.Add(1)
	default:
		s.unavailable.Add(1)
	}
}

// Verdicts returns how many secrets were accepted and refused, by reason, since
// the start. "unavailable" are those on which nothing could be known.
func (a *Authority) Verdicts() map[string]int64 {
	accepted, refused := a.Uses.totals()
	v := map[string]int64{
		"accepted":                  accepted,
		string(pat.ReasonMissing):   a.strangers.missing.Load(),
		string(pat.ReasonMalformed): a.strangers.malformed.Load(),
		"unavailable":               a.strangers.unavailable.Load(),
	}
	for i, n := range refused {
		v[string(pat.UseReasons[i])] = n
	}
	v[string(pat.ReasonUnknown)] += a.strangers.unknown.Load()
	return v
}

// totals returns the uses since the start, dropped ones too.
func (u *Uses) totals() (accepted int64, refused pat.Refusals) {
	for i := range u.shards {
		s := &u.shards[i]
		s.mu.Lock()
		accepted += s.accepted
		for why, n := range s.refused {
			refused[why] += n
		}
		s.mu.Unlock()
	}
	return accepted, refused
}
