package awx_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const (
	authSettings   = "/api/v2/settings/authentication/"
	policySettings = "/api/v2/settings/policy/"
)

func TestSettingsAreListed(t *testing.T) {
	s := open(t)
	const list = `{"count":2,"next":null,"previous":null,"results":[{"url":"/api/v2/settings/authentication/","slug":"authentication","name":"Authentication"},{"url":"/api/v2/settings/policy/","slug":"policy","name":"Policy"}]}`
	expect(t, s.do("GET", "/api/v2/settings/", admin, ""), 200, list)
	expect(t, s.do("GET", "/api/v2/settings/", dave, ""), 200, list)
	expect(t, s.do("GET", "/api/v2/settings/", alice, ""), 200, `{"count":0,"next":null,"previous":null,"results":[]}`)
	if w := s.do("GET", "/api/v2/settings/", "", ""); w.Code != 401 {
		t.Errorf("nobody: %d", w.Code)
	}
	expect(t, s.do("GET", "/api/v2/settings/jobs/", admin, ""), 404, notFound)
}

func TestWhoMayUseTheSettings(t *testing.T) {
	s := open(t)
	reads, _ := s.mint(t, admin, `{"scope":"read"}`)
	writes, _ := s.mint(t, admin, `{"scope":"write"}`)
	for _, path := range []string{authSettings, policySettings} {
		for _, tt := range []struct {
			who        string
			see, write int
		}{{"", 401, 401}, {alice, 403, 403}, {dave, 200, 403}, {reads, 200, 403}, {writes, 200, 200}, {admin, 200, 200}} {
			for method, want := range map[string]int{"GET": tt.see, "HEAD": tt.see, "OPTIONS": tt.see, "PATCH": tt.write, "PUT": tt.write, "DELETE": tt.write} {
				if path == authSettings && method == "DELETE" && want == 200 {
					want = 204
				}
				body := ""
				if method[0] == 'P' {
					body = "{}"
				}
				if w := s.do(method, path, tt.who, body); w.Code != want {
					t.Errorf("%s %s by %q: %d %s, want %d", method, path, tt.who, w.Code, w.Body, want)
				}
			}
			// Said before the body is judged.
			if w := s.do("PATCH", path, tt.who, `{"max_lifetime":"x","OAUTH2_PROVIDER":1}`); tt.write != 200 && w.Code != tt.write {
				t.Errorf("a bad PATCH of %s by %q: %d", path, tt.who, w.Code)
			}
		}
	}
}

func TestAuthenticationSettings(t *testing.T) {
	s := open(t)
	const whole = `{"SESSION_COOKIE_AGE":1800,"SESSIONS_PER_USER":-1,"DISABLE_LOCAL_AUTH":false,"AUTH_BASIC_ENABLED":true,` +
		`"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":31536000,"AUTHORIZATION_CODE_EXPIRE_SECONDS":600,"REFRESH_TOKEN_EXPIRE_SECONDS":2628000},` +
		`"ALLOW_OAUTH2_FOR_EXTERNAL_USERS":false,"LOGIN_REDIRECT_OVERRIDE":"",` +
		`"LOCAL_PASSWORD_MIN_LENGTH":12,"LOCAL_PASSWORD_MIN_DIGITS":0,"LOCAL_PASSWORD_MIN_UPPER":0,"LOCAL_PASSWORD_MIN_SPECIAL":0}`
	tests := []struct {
		name, method, body string
		status             int
		want               string
	}{
		{"as they are", "GET", "", 200, whole},
		{"sent back", "PUT", whole, 200, whole},
		{"the life of a token", "PATCH", `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":86400}}`, 200, `"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":86400,"AUTHORIZATION_CODE_EXPIRE_SECONDS":600,`},
		{"as a text", "PATCH", `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":"7200.0"}}`, 200, `{"ACCESS_TOKEN_EXPIRE_SECONDS":7200,`},
		{"the length of passwords", "PUT", `{"LOCAL_PASSWORD_MIN_LENGTH":20}`, 200, `"ACCESS_TOKEN_EXPIRE_SECONDS":7200,"AUTHORIZATION_CODE_EXPIRE_SECONDS":600,"REFRESH_TOKEN_EXPIRE_SECONDS":2628000},"ALLOW_OAUTH2_FOR_EXTERNAL_USERS":false,"LOGIN_REDIRECT_OVERRIDE":"","LOCAL_PASSWORD_MIN_LENGTH":20`},
		{"a key that is not known", "PATCH", `{"FOO":1,"max_lifetime":1}`, 200, `"SESSION_COOKIE_AGE":1800`},
		{"an unknown name within", "PATCH", `{"OAUTH2_PROVIDER":{"FOO":1}}`, 400, `{"OAUTH2_PROVIDER":["Invalid key names: FOO"]}`},
		{"two", "PATCH", `{"OAUTH2_PROVIDER":{"FOO":1,"BAR":1}}`, 400, `{"OAUTH2_PROVIDER":["Invalid key names: BAR, FOO"]}`},
		{"less than a second", "PATCH", `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":0}}`, 400, `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":["Ensure this value is greater than or equal to 1."]}}`},
		{"no integer", "PATCH", `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":"x"}}`, 400, `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":["A valid integer is required."]}}`},
		{"a truth", "PATCH", `{"LOCAL_PASSWORD_MIN_LENGTH":true}`, 400, `{"LOCAL_PASSWORD_MIN_LENGTH":["A valid integer is required."]}`},
		{"null", "PATCH", `{"LOCAL_PASSWORD_MIN_LENGTH":null,"OAUTH2_PROVIDER":null}`, 400, `{"OAUTH2_PROVIDER":["This field may not be null."],"LOCAL_PASSWORD_MIN_LENGTH":["This field may not be null."]}`},
		{"no dictionary", "PATCH", `{"OAUTH2_PROVIDER":"x"}`, 400, `{"OAUTH2_PROVIDER":["Expected a dictionary of items but got type \"str\"."]}`},
		{"a number for one", "PATCH", `{"OAUTH2_PROVIDER":5}`, 400, `{"OAUTH2_PROVIDER":["Expected a dictionary of items but got type \"int\"."]}`},
		{"too short a password", "PATCH", `{"LOCAL_PASSWORD_MIN_LENGTH":7}`, 400, `{"LOCAL_PASSWORD_MIN_LENGTH":["Ensure this value is greater than or equal to 8."]}`},
		{"too long a password", "PATCH", `{"LOCAL_PASSWORD_MIN_LENGTH":65}`, 400, `{"LOCAL_PASSWORD_MIN_LENGTH":["Ensure this value is less than or equal to 64."]}`},
		{"what is not ours to change", "PATCH", `{"AUTH_BASIC_ENABLED":false}`, 400, `{"AUTH_BASIC_ENABLED":["This setting cannot be changed here; it is true."]}`},
		{"a text", "PATCH", `{"LOGIN_REDIRECT_OVERRIDE":"http://x"}`, 400, `{"LOGIN_REDIRECT_OVERRIDE":["This setting cannot be changed here; it is \"\"."]}`},
		{"of another type", "PATCH", `{"SESSION_COOKIE_AGE":{}}`, 400, `{"SESSION_COOKIE_AGE":["This setting cannot be changed here; it is 1800."]}`},
		{"the same in another spelling", "PATCH", `{"AUTH_BASIC_ENABLED":"yes","SESSION_COOKIE_AGE":"1800"}`, 200, `"SESSION_COOKIE_AGE":1800`},
		{"nothing was changed by what was refused", "GET", "", 200, `{"ACCESS_TOKEN_EXPIRE_SECONDS":7200,`},
		{"a body that is null", "PATCH", `null`, 400, `{"__all__":["This field may not be null."]}`},
		{"taken back", "DELETE", "", 204, ""},
		{"as they were", "GET", "", 200, whole},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do(tt.method, authSettings, admin, tt.body), tt.status, tt.want) })
	}
	s.must(t, 200, "PATCH", authSettings, admin, `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":3600}}`)
	o := s.must(t, 201, "POST", "/api/v2/tokens/", alice, `{}`)
	if o.str("expires")[:13] != "2026-11-22T14" {
		t.Errorf("a token that is to live an hour: %v", o)
	}
	s.must(t, 200, "PATCH", policySettings, admin, `{"default_lifetime_api":null}`)
	expect(t, s.do("GET", authSettings, admin, ""), 200, `"ACCESS_TOKEN_EXPIRE_SECONDS":31536000000`)
	expect(t, s.do("PATCH", authSettings, admin, `{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":31536000000}}`), 200, "")
	expect(t, s.do("GET", policySettings, admin, ""), 200, `"default_lifetime_api":null`)
}

func TestPolicySettings(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{"name":"old","expires":null}`)
	const breaks = `"dry_run":true,"breaks":{"count":1,"complete":true,"tokens":[{"id":1,"url":"/api/v2/tokens/1/","user":2,"username":"alice","name":"old","rule":"max_lifetime","message":"policy allows at most 1 day (maximum lifetime)"}]}}`
	tests := []struct {
		name, method, query, body string
		status                    int
		want                      string
	}{
		{"as it is", "GET", "", "", 200, `{"max_lifetime":null,"allow_never":true,"default_lifetime_console":2592000,"default_lifetime_api":31536000,"default_lifetime_cli":2592000,"apiops_lifetime":3600,"apiops_enabled":true,"scopes":["deploy"],"scopes_allowed":null,"networks_required":false,"max_named_tokens":1000,"max_unnamed_tokens":10000,"who_may_create":"everyone","idle_limit":null,"rotate_self":false,"reuse_ends_family":false,"max_overlap":2592000,"public_reports":false,"password_min_length":12,"reauthentication_window":900,"retention":7776000,"authorization_code_lifetime":600,"refresh_token_lifetime":2628000,"roles":{"superuser":{},"auditor":{},"service":{},"plain":{}},"users":{}}`},
		{"what a rule would break", "PATCH", "?dry_run=true", `{"max_lifetime":86400}`, 200, breaks},
		{"was not set", "GET", "", "", 200, `{"max_lifetime":null,`},
		{"set", "PATCH", "", `{"max_lifetime":86400,"roles":{"plain":{"scopes_allowed":["read"]}},"users":{"2":{"max_named_tokens":3}}}`, 200, `"roles":{"superuser":{},"auditor":{},"service":{},"plain":{"scopes_allowed":["read"]}},"users":{"2":{"max_named_tokens":3}},"dry_run":false,"breaks":{"count":1,"complete":true,`},
		{"one more", "PATCH", "", `{"users":{"3":{"max_lifetime":60}}}`, 200, `"users":{"2":{"max_named_tokens":3},"3":{"max_lifetime":60}}`},
		{"one taken back by null", "PATCH", "", `{"users":{"3":{"max_lifetime":null}}}`, 200, `"users":{"2":{"max_named_tokens":3}}`},
		{"all but", "PUT", "", `{"retention":86400}`, 200, `{"max_lifetime":null,`},
		{"the roles too", "GET", "", "", 200, `"retention":86400,"authorization_code_lifetime":600,"refresh_token_lifetime":2628000,"roles":{"superuser":{},"auditor":{},"service":{},"plain":{}},"users":{}}`},
		{"several", "PATCH", "", `{"allow_never":false,"max_overlap":0,"roles":{"plain":{"allow_never":false,"rotate_self":true}}}`, 200, `"roles":{"superuser":{},"auditor":{},"service":{},"plain":{"allow_never":false,"rotate_self":true}}`},
		{"one taken back by name", "DELETE", "?rule=max_overlap", "", 200, `"max_overlap":2592000,`},
		{"of a role", "DELETE", "?role=plain&rule=allow_never", "", 200, `"plain":{"rotate_self":true}`},
		{"all of a role", "DELETE", "?role=plain", "", 200, `{"max_lifetime":null,"allow_never":false,`},
		{"all, to see", "DELETE", "?dry_run=1", "", 200, `"allow_never":true,`},
		{"all", "DELETE", "", "", 200, `"retention":7776000,`},
		{"an unknown rule", "PATCH", "", `{"max_lifespan":1}`, 400, `{"max_lifespan":["There is no such rule."]}`},
		{"an unknown rule of a role", "PATCH", "", `{"roles":{"plain":{"x":1}}}`, 400, `{"roles.plain.x":["There is no such rule."]}`},
		{"an unknown role", "PATCH", "", `{"roles":{"boss":{"allow_never":false}}}`, 400, `{"roles":["There is no such role; there are: superuser, auditor, service, plain."]}`},
		{"an unknown user", "PATCH", "", `{"users":{"99":{"allow_never":false}}}`, 400, `{"users":["There is no user with the id 99."]}`},
		{"a user by name", "PATCH", "", `{"users":{"alice":{}}}`, 400, `{"users":["Name each user by the id."]}`},
		{"all that is wrong", "PATCH", "", `{"max_lifetime":"1d","allow_never":1,"retention":1.5}`, 400, `{"max_lifetime":["Choose a whole number of seconds from 60 to 31536000000, or null for none."],"allow_never":["Choose true or false."],"retention":["Choose a whole number of seconds from 86400 to 31536000000."]}`},
		{"words that are none", "PATCH", "", `{"scopes":["a",1]}`, 400, `{"scopes":["Choose a list of scopes."]}`},
		{"an object for a value", "PATCH", "", `{"allow_never":{}}`, 400, `{"allow_never":["Choose true or false."]}`},
		{"roles that are none", "PATCH", "", `{"roles":[]}`, 400, `{"roles":["Use an object of objects, like {\"plain\":{\"max_lifetime\":86400}} for roles."]}`},
		{"a role that is none", "PATCH", "", `{"roles":{"plain":1}}`, 400, `{"roles":["Use an object of rules for each, like {\"max_lifetime\":86400}."]}`},
		{"an unknown parameter", "PATCH", "?dryrun=1", `{}`, 400, `{"detail":"There is no parameter \"dryrun\" here; there are: dry_run, rule, role, user."}`},
		{"neither true nor false", "PATCH", "?dry_run=perhaps", `{}`, 400, `{"detail":"dry_run is true or false."}`},
		{"a rule that is not in the body", "PATCH", "?rule=x", `{}`, 400, `{"detail":"The parameters rule, role and user go with DELETE."}`},
		{"no rule to take back", "DELETE", "?rule=x", "", 400, `{"x":["There is no such rule."]}`},
		{"POST", "POST", "", `{}`, 405, `{"detail":"Method \"POST\" not allowed."}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, s.do(tt.method, policySettings+tt.query, admin, tt.body), tt.status, tt.want)
		})
	}
}

// What was answered can be sent back.
func TestAPolicyIsSentBack(t *testing.T) {
	s := open(t)
	first := s.do("PATCH", policySettings, admin, `{"scopes_allowed":["read"],"idle_limit":86400,"users":{"2":{"allow_never":false}},"roles":{"auditor":{"max_lifetime":60}}}`)
	expect(t, first, 200, "")
	again := s.do("PUT", policySettings, admin, first.Body.String())
	expect(t, again, 200, "")
	var a, b map[string]json.RawMessage
	check(t, json.Unmarshal(first.Body.Bytes(), &a))
	check(t, json.Unmarshal(again.Body.Bytes(), &b))
	for key := range a {
		if key != "breaks" && string(a[key]) != string(b[key]) {
			t.Errorf("%s was %s and is %s", key, a[key], b[key])
		}
	}
}

// The words that may be granted are the catalogue's, from the next request on.
func TestScopesAreTheCatalogues(t *testing.T) {
	s := open(t)
	s.must(t, 200, "PATCH", policySettings, admin, `{"scopes":["fly"]}`)
	_, url := s.mint(t, alice, `{"scope":"read fly"}`)
	expect(t, s.do("POST", "/api/v2/tokens/", alice, `{"scope":"deploy"}`), 400, `{"scope":["Must be a simple space-separated string with allowed scopes ['read', 'write', 'fly']."]}`)
	s.must(t, 200, "PATCH", policySettings, admin, `{"scopes":["deploy"]}`)
	expect(t, s.do("PATCH", url, alice, `{"description":"x","scope":"read fly"}`), 200, `"scope":"read fly"`) // as it is
	expect(t, s.do("PATCH", url, alice, `{"scope":"fly"}`), 400, `{"scope":["Unknown scope \"fly\"; there are: read, write, deploy."]}`)
}

func FuzzPolicySettings(f *testing.F) {
	s := open(f)
	for _, body := range []string{
		`{"max_lifetime":86400}`, `{"roles":{"plain":{"scopes_allowed":["read"]}}}`, `{"users":{"2":{"x":[null]}}}`,
		`{"OAUTH2_PROVIDER":{"ACCESS_TOKEN_EXPIRE_SECONDS":"1.0"}}`, `{"roles":{"":{}}}`, `{"scopes":[[]]}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{policySettings + "?dry_run=1", authSettings} {
			if path == authSettings && !strings.Contains(body, "x") {
				continue
			}
			if w := s.do("PATCH", path, admin, body); w.Code >= 500 {
				t.Errorf("%s: %d %s", body, w.Code, w.Body)
			}
		}
	})
}
