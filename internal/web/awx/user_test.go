package awx_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

const goodPassword = `"password":"qzvw-7781-kj%"`

// TestUserCreated checks a user byte by byte.
func TestUserCreated(t *testing.T) {
	s := open(t)
	w := s.do("POST", "/api/v2/users/", admin, `{"username":"gina+1@ex.org","id":0,"is_superuser":0,`+goodPassword+`}`)
	const url = "/api/v2/users/7/"
	want := `{"id":7,"type":"user","url":"` + url + `","related":{"named_url":"/api/v2/users/gina[+]1%40ex.org/",` +
		`"teams":"` + url + `teams/","organizations":"` + url + `organizations/","admin_of_organizations":"` + url + `admin_of_organizations/",` +
		`"projects":"` + url + `projects/","credentials":"` + url + `credentials/","roles":"` + url + `roles/",` +
		`"activity_stream":"` + url + `activity_stream/","access_list":"` + url + `access_list/","tokens":"` + url + `tokens/",` +
		`"authorized_tokens":"` + url + `authorized_tokens/","personal_tokens":"` + url + `personal_tokens/"},` +
		`"summary_fields":{"resource":{"ansible_id":"U","resource_type":"shared.user"},"user_capabilities":{"edit":true,"delete":true}},` +
		`"created":"T","modified":"T","username":"gina+1@ex.org","first_name":"","last_name":"","email":"",` +
		`"is_superuser":false,"is_system_auditor":false,"password":"$encrypted$","ldap_dn":"","last_login":null,` +
		`"external_account":null,"auth":[],"is_active":true,"language":"","time_zone":"","is_service_account":false}`
	got := regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`).ReplaceAllString(w.Body.String(), "T")
	got = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`).ReplaceAllString(got, "U")
	if w.Code != 201 || got != want {
		t.Errorf("138: %d\n%s\nwant\n%s", w.Code, got, want)
	}
	if got := w.Header().Get("Location"); got != url {
		t.Errorf("Location: %s", got)
	}
	for _, path := range []string{url, "/api/v2/users/gina[+]1%40ex.org/", "/api/v2/users/gina+1@ex.org"} {
		if got := s.do("GET", path, admin, "").Body.String(); got != w.Body.String() {
			t.Errorf("GET %s: %s", path, got)
		}
	}
	list := s.do("GET", "/api/v2/users/?id=7", admin, "").Body.String()
	if strings.Contains(list, "named_url") {
		t.Errorf("a list has paths by name: %s", list)
	}
	s.must(t, 200, "GET", "/api/v2/me/", "=Basic Z2luYSsxQGV4Lm9yZzpxenZ3LTc3ODEta2ol", "")
}

func TestUserCreate(t *testing.T) {
	s := open(t)
	with := func(fields string) string { return `{"username":"u1",` + fields + `,` + goodPassword + `}` }
	tests := []struct {
		name, as, body string
		status         int
		want           string
	}{
		{"nothing", admin, `{}`, 400, `{"username":["This field is required."],"password":["Password required for new User."]}`},
		{"140 no password", admin, `{"username":"u1"}`, 400, `{"password":["Password required for new User."]}`},
		{"140 the mask is no password", admin, `{"username":"u1","password":"$encrypted$"}`, 400, `{"password":["Password required for new User."]}`},
		{"an empty password", admin, `{"username":"u1","password":""}`, 400, `{"password":["This field may not be blank."]}`},
		{"a password null", admin, `{"username":"u1","password":null}`, 400, `{"password":["This field may not be null."]}`},
		{"a password of 129", admin, `{"username":"u1","password":"` + strings.Repeat("xyz", 43) + `"}`, 400, `{"password":["Password max length is 128"]}`},
		{"a short password", admin, `{"username":"u1","password":"qzvw-7"}`, 400, `{"password":["Password must be at least 12 characters long."]}`},
		{"139 a name that is taken", admin, `{"username":"alice",` + goodPassword + `}`, 400, `{"username":["A user with that username already exists."]}`},
		{"139 a name that differs by case", admin, `{"username":"Alice",` + goodPassword + `}`, 400, `{"username":["A user with that username already exists."]}`},
		{"a bad name", admin, `{"username":"a b",` + goodPassword + `}`, 400, `{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}`},
		{"a name null", admin, `{"username":null,` + goodPassword + `}`, 400, `{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}`},
		{"an empty name", admin, `{"username":" ",` + goodPassword + `}`, 400, `{"username":["This field may not be blank."]}`},
		{"a name of 151", admin, `{"username":"` + strings.Repeat("é", 151) + `",` + goodPassword + `}`, 400, `{"username":["Ensure this field has no more than 150 characters."]}`},
		{"a name that is a list", admin, `{"username":[],` + goodPassword + `}`, 400, `{"username":["Not a valid string."]}`},
		{"a first name null", admin, with(`"first_name":null`), 400, `{"first_name":["This field may not be null."]}`},
		{"a last name of 151", admin, with(`"last_name":"` + strings.Repeat("x", 151) + `"`), 400, `{"last_name":["Ensure this field has no more than 150 characters."]}`},
		{"no address", admin, with(`"email":"x"`), 400, `{"email":["Enter a valid email address."]}`},
		{"no boolean", admin, with(`"is_superuser":"maybe"`), 400, `{"is_superuser":["Must be a valid boolean."]}`},
		{"a boolean list", admin, with(`"is_superuser":[]`), 400, `{"is_superuser":["Must be a valid boolean."]}`},
		{"a boolean null", admin, with(`"is_system_auditor":null`), 400, `{"is_system_auditor":["This field may not be null."]}`},
		{"no language", admin, with(`"language":"x_"`), 400, `{"language":["Use a language tag, like en or tr."]}`},
		{"no time zone", admin, with(`"time_zone":"Mars/Olympus"`), 400, `{"time_zone":["Use a name like Europe/Istanbul."]}`},
		{
			"all that is wrong, in order", admin, `{"password":"","is_superuser":7,"email":"x","first_name":true,"username":""}`, 400,
			`{"username":["This field may not be blank."],"first_name":["Not a valid string."],"email":["Enter a valid email address."],"is_superuser":["Must be a valid boolean."],"password":["This field may not be blank."]}`,
		},
		{"null", admin, `null`, 400, `{"__all__":["This field may not be null."]}`},
		{"141 a plain user", alice, `{}`, 403, forbidden},
		{"141 an auditor", dave, `{"username":"u1",` + goodPassword + `}`, 403, forbidden},
		{"numbers for texts, texts for booleans", admin, `{"username":12345,"first_name":1,"is_superuser":"true","is_system_auditor":0,"foo":1,` + goodPassword + `}`, 201, `"username":"12345","first_name":"1","last_name":"","email":"","is_superuser":true,"is_system_auditor":false`},
		{"a name of digits leads to the id", admin, `{"username":"2",` + goodPassword + `}`, 201, `"named_url":"/api/v2/users/8/"`},
		{"our own keys", admin, `{"username":"u9","is_active":false,"language":"tr","time_zone":"Europe/Istanbul",` + goodPassword + `}`, 201, `"is_active":false,"language":"tr","time_zone":"Europe/Istanbul"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do("POST", "/api/v2/users/", tt.as, tt.body), tt.status, tt.want) })
	}
	t.Run("a digit segment is an id", func(t *testing.T) {
		expect(t, s.do("GET", "/api/v2/users/2/", admin, ""), 200, `"username":"alice"`)
	})
}

const tokenPassword = `{"detail":"A token cannot change a password: use Basic authentication with a password, or send the password that the user has, which changes nothing."}`

func TestUserDetail(t *testing.T) {
	s := open(t)
	token, _ := s.mint(t, alice, `{}`)
	super, _ := s.mint(t, admin, `{}`)
	const her, him = "/api/v2/users/2/", "/api/v2/users/1/"
	tests := []struct {
		name, method, path, as, body string
		status                       int
		want                         string
	}{
		{"oneself", "GET", her, alice, "", 200, `"username":"alice"`},
		{"oneself does not see is_active", "GET", her, alice, "", 200, `"auth":[],"language":""`},
		{"an auditor", "GET", her, dave, "", 200, `"user_capabilities":{"edit":false,"delete":false}`},
		{"another", "GET", her, eve, "", 403, forbidden},
		{"another by name", "GET", "/api/v2/users/alice/", eve, "", 404, notFound},
		{"a missing one", "GET", "/api/v2/users/99/", eve, "", 404, noUser},
		{"a filter that does not fit", "GET", her + "?username=eve", admin, "", 404, noUser},
		{"a filter that is none", "GET", her + "?x=1", admin, "", 400, `{"detail":"User has no field named 'x'"}`},
		{"143 PATCH", "PATCH", her, admin, `{"last_name":"X","is_system_auditor":1}`, 200, `"last_name":"X","email":"","is_superuser":false,"is_system_auditor":true`},
		{"143 PUT, what is absent stays", "PUT", her, admin, `{"username":"alice","is_system_auditor":false}`, 200, `"last_name":"X","email":"","is_superuser":false,"is_system_auditor":false`},
		{"PUT needs the name", "PUT", her, admin, `{"last_name":"Y"}`, 400, `{"username":["This field is required."]}`},
		{"her own names", "PATCH", her, alice, `{"first_name":"A","email":"a@ex.org"}`, 200, `"first_name":"A","last_name":"X","email":"a@ex.org"`},
		{"her own user name", "PATCH", her, alice, `{"username":"alicia"}`, 403, `{"detail":"Cannot change username."}`},
		{"her own user name, the same", "PUT", her, alice, `{"username":"alice"}`, 200, `"username":"alice"`},
		{"making herself an auditor", "PATCH", her, alice, `{"is_system_auditor":true}`, 403, `{"detail":"Cannot change is_system_auditor."}`},
		{"making herself an administrator", "PATCH", her, alice, `{"is_superuser":true}`, 403, forbidden},
		{"disabling herself", "PATCH", her, alice, `{"is_active":false}`, 403, forbidden},
		{"by name", "PATCH", "/api/v2/users/alice/", alice, `{"language":"de"}`, 200, `"language":"de"`},
		{"another's, whatever the body", "PATCH", him, alice, `{"username":1}`, 403, forbidden},
		{"a name that is taken", "PATCH", her, admin, `{"username":"eve"}`, 400, `{"username":["A user with that username already exists."]}`},
		{"an empty password", "PATCH", her, alice, `{"password":""}`, 400, `{"password":["This field may not be blank."]}`},
		{"the mask changes nothing", "PATCH", her, token, `{"password":"$encrypted$"}`, 200, `"password":"$encrypted$"`},
		{"a bearer changes no password", "PATCH", her, token, `{` + goodPassword + `}`, 403, tokenPassword},
		{"not even an administrator's", "PATCH", her, super, `{` + goodPassword + `}`, 403, tokenPassword},
		{"a bearer sends the present password", "PATCH", her, token, `{"last_name":"Y","password":"` + passwordOf(alice) + `"}`, 200, `"last_name":"Y"`},
		{"and PUT", "PUT", her, super, `{"username":"alice","last_name":"Z","password":"` + passwordOf(alice) + `"}`, 200, `"last_name":"Z"`},
		{"PUT of another password", "PUT", her, super, `{"username":"alice",` + goodPassword + `}`, 403, tokenPassword},
		{"last_login is nobody's to set", "PATCH", her, admin, `{"last_login":"2020-01-01T00:00:00Z"}`, 200, `"last_login":null`},
		{"the last administrator", "PATCH", him, admin, `{"is_superuser":false}`, 400, `{"__all__":["This is the last administrator; make another one first."]}`},
		{"PATCH null", "PATCH", her, admin, `null`, 400, `{"__all__":["This field may not be null."]}`},
		{"144 deleting another", "DELETE", "/api/v2/users/3/", alice, "", 403, forbidden},
		{"144 an auditor deletes nobody", "DELETE", "/api/v2/users/3/", dave, "", 403, forbidden},
		{"145 oneself", "DELETE", her, alice, "", 403, forbidden},
		{"145 an administrator oneself", "DELETE", him, admin, "", 403, `{"detail":"Cannot delete user."}`},
		{"143 DELETE", "DELETE", "/api/v2/users/3/", admin, "", 204, ""},
		{"143 and again", "DELETE", "/api/v2/users/3/", admin, "", 404, noUser},
		{"the name is free again", "POST", "/api/v2/users/", admin, `{"username":"eve",` + goodPassword + `}`, 201, `"id":7,`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do(tt.method, tt.path, tt.as, tt.body), tt.status, tt.want) })
	}
}

func TestUserList(t *testing.T) {
	s := open(t)
	tests := []struct {
		name, path, as string
		ids            []int
	}{
		{"by name", "/api/v2/users/", admin, []int{1, 2, 4, 3, 5, 6}},
		{"an auditor", "/api/v2/users/?order_by=-id&page_size=2", dave, []int{6, 5}},
		{"a plain user", "/api/v2/users/", alice, []int{2}},
		{"137 me", "/api/v2/me/", admin, []int{1}},
		{"me, filtered away", "/api/v2/me/?username=eve", admin, []int{}},
		{"142 one by name", "/api/v2/users/?username=eve", admin, []int{3}},
		{"142 exactly", "/api/v2/users/?username__exact=Eve", admin, []int{}},
		{"administrators", "/api/v2/users/?is_superuser=true", admin, []int{1}},
		{"active ones", "/api/v2/users/?is_active=1&order_by=id", admin, []int{1, 2, 3, 4, 6}},
		{"not active ones", "/api/v2/users/?not__is_active=1", admin, []int{5}},
		{"is_active is never null", "/api/v2/users/?is_active__isnull=1", admin, []int{}},
		{"active ones first", "/api/v2/users/?order_by=-is_active,id", admin, []int{1, 2, 3, 4, 6, 5}},
		{"inactive ones first", "/api/v2/users/?order_by=is_active,id", admin, []int{5, 1, 2, 3, 4, 6}},
		{"never signed in", "/api/v2/users/?last_login__isnull=true&id__lt=3", admin, []int{1, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.must(t, 200, "GET", tt.path, tt.as, "").ids(); !slices.Equal(got, tt.ids) {
				t.Errorf("%v, want %v", got, tt.ids)
			}
		})
	}
	for query, want := range map[string]string{
		"is_system_auditor=1": "User has no field named 'is_system_auditor'",
		"status=live":         "User has no field named 'status'",
		"is_superuser__gt=1":  "The lookup gt is not available for is_superuser.",
	} {
		expect(t, s.do("GET", "/api/v2/users/?"+query, admin, ""), 400, `{"detail":"`+want+`"}`)
	}
	expect(t, s.do("GET", "/api/v2/users/?password__startswith=x", admin, ""), 403, `{"detail":"Filtering on password is not allowed."}`)
}

func TestRoot(t *testing.T) {
	s := open(t)
	const bad = "=Bearer bad"
	tests := []struct{ name, path, as, want string }{
		{"134 the root", "/api/", "", `{"description":"AWX REST API","current_version":"/api/v2/","available_versions":{"v2":"/api/v2/"},"oauth2":"/api/o/","custom_logo":"","custom_login_info":"","login_redirect_override":""}`},
		{"134 without a slash", "/api", bad, `{"description":"AWX REST API",`},
		{"135 the version", "/api/v2/", "", `{"ping":"/api/v2/ping/","config":"/api/v2/config/",`},
		{"136 ping", "/api/v2/ping/", "", `{"ha":false,"version":"24.6.1","active_node":"jeton","install_uuid":"5d9b2b35-2a7e-4c5b-9d60-0a1f4c1d2e3f","instances":[],"instance_groups":[]}`},
		{"136 ping with bad credentials", "/api/v2/ping/", bad, `"version":"24.6.1"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do("GET", tt.path, tt.as, "")
			expect(t, w, 200, tt.want)
			if h := w.Header(); h.Get("X-API-Product-Name") != "AWX" || h.Get("X-API-Product-Version") != "" {
				t.Errorf("148: %v", h)
			}
		})
	}
}
