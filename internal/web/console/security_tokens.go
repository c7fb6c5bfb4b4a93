package console

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

// bulks select many tokens and do something to all of them. A preview gives the
// selection the number by which it is found and run.
type bulks interface {
	PreviewBulk(ctx context.Context, by pat.Principal, req pat.BulkRequest, shown int) (pat.Bulk, []pat.Token, error)
	Bulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error)
	RunBulk(ctx context.Context, by pat.Principal, id pat.BulkID) (pat.Bulk, error)
}

var revokeAllPage = page.Parse(templates, "templates/security_tokens.html")

// revokeAllView asks whether all of the visitor's tokens are to end: a laptop
// was lost, say.
type revokeAllView struct {
	Count    int
	Typed    string
	CSRF     string
	Problems page.Problems
}

// countRevocable counts what revoking all would end: what is live, and what an
// application could renew.
func (v *visit) countRevocable() (int, error) {
	_, n, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Query{Where: v.own(is("revoked", pat.IsNull, nil), pat.Cond{Any: []pat.Cond{
		is("expires", pat.Greater, v.now), {Field: "application", Op: pat.IsNull, Not: true},
	}})})
	return n, err
}

func (v *visit) revokeAllForm() error {
	n, err := v.countRevocable()
	if err != nil {
		return err
	}
	return v.show(revokeAllPage, "security", revokeAllView{Count: n, CSRF: v.token()})
}

// revokeMine ends them when the number that was typed is how many there are.
func (v *visit) revokeMine() error {
	n, err := v.countRevocable()
	if err != nil {
		return err
	}
	view := revokeAllView{Count: n, Typed: v.field("count"), CSRF: v.token()}
	if v.retyped(&view.Problems) {
		return v.refuse(revokeAllPage, "security", http.StatusForbidden, view)
	}
	if typed, err := strconv.Atoi(view.Typed); err != nil || typed != n || n == 0 {
		view.Problems.Add("count", "err.count", map[string]any{"N": n})
		return v.refuse(revokeAllPage, "security", http.StatusUnprocessableEntity, view)
	}
	if err := v.revokeAll(v.who.User, whyAllMine); err != nil {
		return err
	}
	return v.done("revokedall", "/profile/security")
}

// runTime is for how long one request goes through a selection: within the time
// that a request has.
const runTime = 5 * time.Second

// runBulk goes on with a selection until it is done or the time is over.
func (v *visit) runBulk(id pat.BulkID) error {
	for {
		b, err := v.f.Authority.RunBulk(v.r.Context(), v.who, id)
		if err != nil || b.Left() == 0 || v.f.Now().Sub(v.now) > runTime {
			return err
		}
	}
}
