package console

import (
	"slices"
	"time"

	"jeton/internal/web/page"
)

var leakedPage = page.Parse(templates, "templates/token_leaked.html", "templates/token_rows.html")

// leakedView is what to do after a token was revoked because it leaked.
type leakedView struct {
	Token              tokenRow
	Use                useView
	Since, First, Last time.Time // the first day that counts, and between which it may be chosen
	CSRF               string
}

// leaked tells what was done with the value since a day, which can be chosen:
// those of UTC, by which the counts are kept.
func (v *visit) leaked() error {
	t, err := v.ownToken()
	switch {
	case err != nil:
		return err
	case t.RevokedAt.IsZero():
		return v.seeOther(tokenPath(t.ID) + "/revoke")
	}
	today := v.now.UTC().Truncate(24 * time.Hour)
	first := today.AddDate(0, 0, 1-longUse)
	since := today.AddDate(0, 0, 1-shortUse)
	if chosen, err := time.Parse(isoDate, v.query("since")); err == nil && !chosen.Before(first) && !chosen.After(today) {
		since = chosen
	}
	use, err := v.use(t.ID, int(today.Sub(since)/(24*time.Hour))+1)
	if err != nil {
		return err
	}
	use.Addresses = slices.DeleteFunc(use.Addresses, func(a useAddress) bool { return a.LastAt.Before(since) })
	return v.show(leakedPage, "tokens", leakedView{Token: v.row(&t), Use: use, Since: since, First: first, Last: today, CSRF: v.token()})
}
