package awx_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const stream = "/api/v2/activity_stream/"

// entries returns what a page of the stream has, as act and object.
func (s *site) entries(t *testing.T, path, as string) (all []string) {
	t.Helper()
	for _, e := range s.must(t, 200, "GET", path, as, "").results() {
		all = append(all, fmt.Sprint(e["act"], " ", e["operation"], " ", e["object1"]))
	}
	return all
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestActivityOfAToken(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{"description":"alpha"}`)
	w := s.do("GET", url+"activity_stream/", alice, "")
	expect(t, w, 200, `"related":{"actor":"/api/v2/users/2/","o_auth2_access_token":["/api/v2/tokens/1/"]},`+
		`"summary_fields":{"o_auth2_access_token":[{"id":1,"user_id":2,"description":"alpha","scope":"write"}],`+
		`"actor":{"id":2,"username":"alice","first_name":"Alice","last_name":""}},`)
	expect(t, w, 200, `"operation":"create","changes":{"description":"alpha","application":null,"scope":"write","id":1,"token":"************",`)
	expect(t, w, 200, `"object1":"o_auth2_access_token","object2":"","object_association":"","action_node":"jeton","object_type":"","act":"token.created","face":"api",`)
	e := parse(t, w).results()[0]
	shown := s.do("GET", e.str("url"), alice, "")
	if want := "id type url related summary_fields timestamp operation changes object1 object2 object_association action_node object_type"; !strings.HasPrefix(strings.Join(keys(t, shown.Body.Bytes()), " "), want) {
		t.Errorf("keys %q, want first %q", keys(t, shown.Body.Bytes()), want)
	}

	// 132 a change adds one entry with what is old and new; no change adds none.
	s.must(t, 200, "PATCH", url, alice, `{"description":"beta","scope":"read","expires":"2027-01-01T00:00:00Z"}`)
	s.must(t, 200, "PATCH", url, alice, `{}`)
	s.must(t, 200, "PATCH", url, alice, `{"description":"beta"}`)
	same(t, "132 after a change", s.entries(t, url+"activity_stream/", alice), []string{"token.created create o_auth2_access_token", "token.edited update o_auth2_access_token"})
	expect(t, s.do("GET", url+"activity_stream/?operation=update", alice, ""), 200, `"changes":{"description":["alpha","beta"],"scope":["write","read"],"expires":["2027-11-22T13:02:30.`)
	expect(t, s.do("GET", url+"activity_stream/", eve, ""), 403, forbidden) // 133
	expect(t, s.do("GET", url+"activity_stream/", "", ""), 401, noIdentity)

	// The end is told to administrators and auditors; the rest stays readable.
	s.must(t, 204, "DELETE", url, alice, "")
	same(t, "to the owner", s.entries(t, url+"activity_stream/", alice), []string{"token.created create o_auth2_access_token", "token.edited update o_auth2_access_token"})
	expect(t, s.do("GET", url+"activity_stream/", eve, ""), 403, forbidden)
	for _, as := range []string{admin, dave} {
		w := s.do("GET", url+"activity_stream/?operation=delete", as, "")
		expect(t, w, 200, `"related":{"actor":"/api/v2/users/2/"},"summary_fields":{"actor":{"id":2,`)
		expect(t, w, 200, `"operation":"delete","changes":{"description":"beta","application":null,"scope":"read","id":1,"token":"************",`)
	}
}

func TestActivityAfterTheActor(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{"description":"one"}`)
	s.mint(t, alice, `{"description":"two"}`)
	s.must(t, 204, "DELETE", "/api/v2/users/2/", admin, "")
	same(t, "a user's end", s.entries(t, stream+"?operation=delete", admin), []string{
		"token.revoked delete o_auth2_access_token", "token.revoked delete o_auth2_access_token", "user.deleted delete user",
	})
	w := s.do("GET", stream+"?actor__username=alice", admin, "")
	expect(t, w, 200, `"related":{},"summary_fields":{"actor":{"id":null,"username":"alice","first_name":"","last_name":""}},`)
	expect(t, s.do("GET", "/api/v2/users/2/activity_stream/", admin, ""), 404, noUser)
	expect(t, s.do("GET", stream+"?operation=delete&object1=user", admin, ""), 200, `"changes":{"username":"alice","id":2,"password":"$encrypted$"}`)
}

func TestActivityOfUsers(t *testing.T) {
	s := open(t)
	s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"first_name":"A","is_active":false,"password":"tangerine-orbit-walnut"}`)
	s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"is_active":true}`)
	for path, want := range map[string]string{
		"?act=user.edited":   `"changes":{"first_name":["Alice","A"]}`,
		"?act=user.disabled": `"changes":{"is_active":[true,false]}`,
		"?act=user.enabled":  `"changes":{"is_active":[false,true]}`,
		"?act=password.set":  `"changes":{"password":["$encrypted$","$encrypted$"]}`,
		"?act=user.created":  `"changes":{"username":"alice","id":2,"password":"$encrypted$","first_name":"Alice"}`,
	} {
		w := s.do("GET", "/api/v2/users/alice/activity_stream/"+path, admin, "")
		expect(t, w, 200, want)
		expect(t, w, 200, `"count":1,`)
		if strings.Contains(w.Body.String(), "tangerine") || strings.Contains(w.Body.String(), "argon2") {
			t.Errorf("a password: %s", w.Body)
		}
	}
	expect(t, s.do("GET", "/api/v2/users/1/activity_stream/", eve, ""), 403, forbidden)
	expect(t, s.do("GET", "/api/v2/users/admin/activity_stream/", eve, ""), 404, notFound)
}

func TestActivityOfAnApplication(t *testing.T) {
	s := open(t)
	app := s.must(t, 201, "POST", "/api/v2/applications/", admin, appBody("app1", "portal"))
	url := app.str("url")
	_, token := s.mint(t, alice, `{"application":1}`)
	w := s.do("GET", url+"activity_stream/", alice, "") // whoever may read it
	expect(t, w, 200, `"related":{"actor":"/api/v2/users/1/","o_auth2_application":["/api/v2/applications/1/"]},"summary_fields":{"o_auth2_application":[{"id":1,"name":"portal"}],`)
	expect(t, w, 200, `"operation":"create","changes":{"name":"portal","id":1,"client_secret":"************",`)
	if text := w.Body.String(); strings.Contains(text, app.str("client_secret")) || strings.Contains(text, `"credential"`) {
		t.Errorf("a secret, or the administrator's credential: %s", text)
	}
	expect(t, s.do("GET", token+"activity_stream/", alice, ""), 200, `"changes":{"description":"","application":"portal","scope":"write","id":1,"token":"************",`)
	expect(t, s.do("GET", stream+"?o_auth2_application__id=1&object1=o_auth2_application", admin, ""), 200, `{"count":1,`)
	expect(t, s.do("GET", "/api/v2/applications/99/activity_stream/", admin, ""), 404, `{"detail":"No OAuth2Application matches the given query."}`)
}

func TestActivityFilters(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{"description":"alpha"}`) // after the users 1 to 6
	s.wait(60e9)
	s.mint(t, eve, `{}`)
	s.must(t, 200, "PATCH", url, alice, `{"scope":"read"}`)
	tests := []struct {
		query string
		ids   string
	}{
		{"", "1 2 3 4 5 6 7 8 9"},
		{"?object1=o_auth2_access_token", "7 8 9"},
		{"?object1=user", "1 2 3 4 5 6"},
		{"?object1__in=user,o_auth2_access_token", "1 2 3 4 5 6 7 8 9"},
		{"?object1=token", "7 8 9"}, // the audit trail's own word
		{"?not__object1=user", "7 8 9"},
		{"?o_auth2_access_token__id=1", "7 9"},
		{"?o_auth2_access_token=1", "7 9"},
		{"?user__id=2", "2"},
		{"?user=2", "2"},
		{"?actor=2", "7 9"},
		{"?actor__username=eve", "8"},
		{"?actor__username__icontains=AL", "7 9"},
		{"?operation=update", "9"},
		{"?operation=create&object1=o_auth2_access_token", "7 8"},
		{"?operation__in=update,delete", "9"},
		{"?timestamp__gt=2026-11-22T13:03:00Z", "8 9"},
		{"?timestamp__lte=2026-11-22T13:03:00Z&object1=o_auth2_access_token", "7"},
		{"?changes__icontains=ALPHA", "7"},
		{"?search=alpha", "7"},
		{"?search=alpha,nothing", ""},
		{"?or__object1=o_auth2_access_token&or__id=1", "1 7 8 9"},
		{"?or__o_auth2_access_token__id=1&or__user__id=2", "2 7 9"},
		{"?or__not__object1=user&or__id=2", "2 7 8 9"},
		{"?id=3", "3"},
		{"?id__in=3,4&order_by=-id", "4 3"},
		{"?order_by=-timestamp&page_size=2", "9 8"},
		{"?type=user", ""},
		{"?act=token.edited", "9"},
		{"?object_id=1&object1=user", "1"},
		{"?address=192.0.2.1", "7 8 9"},
		{"?address=::ffff:192.0.2.1", "7 8 9"},
		{"?address=192.0.2.0/24", "7 8 9"},
		{"?address=192.0.3.0/24", ""},
		{"?not__address=192.0.2.77/24", "1 2 3 4 5 6"},
		{"?or__address=192.0.3.1&or__address=192.0.2.1/32&operation=update", "9"},
		{"?address__startswith=192.", "7 8 9"},
		{"?credential_token=2", ""},
		{"?credential_token__isnull=true&or__o_auth2_access_token__in=1&or__credential_token__in=1", "7 9"},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			var ids []string
			for _, e := range s.must(t, 200, "GET", stream+tt.query, admin, "").results() {
				ids = append(ids, fmt.Sprint(e["id"]))
			}
			same(t, "entries", ids, strings.Fields(tt.ids))
		})
	}
	expect(t, s.do("GET", stream+"?foo=1", admin, ""), 400, `{"detail":"ActivityStream has no field named 'foo'"}`)
	expect(t, s.do("GET", stream+"?or__address=10.0.0.0/33", admin, ""), 400, `{"detail":"Enter an address or a network, such as 192.0.2.7 or 192.0.2.0/24."}`)
	expect(t, s.do("GET", stream+"?actor=x", admin, ""), 400, `{"detail":"Invalid actor id: x"}`)
	expect(t, s.do("GET", stream+"?actor__password=x", admin, ""), 403, `{"detail":"Filtering on password is not allowed."}`)
}

func TestActivityRights(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{}`) // 7
	s.must(t, 200, "PATCH", "/api/v2/users/2/", admin, `{"first_name":"A"}`)
	w := s.do("GET", stream, alice, "")
	same(t, "alice sees", s.entries(t, stream, alice), []string{"user.created create user", "token.created create o_auth2_access_token", "user.edited update user"})
	results := parse(t, w).results()
	if own := results[1]; own.str("credential") != "password" || own.str("request_id") == "" {
		t.Errorf("her own: %v", own)
	}
	for _, e := range []object{results[0], results[2]} {
		for _, key := range []string{"credential", "address", "request_id"} {
			if _, ok := e[key]; ok {
				t.Errorf("%s of another's act is shown: %v", key, e)
			}
		}
	}
	tests := []struct {
		name, method, path, as string
		status                 int
		want                   string
	}{
		{"another's", "GET", stream + "1/", alice, 403, forbidden},
		{"one's own", "GET", stream + "7/", alice, 200, `"id":7,`},
		{"an auditor", "GET", stream + "1/", dave, 200, `"id":1,`},
		{"a missing one", "GET", stream + "99/", admin, 404, `{"detail":"No ActivityStream matches the given query."}`},
		{"a missing one, to nobody", "GET", stream + "99/", "", 401, noIdentity},
		{"no number", "GET", stream + "x/", admin, 404, notFound},
		{"a filter that does not hold", "GET", stream + "7/?id=1", admin, 404, `{"detail":"No ActivityStream matches the given query."}`},
		{"by address", "GET", stream + "?address=192.0.2.1", alice, 403, forbidden},
		{"by network, of one's own token", "GET", "/api/v2/tokens/1/activity_stream/?or__address=192.0.2.0/24&or__id=7", alice, 403, forbidden},
		{"by address, what ended one's own token", "GET", "/api/v2/tokens/1/events/?address=192.0.2.0/24", alice, 403, forbidden},
		{"by credential, of one's own account", "GET", "/api/v2/users/2/activity_stream/?not__credential_token=1", alice, 403, forbidden},
		{"one entry by address", "GET", stream + "2/?address=127.0.0.1", alice, 403, forbidden},
		{"in the order of addresses", "GET", stream + "?order_by=-address", alice, 403, forbidden},
		{"an auditor by address", "GET", stream + "?address=192.0.2.1&order_by=address", dave, 200, `"id":7,`},
		{"writing", "POST", stream, admin, 405, `{"detail":"Method \"POST\" not allowed."}`},
		{"deleting", "DELETE", stream + "7/", admin, 405, `{"detail":"Method \"DELETE\" not allowed."}`},
		{"a token that there never was", "GET", "/api/v2/tokens/99/activity_stream/", admin, 404, noToken},
		{"OPTIONS of a missing one", "OPTIONS", stream + "99/", admin, 200, `"name":"Activity Stream Detail"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do(tt.method, tt.path, tt.as, "")
			expect(t, w, tt.status, tt.want)
			if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
				t.Errorf("Allow: %s", w.Header().Get("Allow"))
			}
		})
	}
}

// A revoked token is absent for those who may read it. To others it is another's,
// as before: whether it was revoked is not for them to know.
func TestARevokedTokenOfAnother(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{}`)
	live := s.do("GET", url, eve, "")
	s.must(t, 204, "DELETE", url, alice, "")
	for _, as := range []string{alice, admin, dave} {
		expect(t, s.do("GET", url, as, ""), 404, noToken)
	}
	for _, method := range []string{"GET", "PATCH", "PUT", "DELETE", "OPTIONS"} {
		expect(t, s.do(method, url, eve, ""), 403, forbidden)
	}
	if w := s.do("GET", url, eve, ""); w.Code != live.Code || w.Body.String() != live.Body.String() {
		t.Errorf("%d %s, and while it was live %d %s", w.Code, w.Body, live.Code, live.Body)
	}
}

// The owner reads who ended a token and why, which the stream does not tell.
func TestTheEventsOfATokenTellWhatEndedIt(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{"scope":"read"}`)
	s.must(t, 200, "PATCH", url, alice, `{"description":"x"}`)
	s.must(t, 200, "POST", url+"revoke/", admin, `{"reason":"leaked"}`)
	acts := func(query string) (acts []string) {
		t.Helper()
		for _, e := range s.must(t, 200, "GET", url+"events/"+query, alice, "").results() {
			acts = append(acts, e["act"].(string))
		}
		return acts
	}
	if got := acts("?order_by=-id"); !slices.Equal(got, []string{"token.revoked", "token.edited", "token.created"}) {
		t.Errorf("the events are %q", got)
	}
	if got := acts("?page_size=1&page=2"); !slices.Equal(got, []string{"token.edited"}) {
		t.Errorf("on the second page are %q", got)
	}
	last := s.must(t, 200, "GET", url+"events/?act=token.revoked", alice, "").results()[0]
	actor := last["summary_fields"].(map[string]any)["actor"].(map[string]any)
	if last["reason"] != "leaked" || actor["username"] != "admin" || last["address"] != nil {
		t.Errorf("the end is told as %v", last)
	}
	if got := s.must(t, 200, "GET", url+"events/?act=token.revoked", admin, "").results(); got[0]["address"] == nil {
		t.Errorf("an administrator is not told from where: %v", got)
	}
	expect(t, s.do("GET", url+"events/", eve, ""), 403, forbidden)
	expect(t, s.do("GET", "/api/v2/tokens/999/events/", alice, ""), 404, noToken)
	expect(t, s.do("GET", url+"events/", "", ""), 401, noIdentity)
}
