package console

import (
	"net/http"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var tokenEndPage = page.Parse(templates, "templates/admin_token_end.html", "templates/token_rows.html")

// tokenEndView is the form on which somebody's token gets an earlier end.
type tokenEndView struct {
	Token        anyTokenRow
	First, Last  time.Time
	Date, Reason string
	CSRF         string
	Problems     page.Problems
}

func (v *visit) tokenEndView() (*tokenEndView, error) {
	t, row, err := v.someToken()
	if err != nil {
		return nil, err
	}
	l := lives{policy: &pat.Policy{}, now: v.now, zone: v.zone}
	view := &tokenEndView{Token: row, First: l.first(), Last: l.last(), CSRF: v.token()}
	if !t.ExpiresAt.IsZero() {
		view.Last = v.at(t.ExpiresAt)
	}
	return view, nil
}

func (v *visit) tokenEndForm() error {
	view, err := v.tokenEndView()
	switch {
	case err != nil:
		return err
	case view.Token.Ended:
		return v.done("already", view.Token.Path())
	}
	return v.show(tokenEndPage, "all", view)
}

// tokenEnd moves the end of a token forward. That stops something, and so asks
// for no password; the owner is to know why.
func (v *visit) tokenEnd() error {
	view, err := v.tokenEndView()
	switch {
	case err != nil:
		return err
	case view.Token.Ended:
		return v.done("already", view.Token.Path())
	}
	view.Date, view.Reason = v.field("date"), v.field("reason")
	l := lives{policy: &pat.Policy{}, now: v.now, zone: v.zone}
	end, ok := l.on(view.Date)
	if !ok || view.Date > view.Last.Format(isoDate) {
		view.Problems.Add("date", "err.date", map[string]any{"Min": v.speak.Date(view.First), "Max": v.speak.Date(view.Last)})
	}
	reasonProblem(&view.Problems, view.Reason)
	v.retyped(&view.Problems)
	if len(view.Problems) > 0 {
		return v.refuse(tokenEndPage, "all", http.StatusUnprocessableEntity, view)
	}
	t, err := v.f.Authority.EditToken(v.r.Context(), v.who, view.Token.ID, pat.TokenEdit{ExpiresAt: &end, Why: view.Reason})
	switch {
	case err != nil:
		return err
	case t.ExpiresAt.Equal(view.Token.ExpiresAt): // the day on which it ends anyway
		return v.done("policy.same", view.Token.Path())
	}
	return v.done("shortened", view.Token.Path())
}
