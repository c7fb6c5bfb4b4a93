package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
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

// unwritten returns copies of what was counted of the token in this hour and the
// one before and is not written yet.
func (u *Uses) unwritten(id pat.TokenID, now time.Time) (all []use) {
	s := u.shardOf(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	hour := now.UnixMicro() / microsOfHour
	for _, c := range []*use{s.older[useHour{id, hour - 1}], s.older[useHour{id, hour}], s.uses[id]} {
		if c != nil {
			kept := *c
			kept.more = append([]useAddress(nil), c.more...)
			all = append(all, kept)
		}
	}
	return all
}

// add adds what is not written to what is.
func add(u *pat.TokenUse, c *use) {
	if first := instant(c.firstAt); !first.IsZero() && (u.FirstAt.IsZero() || first.Before(u.FirstAt)) {
		u.FirstAt = first
	}
	if last := instant(c.lastAt); last.After(u.LastAt) {
		u.LastAt, u.LastFrom = last, c.lastFrom
	}
	u.Accepted += c.accepted
	u.Refused += c.refused.Total()
	u.Periods = append(u.Periods, pat.UsePeriod{Start: time.Unix(c.hour*3600, 0).UTC(), Length: time.Hour, Accepted: c.accepted, Refused: c.refused})
	u.Addresses = append(c.addresses(), u.Addresses...)
}
