package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

const (
	secondsOfHour = 60 * 60
	hoursOfDay    = 24
	secondsOfDay  = hoursOfDay * secondsOfHour
)

const (
	useTotals = `select first_used_at, last_used_at, last_used_from, accepted, refused from token_use where token_id = ?`

	// Days first: where a day is kept, its hours are not, and it is earlier.
	useDays  = `select start, outcome, count from token_days where token_id = ? and start >= ? and start < ? order by start`
	useHours = `select start, outcome, count from token_hours where token_id = ? and start >= ? and start < ? order by start`

	useAddresses = `select address, first_at, last_at, accepted, refused from token_addresses
	where token_id = ? order by last_at desc, address`
)

// TokenUse implements store.UseKeeper.
func (s *Store) TokenUse(ctx context.Context, id pat.TokenID, from, to time.Time) (pat.TokenUse, error) {
	return ask(ctx, s, func(r reader) (u pat.TokenUse, err error) {
		u.Token = id
		err = r.snapshot("token use", func() error { return r.tokenUse(ctx, &u, from, to) })
		return u, err
	})
}

func (r reader) tokenUse(ctx context.Context, u *pat.TokenUse, from, to time.Time) error {
	id := int64(u.Token)
	_, err := r.one(useTotals, []any{id}, func(r *row) {
		u.FirstAt, u.LastAt, u.LastFrom, u.Accepted, u.Refused = r.time(), r.time(), r.addr(), r.int(), r.int()
	})
	if err != nil {
		return err
	}
	for _, kept := range []struct {
		query   string
		seconds int64
	}{{useDays, secondsOfDay}, {useHours, secondsOfHour}} {
		args := []any{id, firstFrom(from, kept.seconds), firstFrom(to, kept.seconds)}
		err := r.query(ctx, kept.query, args, func(r *row) { u.Periods = scanPeriod(r, kept.seconds, u.Periods) })
		if err != nil {
			return err
		}
	}
	return r.query(ctx, useAddresses, []any{id}, func(r *row) {
		u.Addresses = append(u.Addresses, pat.UseAddress{
			Address: r.addr(), FirstAt: r.time(), LastAt: r.time(), Accepted: r.int(), Refused: r.int(),
		})
	})
}

// firstFrom returns the number of the first period that does not begin before t.
func firstFrom(t time.Time, seconds int64) int64 {
	length := seconds * 1_000_000 // µs
	n := t.UnixMicro() / length
	if t.UnixMicro()%length > 0 {
		n++
	}
	return n
}

// scanPeriod adds a row to the last of the periods, or begins a new one.
func scanPeriod(r *row, seconds int64, periods []pat.UsePeriod) []pat.UsePeriod {
	start, outcome, n := time.Unix(r.int()*seconds, 0).UTC(), pat.Reason(r.text()), r.int()
	if last := len(periods) - 1; last < 0 || !periods[last].Start.Equal(start) || periods[last].Length != time.Duration(seconds)*time.Second {
		periods = append(periods, pat.UsePeriod{Start: start, Length: time.Duration(seconds) * time.Second})
	}
	p := &periods[len(periods)-1]
	if outcome == "" {
		p.Accepted += n
	} else {
		p.Refused.Add(outcome, n)
	}
	return periods
}
