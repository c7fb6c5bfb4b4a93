package web

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"jeton/internal/pat"
)

// parseBasic returns the distinct readings of a Basic credential, or nil when
// it is none.
//
// Clients disagree on what stands inside the base64. curl, requests and most
// others put name and password as they are; RFC 6749 §2.3.1 has each of them
// form-encoded first, and some escape the colon alone, which separates the two.
// Python's requests writes Latin-1 where it can. Nothing in the header says which
// it is, so whoever checks the password tries them all, as one attempt.
func parseBasic(text string) []pat.Login {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		raw, err = base64.RawStdEncoding.DecodeString(text)
	}
	name, password, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok {
		return nil
	}
	logins := []pat.Login{{Name: text8(name), Password: text8(password)}}
	for _, decode := range []func(string) (string, error){url.QueryUnescape, unescapeColons} {
		n, errName := decode(name)
		p, errPassword := decode(password)
		read := pat.Login{Name: text8(n), Password: text8(p)}
		if errName == nil && errPassword == nil && !slices.Contains(logins, read) {
			logins = append(logins, read)
		}
	}
	return logins
}

func unescapeColons(text string) (string, error) { return strings.ReplaceAll(text, "%3A", ":"), nil }
