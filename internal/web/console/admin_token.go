package console

import (
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var (
	anyTokenPageOf = page.Parse(templates, "templates/admin_token.html", "templates/token_rows.html")
	tokenActPage   = page.Parse(templates, "templates/admin_token_act.html", "templates/token_rows.html")
)

// anyTokenView is the page of somebody's token.
type anyTokenView struct {
	Token  anyTokenRow
	Use    useView
	Reason string // for which it was revoked, as it was given
	Why    string // the same as a message, where it is a usual one
	Paused bool
	Admin  bool
	Events []eventRow
}

func (v *visit) someToken() (pat.Token, anyTokenRow, error) {
	id, err := v.pathID()
	if err != nil {
		return pat.Token{}, anyTokenRow{}, err
	}
	t, err := v.f.Authority.Token(v.r.Context(), v.who, pat.TokenID(id))
	if err != nil {
		return t, anyTokenRow{}, err
	}
	rows, err := v.anyRows([]pat.Token{t})
	if err != nil {
		return t, anyTokenRow{}, err
	}
	return t, rows[0], nil
}

func (v *visit) anyToken() error {
	t, row, err := v.someToken()
	if err != nil {
		return err
	}
	use, err := v.use(t.ID, shortUse)
	if err != nil {
		return err
	}
	events := tokenView{}
	if err := v.history(&events, &t); err != nil {
		return err
	}
	view := anyTokenView{Token: row, Use: use, Reason: t.RevokedWhy, Why: whyKey(t.RevokedWhy), Paused: !t.PausedAt.IsZero(), Admin: v.who.Admin, Events: events.Events}
	return v.show(anyTokenPageOf, "all", view)
}

// tokenActView asks whether something is to be done to somebody's token.
type tokenActView struct {
	Token    anyTokenRow
	Act      string // revoke, pause or resume
	Reason   string
	CSRF     string
	Problems page.Problems
}

// tokenActs are what administrators do to the tokens of others. Whoever makes a
// value, or another one, would see it: that is for owners alone.
var tokenActs = map[string]func(v *visit, id pat.TokenID, why string) error{
	"revoke": func(v *visit, id pat.TokenID, why string) error {
		return v.f.Authority.RevokeToken(v.r.Context(), v.who, id, why)
	},
	"pause": func(v *visit, id pat.TokenID, why string) error {
		_, err := v.f.Authority.PauseToken(v.r.Context(), v.who, id, why)
		return err
	},
	"resume": func(v *visit, id pat.TokenID, _ string) error {
		_, err := v.f.Authority.ResumeToken(v.r.Context(), v.who, id)
		return err
	},
}

// tokenActDone are the messages of what was done.
var tokenActDone = map[string]string{"revoke": "revoked", "pause": "paused", "resume": "resumed"}

func (v *visit) tokenActView() (tokenActView, error) {
	act := v.r.PathValue("act")
	if tokenActs[act] == nil {
		return tokenActView{}, errNoPage
	}
	_, row, err := v.someToken()
	return tokenActView{Token: row, Act: act, CSRF: v.token()}, err
}

func (v *visit) tokenActForm() error {
	view, err := v.tokenActView()
	switch {
	case err != nil:
		return err
	case view.Token.Ended:
		return v.done("already", view.Token.Path())
	}
	return v.show(tokenActPage, "all", view)
}

// tokenAct does it. The owner is to know why: a reason is asked for.
func (v *visit) tokenAct() error {
	view, err := v.tokenActView()
	switch {
	case err != nil:
		return err
	case view.Token.Ended:
		return v.done("already", view.Token.Path())
	}
	view.Reason = v.field("reason")
	if view.Act != "resume" {
		reasonProblem(&view.Problems, view.Reason)
	}
	v.retyped(&view.Problems)
	if len(view.Problems) > 0 {
		return v.refuse(tokenActPage, "all", http.StatusUnprocessableEntity, view)
	}
	if err := tokenActs[view.Act](v, view.Token.ID, view.Reason); err != nil {
		return err
	}
	return v.done(tokenActDone[view.Act], view.Token.Path())
}
