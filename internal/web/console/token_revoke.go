package console

import (
	"net/http"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var revokePage = page.Parse(templates, "templates/token_revoke.html", "templates/token_rows.html")

// whys are the reasons that can be given, as the audit trail keeps them.
var whys = []string{"not needed", "leaked", "replaced", "other"}

// whyKeys are their messages.
var whyKeys = map[string]string{
	"not needed": "why.unneeded", "leaked": "why.leaked", "replaced": "why.replaced", "other": "why.other",
	brokenWhy: "why.policy",
}

// revokeView asks whether the token is to end.
type revokeView struct {
	Token  tokenRow
	Calls  int64 // of the last 30 days
	Whys   []revokeWhy
	Recent bool // it was used within the last day: pausing may be enough
	CSRF   string

	Why      string // that was chosen
	Problems page.Problems
}

type revokeWhy struct{ Word, Key string }

// recently is how short ago a token was used that something still needs.
const recently = 24 * time.Hour

// leakedWhy is the reason after which there is more to do.
const leakedWhy = "leaked"

// isOver reports whether there is nothing left to revoke: one of an application
// could be renewed even when it has expired.
func isOver(t *pat.Token, now time.Time) bool {
	return !t.RevokedAt.IsZero() || !t.Live(now) && t.Application == 0
}

func (v *visit) revokeForm() error {
	t, err := v.ownToken()
	if err != nil {
		return err
	}
	if isOver(&t, v.now) {
		return v.showEnded(&t)
	}
	view, err := v.revokeView(&t)
	if err != nil {
		return err
	}
	return v.show(revokePage, "tokens", view)
}

func (v *visit) revokeView(t *pat.Token) (revokeView, error) {
	use, err := v.use(t.ID, shortUse)
	view := revokeView{Token: v.row(t), Calls: use.Accepted + use.Refused, Recent: v.now.Sub(t.LastUsedAt) < recently, CSRF: v.token()}
	for _, w := range whys {
		view.Whys = append(view.Whys, revokeWhy{w, whyKeys[w]})
	}
	return view, err
}

// revokeToken ends the token. It asks for no password: stopping is to be easy.
func (v *visit) revokeToken() error {
	t, err := v.ownToken()
	if err != nil {
		return err
	}
	if isOver(&t, v.now) {
		return v.showEnded(&t)
	}
	why := v.form["why"]
	if whyKeys[why] == "" {
		why = ""
	}
	if v.again != 0 {
		view, err := v.revokeView(&t)
		if err != nil {
			return err
		}
		view.Why = why
		v.retyped(&view.Problems)
		return v.refuse(revokePage, "tokens", http.StatusForbidden, view)
	}
	if err := v.f.Authority.RevokeToken(v.r.Context(), v.who, t.ID, why); err != nil {
		return err
	}
	if why == leakedWhy {
		return v.done("revoked", tokenPath(t.ID)+"/leaked")
	}
	return v.done("revoked", tokenPath(t.ID))
}
