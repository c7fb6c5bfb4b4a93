// Package console has the pages for people: for now the one on which the
// first administrator is made, and the first page of all.
package console

import (
	"context"
	"embed"
	"maps"
	"net/http"

	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/page"
)

//go:embed templates
var templates embed.FS

var (
	homePage  = page.Parse(templates, "templates/home.html")
	setupPage = page.Parse(templates, "templates/setup.html")
	donePage  = page.Parse(templates, "templates/done.html")
	failPage  = page.Parse(templates, "templates/fail.html")
)

// Authority is what the pages ask of the authority.
type Authority interface {
	SetupOpen(ctx context.Context) (bool, error)
	SetUp(ctx context.Context, code string, req pat.UserRequest, via pat.Via) (pat.User, error)
}

// Face serves the pages.
type Face struct {
	Authority Authority
	// URL is where people reach this server, without a slash at the end.
	URL string
}

// Mount adds the pages, and the files that they refer to, to faces. They own
// every path that no other face does.
func (f *Face) Mount(faces *web.Faces) {
	t := web.Table{
		"/":      {http.MethodGet: f.home},
		"/setup": {http.MethodGet: f.setupForm, http.MethodPost: f.setup},
	}
	maps.Copy(t, page.Assets())
	faces.Add(web.Face{Name: "console", Passwords: true, Handler: t.Handler(fail), Fail: fail})
}

// home leads to what is to be done first.
func (f *Face) home(w http.ResponseWriter, r *http.Request) error {
	open, err := f.Authority.SetupOpen(r.Context())
	switch {
	case err != nil:
		return err
	case open:
		http.Redirect(w, r, "/setup", http.StatusSeeOther)
		return nil
	}
	return homePage.Write(w, http.StatusOK, f)
}

// answers translates each kind for people.
var answers = [pat.NumKinds]struct {
	status int
	title  string
}{
	pat.Internal:        {http.StatusInternalServerError, "Something went wrong here"},
	pat.Invalid:         {http.StatusUnprocessableEntity, "This cannot be done so"},
	pat.Unauthenticated: {http.StatusUnauthorized, "Not signed in"},
	pat.Forbidden:       {http.StatusForbidden, "Not allowed"},
	pat.NotFound:        {http.StatusNotFound, "There is nothing here"},
	pat.Conflict:        {http.StatusConflict, "Already done"},
	pat.Throttled:       {http.StatusTooManyRequests, "Too many tries"},
	pat.Unavailable:     {http.StatusServiceUnavailable, "Not available just now"},
}

// fail shows an error as a page.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	e := pat.AsError(err)
	answer := answers[e.Kind]
	data := struct{ Title, Message string }{answer.title, e.Message}
	status := answer.status
	if refused := web.AsError(err); refused != nil {
		status, data.Title, data.Message = refused.Status, http.StatusText(refused.Status), refused.Message
	}
	if err := failPage.Write(w, status, data); err != nil {
		http.Error(w, data.Title, status)
	}
}
