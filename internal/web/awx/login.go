package awx

import (
	"embed"
	"net/http"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

//go:embed templates
var templates embed.FS

var (
	loginPage   = page.Parse(templates, "templates/login.html")
	refusedPage = page.Parse(templates, "templates/refused.html")
)

// afterLogin is where a sign-in or sign-out leads that names no other place.
const afterLogin = "/api/"

// mountLogin adds the pages by which browsers, and the awx client without a
// token, sign in and out. They are no views: they read forms and answer pages.
func (f *Face) mountLogin(faces *web.Faces) {
	for prefix, methods := range map[string]map[string]web.HandlerFunc{
		"/api/login":  {http.MethodGet: f.loginForm, http.MethodPost: f.login},
		"/api/logout": {http.MethodGet: f.logout, http.MethodPost: f.logout},
	} {
		table := web.Table{prefix: methods}.Handler(failPage)
		faces.Add(web.Face{Name: "api", Prefix: prefix, Passwords: true, Fail: failPage, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			commonHeaders(w, r)
			table.ServeHTTP(w, r)
		})})
	}
}

// loginView is what the sign-in page shows.
type loginView struct {
	Username, Next, CSRF string
	Alert                string
}

// loginForm serves GET /api/login/.
func (f *Face) loginForm(w http.ResponseWriter, r *http.Request) error {
	if accept := strings.Join(r.Header.Values("Accept"), ","); accept != "" && !strings.Contains(accept, "*/*") && !wantsPage(r) {
		web.Note(r, errAccept)
		return web.JSON(w, errAccept.status, detail{errAccept.detail})
	}
	next := ""
	if query, err := web.ParseForm(r.URL.RawQuery); err == nil {
		next = query["next"]
	}
	return f.writeLogin(w, r, http.StatusOK, loginView{Next: web.LocalPath(next, afterLogin)})
}

// writeLogin shows the form. Where the sign-in leads on to an application, the
// page says so to the browser, which otherwise stops at the redirect.
func (f *Face) writeLogin(w http.ResponseWriter, r *http.Request, status int, v loginView) error {
	v.CSRF = f.Site.EnsureCSRFToken(w, r)
	if to := f.leadsTo(r.Context(), v.Next); to != "" {
		return loginPage.WriteLeading(w, status, v, to)
	}
	return loginPage.Write(w, status, v)
}

// login serves POST /api/login/. It answers 302, as AWX does: every client
// turns that into a GET.
func (f *Face) login(w http.ResponseWriter, r *http.Request) error {
	if err := f.Site.CheckOrigin(r); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := web.CheckCSRF(r, form, f.Site.CSRFToken(r)); err != nil {
		return err
	}
	next := web.LocalPath(form["next"], afterLogin)
	who, err := f.Authority.Authenticate(r.Context(), []pat.Login{{Name: form["username"], Password: form["password"]}}, web.ViaOf(r))
	var secret pat.Secret
	var s pat.Session
	if err == nil {
		secret, s, err = f.Sessions.Start(r.Context(), who, pat.SessionRequest{Agent: r.UserAgent(), Replaces: f.Site.Session(r)})
	}
	if err != nil {
		web.Note(r, err)
		return f.loginAgain(w, r, loginView{Username: form["username"], Next: next}, err)
	}
	f.keepSession(w, r, secret, &s)
	f.Site.SetMark(w, r, userLoggedIn, "true")
	w.Header().Set("X-API-Session-Cookie-Name", f.Site.SessionCookie(r))
	redirect(w, next)
	return nil
}

// userLoggedIn is a cookie by which scripts of AWX's own pages know that
// somebody is signed in. It proves nothing.
const userLoggedIn = "userLoggedIn"

// loginAgain shows the form again when that may help.
func (f *Face) loginAgain(w http.ResponseWriter, r *http.Request, v loginView, err error) error {
	status, _ := failure(w.Header(), err)
	switch pat.AsError(err).Kind {
	case pat.Unauthenticated:
		v.Alert = "Wrong username or password."
	case pat.Throttled:
		v.Alert = "Too many tries. Wait " + w.Header().Get("Retry-After") + " seconds, then try again."
	default:
		return err
	}
	return f.writeLogin(w, r, status, v)
}

// logout serves /api/logout/. GET signs out too, as AWX's does, but not when
// another site leads there, or when the browser only looks ahead.
func (f *Face) logout(w http.ResponseWriter, r *http.Request) error {
	if err := f.Site.CheckOrigin(r); err != nil || r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return web.ErrOrigin
	}
	if r.Method != http.MethodHead && r.Header.Get("Sec-Purpose") == "" {
		if secret := f.Site.Session(r); !secret.IsZero() {
			if err := f.Sessions.End(r.Context(), secret, web.ViaOf(r)); err != nil {
				return err
			}
		}
		f.Site.DropSession(w, r)
		f.Site.SetMark(w, r, userLoggedIn, "false")
	}
	redirect(w, afterLogin)
	return nil
}

// redirect leads to a path of this site, as it stands: http.Redirect would
// clean it.
func redirect(w http.ResponseWriter, path string) {
	w.Header().Set("Location", path)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusFound)
}

// failPage answers an error of the sign-in pages as a page.
func failPage(w http.ResponseWriter, r *http.Request, err error) {
	status, body := failure(w.Header(), err)
	view := struct{ Title, Message, Next string }{Title: http.StatusText(status), Next: afterLogin}
	if e := web.AsError(err); e != nil {
		view.Message = sentence(e.Message)
	} else if d, ok := body.(detail); ok {
		view.Message = d.Detail
	}
	if refusedPage.Write(w, status, view) != nil {
		http.Error(w, view.Title, status)
	}
}
