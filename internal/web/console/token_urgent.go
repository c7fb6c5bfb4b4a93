package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// urgent is how near its end a token is to be told of above the list.
const urgent = 7 * 24 * time.Hour

// snoozeCookie keeps who wants to hear nothing of it for a day, and since when.
// A time to come counts for nothing, so that it cannot be hidden for good.
const (
	snoozeCookie = "jeton_snoozed"
	snoozeLife   = 24 * time.Hour
)

// urgentView is the token that ends first and soon.
type urgentView struct {
	Token tokenRow
	When  string // the message: today, tomorrow or later
	Time  string // of the day
	Here  string // where the form that silences it leads back to
	CSRF  string
}

// endsNext returns the live token that ends first and soon, nil when there is
// none or it was snoozed. One that was rotated ends because it is to.
func (v *visit) endsNext() (*urgentView, error) {
	if v.snoozed() {
		return nil, nil
	}
	if told, err := v.f.Authority.UnreadNotices(v.r.Context(), v.who); err != nil || !told.Marks.Wants(pat.NoticeEnding) {
		return nil, err
	}
	q := v.liveTokens(pageSize) // the first may have been rotated
	q.Where, q.Uncounted = append(q.Where, is("expires", pat.LessEq, v.now.Add(urgent))), true
	list, _, err := v.f.Authority.Tokens(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	rows := v.rows(list)
	at := slices.IndexFunc(rows, func(r tokenRow) bool { return !r.Fixed() })
	if at < 0 {
		return nil, nil
	}
	row := rows[at]
	view := &urgentView{Token: row, When: "urgent", Time: row.ExpiresAt.Format("15:04"), Here: v.here(), CSRF: v.token()}
	switch today := v.at(v.now); {
	case sameDay(row.ExpiresAt, today):
		view.When = "urgent.today"
	case sameDay(row.ExpiresAt, today.AddDate(0, 0, 1)):
		view.When = "urgent.tomorrow"
	}
	return view, nil
}

func sameDay(a, b time.Time) bool { return a.Format(isoDate) == b.Format(isoDate) }

// snoozed reports whether the visitor has silenced it less than a day ago.
func (v *visit) snoozed() bool {
	user, at, _ := strings.Cut(v.f.Site.Kept(v.r, snoozeCookie), ".")
	since, err := strconv.ParseInt(at, 10, 64)
	if err != nil || user != strconv.FormatInt(int64(v.who.User), 10) {
		return false
	}
	ago := v.now.Unix() - since
	return ago >= 0 && ago < int64(snoozeLife/time.Second)
}

func (v *visit) snooze() error {
	v.f.Site.Keep(v.w, v.r, snoozeCookie, fmt.Sprintf("%d.%d", v.who.User, v.now.Unix()), snoozeLife)
	return v.seeOther(web.LocalPath(v.form["next"], "/profile/tokens"))
}
