// Package page is the shell of everything that people read in a browser: one
// layout, one style sheet, one script for comfort, one strict content security
// policy, in the language of whoever reads. Pages work without script.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"jeton/internal/web"
	"jeton/internal/words"
)

//go:embed assets templates
var files embed.FS

// csp lets a page load its style sheet and pictures from here, send forms to
// here, and nothing else. Nobody may frame it.
const csp = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

// cspScript is csp for a page that has the script, which is from here too, and
// asks nobody else.
var cspScript = strings.Replace(csp, "style-src", "script-src 'self'; connect-src 'self'; style-src", 1)

// Template is a page of the shell. It is read when it is first shown, and
// compiled for a language when it is first shown in it: most servers show few of
// the pages, and a page read takes more memory than a thousand tokens.
type Template struct {
	source   func() *template.Template // never executed: only such a one can be cloned
	compiled *sync.Map                 // by *words.Speaker
}

// english is the language of pages that have one alone.
var english = words.NewBook().Speaker(words.Default)

// Parse makes a page of from, which defines "title" and "main", one of the
// shell. Showing it panics when it is not well formed: pages are compiled in, and
// each is shown in the tests. More files may define what the page uses.
func Parse(from fs.FS, names ...string) Template {
	return Template{sync.OnceValue(func() *template.Template {
		t := template.Must(template.New("shell.html").Funcs(functions(english)).ParseFS(files, "templates/*.html"))
		return template.Must(t.ParseFS(from, names...))
	}), &sync.Map{}}
}

// in returns the page in a language.
func (p Template) in(s *words.Speaker) *template.Template {
	if t, ok := p.compiled.Load(s); ok {
		return t.(*template.Template)
	}
	t := template.Must(p.source().Clone()).Funcs(functions(s))
	kept, _ := p.compiled.LoadOrStore(s, t)
	return kept.(*template.Template)
}

// view is what the shell is executed with.
type view struct {
	Frame Frame
	Page  any
}

// Show answers with the page within its frame. The page is made in memory
// before the first byte is sent.
func (p Template) Show(w http.ResponseWriter, status int, f Frame, data any) error {
	return p.write(w, status, f, data, cspScript)
}

// Write is Show for pages that are in English alone and belong to nobody.
func (p Template) Write(w http.ResponseWriter, status int, data any) error {
	return p.write(w, status, Frame{}, data, csp)
}

// WriteLeading is Write for a page whose form leads on to another origin, which
// the browser would otherwise not go to. The origin is one that was checked: it
// becomes part of a header.
func (p Template) WriteLeading(w http.ResponseWriter, status int, data any, origin string) error {
	return p.write(w, status, Frame{}, data, strings.Replace(csp, "form-action 'self'", "form-action 'self' "+origin, 1))
}

func (p Template) write(w http.ResponseWriter, status int, f Frame, data any, csp string) error {
	if f.Speaker == nil {
		f.Speaker = english
	}
	var body bytes.Buffer
	if err := p.in(f.Speaker).ExecuteTemplate(&body, "shell.html", view{f, data}); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Content-Language", f.Speaker.Tag)
	h.Set("Content-Security-Policy", csp)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", permissions)
	h.Set("X-Frame-Options", "DENY")
	// Not no-referrer, under which browsers send "Origin: null" with a form, and
	// nobody could tell whose form it is.
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
	return nil
}

// permissions takes from pages what none of them needs.
const permissions = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), clipboard-read=()"

// Assets are the files that pages refer to, by path.
func Assets() web.Table {
	return web.Table{
		"/assets/style.css": {http.MethodGet: asset("assets/style.css", "text/css; charset=utf-8")},
		"/assets/jeton.js":  {http.MethodGet: asset("assets/jeton.js", "text/javascript; charset=utf-8")},
		"/assets/jeton.svg": {http.MethodGet: asset("assets/jeton.svg", "image/svg+xml")},
	}
}

// versioned is the path of an asset, which is another one after a change: an
// upgrade is not shown in the looks of before.
func versioned(name string) (string, error) {
	content, err := files.ReadFile("assets/" + name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return "/assets/" + name + "?" + hex.EncodeToString(sum[:6]), nil
}

func asset(name, contentType string) web.HandlerFunc {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // compiled in
	}
	if path.Ext(name) == ".css" {
		content = squeezed(content)
	}
	small := zipped(content)
	return func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("Vary", "Accept-Encoding")
		body := content
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = small
		}
		_, _ = w.Write(body)
		return nil
	}
}
