package app_test

import (
	"slices"
	"strings"
	"testing"
)

// awxkit is the library beneath the awx command, 24.6.1 and the last of devel
// that knew tokens, on python-requests.
var awxkit = awxClient{
	headers: []string{"User-Agent: python-requests/2.31.0", "Accept-Encoding: gzip, deflate", "Accept: */*", "Connection: keep-alive"},
	reads:   plain,
	marks: func(method, url string, b *browser) (marks []string) {
		if method == "GET" || method == "OPTIONS" {
			return nil
		}
		marks = append(marks, "Referer: "+url)
		if token := b.cookie("csrftoken"); token != "" {
			marks = append(marks, "X-CSRFToken: "+token)
		}
		return marks
	},
}

const (
	jsonBody = "Content-Type: application/json"
	formBody = "Content-Type: application/x-www-form-urlencoded"
	byToken  = "Authorization: Bearer {secret}"
	byOwn    = "{basic}"
	byRoot   = "{root}"
)

// begin is how every command begins.
var begin = []exchange{
	{send: "GET /api/", status: 200, need: []string{"available_versions.v2=/api/v2/", "current_version=/api/v2/"}, read: func(t *testing.T, a *answer) {
		if !strings.Contains(strings.Join(a.header.Values("Set-Cookie"), "\n"), "csrftoken=") {
			t.Error("no csrftoken")
		}
	}},
	{send: "GET /api/v2/", status: 200, need: []string{"users=/api/v2/users/", "tokens=/api/v2/tokens/", "me=/api/v2/me/", "ping=/api/v2/ping/", "applications=/api/v2/applications/"}},
}

// loginBody is sent by awx login.
const loginBody = `{"description": "AWX CLI", "application": null, "scope": "write"}`

// form is a login by the form, whose wrong password is found out later.
func form(who, password string, status int) []exchange {
	return []exchange{
		{send: "GET /api/", status: 200},
		{send: "POST /api/login/", head: []string{formBody}, body: "username=" + who + "&password=" + password + "&next=%2Fapi%2F", status: status},
	}
}

// signedIn is the form login and what follows.
func signedIn(who string) []exchange {
	login := form(who, "correct+horse+staple", 302)
	login[1].read = func(t *testing.T, a *answer) {
		if a.header.Get("Location") != "/api/" || a.header.Get("X-API-Session-Cookie-Name") == "" {
			t.Errorf("headers %v", a.header)
		}
	}
	return slices.Concat(begin, login, []exchange{{send: "GET /api/", status: 200}, {send: "GET /api/", status: 200}})
}

// bearing begins a command that was given a token, which is made before.
func bearing(credential, scope string) []exchange {
	return slices.Concat([]exchange{{
		send: "POST /api/v2/tokens/", head: []string{jsonBody, credential}, body: `{"description": "", "scope": "` + scope + `"}`, status: 201, keep: "secret=token", fresh: true,
	}}, begin)
}

// described are the OPTIONS by which the command learns what it can do.
func described(resource string, head ...string) []exchange {
	all := []exchange{
		{send: "OPTIONS /api/v2/" + resource + "/", head: head, status: 200, need: []string{"actions.GET.id.type=integer", "actions.GET.id.filterable=true", "actions.POST"}, read: onlyKnownActions},
		{send: "OPTIONS /api/v2/" + resource + "/1/", head: head, status: 200, read: allows("GET", "PUT", "PATCH", "DELETE")},
	}
	if resource == "users" {
		for _, name := range neighbours {
			all = append(all, exchange{send: "OPTIONS /api/v2/" + name + "/", head: head, status: 200})
		}
	}
	return all
}

// onlyKnownActions: another than these two ends the command with a KeyError.
func onlyKnownActions(t *testing.T, a *answer) {
	t.Helper()
	for action, of := range a.fields(t).object("actions") {
		if action != "GET" && action != "POST" {
			t.Errorf("the action %s", action)
		}
		for name, field := range of.(map[string]any) {
			if f := fields(field.(map[string]any)); f.text("type") == "" || f.text("label") == "" && name != "id" {
				t.Errorf("%s of %s: %v", name, action, f)
			}
		}
	}
}

// notVisible is the OPTIONS of the token 1, which is another's: the command
// reads the methods from the refusal too.
func notVisible(all []exchange) []exchange {
	all[1].status = 403
	return all
}

// command is a whole command, by a token of the user's or the administrator's.
func command(name, credential, resource string, more ...exchange) clientSession {
	options := described(resource, byToken)
	if resource == "tokens" && credential == byOwn {
		options = notVisible(options)
	}
	for i := range more {
		more[i].head = append(more[i].head, byToken)
	}
	return clientSession{name, awxkit, slices.Concat(bearing(credential, "write"), options, more)}
}

// passwordGrant is the form of awx login by an application.
const passwordGrant = "grant_type=password&username={name}&password=correct+horse+staple&scope=write"

var granted = []string{"access_token", "token_type=Bearer", "scope=write", "refresh_token", "expires_in"}

// newApplication makes the application that a login is to go by.
func newApplication(kind string) []exchange {
	x := exchange{
		send: "POST /api/v2/applications/", head: []string{jsonBody, byRoot}, status: 201, keep: "client=client_id", fresh: true,
		body: `{"name": "cli of {name}", "organization": 1, "client_type": "` + kind + `", "authorization_grant_type": "password"}`,
	}
	if kind == "confidential" {
		x.keep += " key=client_secret"
	}
	return []exchange{x}
}

var cliSessions = []clientSession{
	{"the token 1 is the administrator's", awxkit, []exchange{
		{send: "POST /api/v2/tokens/", head: []string{jsonBody, byRoot}, body: `{}`, status: 201, need: []string{"id=1"}},
	}},
	{"awx --help", awxkit, begin},
	{"awx login, 24.6.1", awxkit, slices.Concat(begin, []exchange{
		{send: "POST /api/v2/users/{name}/personal_tokens/", head: []string{jsonBody, byOwn}, body: loginBody, status: 201, need: []string{"token", "user={id}", "scope=write"}, keep: "secret=token", fresh: true},
		{send: "GET /api/v2/me/", head: []string{byToken}, status: 200, need: []string{"count=1", "results.0.username={name}"}},
	})},
	{"awx login, devel", awxkit, slices.Concat(begin, []exchange{
		{send: "POST /api/gateway/v1/tokens/", head: []string{jsonBody, byOwn}, body: loginBody, status: 404, fresh: true},
		{send: "POST /api/v2/users/{name}/personal_tokens/", head: []string{jsonBody, byOwn}, body: loginBody, status: 201, need: []string{"token"}, fresh: true},
	})},
	{"awx login, a name with an at sign", awxkit, slices.Concat(begin, []exchange{
		{send: "POST /api/v2/users/u@ex.org/personal_tokens/", head: []string{jsonBody, basicHeader("u@ex.org", adminPassword)}, body: loginBody, status: 201, need: []string{"token", "user=4"}, fresh: true},
	})},
	{"awx login, a wrong password", awxkit, slices.Concat(begin, []exchange{
		{send: "POST /api/v2/users/{name}/personal_tokens/", head: []string{jsonBody, "Authorization: Basic bm9ib2R5Om5vYm9keQ=="}, body: loginBody, status: 401, need: []string{"detail"}, fresh: true},
	})},
	{"awx login, a password that Latin-1 tells in one byte", awxkit, slices.Concat(begin, []exchange{
		{send: "PATCH {home}", head: []string{jsonBody, byRoot}, body: `{"password": "corr\u00e9ct horse staple"}`, status: 200, fresh: true},
		{send: "POST /api/v2/users/{name}/personal_tokens/", head: []string{jsonBody, "{latin1}"}, body: loginBody, status: 201, need: []string{"token"}, fresh: true},
	})},
	{"awx login by an application, 24.6.1", awxkit, slices.Concat(begin, newApplication("confidential"), []exchange{
		{send: "POST /api/o/token/", head: []string{formBody, "Basic {client}:{key}"}, body: passwordGrant, status: 200, need: granted, keep: "secret=access_token", fresh: true},
		{send: "GET /api/v2/me/", head: []string{byToken}, status: 200, need: []string{"results.0.username={name}"}},
	})},
	{"awx login by an application, devel", awxkit, slices.Concat(begin, newApplication("confidential"), []exchange{
		{send: "POST /o/token/", head: []string{formBody, "Basic {client}:{key}"}, body: passwordGrant, status: 404, fresh: true},
		{send: "POST /api/o/token/", head: []string{formBody, "Basic {client}:{key}"}, body: passwordGrant, status: 200, need: granted, fresh: true},
	})},
	{"awx login by an application without a secret", awxkit, slices.Concat(begin, newApplication("public"), []exchange{
		{send: "POST /o/token/", head: []string{formBody}, body: passwordGrant + "&client_id={client}", status: 404, fresh: true},
		{send: "POST /api/o/token/", head: []string{formBody}, body: passwordGrant + "&client_id={client}", status: 200, need: granted, fresh: true},
	})},
	{"awx login by an application, a wrong secret", awxkit, slices.Concat(begin, newApplication("confidential"), []exchange{
		{send: "POST /api/o/token/", head: []string{formBody, "Basic {client}:x"}, body: passwordGrant, status: 401, need: []string{"error=invalid_client"}, fresh: true},
	})},
	{"awx me, by password", awxkit, slices.Concat(signedIn("{name}"), []exchange{
		{send: "GET /api/v2/me/", status: 200, need: []string{"count=1", "results.0.username={name}"}},
	})},
	{"awx me, by a wrong password", awxkit, slices.Concat(begin, form("{name}", "wrong", 401), []exchange{
		{send: "GET /api/", status: 200},
		{send: "GET /api/v2/me/", status: 401, need: []string{"detail"}},
	})},
	{"awx tokens create and delete, by password", awxkit, slices.Concat(signedIn("{name}"), notVisible(described("tokens")), []exchange{
		{send: "POST /api/v2/tokens/", head: []string{jsonBody}, body: `{"description": "D", "scope": "read"}`, status: 201, need: []string{"id", "token", "description=D", "scope=read"}, keep: "token=id"},
		{send: "PATCH /api/v2/tokens/{token}/", head: []string{jsonBody}, body: `{"description": "E"}`, status: 200, need: []string{"description=E", "token=************"}},
		{send: "DELETE /api/v2/tokens/{token}/", status: 204},
	})},
	{"awx me, by token", awxkit, slices.Concat(bearing(byOwn, "read"), []exchange{
		{send: "GET /api/v2/me/", head: []string{byToken}, status: 200, need: []string{"count=1", "results.0.id={id}"}},
	})},
	{"awx me, by a token that is none", awxkit, slices.Concat(begin, []exchange{
		{send: "GET /api/v2/me/", head: []string{"Authorization: Bearer none"}, status: 401, need: []string{"detail"}},
	})},
	{"awx users create, by password", awxkit, slices.Concat(signedIn("admin"), described("users"), []exchange{
		{send: "POST /api/v2/users/", head: []string{jsonBody}, body: `{"password": "{password}", "username": "{name}-y"}`, status: 201, need: []string{"username={name}-y"}},
	})},
	{"awx ping", awxkit, slices.Concat(bearing(byOwn, "read"), []exchange{
		{send: "GET /api/v2/ping/", head: []string{byToken}, status: 200, need: []string{"version=24.6.1", "ha=false"}},
	})},
	command("awx tokens list, filtered, in all pages", byOwn, "tokens",
		exchange{send: "POST /api/v2/tokens/", head: []string{jsonBody}, body: `{"description": "D", "scope": "read"}`, status: 201},
		exchange{send: "POST /api/v2/tokens/", head: []string{jsonBody}, body: `{"description": "D", "scope": "read"}`, status: 201},
		exchange{send: "GET /api/v2/tokens/?description=D&order_by=-id&page_size=1", status: 200, need: []string{"count=2", "results.0.description=D", "previous=null"}, keep: "next=next"},
		exchange{send: "GET {next}", status: 200, need: []string{"count=2", "results.0.description=D", "next=null"}},
	),
	command("awx tokens list --user", byRoot, "tokens",
		exchange{send: "GET /api/v2/users/?username={name}", status: 200, need: []string{"count=1", "results.0.id={id}"}},
		exchange{send: "GET /api/v2/tokens/?user={id}", status: 200, need: []string{"count=0", "next=null"}},
	),
	command("awx tokens create, get, modify, delete", byOwn, "tokens",
		exchange{send: "POST /api/v2/tokens/", head: []string{jsonBody}, body: `{"description": "D", "scope": "read"}`, status: 201, need: []string{"type=o_auth2_access_token", "token"}, keep: "token=id"},
		exchange{send: "GET /api/v2/tokens/{token}/", status: 200, need: []string{"description=D", "token=************"}},
		exchange{send: "PATCH /api/v2/tokens/{token}/", head: []string{jsonBody}, body: `{"description": "\u00e7ay \ud83d\ude00"}`, status: 200, need: []string{"description=çay 😀"}},
		exchange{send: "DELETE /api/v2/tokens/{token}/", status: 204},
		exchange{send: "GET /api/v2/tokens/{token}/", status: 404, need: []string{"detail=No OAuth2AccessToken matches the given query."}},
	),
	command("awx tokens create, a bad scope", byOwn, "tokens",
		exchange{send: "POST /api/v2/tokens/", head: []string{jsonBody}, body: `{"description": "D", "scope": "all"}`, status: 400, need: []string{"scope.0"}},
	),
	command("awx users list", byRoot, "users",
		exchange{send: "GET /api/v2/users/?username={name}", status: 200, need: []string{"count=1", "results.0.url={home}", "results.0.username={name}"}},
	),
	command("awx users create", byRoot, "users",
		exchange{send: "POST /api/v2/users/", head: []string{jsonBody}, body: `{"email": "z@ex.org", "password": "{password}", "username": "{name}-z"}`, status: 201, need: []string{"id", "username={name}-z", "email=z@ex.org", "password=$encrypted$"}},
		exchange{send: "POST /api/v2/users/", head: []string{jsonBody}, body: `{"password": "{password}", "username": "{name}-z"}`, status: 400, need: []string{"username.0=A user with that username already exists."}},
	),
	command("awx users get, modify, delete by name", byRoot, "users",
		exchange{send: "GET /api/v2/users/?username={name}", status: 200, need: []string{"count=1", "results.0.id={id}"}},
		exchange{send: "GET /api/v2/users/?username={name}", status: 200, need: []string{"count=1", "results.0.id={id}"}},
		exchange{send: "GET /api/v2/users/{id}/", status: 200, need: []string{"username={name}"}},
		exchange{send: "PATCH /api/v2/users/{id}/", head: []string{jsonBody}, body: `{"is_system_auditor": 1}`, status: 200, need: []string{"is_system_auditor=true"}},
		exchange{send: "PATCH /api/v2/users/{id}/", head: []string{jsonBody}, body: `{"is_system_auditor": 0, "first_name": "\u0130"}`, status: 200, need: []string{"is_system_auditor=false", "first_name=İ"}},
		exchange{send: "DELETE /api/v2/users/{id}/", status: 204},
		exchange{send: "GET /api/v2/users/?username={name}", status: 200, need: []string{"count=0"}},
	),
	command("awx applications create and delete", byRoot, "applications",
		exchange{send: "POST /api/v2/applications/", head: []string{jsonBody}, body: `{"name": "app of {name}", "organization": 1, "client_type": "confidential", "authorization_grant_type": "password"}`, status: 201, need: []string{"client_id", "client_secret", "organization=1"}, keep: "app=id"},
		exchange{send: "GET /api/v2/applications/{app}/", status: 200, need: []string{"client_secret=************"}},
		exchange{send: "DELETE /api/v2/applications/{app}/", status: 204},
	),
}

// TestRelatedLeads opens what the library makes links of: every text in related
// that begins with /api/.
func TestRelatedLeads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.mint(t, "alice", `{}`)
	app := w.application(t)
	_, granted := w.mint(t, "alice", `{"application":1}`)
	w.got(t, 200, "PATCH", token, "alice", `{"description":"x"}`)
	for _, path := range []string{token, granted, "/api/v2/users/2/", app.text("url"), "/api/v2/organizations/1/"} {
		w.leads(t, path, w.got(t, 200, "GET", path, "admin", ""))
	}
	for _, list := range []string{"me", "users", "tokens", "applications", "organizations", "activity_stream"} {
		for _, r := range w.got(t, 200, "GET", "/api/v2/"+list+"/?page_size=200", "admin", "").results() {
			w.leads(t, list, r)
		}
	}
	for name, path := range w.got(t, 200, "GET", "/api/v2/", "", "") {
		w.expect(t, get(path.(string), "admin"), 200, "{")
		if w.ask(t, "OPTIONS", path.(string), "admin", "").status != 200 {
			t.Errorf("awx %s does not know what there is", name)
		}
	}
}

// leads opens an object's url and what is related to it.
func (w *world) leads(t *testing.T, where string, o fields) {
	t.Helper()
	w.got(t, 200, "GET", o.text("url"), "admin", "")
	for name, link := range o.object("related") {
		links, ok := link.([]any)
		if !ok {
			links = []any{link}
		}
		for _, link := range links {
			if a := w.ask(t, "GET", link.(string), "admin", ""); a.status != 200 {
				t.Errorf("%s leads to %s %s: %s", where, name, link, a)
			}
		}
	}
}
