package authority

import (
	"context"
	"math"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// Notices returns what others, or the clock, did to by's account and tokens, at
// most limit of those before the event, the newest first; before 0 begins with
// the newest of all. It tells who and why, and what ended a token too: its owner
// is to know. From where somebody else acted is left out, and so is what no user
// did to a token without a name. It fails with Unauthenticated and Forbidden.
func (a *Authority) Notices(ctx context.Context, by pat.Principal, before pat.EventID, limit int) (pat.Notices, error) {
	n, err := a.UnreadNotices(ctx, by)
	if err != nil {
		return n, err
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	n.Events, err = a.Store.Notices(ctx, by.User, pat.NoticedActs(n.Marks.Muted), before, limit)
	for i := range n.Events {
		hideWhence(&n.Events[i])
	}
	return n, err
}

// UnreadNotices is Notices without events: only what was said about them, and
// how many are unread.
func (a *Authority) UnreadNotices(ctx context.Context, by pat.Principal) (n pat.Notices, err error) {
	if err := mayRead(by); err != nil {
		return n, err
	}
	if n.Marks, err = a.Store.NoticeMarks(ctx, by.User); err != nil {
		return n, err
	}
	n.Unread, err = a.Store.CountNotices(ctx, by.User, pat.NoticedActs(n.Marks.Muted), n.Marks.ReadTo, pat.MaxUnread)
	return n, err
}

// ReadNotices marks what was told up to the event as read, and nothing that is
// yet to come. That is no act of the audit trail: it changes what one is shown,
// and nothing else. It fails with Unauthenticated and Forbidden.
func (a *Authority) ReadNotices(ctx context.Context, by pat.Principal, to pat.EventID) error {
	return a.setMarks(ctx, by, func(tx store.Tx, m *pat.NoticeMarks) error {
		newest, err := tx.Notices(ctx, by.User, pat.NoticedActs(m.Muted), math.MaxInt64, 1)
		if len(newest) > 0 {
			m.ReadTo = max(m.ReadTo, min(to, newest[0].ID))
		}
		return err
	})
}

// MuteNotices says which kinds of notices by does without. It fails with
// Unauthenticated and Forbidden.
func (a *Authority) MuteNotices(ctx context.Context, by pat.Principal, muted []pat.NoticeKind) error {
	return a.setMarks(ctx, by, func(tx store.Tx, m *pat.NoticeMarks) error {
		old, now := pat.NoticeTexts(m.Muted), pat.NoticeTexts(muted)
		if old == now {
			return nil
		}
		m.Muted = muted
		u, err := tx.User(ctx, by.User)
		if err != nil {
			return err
		}
		return tx.Append(userEvent(by, a.now(), pat.UserEdited, &u, pat.FieldChange{Field: "muted_notices", Old: old, New: now}))
	})
}

func (a *Authority) setMarks(ctx context.Context, by pat.Principal, change func(store.Tx, *pat.NoticeMarks) error) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	if by.User == 0 {
		return errForbidden
	}
	return a.update(ctx, func(tx store.Tx) error {
		by, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		m, err := tx.NoticeMarks(ctx, by.User)
		if err != nil {
			return err
		}
		if err := change(tx, &m); err != nil {
			return err
		}
		return tx.SetNoticeMarks(by.User, m)
	})
}

// TokenEvents returns those events of a token that q selects, and how many there
// are in all. Unlike ActivityOf it tells the owner what ended it. It fails as
// Token does.
func (a *Authority) TokenEvents(ctx context.Context, by pat.Principal, id pat.TokenID, q pat.Query) ([]pat.Activity, int, error) {
	if _, err := a.Token(ctx, by, id); err != nil {
		return nil, 0, err
	}
	return a.events(ctx, by, narrowed(q, "token", int64(id)))
}

// hideWhence takes away from where somebody else has acted. A use has no user
// behind it: that is told.
func hideWhence(e *pat.Event) {
	if !ofUse(e.Act) {
		e.Via, e.Token = pat.Via{Face: e.Via.Face}, 0
	}
}

// DayUse returns the use of those of the tokens that are the owner's, by day of
// UTC, from the given one on. It fails with Forbidden where by may not see them.
func (a *Authority) DayUse(ctx context.Context, by pat.Principal, owner pat.UserID, tokens []pat.TokenID, from time.Time) ([]pat.DayUse, error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	if !by.MaySee(owner) {
		return nil, errForbidden
	}
	if len(tokens) == 0 {
		return nil, nil
	}
	return a.Store.DayUse(ctx, owner, slices.Compact(slices.Sorted(slices.Values(tokens))), from)
}
