package store

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// NoticeReader reads what users are told of.
type NoticeReader interface {
	// Notices returns at most limit events of the acts about what is the owner's
	// and that somebody else caused, with an id less than before, the newest first.
	// What no user did to something without a name is not among them: programs make
	// such tokens by the thousand.
	Notices(ctx context.Context, owner pat.UserID, acts []pat.Act, before pat.EventID, limit int) ([]pat.Event, error)

	// CountNotices returns how many there are with an id greater than after, at
	// most limit.
	CountNotices(ctx context.Context, owner pat.UserID, acts []pat.Act, after pat.EventID, limit int) (int, error)

	// NoticeMarks returns what the user has said about notices.
	NoticeMarks(ctx context.Context, user pat.UserID) (pat.NoticeMarks, error)

	// DayUse returns the use of those of the tokens that are the owner's, by day,
	// from the given one on. A day without use is left out.
	DayUse(ctx context.Context, owner pat.UserID, tokens []pat.TokenID, from time.Time) ([]pat.DayUse, error)
}

// NoticeTx writes what users say about notices.
type NoticeTx interface {
	// SetNoticeMarks replaces what the user has said. ReadTo never becomes less.
	SetNoticeMarks(user pat.UserID, m pat.NoticeMarks) error
}
