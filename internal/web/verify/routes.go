package verify

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"jeton/internal/pat"
)

// Routes say which scope a request needs, by its host, path and method. The
// first route that fits counts; a request that fits none is refused.
type Routes []Route

// Route is one line of the table.
type Route struct {
	Host    string   // lower case, without a port; "*" is any
	Prefix  string   // of the path, whole segments; without a slash at its end
	Methods []string // none: any
	Scope   string   // a scope, auto, or "" for any live token
}

// anything is how the table writes whatever there is.
const anything = "*"

// ParseRoutes reads a table: a route a line, with blanks between host, path,
// methods and scope. What follows a # is a comment. It fails with one error for
// each line that cannot be read or can never count, all of them joined.
func ParseRoutes(text string) (Routes, error) {
	var all Routes
	var errs []error
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		r, err := parseRoute(words)
		if err == nil {
			err = all.hiding(&r)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		all = append(all, r)
	}
	if len(all) == 0 && len(errs) == 0 {
		errs = append(errs, errors.New("there is no route, so that everything would be refused"))
	}
	return all, errors.Join(errs...)
}

func parseRoute(words []string) (r Route, err error) {
	if len(words) != 4 {
		return r, errors.New("write four words: host, path, methods, scope")
	}
	r.Host = words[0]
	if r.Host != anything && (r.Host != hostOf(r.Host) || strings.ContainsAny(r.Host, "*/@")) {
		return r, fmt.Errorf("host %q: write a name in lower case and without a port, or * for any", r.Host)
	}
	r.Prefix = words[1]
	if !strings.HasPrefix(r.Prefix, "/") || len(readings(r.Prefix)) != 1 {
		return r, fmt.Errorf("path %q: begin with a slash, and write it decoded, without . or .. in it", r.Prefix)
	}
	r.Prefix = strings.TrimSuffix(r.Prefix, "/")
	if words[2] != anything {
		r.Methods = strings.Split(words[2], ",")
		if slices.ContainsFunc(r.Methods, func(m string) bool { return m == "" || strings.Trim(m, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" }) {
			return r, fmt.Errorf("methods %q: write them in upper case with commas between, or * for any", words[2])
		}
	}
	switch word := words[3]; {
	case word == anything:
	case word != auto && !isWord(word):
		return r, fmt.Errorf("scope %q: write one scope, auto, or * for any live token", word)
	default:
		r.Scope = word
	}
	return r, nil
}

// hiding fails when an earlier route fits whatever r does.
func (rs Routes) hiding(r *Route) error {
	for _, earlier := range rs {
		if (earlier.Host == anything || earlier.Host == r.Host) && isBeneath(r.Prefix, earlier.Prefix) && coversMethods(earlier.Methods, r.Methods) {
			return fmt.Errorf("it never counts: %s %s/ comes first", earlier.Host, earlier.Prefix)
		}
	}
	return nil
}

func coversMethods(outer, inner []string) bool {
	if len(outer) == 0 || len(inner) == 0 {
		return len(outer) == 0
	}
	return !slices.ContainsFunc(inner, func(m string) bool { return !slices.Contains(outer, m) })
}

// isBeneath reports whether path is prefix or stands beneath it.
func isBeneath(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// find returns the first route that fits, its path and the request's read alike.
// A method "" is not known, and fits only where all do.
func (rs Routes) find(host, path, method string, read func(string) string) *Route {
	path = read(path)
	for i := range rs {
		r := &rs[i]
		if (r.Host == anything || r.Host == host) && isBeneath(path, read(r.Prefix)) && (len(r.Methods) == 0 || slices.Contains(r.Methods, method)) {
			return r
		}
	}
	return nil
}

func exactly(path string) string { return path }

// scope returns what the route demands of a method; "" for any live token.
func (r *Route) scope(method string) string {
	if r.Scope == auto {
		return pat.ScopeForMethod(method)
	}
	return r.Scope
}
