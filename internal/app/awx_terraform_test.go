package app_test

import (
	"strings"
	"testing"
)

// The providers are on Go's own client. ilijamt's parses every answer as an
// object before it looks at the status, and sends a content type with everything.
var (
	ilijamt  = awxClient{headers: []string{"User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip", "Content-Type: application/json", "Accept: application/json"}, reads: jsonObject}
	tfbrew   = awxClient{headers: []string{"User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip", "Content-Type: application/json"}, reads: plain}
	denouche = awxClient{headers: []string{"User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip", "Content-Type: application/json"}, reads: plain}
)

// masked finds no secret, which the provider reads back as it is.
func masked(t *testing.T, a *answer) {
	t.Helper()
	if strings.Contains(a.body, "jtn_") {
		t.Error("a secret")
	}
}

// as gives all requests the same credential.
func as(credential string, all ...exchange) []exchange {
	for i := range all {
		all[i].head = append(all[i].head, credential)
	}
	return all
}

var terraformSessions = []clientSession{
	{"ilijamt: a token", ilijamt, as(byOwn,
		exchange{send: "POST /api/v2/tokens/", body: `{"description":"tf","scope":"read"}`, status: 201, need: []string{"id", "token", "user={id}", "application=null", "refresh_token=null", "expires", "scope=read", "description=tf"}, keep: "token=id"},
		exchange{send: "GET /api/v2/tokens/{token}/", status: 200, need: []string{"token=************", "scope=read"}, read: masked},
		exchange{send: "GET /api/v2/tokens/{token}", status: 200, need: []string{"id={token}", "description=tf"}, read: masked}, // the data source
		exchange{send: "PATCH /api/v2/tokens/{token}/", body: `{"description":"tf2","scope":"write"}`, status: 200, need: []string{"description=tf2", "scope=write", "token=************"}, read: masked},
		exchange{send: "DELETE /api/v2/tokens/{token}/", status: 204},
		exchange{send: "GET /api/v2/tokens/{token}/", status: 404, need: []string{"detail"}},
	)},
	{"ilijamt: a token by the least body", ilijamt, as(byOwn,
		exchange{send: "POST /api/v2/tokens/", body: `{}`, status: 201, need: []string{"id", "scope=write", "description="}},
	)},
	{"ilijamt: a user", ilijamt, as(byRoot,
		exchange{send: "POST /api/v2/users/", body: `{"email":"t@ex.org","is_superuser":false,"is_system_auditor":false,"password":"{password}","username":"{name}-t"}`, status: 201, need: []string{"id", "username={name}-t", "is_superuser=false", "is_system_auditor=false", "password=$encrypted$"}, keep: "user=id"},
		exchange{send: "GET /api/v2/users/{user}/", status: 200, need: []string{"email=t@ex.org", "first_name=", "last_name="}},
		exchange{send: "GET /api/v2/users/?username__exact={name}-t", status: 200, need: []string{"count=1", "results.0.id={user}"}},
		exchange{send: "PATCH /api/v2/users/{user}/", body: `{"email":"t@ex.org","first_name":"T","is_superuser":false,"is_system_auditor":false,"password":"{password}","username":"{name}-t"}`, status: 200, need: []string{"first_name=T"}},
		exchange{send: "DELETE /api/v2/users/{user}/", status: 204},
		exchange{send: "GET /api/v2/users/{user}/", status: 404, need: []string{"detail"}},
		exchange{send: "GET /api/v2/users/?username__exact={name}-t", status: 200, need: []string{"count=0"}},
	)},
	{"ilijamt: refusals are objects", ilijamt, as(byOwn,
		exchange{send: "POST /api/v2/tokens/", body: `{"scope":"all"}`, status: 400, need: []string{"scope.0"}},
		exchange{send: "GET /api/v2/users/1/", status: 403, need: []string{"detail"}},
		exchange{send: "POST /api/v2/users/", body: `{"password":"{password}","username":"{name}-t"}`, status: 403, need: []string{"detail"}},
		exchange{send: "GET /api/v2/teams/9/", status: 404, need: []string{"detail"}},
		exchange{send: "PUT /api/v2/tokens/", body: `{}`, status: 405, need: []string{"detail"}},
	)},
	{"ilijamt: by a wrong password", ilijamt, as("Authorization: Basic bm9ib2R5Om5vYm9keQ==",
		exchange{send: "GET /api/v2/tokens/1/", status: 401, need: []string{"detail"}},
	)},
	{"tfbrew: a user", tfbrew, as(byRoot,
		exchange{send: "GET /api/v2/me/", status: 200, need: []string{"count=1"}},
		exchange{send: "POST /api/v2/users/", body: `{"id":0,"username":"{name}-b","password":"{password}","first_name":"B","last_name":"","email":"b@ex.org","is_superuser":false,"is_system_auditor":false}`, status: 201, need: []string{"id", "username={name}-b"}, keep: "user=id"},
		exchange{send: "GET /api/v2/users/{user}/", status: 200, need: []string{"id={user}", "username={name}-b", "first_name=B", "last_name=", "email=b@ex.org", "is_superuser=false", "is_system_auditor=false"}},
		// The update leaves out what is empty, and sends the password each time.
		exchange{send: "PUT /api/v2/users/{user}/", body: `{"id":0,"username":"{name}-b","password":"{password}","last_name":"C","is_system_auditor":true}`, status: 200, need: []string{"last_name=C", "email=b@ex.org", "is_system_auditor=true"}},
		exchange{send: "PUT /api/v2/users/{user}/", body: `{"id":0,"username":"{name}-b","password":"another horse staple"}`, status: 200, need: []string{"id={user}"}},
		exchange{send: "GET /api/v2/users/?username={name}-b", status: 200, need: []string{"count=1", "results.0.id={user}"}},
		exchange{send: "DELETE /api/v2/users/{user}/", status: 204},
		exchange{send: "GET /api/v2/users/{user}/", status: 404},
	)},
	{"denouche: a user", denouche, as(byRoot,
		exchange{send: "GET /api/v2/ping/", status: 200, need: []string{"version"}},
		exchange{send: "POST /api/v2/users/", body: `{"username":"{name}-d","password":"{password}","first_name":"D","last_name":"E","email":"d@ex.org","is_superuser":false,"is_system_auditor":false}`, status: 201, need: []string{"id", "password=$encrypted$"}, keep: "user=id"},
		exchange{send: "GET /api/v2/users/{user}/roles/", status: 200, need: []string{"count=0", "next=null", "previous=null", "results=[]"}},
		exchange{send: "GET /api/v2/users/{user}/", status: 200, need: []string{"username={name}-d"}},
		exchange{send: "GET /api/v2/users/{user}/roles/", status: 200, need: []string{"count=0", "results=[]"}},
		exchange{send: "PUT /api/v2/users/{user}/", body: `{"username":"{name}-d","password":"{password}","first_name":"F","last_name":"E","email":"d@ex.org","is_superuser":false,"is_system_auditor":false}`, status: 200, need: []string{"first_name=F"}},
		exchange{send: "GET /api/v2/users/{user}/roles/", status: 200, need: []string{"results=[]"}},
		exchange{send: "DELETE /api/v2/users/{user}/", status: 204},
	)},
	{"denouche: by a bearer", denouche, []exchange{
		{send: "POST /api/v2/tokens/", head: []string{byRoot}, body: `{}`, status: 201, keep: "secret=token"},
		{send: "GET /api/v2/ping/", head: []string{byToken}, status: 200},
		{send: "POST /api/v2/users/", head: []string{byToken}, body: `{"username":"{name}-e","password":"{password}"}`, status: 201},
	}},
}
