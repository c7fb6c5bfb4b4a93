package verify

import (
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"jeton/internal/pat"
)

// facts are what is said of the original request. A proxy sets some headers and
// passes on what the client has forged in others, so all are heard, and what is
// demanded is demanded for each combination of them.
type facts struct {
	hosts, paths, methods []string
}

// maxFacts bounds the combinations that are looked up for one request.
const maxFacts = 64

var (
	methodHeaders = []string{"X-Forwarded-Method", "X-Original-Method"}
	// overrideHeaders tell some frameworks to take another method for the
	// request's own. They can make a demand stricter and never replace a method.
	overrideHeaders = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"}
	pathHeaders     = []string{"X-Forwarded-Uri", "X-Original-Uri", "X-Original-Url"}
	hostHeaders     = []string{"X-Forwarded-Host", "X-Original-Host"}
)

// factsOf gathers them. Beneath /verify the request's own host, path and method
// are those of the original; at /verify itself they are the proxy's.
func factsOf(r *http.Request) facts {
	var f facts
	beneath := r.URL.Path != root
	if beneath {
		f.methods = append(f.methods, r.Method)
		f.addPath(strings.TrimPrefix(r.URL.EscapedPath(), root))
		f.addHost(r.Host)
	}
	each(r.Header, methodHeaders, func(v string) { f.methods = append(f.methods, v) })
	if len(f.methods) == 0 {
		f.methods = append(f.methods, "") // not known
	}
	each(r.Header, overrideHeaders, func(v string) { f.methods = append(f.methods, strings.ToUpper(v)) })
	each(r.Header, pathHeaders, f.addPath)
	each(r.Header, hostHeaders, f.addHost)
	if len(f.hosts) == 0 {
		f.hosts = append(f.hosts, "")
	}
	return f
}

func each(h http.Header, names []string, fn func(value string)) {
	for _, name := range names {
		for _, value := range h[name] {
			fn(value)
		}
	}
}

func (f *facts) addHost(text string) {
	for host := range strings.SplitSeq(text, ",") {
		f.hosts = appendNew(f.hosts, hostOf(host))
	}
}

// hostOf returns a host in lower case, without port and final dot.
func hostOf(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	return strings.TrimSuffix(strings.Trim(text, "[]"), ".")
}

func (f *facts) addPath(uri string) {
	uri = strings.TrimSpace(uri)
	if scheme := strings.Index(uri, "://"); scheme >= 0 && !strings.ContainsAny(uri[:scheme], "/?#") {
		rest := uri[scheme+3:]
		uri = "/"
		if slash := strings.IndexAny(rest, "/?#"); slash >= 0 {
			uri = rest[slash:]
		}
	}
	if end := strings.IndexAny(uri, "?#"); end >= 0 {
		uri = uri[:end]
	}
	for _, reading := range readings(uri) {
		f.paths = appendNew(f.paths, reading)
	}
}

// readings returns how a service behind the proxy may read the path: as it
// stands, decoded once or twice, with . and .. and empty segments taken out, with
// backslashes for slashes, without what follows a semicolon in a segment.
func readings(raw string) []string {
	if !strings.HasPrefix(raw, "/") {
		raw = "/" + raw
	}
	list := []string{raw}
	for range 2 {
		if plain, err := url.PathUnescape(list[len(list)-1]); err == nil {
			list = append(list, plain)
		}
	}
	for _, p := range slices.Clone(list) {
		p = strings.ReplaceAll(p, `\`, "/")
		list = append(list, clean(p), clean(withoutParameters(p)))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func clean(p string) string {
	c := path.Clean(p)
	if c != "/" && strings.HasSuffix(p, "/") {
		c += "/"
	}
	return c
}

func withoutParameters(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i], _, _ = strings.Cut(s, ";")
	}
	return strings.Join(segments, "/")
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

var (
	errNoPath   = pat.Fail(pat.Invalid, "the proxy does not say which path was asked for: send X-Forwarded-Uri or X-Original-URI")
	errTooMany  = pat.Fail(pat.Invalid, "the request is told of in too many ways")
	errNoRoute  = error(&pat.Error{Kind: pat.Forbidden, Message: "no route fits the request", Reason: reasonRoute})
	reasonRoute = pat.Reason("route")
)

// demand adds to need, scopes with blanks between them, whatever the routes
// demand. It fails with Invalid, and with Forbidden where no route fits.
func (rs Routes) demand(r *http.Request, need string) (string, error) {
	f := factsOf(r)
	switch {
	case len(f.paths) == 0:
		return "", errNoPath
	case len(f.hosts)*len(f.paths)*len(f.methods) > maxFacts:
		return "", errTooMany
	}
	scopes := strings.Fields(need)
	for _, host := range f.hosts {
		for _, path := range f.paths {
			for _, method := range f.methods {
				route := rs.find(host, path, method)
				if route == nil {
					return "", errNoRoute
				}
				if scope := route.scope(method); scope != "" {
					scopes = appendNew(scopes, scope)
				}
			}
		}
	}
	return strings.Join(scopes, " "), nil
}
