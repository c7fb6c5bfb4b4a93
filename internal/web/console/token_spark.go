package console

import (
	"time"

	"jeton/internal/pat"
)

// spark is how a token was used in the last 30 days, small enough for a list.
type spark struct {
	Chart          chart
	Calls, Refused int64
}

// sparks draws the use of the rows, for all of them at once. A row without use
// has none.
func (v *visit) sparks(rows tokenRows) error {
	ids := make([]pat.TokenID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	from := v.now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-shortUse)
	use, err := v.f.Authority.DayUse(v.r.Context(), v.who, v.who.User, ids, from)
	if err != nil {
		return err
	}
	days := map[pat.TokenID][]useDay{}
	for _, u := range use {
		at := int(u.Day.Sub(from) / (24 * time.Hour))
		if at < 0 || at >= shortUse { // a clock that was put back
			continue
		}
		if days[u.Token] == nil {
			days[u.Token] = make([]useDay, shortUse)
		}
		days[u.Token][at] = useDay{u.Day, u.Accepted, u.Refused}
	}
	for i := range rows {
		if d := days[rows[i].ID]; d != nil {
			rows[i].Spark = sparkOf(d)
		}
	}
	return nil
}

func sparkOf(days []useDay) *spark {
	s := &spark{Chart: chartOf(days)}
	for i := range days {
		s.Calls += days[i].Accepted + days[i].Refused
		s.Refused += days[i].Refused
	}
	return s
}
