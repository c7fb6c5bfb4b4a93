package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var failPage = page.Parse(templates, "templates/fail.html")

// answers translates each kind for people: the status, and the message whose
// ".title" and ".text" say what it means and what to do. What is another's is
// not told from what does not exist.
var answers = [pat.NumKinds]struct {
	status int
	key    string
}{
	pat.Internal:        {http.StatusInternalServerError, "fail.internal"},
	pat.Invalid:         {http.StatusUnprocessableEntity, "fail.invalid"},
	pat.Unauthenticated: {http.StatusForbidden, "fail.unauthenticated"}, // a 401 would have to name a way to authenticate
	pat.Forbidden:       {http.StatusNotFound, "fail.notfound"},
	pat.NotFound:        {http.StatusNotFound, "fail.notfound"},
	pat.Conflict:        {http.StatusConflict, "fail.conflict"},
	pat.Throttled:       {http.StatusTooManyRequests, "fail.throttled"},
	pat.Unavailable:     {http.StatusServiceUnavailable, "fail.unavailable"},
}

// refusals translates those of HTTP itself, by status; others are as Invalid.
var refusals = map[int]string{
	http.StatusForbidden:                   "fail.form",
	http.StatusNotFound:                    "fail.notfound",
	http.StatusMethodNotAllowed:            "fail.method",
	http.StatusRequestTimeout:              "fail.slow",
	http.StatusRequestEntityTooLarge:       "fail.large",
	http.StatusRequestURITooLong:           "fail.address",
	http.StatusRequestHeaderFieldsTooLarge: "fail.headers",
}

// methods translates a method that an address has not, by those that it has;
// others are as "fail.method".
var methods = map[string]string{"POST": "fail.formonly", "GET, HEAD": "fail.pageonly"}

// failView is what the page of an error shows.
type failView struct {
	Key     string
	Seconds int64 // after which it makes sense to try again; 0: not known
}

// fail shows an error as a page.
func (f *Face) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := pat.AsError(err)
	answer := answers[e.Kind]
	status, view := answer.status, failView{Key: answer.key}
	if e.RetryAfter > 0 {
		view.Seconds = web.RetryAfter(e)
		w.Header().Set("Retry-After", strconv.FormatInt(view.Seconds, 10))
	}
	if refused := web.AsError(err); refused != nil {
		status, view.Key = refused.Status, answers[pat.Invalid].key
		if key, ok := refusals[refused.Status]; ok {
			view.Key = key
		}
		if key, ok := methods[w.Header().Get("Allow")]; ok && errors.Is(err, web.ErrMethod) {
			view.Key = key
		}
		if errors.Is(err, web.ErrOrigin) { // also where a proxy changes Host and no public URL is set
			view.Key = "fail.origin"
		}
	}
	if err := failPage.Show(w, status, f.failFrame(w, r, status < http.StatusInternalServerError), view); err != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

// failFrame is the shell around an error. Where the fault is ours the visitor is
// left out: who it is may be what cannot be known.
func (f *Face) failFrame(w http.ResponseWriter, r *http.Request, asked bool) page.Frame {
	v := &visit{f: f, w: w, r: r, zone: time.UTC}
	if asked {
		if known, err := f.visit(w, r); err == nil {
			v = known
		}
	}
	if v.speak == nil {
		v.speak = f.speaker(r, "")
	}
	frame := v.frame("")
	frame.Failed = true
	return frame
}
