package console

import (
	"errors"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var createdPage = page.Parse(templates, "templates/token_created.html", "templates/token_rows.html")

// createdView is the only page that ever shows a secret.
type createdView struct {
	Token  tokenRow
	Secret string
	URL    string
	Warn   bool // the visitor's own address is not in the token's networks
	Here   string
	Desk   desk
	// Of a rotation: what was replaced, and until when it goes on; zero: not at all.
	Old      *tokenRow
	OldUntil time.Time
}

// createToken makes the token and shows it: the page is the answer to the form
// itself, so that nothing secret has to be kept for a page to come. Sent again,
// by a reload, the form makes nothing and leads to what it has made.
func (v *visit) createToken() error {
	f, err := v.newForm()
	if err != nil {
		return err
	}
	v.typed(f)
	req := v.request(f)
	v.retyped(&f.Problems)
	if len(f.Problems) > 0 {
		return v.refuseForm(f)
	}
	if !v.isFresh() {
		return v.confirm(v.desk.New(), "confirm.create", f.Name)
	}
	req.Form = numberOf(v.form)
	secret, tok, err := v.f.Authority.CreateToken(v.r.Context(), v.who, req)
	if errors.Is(err, pat.ErrFormUsed) {
		return v.alreadyUsed(v.form)
	}
	if isStale(err) {
		return v.confirm(v.desk.New(), "confirm.create", f.Name)
	}
	if err != nil {
		web.Note(v.r, err)
		if f.Problems = v.createProblems(err, f); len(f.Problems) == 0 {
			return err
		}
		return v.refuseForm(f)
	}
	return v.show(createdPage, v.desk.section(), createdView{
		Desk: v.desk, Token: v.row(&tok), Secret: secret.Reveal(), URL: v.f.URL,
		Warn: v.who.Via.Address.IsValid() && !tok.Networks.Allow(v.who.Via.Address), Here: f.Address,
	})
}

// createProblems says what the authority has refused.
func (v *visit) createProblems(err error, f *formView) (all page.Problems) {
	e, words := pat.AsError(err), v.desk.words()
	if e.Kind == pat.Forbidden && e.Reason == pat.ReasonPolicy {
		all.Add("", "tokens.forbidden", nil)
		return all
	}
	if e.Kind != pat.Invalid && e.Kind != pat.Conflict {
		return nil
	}
	for _, at := range e.Fields {
		switch at.Name {
		case "name":
			p := page.Problem{Field: "name", Key: words.Taken, Args: map[string]any{"Name": f.Name}}
			if id := v.named(f.Name); id != 0 {
				p.Href, p.LinkKey = v.desk.page(id), "err.taken.show"
			}
			all = append(all, p)
		case "owner":
			all = append(all, page.Problem{Key: words.Room, Args: map[string]any{"N": f.lives.policy.MaxNamed}, Href: v.desk.list(), LinkKey: words.RoomList})
		case "scope":
			all.Add("access", "err.scope.policy", nil)
		case "networks":
			all.Add("networks", "err.networks.required", nil)
		case "expires":
			v.expiryProblem(f, "expiration", "err.life")
			all = append(all, f.Problems...)
		case "description":
			all.Add("note", "err.note.long", map[string]any{"N": maxNote})
		}
	}
	return all
}

// named returns the owner's live token of the name, 0 when there is none.
func (v *visit) named(name string) pat.TokenID {
	list, _, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{
		Where: v.own(append(v.shown("active"), is("name", pat.Equal, name))...), Limit: 1, Uncounted: true,
	})
	if err != nil || len(list) == 0 {
		return 0
	}
	return list[0].ID
}
