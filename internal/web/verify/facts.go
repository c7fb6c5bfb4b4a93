package verify

import (
	"net"
	"net/http"
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
		f.addMethod(r.Method)
		f.addPath(strings.TrimPrefix(r.URL.EscapedPath(), root))
		f.addHost(r.Host)
	}
	each(r.Header, methodHeaders, f.addMethod)
	if len(f.methods) == 0 {
		f.methods = append(f.methods, "") // not known
	}
	each(r.Header, overrideHeaders, f.addMethod)
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

// addMethod takes a method as it stands, and in capitals, as some services read it.
func (f *facts) addMethod(text string) {
	text = strings.TrimSpace(text)
	f.methods = appendNew(appendNew(f.methods, text), strings.ToUpper(text))
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

// appendNew adds what is not there yet, up to one more than are looked up.
func appendNew(list []string, s string) []string {
	if len(list) > maxFacts || slices.Contains(list, s) {
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
				route := rs.find(host, path, method, exactly)
				if route == nil {
					return "", errNoRoute
				}
				// Some services take capitals and small letters of a path for the same.
				for _, r := range []*Route{route, rs.find(host, path, method, strings.ToLower)} {
					if scope := r.scope(method); scope != "" && !slices.Contains(scopes, scope) {
						scopes = append(scopes, scope)
					}
				}
			}
		}
	}
	return strings.Join(scopes, " "), nil
}
