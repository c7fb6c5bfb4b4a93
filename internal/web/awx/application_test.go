package awx_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// appBody is a body that makes an application; edits replace parts of it.
func appBody(edits ...string) string {
	return strings.NewReplacer(edits...).Replace(
		`{"name":"app1","organization":1,"client_type":"confidential","authorization_grant_type":"password"}`)
}

// app makes an application and returns it.
func (s *site) app(t testing.TB, edits ...string) object {
	t.Helper()
	return s.must(t, http.StatusCreated, "POST", "/api/v2/applications/", admin, appBody(edits...))
}

func TestApplicationShape(t *testing.T) {
	s := open(t)
	w := s.do("POST", "/api/v2/applications/", admin, appBody(`"app1"`, `"a+p p@1","description":"d","redirect_uris":"https://a.example/cb"`))
	text := w.Body.String()
	for pattern, with := range map[string]string{
		`"client_id":"[A-Za-z0-9]{40}"`:           `"client_id":"C"`,
		`"client_secret":"[A-Za-z0-9]{128}"`:      `"client_secret":"S"`,
		`"(created|modified)":"2026-[0-9T:.-]+Z"`: `"$1":"T"`,
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, with)
	}
	want := `{"id":1,"type":"o_auth2_application","url":"/api/v2/applications/1/","related":{"named_url":"/api/v2/applications/a[+]p%20p%401++Default/",` +
		`"tokens":"/api/v2/applications/1/tokens/","activity_stream":"/api/v2/applications/1/activity_stream/","organization":"/api/v2/organizations/1/"},` +
		`"summary_fields":{"organization":{"id":1,"name":"Default","description":""},"user_capabilities":{"edit":true,"delete":true},"tokens":{"count":0,"results":[]}},` +
		`"created":"T","modified":"T","name":"a+p p@1","description":"d","client_id":"C","client_secret":"S","client_type":"confidential",` +
		`"redirect_uris":"https://a.example/cb","authorization_grant_type":"password","skip_authorization":false,"organization":1}`
	if w.Code != 201 || text != want {
		t.Errorf("%d %s\nwant %s", w.Code, text, want)
	}
	if got := w.Header().Get("Location"); got != "/api/v2/applications/1/" {
		t.Errorf("Location %q", got)
	}
	for _, path := range []string{"1", "a[+]p%20p%401++Default", "a[+]p p@1++Default"} {
		w := s.do("GET", "/api/v2/applications/"+strings.ReplaceAll(path, " ", "%20")+"/", alice, "")
		expect(t, w, 200, `"client_secret":"************"`)
		expect(t, w, 200, `"user_capabilities":{"edit":false,"delete":false}`)
	}
	list := s.do("GET", "/api/v2/applications/", alice, "")
	expect(t, list, 200, `"count":1`)
	if strings.Contains(list.Body.String(), "named_url") {
		t.Error("a list has the path by name")
	}
	open := s.app(t, "app1", "open", "confidential", "public")
	if _, ok := open["client_secret"]; ok {
		t.Error("a public application has a secret")
	}
}

func TestApplicationRefusals(t *testing.T) {
	s := open(t)
	s.app(t)
	read, _ := s.mint(t, admin, `{"scope":"read"}`)
	const missing = `{"name":["This field is required."],"client_type":["This field is required."],"authorization_grant_type":["This field is required."],"organization":["This field is required."]}`
	tests := []struct {
		name, method, path, as, body string
		status                       int
		want                         string
	}{
		{"nothing", "POST", "", admin, `{}`, 400, missing},
		{"no such type", "POST", "", admin, appBody("confidential", "x"), 400, `{"client_type":["\"x\" is not a valid choice."]}`},
		{"no such grant", "POST", "", admin, appBody(`"password"`, `"implicit"`), 400, `{"authorization_grant_type":["\"implicit\" is not a valid choice."]}`},
		{"no such organization", "POST", "", admin, appBody(`:1`, `:99`), 400, `{"organization":["Invalid pk \"99\" - object does not exist."]}`},
		{"no organization", "POST", "", admin, appBody(`:1`, `:null`), 400, `{"organization":["This field may not be null."]}`},
		{"no number", "POST", "", admin, appBody(`:1`, `:"x"`), 400, `{"organization":["Incorrect type. Expected pk value, received str."]}`},
		{"a name that is taken", "POST", "", admin, appBody(), 400, `{"__all__":["Application with this Name and Organization already exists."]}`},
		{"no address", "POST", "", admin, appBody("app1", "x", `"password"`, `"authorization-code"`), 400, `{"__all__":["redirect_uris cannot be empty with grant_type authorization-code"]}`},
		{"a bad address", "POST", "", admin, appBody(`"app1"`, `"x","redirect_uris":"nowhere"`), 400, `{"__all__":["Enter a valid URL."]}`},
		{"a long name", "POST", "", admin, appBody("app1", strings.Repeat("x", 256)), 400, `{"name":["Ensure this field has no more than 255 characters."]}`},
		{"an empty name", "POST", "", admin, appBody("app1", ""), 201, `"name":""`},
		{"null", "POST", "", admin, `null`, 400, `{"__all__":["This field may not be null."]}`},
		{"a plain user", "POST", "", alice, `{}`, 403, forbidden},
		{"an auditor", "POST", "", dave, appBody(), 403, forbidden},
		{"a read token", "POST", "", read, appBody(), 403, forbidden},
		{"nobody", "POST", "", "", appBody(), 401, `{"detail":"Authentication credentials were not provided. To establish a login session, visit /api/login/."}`},
		{"a plain user's edit", "PATCH", "1/", alice, `{}`, 403, forbidden},
		{"a plain user's DELETE", "DELETE", "1/", alice, "", 403, forbidden},
		{"one that is missing", "GET", "99/", alice, "", 404, `{"detail":"No OAuth2Application matches the given query."}`},
		{"no such name", "GET", "x++Default/", alice, "", 404, `{"detail":"No OAuth2Application matches the given query."}`},
		{"of another organization", "GET", "app1++Other/", alice, "", 404, `{"detail":"No OAuth2Application matches the given query."}`},
		{"PUT without what it needs", "PUT", "1/", admin, `{}`, 400, `{"name":["This field is required."],"client_type":["This field is required."],"organization":["This field is required."]}`},
		{"PATCH to another type", "PATCH", "1/", admin, `{"client_type":"public"}`, 400, `{"client_type":["The type of an application stays as it is. Make another application."]}`},
		{"PATCH what is passed over", "PATCH", "1/", admin, `{"client_id":"x","client_secret":"x","authorization_grant_type":"authorization-code","id":7}`, 200, `"authorization_grant_type":"password"`},
		{"POST on one", "POST", "1/", admin, `{}`, 405, `{"detail":"Method \"POST\" not allowed."}`},
		{"by client_id", "GET", "?client_id=x", admin, "", 403, `{"detail":"Filtering on client_id is not allowed."}`},
		{"by client_secret", "GET", "?client_secret__startswith=x", admin, "", 403, `{"detail":"Filtering on client_secret is not allowed."}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, s.do(tt.method, "/api/v2/applications/"+tt.path, tt.as, tt.body), tt.status, tt.want)
		})
	}
}

func TestApplicationsAreEditedAndDeleted(t *testing.T) {
	s := open(t)
	s.app(t)
	before := s.must(t, 200, "GET", "/api/v2/applications/1/", admin, "")
	o := s.must(t, 200, "PATCH", "/api/v2/applications/1/", admin, `{"name":"app2","description":null,"skip_authorization":1}`)
	if o.str("name") != "app2" || o["skip_authorization"] != true || o.str("client_secret") != "************" || o.str("modified") <= before.str("modified") {
		t.Errorf("got %v", o)
	}
	o = s.must(t, 200, "PUT", "/api/v2/applications/app2++Default/", admin, `{"name":"app3","client_type":"confidential","organization":1}`)
	if o.str("name") != "app3" || o.str("client_id") != before.str("client_id") {
		t.Errorf("got %v", o)
	}
	granted := s.must(t, 201, "POST", "/api/v2/applications/1/tokens/", alice, `{"scope":"read"}`)
	s.must(t, 200, "GET", "/api/v2/me/", granted.str("token"), "")
	if w := s.do("DELETE", "/api/v2/applications/1/", admin, ""); w.Code != 204 || w.Body.Len() > 0 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s.must(t, 401, "GET", "/api/v2/me/", granted.str("token"), "")
	s.must(t, 404, "GET", granted.str("url"), alice, "")
	s.must(t, 404, "GET", "/api/v2/applications/1/", admin, "")
	s.must(t, 404, "DELETE", "/api/v2/applications/1/", admin, "")
	if s.app(t, "app1", "app3")["id"].(float64) != 2 {
		t.Error("an id was given twice")
	}
}

func TestApplicationFilters(t *testing.T) {
	s := open(t)
	s.app(t, `"app1"`, `"b","description":"second"`)
	s.app(t, `"app1"`, `"a","description":"first"`, "confidential", "public")
	for query, want := range map[string]string{
		"":                                  "ab",
		"order_by=-name":                    "ba",
		"order_by=organization,-name":       "ba",
		"order_by=-organization__name,name": "ab",
		"name=a":                            "a",
		"organization=1&name=b":             "b",
		"organization=2":                    "",
		"organization__name=Default":        "ab",
		"organization__name__iexact=default&client_type=public": "a",
		"not__client_type=public":                               "b",
		"description__icontains=SEC":                            "b",
		"authorization_grant_type=password":                     "ab",
		"skip_authorization=true":                               "",
		"id__in=1,2":                                            "ab",
		"type=user":                                             "",
	} {
		for _, path := range []string{"/api/v2/applications/", "/api/v2/users/99/applications/", "/api/v2/organizations/1/applications/", "/api/v2/organizations/Default/applications/"} {
			names := ""
			for _, r := range s.must(t, 200, "GET", path+"?"+query, alice, "").results() {
				names += r.str("name")
			}
			if names != want {
				t.Errorf("%s?%s: %q, want %q", path, query, names, want)
			}
		}
	}
	expect(t, s.do("GET", "/api/v2/organizations/2/applications/", alice, ""), 404, `{"detail":"No Organization matches the given query."}`)
	expect(t, s.do("POST", "/api/v2/organizations/1/applications/", admin, appBody(`"organization":1,`, "", "app1", "c")), 201, `"name":"c"`)
	expect(t, s.do("POST", "/api/v2/organizations/1/applications/", alice, `{}`), 403, forbidden)
}

func TestTokensOfApplications(t *testing.T) {
	s := open(t)
	s.app(t)
	personal, _ := s.mint(t, alice, `{}`)
	const related = `"related":{"user":"/api/v2/users/2/","application":"/api/v2/applications/1/","activity_stream":"/api/v2/tokens/%d/activity_stream/"},` +
		`"summary_fields":{"user":{"id":2,"username":"alice","first_name":"Alice","last_name":""},"application":{"id":1,"name":"app1"}}`
	for i, q := range []struct{ path, as, body string }{
		{"/api/v2/tokens/", alice, `{"application":1}`},
		{"/api/v2/tokens/", alice, `{"application":"1","description":"d"}`},
		{"/api/v2/users/2/tokens/", alice, `{"application":1}`},
		{"/api/v2/users/alice/authorized_tokens/", admin, `{"application":1,"scope":"read"}`},
		{"/api/v2/applications/1/tokens/", alice, `{"application":7}`},
	} {
		w := s.do("POST", q.path, q.as, q.body)
		expect(t, w, 201, fmt.Sprintf(related, i+2))
		o := parse(t, w)
		if o["application"] != 1.0 || !strings.HasPrefix(o.str("refresh_token"), "refresh_") || !strings.HasPrefix(o.str("token"), "jtn_") {
			t.Errorf("%s: %v", q.path, o)
		}
		w = s.do("GET", o.str("url"), alice, "")
		expect(t, w, 200, `"token":"************","refresh_token":"************","application":1`)
		expect(t, w, 200, fmt.Sprintf(related, i+2))
		s.must(t, 200, "GET", "/api/v2/me/", o.str("token"), "")
	}
	eves := s.must(t, 201, "POST", "/api/v2/applications/1/tokens/", eve, ``)
	for path, want := range map[string]string{
		"/api/v2/users/2/tokens/":                                         "1 2 3 4 5 6",
		"/api/v2/users/2/personal_tokens/":                                "1",
		"/api/v2/users/2/authorized_tokens/":                              "2 3 4 5 6",
		"/api/v2/applications/1/tokens/":                                  "2 3 4 5 6",
		"/api/v2/tokens/?application=1":                                   "2 3 4 5 6",
		"/api/v2/tokens/?application__isnull=1":                           "1",
		"/api/v2/tokens/?application=null":                                "1",
		"/api/v2/tokens/?application__name=app1":                          "2 3 4 5 6",
		"/api/v2/tokens/?application__name__gt=app1":                      "",
		"/api/v2/tokens/?order_by=application__name":                      "1 2 3 4 5 6",
		"/api/v2/users/2/tokens/?page_size=2&order_by=-application__name": "2 3",
	} {
		var ids []string
		for _, r := range s.must(t, 200, "GET", path, alice, "").results() {
			ids = append(ids, fmt.Sprint(r["id"]))
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	// What belongs to the application, as each sees it.
	for as, want := range map[string]string{alice: `"tokens":{"count":5,`, eve: `"tokens":{"count":1,"results":[{"id":7,"token":"************","scope":"write"}]}`, dave: `"tokens":{"count":6,`} {
		expect(t, s.do("GET", "/api/v2/applications/1/", as, ""), 200, want)
	}
	expect(t, s.do("GET", eves.str("url"), alice, ""), 403, forbidden)
	expect(t, s.do("GET", eves.str("url"), dave, ""), 200, `"application":1`)
	_ = personal
}

func TestRefusalsOfApplicationTokens(t *testing.T) {
	s := open(t)
	s.app(t)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	const mine, theirs = "/api/v2/users/2/authorized_tokens/", "/api/v2/users/3/authorized_tokens/"
	tests := []struct {
		name, method, path, as, body string
		status                       int
		want                         string
	}{
		{"131 no application", "POST", mine, alice, `{}`, 400, `{"application":["This field is required."]}`},
		{"131 null", "POST", mine, alice, `{"application":null}`, 400, `{"application":["This field may not be null."]}`},
		{"131 unknown", "POST", mine, alice, `{"application":77}`, 400, `{"application":["Invalid pk \"77\" - object does not exist."]}`},
		{"131 no number", "POST", mine, alice, `{"application":"x"}`, 400, `{"application":["Incorrect type. Expected pk value, received str."]}`},
		{"another's, to make", "POST", theirs, alice, `{"application":1}`, 403, forbidden},
		{"another's, to see", "GET", theirs, alice, "", 403, forbidden},
		{"another's tokens, to make", "POST", "/api/v2/users/3/tokens/", alice, `{}`, 403, forbidden},
		{"another's tokens, to see", "GET", "/api/v2/users/3/tokens/", alice, ``, 403, forbidden},
		{"another's, by a superuser", "POST", theirs, admin, `{"application":1}`, 201, `"user":3,`},
		{"another's, by an auditor", "POST", theirs, dave, `{"application":1}`, 403, forbidden},
		{"a read token", "POST", mine, read, `{"application":1}`, 403, forbidden},
		{"nobody's path", "GET", "/api/v2/users/99/tokens/", alice, "", 404, `{"detail":"No User matches the given query."}`},
		{"nobody's path, by a superuser", "POST", "/api/v2/users/99/tokens/", admin, `{}`, 404, `{"detail":"No User matches the given query."}`},
		{"no such application", "GET", "/api/v2/applications/99/tokens/", alice, "", 404, `{"detail":"No OAuth2Application matches the given query."}`},
		{"no such application, to make", "POST", "/api/v2/applications/99/tokens/", alice, `{}`, 404, `{"detail":"No OAuth2Application matches the given query."}`},
		{"a bad scope", "POST", "/api/v2/applications/1/tokens/", alice, `{"scope":"x"}`, 400, badScope},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, s.do(tt.method, tt.path, tt.as, tt.body), tt.status, tt.want)
		})
	}
}
