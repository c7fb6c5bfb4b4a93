// Package page is the shell of everything that people read in a browser: one
// layout, one style sheet, one strict content security policy. Pages work
// without script.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"jeton/internal/web"
)

//go:embed assets templates
var files embed.FS

// csp lets a page load its style sheet and pictures from here, send forms to
// here, and nothing else. Nobody may frame it.
const csp = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Template is a page of the shell.
type Template struct{ t *template.Template }

// Parse reads a page of from, which defines "title" and "main", into the
// shell. It panics when the page is not well formed: pages are compiled in.
func Parse(from fs.FS, name string) Template {
	t := template.Must(template.ParseFS(files, "templates/shell.html"))
	return Template{template.Must(t.ParseFS(from, name))}
}

// Write answers with the page, filled with data. The page is made in memory
// before the first byte is sent.
func (p Template) Write(w http.ResponseWriter, status int, data any) error {
	return p.write(w, status, data, csp)
}

// WriteLeading is Write for a page whose form leads on to another origin, which
// the browser would otherwise not go to. The origin is one that was checked: it
// becomes part of a header.
func (p Template) WriteLeading(w http.ResponseWriter, status int, data any, origin string) error {
	return p.write(w, status, data, strings.Replace(csp, "form-action 'self'", "form-action 'self' "+origin, 1))
}

func (p Template) write(w http.ResponseWriter, status int, data any, csp string) error {
	var body bytes.Buffer
	if err := p.t.ExecuteTemplate(&body, "shell.html", data); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Content-Security-Policy", csp)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	// Not no-referrer, under which browsers send "Origin: null" with a form, and
	// nobody could tell whose form it is.
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
	return nil
}

// Assets are the files that pages refer to, by path.
func Assets() web.Table {
	return web.Table{
		"/assets/style.css": {http.MethodGet: asset("assets/style.css", "text/css; charset=utf-8")},
		"/assets/jeton.svg": {http.MethodGet: asset("assets/jeton.svg", "image/svg+xml")},
	}
}

func asset(name, contentType string) web.HandlerFunc {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // compiled in
	}
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(content)
		return nil
	}
}
