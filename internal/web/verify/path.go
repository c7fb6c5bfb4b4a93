package verify

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

func (f *facts) addPath(uri string) {
	uri = strings.TrimSpace(uri)
	if scheme := strings.Index(uri, "://"); scheme >= 0 && !strings.ContainsAny(uri[:scheme], "/?#") {
		rest := uri[scheme+3:]
		uri = "/"
		if slash := strings.IndexAny(rest, "/?#"); slash >= 0 {
			uri = rest[slash:]
		}
	}
	uri, _, _ = strings.Cut(uri, "?")
	for _, reading := range readings(uri) {
		f.paths = appendNew(f.paths, reading)
	}
}

// readings returns how a service behind the proxy may read the path: as it
// stands or up to a #, decoded once or twice, with . and .. and empty segments
// taken out, with backslashes for slashes, without what follows a semicolon in a
// segment.
func readings(raw string) []string {
	if !strings.HasPrefix(raw, "/") {
		raw = "/" + raw
	}
	list := []string{raw}
	if before, _, found := strings.Cut(raw, "#"); found { // none belongs in a request, and not everybody stops there
		list = append(list, before)
	}
	for _, p := range list {
		for range 2 {
			p = decoded(p)
			list = append(list, p)
		}
	}
	for _, p := range slices.Clone(list) {
		p = strings.ReplaceAll(p, `\`, "/")
		list = append(list, clean(p), clean(withoutParameters(p)))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// decoded decodes what is well escaped and leaves the rest: some services refuse a
// path for one bad escape, others read on.
func decoded(p string) string {
	if plain, err := url.PathUnescape(p); err == nil {
		return plain
	}
	var b strings.Builder
	for len(p) > 0 {
		n := 1
		if p[0] == '%' && len(p) >= 3 {
			n = 3
		}
		plain, err := url.PathUnescape(p[:n])
		if err != nil {
			n, plain = 1, p[:1]
		}
		b.WriteString(plain)
		p = p[n:]
	}
	return b.String()
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
