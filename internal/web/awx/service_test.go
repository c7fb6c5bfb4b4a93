package awx_test

import (
	"strings"
	"testing"
)

func TestServiceAccounts(t *testing.T) {
	s := open(t)
	super, _ := s.mint(t, admin, `{}`)
	const gate = `{"username":"gateway","is_service_account":true`
	tests := []struct {
		name, method, path, as, body string
		status                       int
		want                         string
	}{
		{"not by a user", "POST", "/api/v2/users/", alice, gate + `}`, 403, ``},
		{"with a password", "POST", "/api/v2/users/", admin, gate + `,` + goodPassword + `}`, 400, `{"password":["A service account has no password; give it a token."]}`},
		{"an administrator", "POST", "/api/v2/users/", admin, gate + `,"is_superuser":true}`, 400, `{"is_superuser":["A service account cannot be an administrator."]}`},
		{"no boolean", "POST", "/api/v2/users/", admin, `{"username":"gateway","is_service_account":"maybe"}`, 400, `"is_service_account":["Must be a valid boolean."]`},
		{"a person needs a password", "POST", "/api/v2/users/", admin, `{"username":"gateway","is_service_account":false}`, 400, `{"password":["Password required for new User."]}`},
		{"made", "POST", "/api/v2/users/", admin, gate + `}`, 201, `"password":"$encrypted$","ldap_dn":"","last_login":null,"external_account":null,"auth":[],"is_active":true,"language":"","time_zone":"","is_service_account":true}`},
		{"the mask is no password", "PATCH", "/api/v2/users/gateway/", admin, `{"password":"$encrypted$"}`, 200, `"is_service_account":true`},
		{"no password later", "PATCH", "/api/v2/users/gateway/", admin, `{` + goodPassword + `}`, 400, `{"password":["A service account has no password; give it a token."]}`},
		{"no administrator later", "PATCH", "/api/v2/users/gateway/", admin, `{"is_superuser":true}`, 400, `{"is_superuser":["A service account cannot be an administrator."]}`},
		{"no person later", "PATCH", "/api/v2/users/gateway/", admin, `{"is_service_account":false}`, 400, `{"is_service_account":["A user stays what it was made as; make another one."]}`},
		{"a token", "POST", "/api/v2/users/gateway/personal_tokens/", admin, `{"scope":"read"}`, 201, `"token":"jtn_`},
		{"not by another", "POST", "/api/v2/users/gateway/personal_tokens/", alice, `{"scope":"read"}`, 404, ``},
		{"a token that introspects, by password", "POST", "/api/v2/users/gateway/personal_tokens/", admin, `{"scope":"introspect"}`, 201, `"scope":"introspect"`},
		{"a token that introspects, by a token without", "POST", "/api/v2/users/gateway/personal_tokens/", super, `{"scope":"introspect"}`, 403, ``},
		{"one's own that introspects", "POST", "/api/v2/tokens/", alice, `{"scope":"introspect"}`, 403, ``},
		{"listed", "GET", "/api/v2/users/?is_service_account=true", admin, ``, 200, `{"count":1,`},
		{"others listed", "GET", "/api/v2/users/?is_service_account=false&username=gateway", admin, ``, 200, `{"count":0,`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do(tt.method, tt.path, tt.as, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, tt.status, tt.want)
			}
		})
	}
}
