package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

// finder tells tokens by their values.
type finder interface {
	FindToken(ctx context.Context, by pat.Principal, text string) (pat.Found, error)
	ReportToken(ctx context.Context, by pat.Principal, proof, why string) error
}

var findPage = page.Parse(templates, "templates/token_find.html", "templates/token_rows.html")

// findView is the form for a value, and what is known of the last one. The
// value itself is in no page and in no address.
type findView struct {
	Answer   string // foreign, none, yours, theirs or other; "" before anything was asked
	Token    anyTokenRow
	Ended    bool
	Paused   bool
	Admin    bool
	Proof    string // of another's, to report it with
	Reason   string // where it was found: it waits for the value to be pasted again
	CSRF     string
	Problems page.Problems
}

func (v *visit) findForm() error {
	return v.show(findPage, "tokens", findView{CSRF: v.token()})
}

// findToken says whose the value is.
func (v *visit) findToken() error {
	view := findView{CSRF: v.token(), Admin: v.who.Admin, Reason: v.field("reason")}
	if v.retypedSecret(&view.Problems, "value") {
		return v.refuse(findPage, "tokens", http.StatusForbidden, view)
	}
	text := pasted(v.form["value"])
	if text == "" {
		view.Problems.Add("value", "err.find", nil)
		return v.refuse(findPage, "tokens", http.StatusUnprocessableEntity, view)
	}
	found, err := v.f.Authority.FindToken(v.r.Context(), v.who, text)
	switch {
	case pat.Is(err, pat.Unauthenticated) && pat.AsError(err).Reason == pat.ReasonMalformed:
		view.Answer = "foreign"
	case pat.Is(err, pat.NotFound):
		view.Answer = "none"
	case pat.Is(err, pat.Throttled):
		view.Problems.Add("value", "err.wait", map[string]any{"N": seconds(err)})
		v.w.Header().Set("Retry-After", strconv.Itoa(seconds(err)))
		return v.refuse(findPage, "tokens", http.StatusTooManyRequests, view)
	case err != nil:
		return err
	default:
		if err := v.found(&view, &found); err != nil {
			return err
		}
	}
	return v.show(findPage, "tokens", view)
}

// found fills in what may be known of the token.
func (v *visit) found(view *findView, found *pat.Found) error {
	t := &found.Token
	view.Ended, view.Paused = !endedAt(t, v.now).IsZero(), !t.PausedAt.IsZero()
	switch {
	case found.Hidden:
		view.Answer, view.Proof = "other", found.Proof
	case t.Owner == v.who.User:
		view.Answer, view.Token = "yours", anyTokenRow{tokenRow: v.row(t)}
	default:
		rows, err := v.anyRows([]pat.Token{*t})
		if err != nil {
			return err
		}
		view.Answer, view.Token, view.Proof = "theirs", rows[0], found.Proof
	}
	return nil
}

// reportToken pauses another's token that was found somewhere, and says where.
func (v *visit) reportToken() error {
	view := findView{Answer: "other", Proof: v.form["proof"], Reason: v.field("reason"), CSRF: v.token()}
	if v.retypedSecret(&view.Problems, "value") { // a proof is its user's and does not last
		view.Answer, view.Proof = "", ""
		return v.refuse(findPage, "tokens", http.StatusForbidden, view)
	}
	if reasonProblem(&view.Problems, view.Reason); len(view.Problems) > 0 {
		return v.refuse(findPage, "tokens", http.StatusUnprocessableEntity, view)
	}
	err := v.f.Authority.ReportToken(v.r.Context(), v.who, view.Proof, view.Reason)
	switch {
	case err == nil:
		return v.done("reported", findPath)
	case pat.Is(err, pat.Invalid):
		view = findView{CSRF: view.CSRF, Reason: view.Reason}
		view.Problems.Add("value", "err.proof", nil)
		return v.refuse(findPage, "tokens", http.StatusUnprocessableEntity, view)
	}
	return err
}

const findPath = "/profile/tokens/find"

// pasted takes from a value what is copied along with it: blanks, quotes, a
// header's name and the word Bearer.
func pasted(text string) string {
	for {
		was := text
		text = strings.Trim(text, " \t\r\n\u00a0\u200b\ufeff\"'`,;“”„‘’«»")
		for _, word := range []string{"Authorization:", "Bearer ", "Bearer\t"} {
			if len(text) >= len(word) && strings.EqualFold(text[:len(word)], word) {
				text = text[len(word):]
			}
		}
		if text == was {
			return text
		}
	}
}

// seconds is after how long a throttled request may be tried again, at least 1.
func seconds(err error) int { return max(1, int(pat.AsError(err).RetryAfter.Round(1e9).Seconds())) }
