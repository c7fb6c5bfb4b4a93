package web

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// LocalPath returns where to go on after a sign-in: next when that is a path of
// this site, with or without a query, else fallback. Browsers read "//host" and
// "/\host" as another site and drop line ends and tabs from what they are given,
// so none of that passes. It may be as long as an address: what an application asks
// for at a sign-in can be long. What is not ASCII is escaped, as a header needs it.
func LocalPath(next, fallback string) string {
	if !isLocal(next) {
		return fallback
	}
	var b strings.Builder
	for i := range len(next) {
		if c := next[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func isLocal(next string) bool {
	if len(next) > MaxAddress || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || !utf8.ValidString(next) {
		return false
	}
	for i := range len(next) {
		if c := next[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return false
		}
	}
	u, err := url.Parse(next)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}
