package console

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var signInPage = page.Parse(templates, "templates/signin.html", "templates/kept.html")

// afterSignIn is where a sign-in leads that names no other place.
const afterSignIn = "/profile"

// signInView is what the sign-in page shows.
type signInView struct {
	Username, Next, CSRF string
	Remember             bool
	Kept                 kept
	Over                 bool // there was a session, and it is over
	Unsafe               bool
	Reports              bool // leaked tokens can be reported without signing in
	Problems             page.Problems
}

func (v *visit) signInForm() error {
	next := web.LocalPath(v.query("next"), afterSignIn)
	if v.who.Known() {
		return v.seeOther(next)
	}
	return v.show(signInPage, "", signInView{Next: next, CSRF: v.token(), Over: v.isOver(), Unsafe: v.unsafe(), Reports: v.reports()})
}

// isOver reports whether the browser has shown a session that is over.
func (v *visit) isOver() bool { return !v.who.Known() && !v.f.Site.Session(v.r).IsZero() }

// askSignIn leads whoever is not signed in to the page where they do that, and
// from there back to what they asked for.
func (v *visit) askSignIn() error {
	next := pageOf(v.r.URL.Path)
	if web.IsSafe(v.r.Method) {
		next = v.here()
	}
	return v.seeOther("/signin?next=" + escaped(web.LocalPath(next, afterSignIn)))
}

// pageOf is the page with the form that goes to the path. Most forms go to the
// path of their own page.
func pageOf(path string) string {
	if path == "/confirm" { // of whose form nothing is left
		return afterSignIn
	}
	if rest, ok := strings.CutPrefix(path, "/profile/"); ok {
		for _, verb := range []string{"/pause", "/resume", "/retire", "/read", "/snooze", "/end", "/end-others"} {
			if page, ok := strings.CutSuffix(rest, verb); ok {
				return "/profile/" + page
			}
		}
	}
	return path
}

// askSignInKeeping asks for the sign-in in place of the answer to a form, and
// keeps what was typed. The form is shown again afterwards, and not acted upon:
// nobody knows yet whose it was.
func (v *visit) askSignInKeeping() error {
	if v.r.Method != http.MethodPost {
		return v.askSignIn()
	}
	form, err := v.sent()
	if err != nil {
		return err
	}
	return v.refuse(signInPage, "", http.StatusForbidden, signInView{
		Next: pageOf(v.r.URL.Path), CSRF: v.token(), Over: true, Unsafe: v.unsafe(), Reports: v.reports(), Kept: keep(web.LocalPath(v.r.URL.RequestURI(), afterSignIn), form),
	})
}

func (v *visit) signIn() error {
	view := signInView{
		Username: v.field("username"), Next: web.LocalPath(v.form["next"], afterSignIn), Remember: v.form["remember"] != "",
		Kept: v.kept(), Unsafe: v.unsafe(), Reports: v.reports(),
	}
	if view.Username == "" {
		view.Problems.Add("username", "signin.username.empty", nil)
	}
	if v.form["password"] == "" {
		view.Problems.Add("password", "signin.password.empty", nil)
	}
	if len(view.Problems) > 0 {
		view.CSRF = v.token()
		return v.refuse(signInPage, "", http.StatusUnprocessableEntity, view)
	}
	who, err := v.f.Authority.Authenticate(v.r.Context(), []pat.Login{{Name: view.Username, Password: v.form["password"]}}, web.ViaOf(v.r))
	var secret pat.Secret
	var s pat.Session
	if err == nil {
		secret, s, err = v.f.Sessions.Start(v.r.Context(), who, pat.SessionRequest{
			Remember: view.Remember, Agent: v.r.UserAgent(), Replaces: v.f.Site.Session(v.r),
		})
	}
	if err != nil {
		return v.signInAgain(view, err)
	}
	v.signedIn(who, s, secret)
	if !view.Kept.IsZero() {
		return v.goOn(view.Kept)
	}
	return v.seeOther(view.Next)
}

// signInAgain shows the form again, in the same words whatever was wrong.
func (v *visit) signInAgain(view signInView, err error) error {
	web.Note(v.r, err)
	problems, ok := passwordProblems(err, "username", "signin.bad")
	if !ok {
		return err
	}
	view.Problems, view.CSRF = problems, v.token()
	return v.refuse(signInPage, "", v.passwordStatus(err), view)
}

// passwordProblems says why a password was not taken. The key is for one that
// is wrong.
func passwordProblems(err error, field, key string) (all page.Problems, ok bool) {
	switch e := pat.AsError(err); e.Kind {
	case pat.Unauthenticated:
		all.Add(field, key, nil)
	case pat.Throttled, pat.Unavailable:
		all.Add("", "err.wait", map[string]any{"N": web.RetryAfter(e)})
	default:
		return nil, false
	}
	return all, true
}

// passwordStatus is the status of the answer, with Retry-After where that helps.
func (v *visit) passwordStatus(err error) int {
	e := pat.AsError(err)
	if e.Kind == pat.Throttled || e.Kind == pat.Unavailable {
		v.w.Header().Set("Retry-After", strconv.FormatInt(web.RetryAfter(e), 10))
	}
	return answers[e.Kind].status
}

func (v *visit) signOut() error {
	if !v.secret.IsZero() {
		if err := v.f.Sessions.End(v.r.Context(), v.secret, web.ViaOf(v.r)); err != nil {
			return err
		}
	}
	v.f.Site.DropSession(v.w, v.r)
	return v.done("signedout", "/signin")
}

// unsafe reports whether what is sent to this site can be read on the way: it
// is reached by plain http, from another machine.
func (v *visit) unsafe() bool {
	if v.f.Site.Secure(v.r) {
		return false
	}
	host := v.r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host != "localhost" && !strings.HasSuffix(host, ".localhost") && (err != nil || !addr.IsLoopback())
}
