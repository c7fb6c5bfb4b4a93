package console

import (
	"context"
	"net/http"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

// reporter stops tokens for whoever has found them and has no account here.
type reporter interface {
	PublicReports(ctx context.Context) (bool, error)
	ReportSecret(ctx context.Context, text, where string, via pat.Via) (bool, error)
}

var reportPage = page.Parse(templates, "templates/report.html")

// reportView is the form for a value that was found, and what came of the last
// one. It tells a stranger no more than whether a report has stopped anything.
type reportView struct {
	Answer   string // done, none or foreign; "" before anything was reported
	Where    string
	Unsafe   bool
	CSRF     string
	Problems page.Problems
}

const reportPath = "/report"

// stranger serves the page for strangers who have found a token. There is none
// where policy takes no such reports; whoever has signed in is led to the page
// that knows more.
func (f *Face) stranger(serve func(*visit) error) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.visit(w, r)
		if err != nil {
			return err
		}
		switch open, err := f.Authority.PublicReports(r.Context()); {
		case err != nil:
			return err
		case !open:
			return pat.Fail(pat.NotFound, "policy takes no reports without a sign-in")
		case v.who.Known():
			return v.seeOther(findPath)
		}
		if r.Method == http.MethodPost {
			if err := v.read(); err != nil {
				return err
			}
		}
		return serve(v)
	}
}

func (v *visit) reportForm() error {
	return v.show(reportPage, "help", reportView{Unsafe: v.unsafe(), CSRF: v.token()})
}

// reportSecret stops what the value opens.
func (v *visit) reportSecret() error {
	view := reportView{Where: v.field("where"), Unsafe: v.unsafe(), CSRF: v.token()}
	text := pasted(v.form["value"])
	if text == "" {
		view.Problems.Add("value", "err.find", nil)
	}
	if len([]rune(view.Where)) > pat.MaxReason {
		view.Problems.Add("where", "err.reason.long", map[string]any{"N": pat.MaxReason})
	}
	if len(view.Problems) > 0 {
		return v.refuse(reportPage, "help", http.StatusUnprocessableEntity, view)
	}
	stopped, err := v.f.Authority.ReportSecret(v.r.Context(), text, view.Where, web.ViaOf(v.r))
	switch {
	case pat.Is(err, pat.Unauthenticated):
		view.Answer = "foreign"
	case pat.Is(err, pat.Throttled):
		view.Problems.Add("value", "err.wait", map[string]any{"N": seconds(err)})
		v.w.Header().Set("Retry-After", strconv.Itoa(seconds(err)))
		return v.refuse(reportPage, "help", http.StatusTooManyRequests, view)
	case err != nil:
		return err
	case stopped:
		view.Answer, view.Where = "done", ""
	default:
		view.Answer, view.Where = "none", ""
	}
	return v.show(reportPage, "help", view)
}

// reports says whether a page is to have the link to the form. It is shown without
// where that cannot be known.
func (v *visit) reports() bool {
	open, err := v.f.Authority.PublicReports(v.r.Context())
	return err == nil && open
}
