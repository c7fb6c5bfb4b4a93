package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"jeton/internal/pat"
)

// Face is one HTTP surface with its own wire words.
type Face struct {
	// Name is what the audit trail calls it: console, api, apiops, verify.
	Name string
	// Prefix is the path that the face owns together with all beneath it, as
	// in "/api", which is not "/apiops". "" owns what is left.
	Prefix  string
	Handler http.Handler
	// Fail gives the floor's own refusals the face's shape.
	Fail Fail
	// Quiet faces are asked for every request of somebody else's service: their
	// answers are logged only when they refuse, only those have a request id, and
	// their handlers ask QuietVia and not ViaOf.
	Quiet bool
	// Class is whose places its requests share. Quiet faces are in none.
	Class Class
	// Passwords says that there are passwords in the bodies of its POSTs: these
	// are in the class of that name, as are all requests with a password in the
	// header Authorization.
	Passwords bool
}

// Faces separates the faces by the longest prefix. It is used in place of
// http.ServeMux, which cleans paths and redirects: a client whose POST is
// answered by a redirect loses its body, and a path is judged as it was sent.
type Faces struct {
	list []*Face // longer prefixes first
}

// Add adds a face. It panics when the prefix is taken or ends in a slash.
func (fs *Faces) Add(f Face) {
	if strings.HasSuffix(f.Prefix, "/") {
		panic("web: the prefix " + f.Prefix + " ends in a slash")
	}
	at := 0
	for i, have := range fs.list {
		switch {
		case have.Prefix == f.Prefix:
			panic("web: two faces at " + f.Prefix)
		case len(have.Prefix) >= len(f.Prefix):
			at = i + 1
		}
	}
	fs.list = slices.Insert(fs.list, at, &f)
}

// owner returns the face that owns the path, or one that knows nothing.
func (fs *Faces) owner(u *url.URL) *Face {
	path := u.Path
	if u.RawPath != "" {
		path = rawPath(u.RawPath)
	}
	for _, f := range fs.list {
		if rest, ok := strings.CutPrefix(path, f.Prefix); ok && (f.Prefix == "" || rest == "" || rest[0] == '/') {
			return f
		}
	}
	return nobody
}

// rawPath decodes a path whose escapes matter, each segment once; a slash
// within a segment stays escaped, since it separates nothing.
func rawPath(raw string) string {
	segments := strings.Split(raw, "/")
	for i, s := range segments {
		if plain, err := url.PathUnescape(s); err == nil {
			segments[i] = strings.ReplaceAll(plain, "/", "%2F")
		}
	}
	return strings.Join(segments, "/")
}

// nobody answers for the paths that no face owns.
var nobody = &Face{
	Name:    "none",
	Handler: Handler(func(http.ResponseWriter, *http.Request) error { return ErrPath }, failPlainly),
	Fail:    failPlainly,
}

// failPlainly answers in no particular shape.
func failPlainly(w http.ResponseWriter, _ *http.Request, err error) {
	e := AsError(err)
	switch {
	case e != nil:
	case pat.Is(err, pat.Unavailable):
		e = &Error{Status: http.StatusServiceUnavailable, Message: pat.AsError(err).Message}
	default:
		e = &Error{Status: http.StatusInternalServerError, Message: "internal error"}
	}
	_ = JSON(w, e.Status, Object{{"error", e.Message}}) // two strings: cannot fail
}
