package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var tokenPageOf = page.Parse(templates, "templates/token_page.html", "templates/token_rows.html")

// tokenView is the page of one token.
type tokenView struct {
	Token tokenRow
	Use   useView
	Why   string // it was revoked, as a message; "" where none is known
	Given string // another reason, as an administrator gave it
	Mine  bool
	CSRF  string
	Chain []tokenRow // of rotations, the latest first; none where there was none
	// Events are the latest, the newest first.
	Events []eventRow
	// Of one that was rotated and goes on: whether it was used since.
	StillUsed bool
	Last      time.Time // its last use, as far as it is known now
}

// eventRow is one line of what was done with a token.
type eventRow struct {
	At      time.Time
	Key     string // the message
	By      string
	Address string
	Why     string // the message of a reason that is known
	Given   string // another reason, as it was given
}

// maxEvents is how many the page shows.
const maxEvents = 50

// useView is how a token was used, of late and in all.
type useView struct {
	Days              []useDay // the latest last
	Chart             chart
	Accepted, Refused int64 // in the days
	Addresses         []useAddress
	Reasons           []useReason
	Only              string // the addresses with accepted calls, blanks between them
	Long              bool   // 90 days and not 30
}

type useDay struct {
	Day               time.Time
	Accepted, Refused int64
}

type useAddress struct {
	Address           string
	FirstAt, LastAt   time.Time
	Accepted, Refused int64
}

type useReason struct {
	Start time.Time // of the day, or the hour, in which they were
	Hour  bool      // it is an hour
	Key   string    // of the message
	Count int64
}

// Days that the page can show.
const (
	shortUse = 30
	longUse  = 90
)

// ownToken returns the token of the path, when it is the visitor's own, or of the
// service account that the visit is about. That of another is as if it were not
// there, for administrators too: their pages are others.
func (v *visit) ownToken() (pat.Token, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		return pat.Token{}, errNoToken
	}
	t, err := v.f.Authority.Token(v.r.Context(), v.who, pat.TokenID(id))
	switch {
	case pat.Is(err, pat.Forbidden):
		return pat.Token{}, errNoToken
	case err != nil:
		return pat.Token{}, err
	case t.Owner != v.owner():
		return pat.Token{}, errNoToken
	}
	return t, nil
}

var errNoToken = pat.Fail(pat.NotFound, "no such token")

func (v *visit) tokenPage() error {
	t, err := v.ownToken()
	if err != nil {
		return err
	}
	days := shortUse
	if v.query("days") == strconv.Itoa(longUse) {
		days = longUse
	}
	use, err := v.use(t.ID, days)
	if err != nil {
		return err
	}
	view := tokenView{Token: v.row(&t), Use: use, Why: whyKey(t.RevokedWhy), Given: t.RevokedWhy}
	view.CSRF = v.token()
	if err := v.history(&view, &t); err != nil {
		return err
	}
	if view.Token.State == "ending" {
		if err := v.sinceRotation(&view, &t); err != nil {
			return err
		}
	}
	view.Mine = t.RevokedBy == v.who.User
	return tokenPageOf.Show(v.w, http.StatusOK, v.frame("tokens"), view)
}

// history fills in the chain of rotations and the events.
func (v *visit) history(view *tokenView, t *pat.Token) error {
	ctx := v.r.Context()
	if t.Generation > 0 || !t.RetiredAt.IsZero() {
		list, err := v.f.Authority.Family(ctx, v.who, t.ID)
		if err != nil {
			return err
		}
		for i := range slices.Backward(list) {
			view.Chain = append(view.Chain, v.row(&list[i]))
		}
	}
	events, _, err := v.f.Authority.TokenEvents(ctx, v.who, t.ID, pat.Newest(maxEvents))
	if err != nil {
		return err
	}
	for i := range events {
		e := &events[i]
		if key := eventKeys[e.Act]; key != "" {
			by := e.ActorName
			if e.Act == pat.TokenReported && e.Actor == 0 {
				by = v.speak.Say("by.finder", nil)
			}
			view.Events = append(view.Events, eventRow{v.at(e.At), key, by, addressText(e.Via.Address), eventReason(&e.Event), e.Reason})
		}
	}
	return nil
}

// eventKeys are the messages of what can be done with a token.
var eventKeys = map[pat.Act]string{
	pat.TokenCreated: "event.created", pat.TokenEdited: "event.edited", pat.TokenRevoked: "event.revoked", pat.TokenPaused: "event.paused",
	pat.TokenResumed: "event.resumed", pat.TokenRotated: "event.rotated", pat.TokenRetired: "event.retired", pat.TokenReused: "event.reused",
	pat.TokenUsed: "event.used", pat.TokenRoamed: "event.roamed", pat.TokenRefused: "event.refused", pat.TokenExpired: "event.expired",
	pat.TokenReported: "event.reported",
}

// use reads how the token was used in so many days, which are those of UTC: the
// counts are kept by them.
func (v *visit) use(id pat.TokenID, days int) (useView, error) {
	today := v.now.UTC().Truncate(24 * time.Hour)
	from := today.AddDate(0, 0, 1-days)
	u, err := v.f.Authority.TokenUse(v.r.Context(), v.who, id, from, v.now.Add(time.Hour))
	if err != nil {
		return useView{}, err
	}
	view := useView{Days: make([]useDay, days), Long: days == longUse}
	for i := range view.Days {
		view.Days[i].Day = from.AddDate(0, 0, i)
	}
	for i := range u.Periods {
		p := &u.Periods[i]
		if at := int(p.Start.Sub(from) / (24 * time.Hour)); at >= 0 && at < days {
			d := &view.Days[at]
			d.Accepted += p.Accepted
			d.Refused += p.Refused.Total()
			view.Accepted += p.Accepted
			view.Refused += p.Refused.Total()
		}
	}
	view.Reasons = v.refusedCalls(u.Periods)
	view.Only = usedAddresses(u.Addresses)
	for _, a := range u.Addresses {
		view.Addresses = append(view.Addresses, useAddress{addressText(a.Address), v.at(a.FirstAt), v.at(a.LastAt), a.Accepted, a.Refused})
	}
	view.Chart = chartOf(view.Days)
	return view, nil
}
