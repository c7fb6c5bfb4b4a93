package web

import (
	"net/http"
)

// HandlerFunc answers a request. It returns an error or writes, never both:
// answers are made in memory before the first byte is sent.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// Fail answers with an error in the shape of a face. Err is an *Error, a
// pat.Error, or a fault of ours of which nothing may be told.
type Fail func(w http.ResponseWriter, r *http.Request, err error)

// Table says what a face has: path → method → handler. A segment in braces,
// as in /api/v2/users/{id}/, matches any one segment and is read by
// r.PathValue; a literal segment is preferred to it. Paths are served with and
// without the slash at their end, however they are written here.
//
// GET stands for HEAD too. OPTIONS is there only where the table says so.
type Table map[string]map[string]HandlerFunc

// Handler serves the table: unknown paths are ErrPath, other methods ErrMethod
// with the header Allow, and whatever goes wrong is answered by fail.
func (t Table) Handler(fail Fail) http.Handler {
	return Handler(t.Router().Serve, fail)
}

// Handler makes an http.Handler of h, whose errors fail answers.
func Handler(h HandlerFunc, fail Fail) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			if x, ok := w.(*exchange); ok {
				x.err = err
			}
			fail(w, r, err)
		}
	})
}

// Router compiles the table. It panics when two patterns are the same but for
// the slash at the end or a name in braces: that is a slip in the program.
func (t Table) Router() *Router {
	var rt Router
	for pattern, methods := range t {
		rt.add(pattern, methods)
	}
	return &rt
}
