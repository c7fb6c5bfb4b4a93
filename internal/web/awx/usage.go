package awx

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"jeton/internal/pat"
)

// tokenUser knows how tokens were used.
type tokenUser interface {
	TokenUse(ctx context.Context, by pat.Principal, id pat.TokenID, from, to time.Time) (pat.TokenUse, error)
}

// usageAnswer is how a token was used. The totals and addresses are over its
// whole life, all else is of the time that was asked for.
type usageAnswer struct {
	Token     pat.TokenID      `json:"token"`
	FirstUsed *string          `json:"first_used"`
	LastUsed  *string          `json:"last_used"`
	LastFrom  *string          `json:"last_used_from"`
	Accepted  int64            `json:"accepted"`
	Refused   int64            `json:"refused"`
	From      string           `json:"from"`
	To        string           `json:"to"`
	Reasons   map[string]int64 `json:"refused_by_reason"`
	Periods   []usagePeriod    `json:"periods"`
	Addresses []usageAddress   `json:"addresses"`
}

// usagePeriod is an hour, or a day in UTC.
type usagePeriod struct {
	Start    string           `json:"start"`
	Seconds  int64            `json:"seconds"`
	Accepted int64            `json:"accepted"`
	Refused  map[string]int64 `json:"refused"` // by reason, those that there were
}

type usageAddress struct {
	Address   string `json:"address"`
	FirstUsed string `json:"first_used"`
	LastUsed  string `json:"last_used"`
	Accepted  int64  `json:"accepted"`
	Refused   int64  `json:"refused"`
}

// usageGate lets pass whoever may see the token, or asks for one that is none.
func (f *Face) usageGate(c *call) error {
	_, err := f.Authority.Token(c.r.Context(), c.who, pat.TokenID(number(c.r.PathValue("id"))))
	return unlessMissing(err)
}

// tokenUsage serves GET /api/v2/tokens/{id}/usage/, of a revoked token too: how
// it was used is what its owner wants to know then.
func (f *Face) tokenUsage(c *call) error {
	from, to, err := usageWindow(c.r.URL.RawQuery, c.now())
	if err != nil {
		return err
	}
	id := pat.TokenID(number(c.r.PathValue("id")))
	use, err := f.Authority.TokenUse(c.r.Context(), c.who, id, from, to)
	if err != nil {
		return missing(tokenClass, err)
	}
	return c.answer(http.StatusOK, usageOf(&use, from, to))
}

// usageWindow reads from and to. Without them it is all that is kept. One that
// ends before it begins is refused: nothing would be in it, as if the token had
// not been used.
func usageWindow(query string, now time.Time) (from, to time.Time, err error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return from, to, invalid("The query cannot be read.")
	}
	from, to = now.Add(-pat.KeepUse).Truncate(24*time.Hour), now
	both := values.Has("from") && values.Has("to")
	var errs fieldErrors
	for _, key := range []string{"from", "to"} {
		at := &from
		if key == "to" {
			at = &to
		}
		if texts := values[key]; len(texts) > 1 {
			errs.add(key, "Give it once.")
		} else if len(texts) == 1 {
			if *at, err = time.Parse(time.RFC3339, texts[0]); err != nil || at.Year() < 1970 {
				errs.add(key, "Use RFC 3339, like 2030-01-31T12:00:00Z.")
			}
		}
		values.Del(key)
	}
	values.Del("format") // of the answer: was judged before
	for _, key := range slices.Sorted(maps.Keys(values)) {
		errs.add(key, "There is no such parameter; choose from and to.")
	}
	if len(errs) == 0 && both && to.Before(from) {
		errs.add("to", "Choose a time that is not before from.")
	}
	if len(errs) > 0 {
		return from, to, errs
	}
	return from, to, nil
}

func usageOf(u *pat.TokenUse, from, to time.Time) usageAnswer {
	a := usageAnswer{
		Token: u.Token, FirstUsed: stampOrNull(u.FirstAt), LastUsed: stampOrNull(u.LastAt),
		Accepted: u.Accepted, Refused: u.Refused, From: stamp(from), To: stamp(to),
		Periods: make([]usagePeriod, len(u.Periods)), Addresses: make([]usageAddress, len(u.Addresses)),
	}
	a.LastFrom = addressOrNull(u.LastFrom)
	var refused pat.Refusals
	for i := range u.Periods {
		p := &u.Periods[i]
		for at, n := range p.Refused {
			refused[at] += n
		}
		a.Periods[i] = usagePeriod{stamp(p.Start), int64(p.Length / time.Second), p.Accepted, byReason(&p.Refused)}
	}
	a.Reasons = byReason(&refused)
	for i, from := range u.Addresses {
		a.Addresses[i] = usageAddress{from.Address.String(), stamp(from.FirstAt), stamp(from.LastAt), from.Accepted, from.Refused}
	}
	return a
}

// reasonWords differ from those of the log in one: a known token that is
// unknown to verification was revoked.
var reasonWords = map[pat.Reason]string{pat.ReasonUnknown: "revoked"}

// useReason returns the word for why a use was refused.
func useReason(why pat.Reason) string { return cmp.Or(reasonWords[why], string(why)) }

func byReason(r *pat.Refusals) map[string]int64 {
	m := map[string]int64{}
	for i, n := range r {
		if n == 0 {
			continue
		}
		m[useReason(pat.UseReasons[i])] = n
	}
	return m
}
