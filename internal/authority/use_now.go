package authority

import (
	"context"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// UseNow is TokenUse of the last two hours that knows, besides, what this node
// has counted and not written yet. Of the addresses, an address may come twice:
// as it is kept, and as it is not yet. It fails as Token does.
func (a *Authority) UseNow(ctx context.Context, by pat.Principal, id pat.TokenID) (pat.TokenUse, error) {
	now := a.now()
	// Memory first: what is flushed in between is counted twice and not missed.
	fresh := a.Uses.unwritten(id, now)
	u, err := a.TokenUse(ctx, by, id, now.Add(-2*time.Hour), now.Add(time.Hour))
	if err != nil {
		return u, err
	}
	for i := range fresh {
		add(&u, &fresh[i])
	}
	return u, nil
}

// unwritten returns what was counted of the token in this hour and the
// one before and is not written yet, by hour.
func (u *Uses) unwritten(id pat.TokenID, now time.Time) (all []store.Use) {
	s := u.shardOf(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range slices.Backward(s.hours(id)) {
		if c := s.written(n); now.Sub(c.Hour) < 2*time.Hour {
			all = append(all, c)
		}
	}
	return all
}

// add adds what is not written to what is.
func add(u *pat.TokenUse, c *store.Use) {
	if !c.FirstAt.IsZero() && (u.FirstAt.IsZero() || c.FirstAt.Before(u.FirstAt)) {
		u.FirstAt = c.FirstAt
	}
	if c.LastAt.After(u.LastAt) {
		u.LastAt, u.LastFrom = c.LastAt, c.LastFrom
	}
	u.Accepted += c.Accepted
	u.Refused += c.Refused.Total()
	u.Periods = append(u.Periods, pat.UsePeriod{Start: c.Hour, Length: time.Hour, Accepted: c.Accepted, Refused: c.Refused})
	u.Addresses = append(c.Addresses, u.Addresses...)
}
