package app_test

import (
	"slices"
	"strings"
	"testing"
)

// collection is awx.awx, 21.14.0 to devel, in whose modules Ansible's own
// client on urllib speaks. It reads no more than JSON.
var collection = awxClient{
	headers: []string{"User-Agent: Python-urllib/3.11", "Accept-Encoding: identity", "Connection: close", "Cache-Control: no-cache"},
	reads:   jsonObject,
}

// moduleLogin is how each module begins, and moduleLogout how it ends, whatever
// came between.
var (
	moduleLogin  = exchange{send: "POST /api/v2/tokens/", head: []string{jsonBody, byRoot}, body: moduleToken, status: 201, need: []string{"id", "token", "application=null"}, keep: "secret=token login=id"}
	moduleLogout = exchange{send: "DELETE /api/v2/tokens/{login}/", head: []string{byRoot}, status: 204}
	loggedOut    = exchange{send: "GET /api/v2/tokens/?id={login}", head: []string{byRoot}, status: 200, need: []string{"count=0"}}
)

// module is a call of a module that was given a password.
func module(name string, work ...exchange) clientSession {
	return clientSession{name, collection, slices.Concat([]exchange{moduleLogin}, byBearer(work), []exchange{moduleLogout, loggedOut})}
}

// byBearer adds the token of the login to what says nothing of who asks.
func byBearer(work []exchange) []exchange {
	for i := range work {
		work[i].head = append(work[i].head, byToken)
		if method, _, _ := strings.Cut(work[i].send, " "); method == "POST" || method == "PATCH" {
			work[i].head = append(work[i].head, jsonBody)
		}
	}
	return work
}

// ofAWX checks the headers by which a module knows what it speaks to.
func ofAWX(t *testing.T, a *answer) {
	t.Helper()
	equal(t, "X-API-Product-Name", a.header.Get("X-API-Product-Name"), "AWX")
	equal(t, "X-API-Product-Version", a.header.Get("X-API-Product-Version"), "24.6.1")
}

const (
	userByName = "GET /api/v2/users/?username={name}"
	noneFound  = "count=0"
	oneFound   = "count=1"
)

var collectionSessions = []clientSession{
	module("token present",
		exchange{send: "POST /api/v2/tokens/", body: `{"description": "of ansible", "scope": "read"}`, status: 201, need: []string{"id", "url", "type=o_auth2_access_token", "token", "scope=read"}, read: ofAWX},
	),
	module("token present, of an application",
		exchange{send: "POST /api/v2/applications/", body: `{"name": "A of {name}", "organization": 1, "client_type": "public", "authorization_grant_type": "password"}`, status: 201, keep: "app=id"},
		exchange{send: "GET /api/v2/applications/?name=A+of+{name}", status: 200, need: []string{oneFound, "results.0.id={app}"}},
		exchange{send: "POST /api/v2/tokens/", body: `{"application": {app}, "scope": "write"}`, status: 201, need: []string{"application={app}", "refresh_token", "url"}},
	),
	module("token absent, existing_token",
		exchange{send: "POST /api/v2/tokens/", body: `{"description": "of ansible", "scope": "write"}`, status: 201, need: []string{"type"}, keep: "url=url"},
		exchange{send: "DELETE {url}", status: 204},
		exchange{send: "DELETE {url}", status: 404, need: []string{"detail"}},
	),
	module("token absent, existing_token_id",
		exchange{send: "POST /api/v2/tokens/", body: `{"scope": "write"}`, status: 201, keep: "token=id"},
		exchange{send: "GET /api/v2/tokens/?id={token}", status: 200, need: []string{oneFound, "results.0.id={token}", "results.0.type=o_auth2_access_token"}, keep: "url=results.0.url"},
		exchange{send: "DELETE {url}", status: 204},
		exchange{send: "GET /api/v2/tokens/?id={token}", status: 200, need: []string{noneFound, "results"}},
	),
	{"by controller_oauthtoken nothing is made nor deleted", collection, []exchange{
		{send: "POST /api/v2/tokens/", head: []string{jsonBody, byOwn}, body: `{"scope": "write"}`, status: 201, keep: "secret=token token=id url=url"},
		{send: "GET /api/v2/tokens/?id={token}", head: []string{byToken}, status: 200, need: []string{oneFound}},
		{send: "DELETE {url}", head: []string{byToken}, status: 204}, // itself
		{send: "GET /api/v2/me/", head: []string{byToken}, status: 401, need: []string{"detail"}},
	}},
	{"a wrong password", collection, []exchange{
		{send: "POST /api/v2/tokens/", head: []string{jsonBody, "Authorization: Basic bm9ib2R5Om5vYm9keQ=="}, body: moduleToken, status: 401, need: []string{"detail"}},
	}},
	{"devel tries the gateway first", collection, []exchange{
		{send: "POST /api/gateway/v1/tokens/", head: []string{jsonBody, byRoot}, body: moduleToken, status: 404, need: []string{"detail"}},
		moduleLogin, moduleLogout, loggedOut,
	}},
	module("user made, kept, changed, deleted",
		exchange{send: "GET /api/v2/users/?username={name}-u", status: 200, need: []string{noneFound, "results"}},
		exchange{send: "POST /api/v2/users/", body: `{"username": "{name}-u", "first_name": "U", "email": "u@ex.org", "is_superuser": false, "password": "{password}"}`, status: 201, need: []string{"id", "url"}},
		exchange{send: "GET /api/v2/users/?username={name}-u", status: 200, need: []string{oneFound, "results.0.username={name}-u", "results.0.type=user", "results.0.id", "results.0.first_name=U", "results.0.password=$encrypted$"}, keep: "url=results.0.url"},
		// A second run sends the password that the user has, by a bearer.
		exchange{send: "PATCH {url}", body: `{"username": "{name}-u", "first_name": "U", "email": "u@ex.org", "is_superuser": false, "password": "{password}"}`, status: 200, need: []string{"url={url}", "first_name=U", "password=$encrypted$"}},
		exchange{send: "PATCH {url}", body: `{"username": "{name}-u", "last_name": "V"}`, status: 200, need: []string{"last_name=V", "first_name=U"}},
		exchange{send: "DELETE {url}", status: 204},
		exchange{send: "GET /api/v2/users/?username={name}-u", status: 200, need: []string{noneFound}},
	),
	module("user, update_secrets false",
		exchange{send: userByName, status: 200, need: []string{oneFound, "results.0.password=$encrypted$"}, keep: "url=results.0.url"},
		exchange{send: "PATCH {url}", body: `{"username": "{name}", "email": "a@ex.org", "password": "$encrypted$"}`, status: 200, need: []string{"email=a@ex.org"}},
		exchange{send: "GET /api/v2/me/", status: 200},
	),
	// A bearer changes no password, as a stolen token would else take the
	// account with it; the module tells the words of the refusal.
	module("user, another password",
		exchange{send: userByName, status: 200, need: []string{oneFound}, keep: "url=results.0.url"},
		exchange{send: "PATCH {url}", body: `{"username": "{name}", "password": "another horse staple"}`, status: 403, need: []string{"detail"}},
	),
	module("user of digits",
		exchange{send: "GET /api/v2/users/?or__id=7770{id}&or__username=7770{id}", status: 200, need: []string{noneFound}},
		exchange{send: "POST /api/v2/users/", body: `{"username": "7770{id}", "password": "{password}"}`, status: 201, need: []string{"username=7770{id}"}, keep: "url=url"},
		exchange{send: "GET /api/v2/users/?or__id=7770{id}&or__username=7770{id}", status: 200, need: []string{oneFound, "results.0.username=7770{id}", "results.0.url={url}"}},
		exchange{send: "DELETE {url}", status: 204},
	),
	module("user of an organization",
		exchange{send: "GET /api/v2/organizations/?name=Default", status: 200, need: []string{oneFound, "results.0.id=1", "results.0.url=/api/v2/organizations/1/"}},
		exchange{send: "GET /api/v2/users/?username={name}-o", status: 200, need: []string{noneFound}},
		exchange{send: "POST /api/v2/organizations/1/users/", body: `{"username": "{name}-o", "password": "{password}"}`, status: 201, need: []string{"id", "url"}},
	),
	module("application made, kept, deleted",
		exchange{send: "GET /api/v2/organizations/?name=Default", status: 200, need: []string{oneFound, "results.0.id=1"}},
		exchange{send: "GET /api/v2/applications/?organization=1&name=app+of+{name}", status: 200, need: []string{noneFound}},
		exchange{send: "POST /api/v2/applications/", body: `{"name": "app of {name}", "organization": 1, "authorization_grant_type": "password", "client_type": "confidential"}`, status: 201, need: []string{"id", "url", "client_id", "client_secret"}},
		exchange{send: "GET /api/v2/applications/?organization=1&name=app+of+{name}", status: 200, need: []string{oneFound, "results.0.name=app of {name}", "results.0.organization=1"}, keep: "url=results.0.url"},
		exchange{send: "PATCH {url}", body: `{"name": "app of {name}", "organization": 1, "description": "d", "client_type": "confidential"}`, status: 200, need: []string{"description=d"}},
		exchange{send: "DELETE {url}", status: 204},
	),
	// A look-up leaves its token behind.
	{"lookup controller_api", collection, slices.Concat([]exchange{moduleLogin}, byBearer([]exchange{
		{send: userByName, status: 200, need: []string{oneFound, "next=null", "results.0.username={name}"}, read: ofAWX},
		{send: "GET /api/v2/users/?page_size=1", status: 200, need: []string{"next=/api/v2/users/?page=2&page_size=1"}, keep: "next=next"},
		{send: "GET {next}", status: 200, need: []string{"previous=/api/v2/users/?page=1&page_size=1"}},
	}))},
}

// TestPlaybookOfManyTasks: each task makes its token by password and takes it
// back. Neither a limit of tokens nor the bound of passwords tried gets in the way.
func TestPlaybookOfManyTasks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 60 {
		_, url := w.mint(t, "alice", moduleToken)
		w.got(t, 204, "DELETE", url, "alice", "")
	}
	equal(t, "tokens left", w.got(t, 200, "GET", "/api/v2/tokens/", "alice", "")["count"], 0)
}
