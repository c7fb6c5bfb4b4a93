package console

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// csvOf is where the API has the list as a table; "" where it has no such filter.
func (v *visit) csvOf(l listing, view string) string {
	if view == "breaks" || view == "disabled" || l.get("q") != "" {
		return ""
	}
	q := url.Values{"format": {"csv"}, "status__in": {"live,paused"}}
	wire := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	var since time.Time // the earliest that is asked for: both have to hold
	idle := func(at time.Time) {
		if !since.IsZero() && since.Before(at) {
			return
		}
		since = at
		q.Set("created__lt", wire(at))
		q.Set("or__last_used__isnull", "true")
		q.Set("or__last_used__lt", wire(at))
	}
	switch view {
	case "never":
		q.Set("never", "true")
	case "unused":
		idle(v.now.Add(-unused))
	case "soon":
		q.Set("expires__lte", wire(v.now.Add(soon)))
	case "anywhere":
		q.Set("networks__isnull", "true")
	case "full":
		q.Set("scope__in", strings.Join(fullAccess, ","))
	case "paused":
		q.Set("status__in", "paused")
	case "ended":
		q.Set("status__in", "expired,revoked")
	}
	if at, ok := v.dayOf(l, "ends"); ok {
		q.Set("expires__lt", wire(at))
	}
	if at, ok := v.dayOf(l, "idle"); ok {
		idle(at)
	}
	if owner := l.id("owner"); owner != 0 {
		q.Set("user", strconv.FormatInt(owner, 10))
	}
	return "/api/v2/tokens/?" + q.Encode()
}
