package console

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
	"jeton/internal/words"
)

// visit is one request of a browser, and whose it is.
type visit struct {
	f    *Face
	w    http.ResponseWriter
	r    *http.Request
	now  time.Time
	form web.Form // of a POST
	// again is the status with which a form is shown once more instead of being
	// acted upon, since it is one of an earlier session; 0: it is acted upon.
	again int
	// proved: the password was right in this very request.
	proved bool

	// Of whoever is signed in; all zero for nobody.
	who     pat.Principal
	secret  pat.Secret
	session pat.Session
	user    pat.User

	desk desk // whose tokens it is about

	speak *words.Speaker
	zone  *time.Location
	csrf  string
}

// Cookies by which a browser keeps what people chose.
const (
	languageCookie = "jeton_language"
	themeCookie    = "jeton_theme"
	saidCookie     = "jeton_said" // what was just done, for the next page
	chosenLife     = 365 * 24 * time.Hour
	saidLife       = time.Minute
)

// anyone serves a page to whoever comes. A POST must come from a page of this
// site, with the CSRF token of the session or, before there is one, of the cookie.
func (f *Face) anyone(serve func(*visit) error) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.visit(w, r)
		if err != nil {
			return err
		}
		if r.Method == http.MethodPost {
			if err := v.read(); err != nil {
				return err
			}
		}
		return serve(v)
	}
}

// codeHolder serves the form of the set-up. Its one-time code keeps strangers
// and other sites out: there is no session yet that a forged form could use.
func (f *Face) codeHolder(serve func(*visit) error) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.visit(w, r)
		if err != nil {
			return err
		}
		if v.form, err = web.ReadForm(r); err != nil {
			return err
		}
		return v.orEnded(serve(v))
	}
}

// member serves a page to whoever is signed in, and leads the others there.
func (f *Face) member(serve func(*visit) error) web.HandlerFunc {
	return f.members(serve, false)
}

// memberKeeping is member for a form that is not lost with the session: what was
// typed is shown again, after a sign-in where that is needed. What it serves
// asks v.retyped before it acts.
func (f *Face) memberKeeping(serve func(*visit) error) web.HandlerFunc {
	return f.members(serve, true)
}

func (f *Face) members(serve func(*visit) error, keeping bool) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.visit(w, r)
		switch {
		case err != nil:
			return err
		case !v.who.Known() && keeping:
			return v.askSignInKeeping()
		case !v.who.Known():
			return v.askSignIn()
		}
		if r.Method == http.MethodPost {
			form, err := v.sent()
			if err != nil {
				return err
			}
			used, err := v.used(form)
			switch {
			case err != nil:
				return err
			case used != nil:
				return v.alreadyUsed(used)
			}
			err = v.take(form)
			if keeping && errors.Is(err, web.ErrCSRF) {
				v.retype(form)
			} else if err != nil {
				return err
			}
		}
		return v.orEnded(serve(v))
	}
}

// visit finds out whose request it is and in which language to answer.
func (f *Face) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	v := &visit{f: f, w: w, r: r, now: pat.Micro(f.Now()), zone: time.UTC}
	if err := v.recognise(); err != nil {
		return nil, err
	}
	v.speak = f.speaker(r, v.user.Language)
	return v, nil
}

// recognise finds the browser's session. A session that is over is no error:
// then it is nobody's request.
func (v *visit) recognise() error {
	f, r := v.f, v.r
	secret := f.Site.Session(r)
	if secret.IsZero() {
		return nil
	}
	who, s, err := f.Sessions.Find(r.Context(), secret, web.ViaOf(r))
	if pat.Is(err, pat.Unauthenticated) {
		return nil
	}
	if err != nil {
		return err
	}
	user, err := f.Authority.User(r.Context(), who, who.User)
	if err != nil {
		return err
	}
	v.signedIn(who, s, secret)
	v.user = user
	if zone, err := time.LoadLocation(user.TimeZone); err == nil {
		v.zone = zone
	}
	return nil
}

// signedIn makes the visit one of the session, which the browser keeps for as
// long as it has left.
func (v *visit) signedIn(who pat.Principal, s pat.Session, secret pat.Secret) {
	v.who, v.session, v.secret, v.csrf = who, s, secret, secret.CSRFToken()
	left := min(time.Duration(s.Idle)*time.Second, s.ExpiresAt.Sub(v.now))
	v.f.Site.SetSession(v.w, v.r, secret, left)
}

// speaker chooses a language: the profile's, the cookie's, what the browser
// accepts, the default.
func (f *Face) speaker(r *http.Request, profile string) *words.Speaker {
	return f.Words.Choose(strings.Join(r.Header.Values("Accept-Language"), ","), profile, f.Site.Kept(r, languageCookie))
}

// read reads the form, if it is one of ours.
func (v *visit) read() error {
	form, err := v.sent()
	if err != nil {
		return err
	}
	return v.take(form)
}

// sent reads the form, whose it may be.
func (v *visit) sent() (web.Form, error) {
	if err := v.f.Site.CheckOrigin(v.r); err != nil {
		return nil, err
	}
	return web.ReadForm(v.r)
}

// take makes the form the visit's when it has the CSRF token.
func (v *visit) take(form web.Form) error {
	want := v.csrf
	if want == "" {
		want = v.f.Site.CSRFToken(v.r)
	}
	if err := web.CheckCSRF(v.r, form, want); err != nil {
		return err
	}
	delete(form, web.CSRFField)
	v.form = form
	return nil
}

// field returns a field of the form without the blanks around it.
func (v *visit) field(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(v.form[name], "\x00", ""))
}

// line is field for what stands in one line: whatever would break it, or cannot
// be seen, is a blank. What has nothing to see is "": it could not be told, or
// clicked, in a list.
func (v *visit) line(name string) string {
	text := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, v.field(name)))
	if !isSeen(text) {
		return ""
	}
	return text
}

// isSeen reports whether there is anything to see of a text.
func isSeen(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// query returns a parameter of the address, "" when there is none or two.
func (v *visit) query(name string) string {
	values := v.r.URL.Query()[name]
	if len(values) != 1 {
		return ""
	}
	return strings.ToValidUTF8(strings.ReplaceAll(values[0], "\x00", ""), "")
}

// seeOther leads to another page, which is then asked for by GET.
func (v *visit) seeOther(path string) error {
	v.w.Header().Set("Location", path)
	v.w.Header().Set("Content-Length", "0")
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// done leads to another page, which says what was done.
func (v *visit) done(key, path string) error {
	v.f.Site.Keep(v.w, v.r, saidCookie, key, saidLife)
	return v.seeOther(path)
}

// said are the messages that one page may have the next one say.
var said = map[string]string{
	"saved": "saved", "signedout": "signout.done", "password": "password.done", "ended": "sessions.ended",
	"others": "sessions.others.done", "revoked": "revoke.done", "already": "revoke.already", "confirmed": "confirm.done",
	"policy.saved": "policy.saved", "policy.same": "policy.same", "policy.unpaused": "policy.unpaused",
	"policy.meantime": "err.policy.meantime", "policy.removed": "policy.removed", "shortened": "end.done",
	"reported": "find.reported", "usedtoken": "form.used.token", "usedaccount": "form.used.account", "usedservice": "form.used.service", "usedgone": "form.used.gone", "revokedall": "revokeall.done", "passwordrevoked": "password.done.revoked", "passwordalone": "password.done.revoke",
	"paused": "pause.done", "resumed": "resume.done", "retired": "retire.done",
	"userdisabled": "user.disable.done", "userenabled": "user.enable.done", "usersessions": "user.signout.done", "usertokens": "user.revoke.done",
	"userdeleted": "user.delete.done", "madeaccount": "user.account.done",
}

// amiss are those that tell of something that was not done.
var amiss = map[string]bool{"passwordalone": true, "policy.meantime": true, "policy.unpaused": true}

// frame is the shell around a page of the section.
func (v *visit) frame(section string) page.Frame {
	f := page.Frame{
		Speaker: v.speak, Languages: v.f.Words.Languages(), Theme: v.theme(), Here: v.here(),
		CSRF: v.token(), Visitor: v.who.Name, Section: section, Overseer: v.who.Admin || v.who.Auditor,
	}
	if v.who.Known() {
		f.Zone, f.Unread = v.zone.String(), v.unread()
	}
	if key := v.f.Site.Kept(v.r, saidCookie); key != "" {
		v.f.Site.Keep(v.w, v.r, saidCookie, "", 0)
		f.Said, f.Amiss = said[key], amiss[key]
	}
	return f
}

// here is the page that the switches of the shell lead back to. The answer to a
// form has none: its address may have no page of its own.
func (v *visit) here() string {
	if v.r.Method == http.MethodGet {
		return web.LocalPath(v.r.URL.RequestURI(), "/")
	}
	return "/"
}

// token returns the CSRF token for forms.
func (v *visit) token() string {
	if v.csrf == "" {
		v.csrf = v.f.Site.EnsureCSRFToken(v.w, v.r)
	}
	return v.csrf
}

func (v *visit) theme() string {
	switch t := v.f.Site.Kept(v.r, themeCookie); t {
	case "light", "dark":
		return t
	}
	return ""
}

// show answers with a page.
func (v *visit) show(p page.Template, section string, data any) error {
	return p.Show(v.w, http.StatusOK, v.frame(section), data)
}

// refuse shows a form again with what is wrong with it.
func (v *visit) refuse(p page.Template, section string, status int, data any) error {
	f := v.frame(section)
	f.Failed = true
	if v.again != 0 {
		status = v.again
	}
	return p.Show(v.w, status, f, data)
}

// at is a time in the visitor's zone.
func (v *visit) at(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(v.zone)
}
