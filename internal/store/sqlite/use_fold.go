package sqlite

import (
	"context"
	"time"
)

const (
	// The oldest hours. Both statements of a fold see the same ones.
	oldHours = `select token_id, start, outcome, count from token_hours
	where start < ?1 order by start, token_id, outcome limit ?2`

	foldHours = `insert into token_days (token_id, start, outcome, count)
	select token_id, start / 24, outcome, sum(count) from (` + oldHours + `) where true group by 1, 2, 3
	on conflict (token_id, start, outcome) do update set count = count + excluded.count`

	dropHours = `delete from token_hours where (token_id, start, outcome) in (select token_id, start, outcome from (` + oldHours + `))`

	dropDays = `delete from token_days where (token_id, start, outcome) in (
	select token_id, start, outcome from token_days where start < ?1 order by start, token_id, outcome limit ?2)`
)

// FoldUse implements store.UseKeeper.
func (s *Store) FoldUse(ctx context.Context, before, keep time.Time, limit int) (more bool, err error) {
	err = s.commits.do(ctx, func(w *writer) error {
		hour := before.Unix() / secondsOfDay * hoursOfDay // whole days only
		if _, _, err := w.exec(foldHours, hour, int64(limit)); err != nil {
			return failed("fold use", err)
		}
		hours, _, err := w.exec(dropHours, hour, int64(limit))
		if err != nil {
			return failed("fold use", err)
		}
		days, _, err := w.exec(dropDays, keep.Unix()/secondsOfDay, int64(limit))
		more = hours == int64(limit) || days == int64(limit)
		return failed("forget use", err)
	})
	return more, err
}
