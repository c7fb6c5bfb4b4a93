package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"jeton/internal/pat"
)

const (
	// The first three conditions are those of the index.
	noticesBefore = `select ` + eventColumns + ` from events e
	where e.owner <> 0 and e.owner <> e.actor_id and (e.object_name <> '' or e.actor_id <> 0) and e.owner = ?1 and e.id < ?2
	and e.act in (select value from json_each(?3)) order by e.id desc limit ?4`

	countNotices = `select count(*) from (select 1 from events e
	where e.owner <> 0 and e.owner <> e.actor_id and (e.object_name <> '' or e.actor_id <> 0) and e.owner = ?1 and e.id > ?2
	and e.act in (select value from json_each(?3)) limit ?4)`

	noticeMarks = `select read_to, muted from notice_marks where user_id = ?`

	setNoticeMarks = `insert into notice_marks (user_id, read_to, muted) values (?, ?, ?)
	on conflict (user_id) do update set read_to = max(read_to, excluded.read_to), muted = excluded.muted`
)

// Notices implements store.NoticeReader.
func (r reader) Notices(ctx context.Context, owner pat.UserID, acts []pat.Act, before pat.EventID, limit int) (page []pat.Event, err error) {
	err = r.query(r.patience(ctx), noticesBefore, []any{int64(owner), int64(before), jsonList(acts), int64(limit)}, func(r *row) {
		page = append(page, scanEvent(r))
	})
	return page, failed("notices", err)
}

// CountNotices implements store.NoticeReader.
func (r reader) CountNotices(_ context.Context, owner pat.UserID, acts []pat.Act, after pat.EventID, limit int) (n int, err error) {
	_, err = r.one(countNotices, []any{int64(owner), int64(after), jsonList(acts), int64(limit)}, func(r *row) { n = int(r.int()) })
	return n, failed("count notices", err)
}

// NoticeMarks implements store.NoticeReader.
func (r reader) NoticeMarks(_ context.Context, user pat.UserID) (m pat.NoticeMarks, err error) {
	_, err = r.one(noticeMarks, []any{int64(user)}, func(r *row) {
		m = pat.NoticeMarks{ReadTo: pat.EventID(r.int()), Muted: pat.ParseNoticeKinds(r.text())}
	})
	return m, failed("notice marks", err)
}

// SetNoticeMarks implements store.NoticeTx.
func (t *tx) SetNoticeMarks(user pat.UserID, m pat.NoticeMarks) error {
	_, _, err := t.w.exec(setNoticeMarks, int64(user), int64(m.ReadTo), pat.NoticeTexts(m.Muted))
	return failed("set notice marks", err)
}

// Days and hours are apart: a day that is kept has no hours, or has them from
// before it was folded.
const dayUse = `select id, day, sum(case outcome when '' then count else 0 end), sum(case outcome when '' then 0 else count end) from (
	select t.id, d.start as day, d.outcome, d.count from json_each(?1) j
		cross join tokens t on t.id = j.value and t.owner = ?2
		cross join token_days d on d.token_id = t.id and d.start >= ?3
	union all
	select t.id, h.start / 24, h.outcome, h.count from json_each(?1) j
		cross join tokens t on t.id = j.value and t.owner = ?2
		cross join token_hours h on h.token_id = t.id and h.start >= ?3 * 24)
	group by id, day order by id, day`

// DayUse implements store.NoticeReader.
func (r reader) DayUse(ctx context.Context, owner pat.UserID, tokens []pat.TokenID, from time.Time) (all []pat.DayUse, err error) {
	args := []any{jsonList(tokens), int64(owner), from.Unix() / secondsOfDay}
	err = r.query(r.patience(ctx), dayUse, args, func(r *row) {
		all = append(all, pat.DayUse{
			Token: pat.TokenID(r.int()), Day: time.Unix(r.int()*secondsOfDay, 0).UTC(), Accepted: r.int(), Refused: r.int(),
		})
	})
	return all, failed("use by day", err)
}

// jsonList is a list as json_each reads it.
func jsonList[T ~int64 | ~string](list []T) string {
	text, err := json.Marshal(list)
	if err != nil || list == nil { // numbers and texts never fail
		return "[]"
	}
	return string(text)
}

// Notices implements store.NoticeReader.
func (s *Store) Notices(ctx context.Context, owner pat.UserID, acts []pat.Act, before pat.EventID, limit int) ([]pat.Event, error) {
	return ask(ctx, s, func(r reader) ([]pat.Event, error) { return r.Notices(ctx, owner, acts, before, limit) })
}

// CountNotices implements store.NoticeReader.
func (s *Store) CountNotices(ctx context.Context, owner pat.UserID, acts []pat.Act, after pat.EventID, limit int) (int, error) {
	return ask(ctx, s, func(r reader) (int, error) { return r.CountNotices(ctx, owner, acts, after, limit) })
}

// NoticeMarks implements store.NoticeReader.
func (s *Store) NoticeMarks(ctx context.Context, user pat.UserID) (pat.NoticeMarks, error) {
	return ask(ctx, s, func(r reader) (pat.NoticeMarks, error) { return r.NoticeMarks(ctx, user) })
}

// DayUse implements store.NoticeReader.
func (s *Store) DayUse(ctx context.Context, owner pat.UserID, tokens []pat.TokenID, from time.Time) ([]pat.DayUse, error) {
	return ask(ctx, s, func(r reader) ([]pat.DayUse, error) { return r.DayUse(ctx, owner, tokens, from) })
}
