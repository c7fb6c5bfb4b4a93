package console

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var rotatePage = page.Parse(templates, "templates/token_rotate.html", "templates/token_rows.html")

// overlaps are for how long the old value can go on, as the form has it.
var overlaps = []overlap{{"now", 0}, {"hour", 60 * 60}, {"day", 24 * 60 * 60}, {"week", 7 * 24 * 60 * 60}}

type overlap struct {
	value   string
	seconds int64
}

// usualOverlap is the choice that is made beforehand, where policy allows it.
const usualOverlap = "day"

// rotateView asks for how long the old value is to go on.
type rotateView struct {
	Token    tokenRow
	Number   string
	Choices  []string // the messages are "rotate." and these
	Choice   string
	CSRF     string
	Problems page.Problems
}

func (v *visit) rotateView() (*rotateView, pat.Token, error) {
	t, err := v.live()
	if err != nil {
		return nil, t, err
	}
	if v.row(&t).Fixed() {
		return nil, t, pat.Fail(pat.Conflict, "the token cannot be rotated")
	}
	policy, err := v.ownersPolicy()
	if err != nil {
		return nil, t, err
	}
	view := &rotateView{Token: v.row(&t), CSRF: v.token()}
	for _, o := range overlaps {
		if o.seconds <= policy.MaxOverlap {
			view.Choices = append(view.Choices, o.value)
		}
	}
	view.Choice = view.Choices[len(view.Choices)-1]
	if slices.Contains(view.Choices, usualOverlap) {
		view.Choice = usualOverlap
	}
	return view, t, nil
}

func (v *visit) rotateForm() error {
	view, _, err := v.rotateView()
	if err != nil {
		return err
	}
	view.Number = formNumber()
	return v.show(rotatePage, v.desk.section(), view)
}

// rotateToken makes the successor and shows its value, as createToken does.
func (v *visit) rotateToken() error {
	view, t, err := v.rotateView()
	if err != nil {
		return err
	}
	view.Number, view.Choice = v.form["number"], v.form["overlap"]
	at := slices.IndexFunc(overlaps, func(o overlap) bool { return o.value == view.Choice })
	if at < 0 || !slices.Contains(view.Choices, view.Choice) {
		view.Problems.Add("overlap", "err.overlap", nil)
		return v.refuse(rotatePage, v.desk.section(), http.StatusUnprocessableEntity, view)
	}
	if v.retyped(&view.Problems) {
		return v.refuse(rotatePage, v.desk.section(), http.StatusUnprocessableEntity, view)
	}
	if !v.isFresh() {
		return v.confirm(v.desk.page(t.ID)+"/rotate", "confirm.rotate", view.Token.Title)
	}
	secret, tok, err := v.f.Authority.RotateToken(v.r.Context(), v.who, t.ID, pat.Rotation{
		Overlap: overlaps[at].seconds, Origin: pat.OriginConsole, Form: numberOf(v.form),
	})
	if errors.Is(err, pat.ErrFormUsed) {
		return v.alreadyUsed(v.form)
	}
	if isStale(err) {
		return v.confirm(v.desk.page(t.ID)+"/rotate", "confirm.rotate", view.Token.Title)
	}
	if err != nil {
		web.Note(v.r, err)
		if !pat.Is(err, pat.Invalid) && pat.AsError(err).Reason != pat.ReasonPolicy {
			return err
		}
		view.Problems.Add("", "err.rotate", nil)
		return v.refuse(rotatePage, v.desk.section(), http.StatusUnprocessableEntity, view)
	}
	created := createdView{Desk: v.desk, Token: v.row(&tok), Secret: secret.Reveal(), URL: v.f.URL, Old: &view.Token}
	if overlaps[at].seconds > 0 {
		created.OldUntil = v.at(v.now.Add(time.Duration(overlaps[at].seconds) * time.Second))
	}
	return v.show(createdPage, v.desk.section(), created)
}
