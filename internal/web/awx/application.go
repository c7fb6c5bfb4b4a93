package awx

import (
	"context"
	"net/http"
	"strings"

	"jeton/internal/pat"
)

// Applications is what the face asks of the authority about applications.
type Applications interface {
	CreateApplication(ctx context.Context, by pat.Principal, req pat.ApplicationRequest) (pat.Secret, pat.Application, error)
	Application(ctx context.Context, by pat.Principal, id pat.ApplicationID) (pat.Application, error)
	ApplicationByName(ctx context.Context, by pat.Principal, name string) (pat.Application, error)
	Applications(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Application, int, error)
	EditApplication(ctx context.Context, by pat.Principal, id pat.ApplicationID, edit pat.ApplicationEdit) (pat.Application, error)
	DeleteApplication(ctx context.Context, by pat.Principal, id pat.ApplicationID) error
	CreateApplicationToken(ctx context.Context, by pat.Principal, req pat.TokenRequest) (pat.Pair, error)
}

// betweenNames stands between the two names of an application in a path.
const betweenNames = "++"

// applicationPaths lists what applications have.
func (f *Face) applicationPaths() map[string]*view {
	return map[string]*view{
		"/api/v2/users/{id}/tokens/": {
			name: "OAuth2 User Tokens", of: tokenShape,
			get: f.userTokenList, post: f.userTokenCreate, gate: f.personalTokenGate, may: f.mayChangeUser,
		},
		"/api/v2/users/{id}/authorized_tokens/": {
			name: "OAuth2 User Authorized Access Tokens", of: authorizedTokenShape,
			get: f.authorizedTokenList, post: f.authorizedTokenCreate, gate: f.personalTokenGate, may: f.mayChangeUser,
		},
		"/api/v2/users/{id}/applications/": {
			name: "OAuth 2 Applications", of: applicationShape, get: f.applicationList, post: f.applicationCreate, may: mayManage,
		},

		"/api/v2/applications/": {
			name: "OAuth 2 Applications", of: applicationShape, get: f.applicationList, post: f.applicationCreate, may: mayManage,
		},
		"/api/v2/applications/{id}/": {
			name: "OAuth 2 Application Detail", of: applicationShape,
			get: f.applicationShow, put: f.applicationPut, patch: f.applicationPatch, delete: f.applicationDelete,
			gate: f.applicationGate, may: f.mayChangeApplication,
		},
		"/api/v2/applications/{id}/tokens/": {
			name: "OAuth 2 Application Tokens", of: personalTokenShape,
			get: f.applicationTokenList, post: f.applicationTokenCreate, gate: f.applicationTokenGate,
		},
		"/api/v2/organizations/{id}/applications/": {
			name: "Organization Applications", of: organizationApplicationShape,
			get: f.organizationApplicationList, post: f.organizationApplicationCreate, gate: organizationOfPath, may: mayManage,
		},
	}
}

// application returns the application of the path: by id, or by its name and
// that of the organisation. A name that nobody has is answered without telling
// what the path allows.
func (f *Face) application(c *call) (pat.Application, error) {
	segment := c.r.PathValue("id")
	if isNumber(segment) {
		app, err := f.Authority.Application(c.r.Context(), c.who, pat.ApplicationID(number(segment)))
		return app, missing(applicationClass, err)
	}
	app, err := pat.Application{}, error(errGone)
	if name, ok := strings.CutSuffix(segment, betweenNames+organizationName); ok {
		app, err = f.Authority.ApplicationByName(c.r.Context(), c.who, strings.ReplaceAll(name, "[+]", "+"))
	}
	if pat.Is(err, pat.NotFound) {
		c.w.Header().Del("Allow")
	}
	return app, missing(applicationClass, err)
}

// applicationInQuery is application where filters apply, as they do to a single
// application too.
func (f *Face) applicationInQuery(c *call) (pat.Application, error) {
	s, err := applications.parse(c.r.URL.RawQuery, c.now())
	if err != nil {
		return pat.Application{}, err
	}
	app, err := f.application(c)
	if err != nil {
		return app, err
	}
	n := 1
	switch {
	case s.none:
		n = 0
	case len(s.filters) > 0:
		q := pat.Query{Where: append(s.filters, pat.Cond{Field: "id", Op: pat.Equal, Value: int64(app.ID)})}
		_, n, err = f.Authority.Applications(c.r.Context(), c.who, q)
	}
	if err == nil && n == 0 {
		err = errGone
	}
	return app, missing(applicationClass, err)
}

// applicationGate lets pass whoever asks for an application, or by an id for one
// that is none.
func (f *Face) applicationGate(c *call) error {
	_, err := f.applicationInQuery(c)
	if isNumber(c.r.PathValue("id")) {
		return unlessMissing(err)
	}
	return err
}

// applicationList serves GET /api/v2/applications/, and its siblings beneath
// users and organisations: everybody sees all.
func (f *Face) applicationList(c *call) error {
	s, err := applications.parse(c.r.URL.RawQuery, c.now())
	if err != nil {
		return err
	}
	return c.page(s, nil, func(q pat.Query) ([]any, int, error) {
		found, total, err := f.Authority.Applications(c.r.Context(), c.who, q)
		results := make([]any, len(found))
		for i := range found {
			if err == nil {
				results[i], err = f.applicationOf(c, &found[i], false)
			}
		}
		return results, total, err
	})
}

// applicationShow serves GET /api/v2/applications/{id}/.
func (f *Face) applicationShow(c *call) error {
	app, err := f.applicationInQuery(c)
	if err != nil {
		return err
	}
	return f.answerApplication(c, &app)
}

func (f *Face) answerApplication(c *call, app *pat.Application) error {
	answer, err := f.applicationOf(c, app, true)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, answer)
}

// applicationCreate serves POST /api/v2/applications/ and its siblings.
func (f *Face) applicationCreate(c *call) error { return f.createApplication(c, true) }

// createApplication makes an application. Where the path names the organisation
// the body need not.
func (f *Face) createApplication(c *call, mustOrganization bool) error {
	if !c.who.Admin { // said before the body is judged
		return errForbidden
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	req := fields.newApplication(mustOrganization)
	if err := fields.err(); err != nil {
		return err
	}
	secret, app, err := f.Authority.CreateApplication(c.r.Context(), c.who, req)
	if err != nil {
		return applicationErrors(err, req.RedirectURIs)
	}
	answer, err := f.applicationOf(c, &app, true)
	if err != nil {
		return err
	}
	if answer.ClientSecret != nil {
		*answer.ClientSecret = secret.Reveal()
	}
	return c.created(answer.URL, answer)
}

func (f *Face) applicationPatch(c *call) error { return f.editApplication(c, false) }

// applicationPut demands name, client_type and organization. Other fields that
// are absent stay: clients leave out what is empty.
func (f *Face) applicationPut(c *call) error { return f.editApplication(c, true) }

func (f *Face) editApplication(c *call, put bool) error {
	app, err := f.applicationInQuery(c)
	switch {
	case err != nil:
		return err
	case !c.who.Admin:
		return errForbidden
	}
	fields, err := c.form()
	if err != nil {
		return err
	}
	edit := fields.application(&app, put)
	if err := fields.err(); err != nil {
		return err
	}
	uris := app.RedirectURIs
	set(&uris, edit.RedirectURIs)
	app, err = f.Authority.EditApplication(c.r.Context(), c.who, app.ID, edit)
	if err != nil {
		return missing(applicationClass, applicationErrors(err, uris))
	}
	return f.answerApplication(c, &app)
}

// applicationDelete serves DELETE /api/v2/applications/{id}/, which revokes the
// application's tokens.
func (f *Face) applicationDelete(c *call) error {
	app, err := f.applicationInQuery(c)
	if err != nil {
		return err
	}
	if err := f.Authority.DeleteApplication(c.r.Context(), c.who, app.ID); err != nil {
		return missing(applicationClass, err)
	}
	return c.noContent()
}
