package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Router finds the route of a path. It neither cleans paths nor redirects:
// "//" and ".." are segments like any others, and a slash that was sent as %2F
// belongs to its segment.
type Router struct{ root node }

// node is one place in the tree of segments.
type node struct {
	literal map[string]*node
	any     *node // what a segment in braces leads to
	route   *Route
}

// Route is one path of a table.
type Route struct {
	Pattern string // as the table has it
	Methods map[string]HandlerFunc

	names []string // of the segments in braces, in order
	allow string
}

// Match is a route together with the path that led to it.
type Match struct {
	*Route
	values []string // of the segments in braces, decoded
}

func (rt *Router) add(pattern string, methods map[string]HandlerFunc) {
	at := &rt.root
	route := &Route{Pattern: pattern, Methods: methods, allow: allow(methods)}
	for rest := trimmed(pattern); rest != ""; {
		var segment string
		segment, rest = cut(rest)
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			route.names = append(route.names, strings.TrimSuffix(name, "}"))
			if at.any == nil {
				at.any = &node{}
			}
			at = at.any
			continue
		}
		next := at.literal[segment]
		if next == nil {
			next = &node{}
			if at.literal == nil {
				at.literal = map[string]*node{}
			}
			at.literal[segment] = next
		}
		at = next
	}
	if at.route != nil {
		panic("web: " + pattern + " and " + at.route.Pattern + " are the same path")
	}
	at.route = route
}

// Match returns the route of an escaped path, as url.URL.EscapedPath returns
// it. Each segment is decoded once; one that is then not UTF-8, or holds a
// NUL, matches nothing.
func (rt *Router) Match(escaped string) (Match, bool) {
	if !strings.HasPrefix(escaped, "/") {
		return Match{}, false
	}
	var m Match
	m.Route = rt.root.match(trimmed(escaped), &m.values)
	return m, m.Route != nil
}

func (n *node) match(rest string, values *[]string) *Route {
	if rest == "" {
		return n.route
	}
	segment, rest := cut(rest)
	segment, err := url.PathUnescape(segment)
	if err != nil || segment == "" || !utf8.ValidString(segment) || strings.IndexByte(segment, 0) >= 0 {
		return nil
	}
	if next := n.literal[segment]; next != nil {
		if found := next.match(rest, values); found != nil {
			return found
		}
	}
	if n.any == nil {
		return nil
	}
	before := len(*values)
	*values = append(*values, segment)
	found := n.any.match(rest, values)
	if found == nil {
		*values = (*values)[:before]
	}
	return found
}

// trimmed removes one slash at the end. What is left is "" or begins with a
// slash, and each slash in it begins a segment.
func trimmed(path string) string { return strings.TrimSuffix(path, "/") }

// cut returns the first segment of a path that begins with a slash, and the
// rest, which is "" or begins with a slash.
func cut(path string) (segment, rest string) {
	path = path[1:]
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// Serve answers the request by the route of its path. It fails with ErrPath
// and ErrMethod, the latter with the header Allow set, and with whatever the
// handler fails with.
func (rt *Router) Serve(w http.ResponseWriter, r *http.Request) error {
	m, ok := rt.Match(r.URL.EscapedPath())
	if !ok {
		return ErrPath
	}
	return m.Serve(w, r)
}

// Serve answers the request by the handler of its method, with the path's
// values set. It fails with ErrMethod, with the header Allow set, when there
// is none.
func (m Match) Serve(w http.ResponseWriter, r *http.Request) error {
	m.SetPathValues(r)
	h := m.Handler(r.Method)
	if h == nil {
		w.Header().Set("Allow", m.Allow())
		return ErrMethod
	}
	return h(w, r)
}

// SetPathValues gives r the values of the segments in braces, and the request's
// line in the log the route.
func (m Match) SetPathValues(r *http.Request) {
	if x := exchangeOf(r); x != nil {
		x.match = m
	}
	for i, name := range m.names {
		r.SetPathValue(name, m.values[i])
	}
}

// masked returns the pattern with its numbers filled in, and with no word that a
// client has put in the place of a name.
func (m Match) masked() string {
	path := m.Pattern
	for i, name := range m.names {
		if _, err := strconv.ParseInt(m.values[i], 10, 64); err == nil {
			path = strings.Replace(path, "{"+name+"}", m.values[i], 1)
		}
	}
	return path
}

// Handler returns the handler of a method, or nil. HEAD is GET, whose body
// net/http does not send.
func (rt *Route) Handler(method string) HandlerFunc {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return rt.Methods[method]
}

// Allow lists the methods in the order in which clients of AWX read them.
func (rt *Route) Allow() string { return rt.allow }

func allow(methods map[string]HandlerFunc) string {
	var list []string
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		from := m
		if m == http.MethodHead {
			from = http.MethodGet
		}
		if methods[from] != nil {
			list = append(list, m)
		}
	}
	return strings.Join(list, ", ")
}
