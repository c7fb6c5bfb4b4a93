package awx_test

import (
	"testing"
	"time"
)

func TestTokenDetail(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{"description":"d","scope":"read","expires":"2027-01-01T00:00:00Z"}`)
	write, _ := s.mint(t, alice, `{}`)
	tests := []struct {
		name, method, path, as, body string
		status                       int
		want                         string
	}{
		{"090 the owner", "GET", url, alice, "", 200, `"token":"************"`},
		{"091 an administrator", "GET", url, admin, "", 200, `"description":"d"`},
		{"092 an auditor", "GET", url, dave, "", 200, `"token":"************"`},
		{"093 another", "GET", url, eve, "", 403, forbidden},
		{"094 a missing id", "GET", "/api/v2/tokens/99/", alice, "", 404, noToken},
		{"094 id 0", "GET", "/api/v2/tokens/0/", alice, "", 404, noToken},
		{"094 an id beyond all ids", "GET", "/api/v2/tokens/99999999999999999999/", alice, "", 404, noToken},
		{"095 a missing id, anonymous", "GET", "/api/v2/tokens/99/", "", "", 401, noIdentity},
		{"without a slash", "GET", "/api/v2/tokens/1", alice, "", 200, `"id":1,`},
		{"096 PATCH description", "PATCH", url, alice, `{"description":" new "}`, 200, `"description":"new"`},
		{"096 the answer is masked", "PATCH", url, alice, `{}`, 200, `"token":"************"`},
		{"097 PATCH scope", "PATCH", url, alice, `{"scope":"read write"}`, 200, `"scope":"read write"`},
		{"098 PATCH a bad scope", "PATCH", url, alice, `{"scope":"x"}`, 400, badScope},
		{"098 and another bad field", "PATCH", url, alice, `{"scope":"x","description":true}`, 400, `{"description":` + noString + `,` + badScope[1:]},
		{"099 PATCH what is not theirs", "PATCH", url, alice, `{"user":1,"application":7,"token":"x","id":5}`, 200, `"user":2,"token":"************","refresh_token":null,"application":null`},
		{"100 PATCH nothing", "PATCH", url, alice, `{}`, 200, `"description":"new"`},
		{"PATCH null", "PATCH", url, alice, `null`, 400, `{"__all__":["This field may not be null."]}`},
		{"a description null is empty", "PATCH", url, alice, `{"description":null}`, 200, `"description":""`},
		{"PATCH back", "PATCH", url, alice, `{"scope":"read","description":"d"}`, 200, `"scope":"read"`},
		{"101 PUT keeps the scope", "PUT", url, alice, `{"description":"x"}`, 200, `"scope":"read"`},
		{"102 PUT resets the description", "PUT", url, alice, `{"scope":"read"}`, 200, `"description":""`},
		{"a shorter life", "PATCH", url, alice, `{"expires":"2026-12-24T00:00:00Z"}`, 200, `"expires":"2026-12-24T00:00:00Z"`},
		{"a longer life changes nothing", "PATCH", url, alice, `{"expires":"2030-01-01T00:00:00Z"}`, 200, `"expires":"2026-12-24T00:00:00Z"`},
		{"never changes nothing", "PUT", url, alice, `{"expires":null}`, 200, `"expires":"2026-12-24T00:00:00Z"`},
		{"PUT without it keeps it", "PUT", url, alice, `{}`, 200, `"expires":"2026-12-24T00:00:00Z"`},
		{"a life that is over", "PATCH", url, alice, `{"expires":"2020-01-01T00:00:00Z"}`, 400, `{"expires":["Choose a time in the future."]}`},
		{"no date", "PATCH", url, alice, `{"expires":""}`, 400, `{"expires":["Use RFC 3339, like 2030-01-31T12:00:00Z, or null for never."]}`},
		{"a name", "PATCH", url, alice, `{"name":"ci"}`, 200, `"name":"ci"`},
		{"its own name again", "PATCH", url, alice, `{"name":"ci"}`, 200, `"name":"ci"`},
		{"another's, whatever the body", "PATCH", url, eve, `{"scope":1}`, 403, forbidden},
		{"an auditor changes nothing", "PATCH", url, dave, `{"scope":1}`, 403, forbidden},
		{"an administrator does", "PATCH", url, admin, `{"description":"a"}`, 200, `"description":"a"`},
		{"105 DELETE by an auditor", "DELETE", url, dave, "", 403, forbidden},
		{"105 DELETE by another", "DELETE", url, eve, "", 403, forbidden},
		{"103 DELETE by the owner", "DELETE", url, alice, "", 204, ""},
		{"103 then 401", "GET", "/api/v2/me/", secret, "", 401, noIdentity},
		{"103 then 404", "GET", url, alice, "", 404, noToken},
		{"106 a second DELETE", "DELETE", url, alice, "", 404, noToken},
		{"a PATCH after it", "PATCH", url, alice, `{}`, 404, noToken},
		{"104 DELETE by an administrator", "DELETE", "/api/v2/tokens/2/", admin, "", 204, ""},
		{"104 then 401", "GET", "/api/v2/me/", write, "", 401, noIdentity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do(tt.method, tt.path, tt.as, tt.body)
			expect(t, w, tt.status, tt.want)
			if tt.status == 204 && (w.Body.Len() > 0 || w.Header().Get("Content-Type") != "") {
				t.Errorf("204 with %q of type %q", w.Body, w.Header().Get("Content-Type"))
			}
		})
	}
}

// TestModified checks which acts move the time of modification.
func TestModified(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{}`)
	before := s.must(t, 200, "GET", url, alice, "")
	s.wait(time.Hour)
	s.must(t, 200, "GET", "/api/v2/me/", secret, "")
	check(t, s.authority.Uses.Flush(t.Context(), s.authority.Store))
	used := s.must(t, 200, "GET", url, alice, "")
	if used.str("last_used") == "" || used.str("last_used_from") != "192.0.2.1" || used["modified"] != before["modified"] {
		t.Errorf("118: last used %v, modified %v, before %v", used["last_used"], used["modified"], before["modified"])
	}
	after := s.must(t, 200, "PATCH", url, alice, `{}`)
	if after.str("modified") <= before.str("modified") || after["created"] != before["created"] || after["expires"] != before["expires"] {
		t.Errorf("096: %v became %v", before, after)
	}
}

func TestTopLevelTokens(t *testing.T) {
	s := open(t)
	tests := []struct {
		name, as, body string
		status         int
		want           string
	}{
		{"124 as a module logs in", alice, `{"description":"Automation Platform Controller Module Token","application":null,"scope":"write"}`, 201, `"description":"Automation Platform Controller Module Token"`},
		{"125 scope only", alice, `{"scope":"read"}`, 201, `"scope":"read"`},
		{"an administrator's own", admin, `{}`, 201, `"user":1`},
		{"129 an application", alice, `{"application":99,"scope":"x"}`, 400, `{"detail":"OAuth2Application matching query does not exist."}`},
		{"129 no number", alice, `{"application":"x"}`, 400, `{"detail":"Bad data found in related field application."}`},
		{"129 an empty text", alice, `{"application":""}`, 400, `{"detail":"Bad data found in related field application."}`},
		{"129 an administrator's", admin, `{"application":"99","description":[],"scope":"x"}`, 400, `{"description":` + noString + `,"application":["Invalid pk \"99\" - object does not exist."],` + badScope[1:]},
		{"129 an administrator's list", admin, `{"application":[]}`, 400, `{"application":["Incorrect type. Expected pk value, received list."]}`},
		{"an auditor's own", dave, `{}`, 201, `"user":4`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do("POST", "/api/v2/tokens/", tt.as, tt.body), tt.status, tt.want) })
	}
	t.Run("126 by id", func(t *testing.T) {
		if o := s.must(t, 200, "GET", "/api/v2/tokens/?id=1", alice, ""); o["count"] != 1.0 {
			t.Error(o)
		}
		if o := s.must(t, 200, "GET", "/api/v2/tokens/?id=99", alice, ""); o["count"] != 0.0 {
			t.Error(o)
		}
	})
	t.Run("127 by user", func(t *testing.T) {
		if o := s.must(t, 200, "GET", "/api/v2/tokens/?user=2", admin, ""); o["count"] != 2.0 {
			t.Error(o)
		}
	})
	t.Run("a bearer's child ends with it", func(t *testing.T) {
		parent, _ := s.mint(t, alice, `{"expires":"2026-11-23T00:00:00Z"}`)
		child := s.must(t, 201, "POST", "/api/v2/tokens/", parent, `{"expires":null}`)
		if child.str("expires") != "2026-11-23T00:00:00Z" {
			t.Errorf("expires %s", child.str("expires"))
		}
	})
}
