package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var confirmPage = page.Parse(templates, "templates/confirm.html", "templates/kept.html")

// confirmView is what the page shows that asks for the password once more.
type confirmView struct {
	Username, Next, CSRF string
	What, Name           string // the message that says what comes next, and of what
	Kept                 kept
	Problems             page.Problems
}

func (v *visit) confirmForm() error {
	return v.show(confirmPage, "", confirmView{
		Username: v.who.Name, Next: web.LocalPath(v.query("next"), afterSignIn), CSRF: v.token(),
	})
}

// isFresh reports whether the password was proved a short time ago. What would
// make a stolen cookie worth more asks for it again.
func (v *visit) isFresh() bool { return v.f.Authority.Fresh(v.who) }

// isStale reports whether the authority wants the password proved again: the
// policy of a token's owner may want it sooner than that of the visitor.
func isStale(err error) bool {
	return pat.Is(err, pat.Forbidden) && pat.AsError(err).Reason == pat.ReasonStale
}

// confirm asks for the password in place of the answer to a form, and keeps the
// form, which goes to the path, whatever way it came. The message what, with the
// name in it, says what comes next.
func (v *visit) confirm(path, what, name string) error {
	view := confirmView{Username: v.who.Name, CSRF: v.token(), What: what, Name: name, Kept: keep(path, v.form)}
	if v.proved { // just now, and it counts no more
		view.Problems.Add("", "confirm.late", nil)
		return v.refuse(confirmPage, "", http.StatusForbidden, view)
	}
	return v.ask(view)
}

// ask shows the page without calling it an error: nothing was wrong.
func (v *visit) ask(view confirmView) error {
	return confirmPage.Show(v.w, http.StatusForbidden, v.frame(""), view)
}

// confirmed goes on with the form that was kept, once the password is right.
func (v *visit) confirmed() error {
	k := v.kept()
	view := confirmView{
		Username: v.who.Name, Next: web.LocalPath(v.form["next"], afterSignIn), CSRF: v.token(),
		What: nextWord(v.form["what"]), Name: v.form["name"], Kept: k,
	}
	if v.form["password"] == "" {
		view.Problems.Add("password", "signin.password.empty", nil)
		return v.refuse(confirmPage, "", http.StatusUnprocessableEntity, view)
	}
	if err := v.prove(v.form["password"]); err != nil {
		web.Note(v.r, err)
		problems, ok := passwordProblems(err, "password", "confirm.bad")
		if !ok {
			return err
		}
		view.Problems = problems
		return v.refuse(confirmPage, "", v.passwordStatus(err), view)
	}
	if k.IsZero() {
		return v.seeOther(view.Next)
	}
	return v.act(k)
}

// prove has the password judged and makes the session fresh, under another
// secret.
func (v *visit) prove(password string) error {
	ctx := v.r.Context()
	by, err := v.f.Authority.Authenticate(ctx, []pat.Login{{Name: v.who.Name, Password: password}}, web.ViaOf(v.r))
	if err != nil {
		return err
	}
	secret, s, err := v.f.Sessions.Renew(ctx, v.secret, by)
	if err != nil {
		return err
	}
	who := v.who
	who.AuthenticatedAt = s.AuthenticatedAt
	v.signedIn(who, s, secret)
	v.proved = true
	return nil
}

// act does what was asked for before the password was.
func (v *visit) act(k kept) error {
	v.form = k.form()
	if ok, err := v.handle(k.Then); ok {
		return err
	}
	return v.done("confirmed", afterSignIn)
}

// handle serves a form that was kept. It reports false when the path is of no
// form that is kept. Each of these asks v.retyped before it acts.
func (v *visit) handle(then string) (bool, error) {
	to, err := url.ParseRequestURI(then)
	if err != nil {
		return false, nil
	}
	v.r = v.r.WithContext(v.r.Context()) // a request of its own: the log tells of the one that came
	v.r.URL = to
	path := to.Path
	switch path {
	case tokenNew:
		return true, v.createToken()
	case "/profile":
		return true, v.saveProfile()
	case "/profile/password":
		return true, v.changePassword()
	case "/profile/security/tokens":
		return true, v.revokeMine()
	case "/profile/tokens/bulk":
		return true, v.tokenBulk()
	case findPath:
		return true, v.findToken()
	case "/profile/tokens/report":
		return true, v.reportToken()
	case policyPath:
		return true, v.savePolicy()
	case stricterPath:
		return true, v.saveStricter()
	}
	if ok, err := v.adminAct(path); ok {
		return true, err
	}
	rest, ok := strings.CutPrefix(path, "/profile/tokens/")
	id, verb, _ := strings.Cut(rest, "/")
	serve := map[string]func(*visit) error{"edit": (*visit).editToken, "rotate": (*visit).rotateToken, "revoke": (*visit).revokeToken}[verb]
	if _, err := strconv.ParseInt(id, 10, 64); ok && serve != nil && err == nil {
		v.r.SetPathValue("id", id)
		return true, serve(v)
	}
	return false, nil
}

// nextWords are the messages that the page may show of what comes next.
var nextWords = map[string]bool{
	"confirm.create": true, "confirm.email": true, "confirm.networks": true, "confirm.policy": true, "confirm.rotate": true,
	"confirm.user": true, "confirm.user.new": true, "confirm.user.reset": true, "confirm.user.delete": true,
}

func nextWord(key string) string {
	if nextWords[key] {
		return key
	}
	return ""
}
