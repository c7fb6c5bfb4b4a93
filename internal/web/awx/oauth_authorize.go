package awx

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

var consentPage = page.Parse(templates, "templates/consent.html")

// asking is what an application asks of the user at a browser.
type asking struct {
	app      pat.Application
	redirect string // where the answer goes, checked
	form     web.Form
	wants    pat.Authorization
}

// visit is a signed-in user's request.
type visit struct {
	who    pat.Principal
	secret pat.Secret // of the session
}

// authorizeForm serves GET /api/o/authorize/: it asks the user, unless an
// application of the house needs no asking.
func (f *Face) authorizeForm(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ParseForm(r.URL.RawQuery)
	if err != nil {
		return err
	}
	v, err := f.visit(w, r)
	if err != nil {
		return toLogin(w, form, err)
	}
	a, err := f.asking(r.Context(), form)
	if err != nil {
		return err
	}
	if err := f.judge(r.Context(), v.who, a); err != nil {
		return f.sendBack(w, r, a, err)
	}
	if a.app.SkipConsent && a.app.Type == pat.Confidential && r.Method == http.MethodGet {
		return f.allow(w, r, v, a)
	}
	return consentPage.WriteLeading(w, http.StatusOK, consentOf(v, a), source(origin(a.redirect)))
}

// authorize serves POST /api/o/authorize/: the user's answer.
func (f *Face) authorize(w http.ResponseWriter, r *http.Request) error {
	if err := f.Site.CheckOrigin(r); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := f.visit(w, r)
	if err != nil {
		return toLogin(w, form, err)
	}
	if err := web.CheckCSRF(r, form, v.secret.CSRFToken()); err != nil {
		return err
	}
	a, err := f.asking(r.Context(), form)
	if err != nil {
		return err
	}
	if form["allow"] == "" {
		return f.sendBack(w, r, a, errDenied)
	}
	if err := f.judge(r.Context(), v.who, a); err != nil {
		return f.sendBack(w, r, a, err)
	}
	return f.allow(w, r, v, a)
}

// errDenied is the user's no.
var errDenied = &grantFailure{http.StatusForbidden, "access_denied", ""}

// visit finds out who is at the browser. A request with a header of its own for
// that is not one of a browser's pages.
func (f *Face) visit(w http.ResponseWriter, r *http.Request) (visit, error) {
	secret := f.Site.Session(r)
	if secret.IsZero() || r.Header["Authorization"] != nil {
		return visit{}, pat.Refuse(pat.ReasonMissing)
	}
	who, s, err := f.Sessions.Find(r.Context(), secret, web.ViaOf(r))
	if err != nil {
		return visit{}, err
	}
	f.keepSession(w, r, secret, &s)
	if !f.Authority.Fresh(who) { // what is granted here outlives the session
		return visit{}, pat.Refuse(pat.ReasonStale)
	}
	return visit{who, secret}, nil
}

// toLogin has the user sign in first and come back to the question. Other
// errors stay as they are.
func toLogin(w http.ResponseWriter, form web.Form, err error) error {
	if !pat.Is(err, pat.Unauthenticated) {
		return err
	}
	query := url.Values{}
	for name, value := range form {
		if name != web.CSRFField && name != "allow" {
			query.Set(name, value)
		}
	}
	redirect(w, "/api/login/?next="+url.QueryEscape(authorizePath+"?"+query.Encode()))
	return nil
}

// asking reads the request. What is wrong with the application or the address
// is told to the user, who is led nowhere: nobody knows whose address it is.
func (f *Face) asking(ctx context.Context, form web.Form) (asking, error) {
	app, err := f.Authority.ClientApplication(ctx, form["client_id"])
	switch {
	case pat.Is(err, pat.NotFound):
		return asking{}, quoting("no such client", "There is no application with this client_id. You were sent here by mistake, or by somebody who is not what they claim.")
	case err != nil:
		return asking{}, err
	}
	redirect, ok := app.Redirect(form["redirect_uri"])
	if !ok {
		return asking{}, quoting("an address that is not registered", "The application is not registered for this redirect_uri. Nothing was granted, and you are not sent there.")
	}
	return asking{app: app, redirect: redirect, form: form, wants: pat.Authorization{
		Application: app.ID, RedirectURI: form["redirect_uri"], Challenge: form["code_challenge"],
	}}, nil
}

// judge fails with what the application is told when it asks for what it cannot
// have.
func (f *Face) judge(ctx context.Context, who pat.Principal, a asking) error {
	if err := a.checkForm(); err != nil {
		return err
	}
	wants, err := a.granted()
	if err != nil {
		return err
	}
	return f.Authority.MayAuthorize(ctx, who, wants)
}

// checkForm judges what the authority does not see.
func (a *asking) checkForm() error {
	bad := func(code, description string) error { return &grantFailure{http.StatusBadRequest, code, description} }
	switch a.form["response_type"] {
	case "code":
	case "":
		return bad("invalid_request", "Missing response_type parameter.")
	case "token": // tokens in addresses end up in logs and histories (RFC 9700 §2.1.2)
		return errUnauthorizedClient
	default:
		return bad("unsupported_response_type", "")
	}
	if a.form["code_challenge"] != "" && a.form["code_challenge_method"] != "S256" {
		return bad("invalid_request", "code_challenge_method must be S256.")
	}
	return nil
}

// granted is what the application asks for, with the scope it named or else the
// usual one.
func (a *asking) granted() (pat.Authorization, error) {
	scopes, err := (&tokenRequest{form: a.form}).scopes(defaultGrantScope)
	wants := a.wants
	wants.Scopes = scopes
	return wants, err
}

// allow sends the application a code.
func (f *Face) allow(w http.ResponseWriter, r *http.Request, v visit, a asking) error {
	wants, err := a.granted()
	var code pat.Secret
	if err == nil {
		code, err = f.Authority.Authorize(r.Context(), v.who, wants)
	}
	if err != nil {
		return f.sendBack(w, r, a, err)
	}
	f.lead(w, a, "code", code.Reveal())
	return nil
}

// sendBack tells the application why it gets no code. What keeps this server
// from answering is told to the user.
func (f *Face) sendBack(w http.ResponseWriter, r *http.Request, a asking, err error) error {
	failure := grantFailureOf(err)
	if failure.status >= http.StatusInternalServerError || failure.status == http.StatusUnauthorized {
		return err
	}
	web.Note(r, err)
	params := []string{"error", failure.code}
	if failure.description != "" {
		params = append(params, "error_description", failure.description)
	}
	f.lead(w, a, params...)
	return nil
}

// lead leads the browser to the application, with the parameters, its state, and
// who answers (RFC 9207) where that has a name.
func (f *Face) lead(w http.ResponseWriter, a asking, params ...string) {
	if state := a.form["state"]; state != "" {
		params = append(params, "state", state)
	}
	if f.Issuer != "" {
		params = append(params, "iss", f.Issuer)
	}
	var to strings.Builder
	to.WriteString(a.redirect)
	for i := 0; i < len(params); i += 2 {
		between := byte('&')
		if i == 0 && !strings.Contains(a.redirect, "?") {
			between = '?'
		}
		to.WriteByte(between)
		to.WriteString(params[i] + "=" + url.QueryEscape(params[i+1]))
	}
	redirect(w, to.String())
}

// origin returns the origin of an address that pat.Application.Redirect passed.
func origin(uri string) *url.URL {
	u, err := url.Parse(uri)
	if err != nil {
		return &url.URL{}
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}
}

// source names an origin as a content security policy does, which has no form
// for addresses of IPv6: of those it names the scheme.
func source(origin *url.URL) string {
	if strings.HasPrefix(origin.Host, "[") {
		return origin.Scheme + ":"
	}
	return origin.String()
}

// leadsTo returns the origin, as source names it, to which a path of this site
// may lead a browser that is signed in: that of an application which asks there
// for what it may have. "" is none.
func (f *Face) leadsTo(ctx context.Context, path string) string {
	u, err := url.Parse(path)
	if err != nil || strings.TrimSuffix(u.Path, "/")+"/" != authorizePath {
		return ""
	}
	form, err := web.ParseForm(u.RawQuery)
	if err != nil {
		return ""
	}
	a, err := f.asking(ctx, form)
	if err != nil { // which is told once somebody is signed in
		return ""
	}
	return source(origin(a.redirect))
}
