package words

import (
	"fmt"
	"strconv"
	"time"
)

// Date writes the day of t, in t's zone.
func (s *Speaker) Date(t time.Time) string { return s.Say("date.day", s.dateArgs(t)) }

// DateTime writes the day and the minute of t, in t's zone.
func (s *Speaker) DateTime(t time.Time) string { return s.Say("date.minute", s.dateArgs(t)) }

// DateTimeLong is DateTime with the day of the week.
func (s *Speaker) DateTimeLong(t time.Time) string { return s.Say("date.long", s.dateArgs(t)) }

// dateArgs are texts, since a year has no separators.
func (s *Speaker) dateArgs(t time.Time) Args {
	two := func(n int) string { return fmt.Sprintf("%02d", n) }
	return Args{
		"Day": strconv.Itoa(t.Day()), "Day2": two(t.Day()), "Month2": two(int(t.Month())), "Year": strconv.Itoa(t.Year()),
		"Month": s.Say("date.month."+strconv.Itoa(int(t.Month())), nil),
		"Week":  s.Say("date.week."+strconv.Itoa(int(t.Weekday())), nil),
		"Hour":  two(t.Hour()), "Minute": two(t.Minute()),
	}
}

const day = 24 * time.Hour

// steps are the units of Near, each used up to the limit.
var steps = []struct {
	key   string
	unit  time.Duration
	limit time.Duration
}{
	{"minutes", time.Minute, time.Hour},
	{"hours", time.Hour, 2 * day},
	{"days", day, 60 * day},
	{"months", 30 * day, 730 * day},
	{"years", 365 * day, 1<<63 - 1},
}

// Near says how far t is from now, roughly, in the past or the future.
func (s *Speaker) Near(t, now time.Time) string {
	key, d := "ago.", now.Sub(t)
	if d < 0 {
		key, d = "in.", -d
	}
	if d < time.Minute {
		return s.Say(key+"now", nil)
	}
	for _, step := range steps {
		if d < step.limit {
			return s.Say(key+step.key, Args{"N": int(d / step.unit)})
		}
	}
	return s.Date(t) // not reached: the last limit is beyond all
}
