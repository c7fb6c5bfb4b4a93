package console_test

import (
	"net/http"
	"net/url"
	"testing"
)

// FuzzQueries asks for the pages that read their address. Whatever it says, they
// answer, and nothing is made.
func FuzzQueries(f *testing.F) {
	h := withAda(f)
	v := h.signedIn(f, "ada")
	f.Add("ci", "90d", "read shine", "10.0.0.0/8,x")
	f.Add("\x00\xff", "never", "", "::/0")
	f.Add("<b>", "2026-12-24", "write,write", "10.0.0.0/33")
	f.Fuzz(func(t *testing.T, name, expires, scope, networks string) {
		v.t = t
		q := url.Values{"name": {name}, "note": {name}, "expires": {expires}, "scope": {scope}, "networks": {networks}}
		if v.get("/profile/tokens/new?" + q.Encode()); v.status != http.StatusOK && v.status != http.StatusRequestURITooLong {
			t.Errorf("the form: %d", v.status)
		}
		q = url.Values{"q": {name}, "sort": {expires}, "show": {scope}, "page": {networks}}
		switch v.get("/profile/tokens?" + q.Encode()); v.status {
		case http.StatusOK, http.StatusRequestURITooLong:
		case http.StatusSeeOther: // to the last page, from one beyond it
		default:
			t.Errorf("the list: %d", v.status)
		}
	})
}
