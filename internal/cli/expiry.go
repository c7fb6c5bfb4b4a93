package cli

import (
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"jeton/internal/pat"
)

// expiry is when a token is to expire, as typed. The zero value is the default.
type expiry struct{ pat.Expiry }

// units are the seconds of the units that a lifetime is written in.
var units = map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 24 * 3600, 'w': 7 * 24 * 3600}

// mostUnits bounds the number before a unit: 365,000 days, as many weeks.
const mostUnits = 365_000 * 24 * 3600

// parseExpiry reads never, a lifetime like 30d, a date, which counts to its
// end in the user's zone, or an RFC 3339 time.
func parseExpiry(text string, zone *time.Location) (expiry, error) {
	switch text {
	case "":
		return expiry{}, nil
	case "never":
		return expiry{pat.Expiry{Never: true}}, nil
	}
	if unit, ok := units[text[len(text)-1]]; ok {
		n, err := strconv.ParseInt(text[:len(text)-1], 10, 64)
		if err == nil && n > 0 && n <= mostUnits/unit {
			return expiry{pat.Expiry{After: n * unit}}, nil
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return expiry{pat.Expiry{At: day.AddDate(0, 0, 1).Add(-time.Second)}}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return expiry{pat.Expiry{At: at}}, nil
	}
	return expiry{}, errors.New("write a lifetime like 30d or 12h, a date like 2027-01-31, a time like 2027-01-31T12:00:00Z, or never")
}

// lifeAsked reads what the flag --expires of a new token says.
func lifeAsked(cmd *cobra.Command, text string) (expiry, error) {
	e, err := parseExpiry(text, time.Local)
	if err != nil {
		return e, wrongUsage(cmd, "--expires: %s", err)
	}
	return e, nil
}

// instant returns when a token made at now is to expire, zero for never, where
// no policy is at hand to say.
func (e expiry) instant(now time.Time) time.Time {
	switch {
	case e.Never:
		return time.Time{}
	case !e.At.IsZero():
		return e.At
	}
	after := e.After
	if after == 0 {
		after = pat.DefaultPolicy().Lifetime[pat.OriginCLI]
	}
	return time.Unix(now.Unix()+after, 0)
}
