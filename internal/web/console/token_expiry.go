package console

import (
	"slices"
	"strconv"
	"time"

	"jeton/internal/pat"
)

// presets are the lives that the form offers, in days.
var presets = []int{1, 7, 30, 90, 365}

// Choices of the form besides the presets, which are their number of days.
const (
	chooseMost   = "most" // as long as the policy allows, where that is less than every preset
	chooseCustom = "custom"
	chooseNever  = "never"
)

// lastDate is the last day that the domain accepts.
var lastDate = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

const (
	isoDate    = "2006-01-02"
	daySeconds = 24 * 60 * 60
)

// lives are the ends that a token may have, made now by an owner under the
// policy. Days end where the owner is.
type lives struct {
	policy *pat.Policy
	now    time.Time
	zone   *time.Location
}

// endOf is the last second of the day so many days from today.
func (l lives) endOf(days int) time.Time {
	y, m, d := l.now.In(l.zone).Date()
	return l.bound(time.Date(y, m, d+days, 23, 59, 59, 0, l.zone))
}

// bound brings an end within what the policy allows.
func (l lives) bound(end time.Time) time.Time {
	if most := l.most(); !most.IsZero() && end.After(most) {
		return most
	}
	return end
}

// most is the latest end that the policy allows; zero: there is none.
func (l lives) most() time.Time {
	if l.policy.MaxLifetime == 0 {
		return time.Time{}
	}
	return time.Unix(l.now.Unix()+l.policy.MaxLifetime, 0).In(l.zone)
}

// never reports whether the policy allows tokens that never expire.
func (l lives) never() bool { return l.policy.AllowNever && l.policy.MaxLifetime == 0 }

// preset is a choice of the form and when it ends.
type preset struct {
	Value string
	Days  int // 0: as long as the policy allows
	Ends  time.Time
}

// presets are those that the policy allows.
func (l lives) presets() (all []preset) {
	for _, days := range presets {
		if l.policy.MaxLifetime == 0 || int64(days)*daySeconds <= l.policy.MaxLifetime {
			all = append(all, preset{strconv.Itoa(days), days, l.endOf(days)})
		}
	}
	if len(all) == 0 {
		all = append(all, preset{Value: chooseMost, Ends: l.most()})
	}
	return all
}

// usual is the choice that is made beforehand: the policy's, where it is one of
// those offered, else the longest that is not longer.
func (l lives) usual() string {
	after := l.policy.Lifetime[pat.OriginConsole]
	offered := l.presets()
	if after == 0 && l.never() {
		return chooseNever
	}
	choice := offered[0].Value
	for _, p := range offered {
		if after == 0 || int64(p.Days)*daySeconds <= after {
			choice = p.Value
		}
	}
	return choice
}

// first and last are the days on which a chosen date may lie.
func (l lives) first() time.Time {
	y, m, d := l.now.In(l.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, l.zone)
}

func (l lives) last() time.Time {
	if most := l.most(); !most.IsZero() && most.Before(lastDate) {
		return most
	}
	return lastDate
}

// on returns the end of the day that was chosen, and whether it may be.
func (l lives) on(date string) (time.Time, bool) {
	d, err := time.ParseInLocation(isoDate, date, l.zone)
	if err != nil || date < l.first().Format(isoDate) || date > l.last().Format(isoDate) {
		return time.Time{}, false
	}
	end := l.bound(time.Date(d.Year(), d.Month(), d.Day(), 23, 59, 59, 0, l.zone))
	return end, end.After(l.now)
}

// chosen returns the life that a choice of the form stands for. The message
// says what is wrong, about which field.
func (l lives) chosen(choice, date string, sure bool) (e pat.Expiry, field, key string) {
	switch choice {
	case "":
		return e, "expiration", "err.expiration"
	case chooseNever:
		switch {
		case !l.never():
			return e, "expiration", "err.never.forbidden"
		case !sure:
			return e, "sure", "err.never.sure"
		}
		return pat.Expiry{Never: true}, "", ""
	case chooseCustom:
		if date == "" {
			return e, "date", "err.date.none"
		}
		if e.At, _ = l.on(date); e.At.IsZero() {
			return e, "date", "err.date"
		}
		return e, "", ""
	}
	if date != "" {
		return e, "date", "err.date.both"
	}
	offered := l.presets()
	i := slices.IndexFunc(offered, func(p preset) bool { return p.Value == choice })
	if i < 0 {
		return e, "expiration", "err.life"
	}
	return pat.Expiry{At: offered[i].Ends}, "", ""
}
