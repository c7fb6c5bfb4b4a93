package console

import (
	"slices"
	"strings"
	"time"

	"jeton/internal/pat"
)

// maxRefused is how many lines of refused calls the page of a token shows.
const maxRefused = 20

// refusedCalls are the refused calls by hour, or day, and reason, the latest
// first. Days stand where they are counted: in UTC.
func (v *visit) refusedCalls(periods []pat.UsePeriod) (rows []useReason) {
	for i := range slices.Backward(periods) {
		p := &periods[i]
		hour := p.Length == time.Hour
		start := p.Start
		if hour {
			start = v.at(start)
		}
		for why, n := range p.Refused {
			if n > 0 && len(rows) < maxRefused {
				rows = append(rows, useReason{start, hour, reasonKey(pat.UseReasons[why]), n})
			}
		}
	}
	return rows
}

// usedAddresses are those from which calls were accepted, for a form that allows
// only them.
func usedAddresses(list []pat.UseAddress) string {
	var texts []string
	for i := range list {
		if list[i].Accepted > 0 {
			texts = append(texts, addressText(list[i].Address))
		}
	}
	return strings.Join(texts, " ")
}

// sinceRotation finds out whether the old value of a rotation is still in use.
func (v *visit) sinceRotation(view *tokenView, t *pat.Token) error {
	use, err := v.f.Authority.UseNow(v.r.Context(), v.who, t.ID)
	if err != nil {
		return err
	}
	view.Last = v.at(use.LastAt)
	for i := range view.Chain { // the successor is the one made last after it
		if c := &view.Chain[i]; c.ID != t.ID && c.CreatedAt.After(t.CreatedAt) {
			view.StillUsed = use.LastAt.After(c.CreatedAt)
		}
	}
	return nil
}

// fillOnly fills the form for a change in with the networks of the address. It
// saves nothing; what is no network is left out.
func (v *visit) fillOnly(view *editView) {
	f := formView{}
	v.fillNetworks(&f, strings.Fields(v.query("networks")))
	if f.Nets != "" {
		view.Nets, view.Filled = f.Nets, true
	}
}
