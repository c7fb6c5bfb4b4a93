package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// neighbours are the collections of AWX that the awx client asks for before it
// does anything with users.
var neighbours = strings.Fields("organizations projects inventories teams credentials job_templates workflow_job_templates instance_groups")

// wholeWork are the sessions that the last line names.
var wholeWork = []string{
	"awx login, 24.6.1", "awx me, by token", "awx tokens list, filtered, in all pages", "awx tokens create, get, modify, delete",
	"awx users create", "token present", "token absent, existing_token", "token absent, existing_token_id",
}

var otherLines = []line{
	says(124, "a module of the collection logs in", question{"POST", "/api/v2/tokens/", "alice", moduleToken, nil}, 201, `"description":"Automation Platform Controller Module Token","user":2,"token":"jtn_`),
	{125, "a token made at the list of all is like any other", func(t *testing.T, w *world) {
		a := w.expect(t, question{"POST", "/api/v2/tokens/", "alice", `{"scope":"read"}`, nil}, 201, `"scope":"read"`)
		b := w.expect(t, personalPost(`{"scope":"read"}`), 201, "")
		equal(t, "keys", keysOf(t, a.body), keysOf(t, b.body))
		equal(t, "summary_fields", a.fields(t)["summary_fields"], b.fields(t)["summary_fields"])
		equal(t, "Location", a.header.Get("Location"), a.fields(t)["url"])
	}},
	owned(126, "a token is found by id, or none", `{}`, func(t *testing.T, w *world, _, url string) {
		id := strings.Split(url, "/")[4]
		page := w.got(t, 200, "GET", "/api/v2/tokens/?id="+id, "alice", "")
		equal(t, "count", page["count"], 1)
		equal(t, "url", page.results()[0]["url"], url)
		equal(t, "count", w.got(t, 200, "GET", "/api/v2/tokens/?id=9999", "alice", "")["count"], 0)
	}),
	{127, "tokens are found by user", func(t *testing.T, w *world) {
		w.mint(t, "alice", `{}`)
		page := w.got(t, 200, "GET", "/api/v2/tokens/?user=2", "admin", "")
		for _, r := range page.results() {
			equal(t, "user", r["user"], 2)
		}
		if len(page.results()) == 0 {
			t.Error("none")
		}
	}},
	{128, "administrators see all tokens, users their own", func(t *testing.T, w *world) {
		name, _ := w.person(t)
		_, hers := w.mint(t, "alice", `{}`)
		_, own := w.mint(t, name, `{}`)
		page := w.got(t, 200, "GET", "/api/v2/tokens/", name, "")
		equal(t, "own", len(page.results()), 1)
		equal(t, "own", page.results()[0]["url"], own)
		for _, as := range []string{"admin", "dave"} {
			all := w.expect(t, get("/api/v2/tokens/?page_size=200", as), 200, "").body
			if !strings.Contains(all, hers) || !strings.Contains(all, own) {
				t.Errorf("%s does not see all", as)
			}
		}
	}},
	says(129, "there is no such application", question{"POST", "/api/v2/tokens/", "alice", `{"application":9999}`, nil}, 400, `{"detail":"OAuth2Application matching query does not exist."}`),
	says(129, "as administrators are told", question{"POST", "/api/v2/tokens/", "admin", `{"application":9999}`, nil}, 400, `{"application":["Invalid pk \"9999\" - object does not exist."]}`),
	{130, "all tokens of a user, of applications too", func(t *testing.T, w *world) {
		name, home := w.person(t)
		_, personal := w.mint(t, name, `{}`)
		_, granted := w.mint(t, name, fmt.Sprintf(`{"application":%d}`, w.application(t).number("id")))
		for _, as := range []string{name, "admin"} {
			var urls []string
			for _, r := range w.got(t, 200, "GET", home+"tokens/", as, "").results() {
				urls = append(urls, r.text("url"))
			}
			equal(t, as+" sees", urls, []string{personal, granted})
		}
	}},
	says(131, "an authorized token needs its application", question{"POST", "/api/v2/users/2/authorized_tokens/", "alice", `{}`, nil}, 400, `{"application":["This field is required."]}`),
	{132, "each act on a token is one entry of the activity, masked", func(t *testing.T, w *world) {
		name, _ := w.person(t)
		secret, url := w.mint(t, name, `{"description":"alpha"}`)
		id := strings.Split(url, "/")[4]
		w.got(t, 200, "PATCH", url, name, `{"description":"beta"}`)
		w.got(t, 200, "PATCH", url, name, `{}`)
		w.got(t, 200, "PATCH", url, name, `{"description":"beta"}`)
		w.got(t, 204, "DELETE", url, name, "")
		a := w.expect(t, get("/api/v2/activity_stream/?order_by=id&object1=o_auth2_access_token&actor__username="+name, "admin"), 200, `"count":3,`)
		var acts []string
		for _, r := range a.fields(t).results() {
			acts = append(acts, r.text("operation"))
		}
		equal(t, "entries", acts, []string{"create", "update", "delete"})
		for _, changes := range []string{
			`"changes":{"description":"alpha","application":null,"scope":"write","id":` + id + `,"token":"************"`,
			`"changes":{"description":["alpha","beta"]}`,
			`"changes":{"description":"beta","application":null,"scope":"write","id":` + id + `,"token":"************"`,
		} {
			if !strings.Contains(a.body, changes) {
				t.Errorf("no %s in %s", changes, a.body)
			}
		}
		if strings.Contains(a.body, secret) {
			t.Error("a secret")
		}
	}},
	owned(133, "a token's activity is its owner's to see", `{}`, func(t *testing.T, w *world, _, url string) {
		w.expect(t, get(url+"activity_stream/", "alice"), 200, `{"count":1,"next":null,"previous":null,"results":[{"id":`)
		w.expect(t, get(url+"activity_stream/", "eve"), 403, noPermission)
	}),
	says(134, "anybody learns the version", get("/api/", ""), 200, `"current_version":"/api/v2/","available_versions":{"v2":"/api/v2/"}`),
	{135, "anybody learns what there is", func(t *testing.T, w *world) {
		index := w.got(t, 200, "GET", "/api/v2/", "", "")
		for _, name := range strings.Fields("ping config settings me users applications tokens activity_stream organizations") {
			equal(t, name, index[name], "/api/v2/"+name+"/")
		}
	}},
	says(136, "anybody may ping", get("/api/v2/ping/", ""), 200, `"version":"24.6.1"`),
	says(136, "with bad credentials too", get("/api/v2/ping/", "=Bearer x"), 200, `"version":"24.6.1"`),
	{137, "me is a page of one", func(t *testing.T, w *world) {
		page := w.got(t, 200, "GET", "/api/v2/me/", "alice", "")
		equal(t, "count", page["count"], 1)
		equal(t, "me", page.results()[0]["username"], "alice")
	}},
	{138, "an administrator makes a user", func(t *testing.T, w *world) {
		a := w.expect(t, newUser("zed", "admin"), 201, `"password":"$encrypted$"`)
		o := a.fields(t)
		equal(t, "related", o.object("related")["personal_tokens"], o.text("url")+"personal_tokens/")
		equal(t, "Location", a.header.Get("Location"), o["url"])
		if strings.Contains(a.body, adminPassword) || strings.Contains(a.body, "argon2") {
			t.Error("a password")
		}
		w.expect(t, newUser("zed", "admin"), 400, `{"username":["A user with that username already exists."]}`)
		equal(t, "found", w.got(t, 200, "GET", "/api/v2/users/?username=zed", "admin", "").ids(), []int64{o.number("id")})
	}},
	says(139, "a name is taken once", newUser("alice", "admin"), 400, `{"username":["A user with that username already exists."]}`),
	says(140, "a new user needs a password", question{"POST", "/api/v2/users/", "admin", `{"username":"y"}`, nil}, 400, `{"password":["Password required for new User."]}`),
	says(141, "a plain user makes none", newUser("y", "alice"), 403, noPermission),
	says(142, "a user is found by name", get("/api/v2/users/?username=alice", "admin"), 200, `{"count":1,"next":null,"previous":null,"results":[{"id":2,`),
	{143, "an administrator changes and deletes users", func(t *testing.T, w *world) {
		name, url := w.person(t)
		w.expect(t, question{"PATCH", url, "admin", `{"first_name":"P"}`, nil}, 200, `"first_name":"P"`)
		w.expect(t, question{"PUT", url, "admin", `{"username":"` + name + `","last_name":"Q"}`, nil}, 200, `"first_name":"P","last_name":"Q"`)
		w.expect(t, question{"DELETE", url, "admin", "", nil}, 204, "")
		w.expect(t, get(url, "admin"), 404, noUser)
	}},
	// AWX lets anybody delete a user who belongs to no organization.
	says(144, "a plain user deletes nobody", question{"DELETE", "/api/v2/users/6/", "alice", "", nil}, 403, noPermission),
	says(145, "nor themselves", question{"DELETE", "/api/v2/users/2/", "alice", "", nil}, 403, noPermission),
	says(145, "nor does an administrator", question{"DELETE", "/api/v2/users/1/", "admin", "", nil}, 403, `{"detail":"Cannot delete user."}`),
	{146, "there is no gateway", func(t *testing.T, w *world) {
		for _, as := range []string{"alice", "", "=Bearer x"} {
			for _, method := range []string{"POST", "GET", "OPTIONS"} {
				w.expect(t, question{method, "/api/gateway/v1/tokens/", as, "", nil}, 404, notFound)
			}
		}
		w.expect(t, question{"POST", "/api/gateway/v1/tokens/", "alice", `{"scope": "write"}`, nil}, 404, notFound)
	}},
	{147, "the neighbours of users answer OPTIONS with an object", func(t *testing.T, w *world) {
		for _, as := range []string{"alice", "admin"} {
			for _, name := range neighbours {
				w.got(t, 200, "OPTIONS", "/api/v2/"+name+"/", as, "")
			}
		}
	}},
	{148, "answers name the product, refusals are objects", func(t *testing.T, w *world) {
		a := w.expect(t, get("/api/v2/me/", "alice"), 200, "")
		equal(t, "X-API-Product-Name", a.header.Get("X-API-Product-Name"), "AWX")
		equal(t, "X-API-Product-Version", a.header.Get("X-API-Product-Version"), "24.6.1")
		for status, q := range map[int]question{
			401: get("/api/v2/me/", ""), 403: get("/api/v2/users/6/", "alice"), 404: get("/api/v2/nothing/", "alice"),
			405: {"PATCH", "/api/v2/tokens/", "alice", `{}`, nil}, 406: {"GET", "/api/v2/me/", "alice", "", []string{"Accept: application/xml"}},
			413: personalPost(strings.Repeat("x", 1<<20)), 415: personalPost("x", "Content-Type: text/plain"),
		} {
			a := w.ask(t, q.method, q.path, q.as, q.body, q.headers...)
			equal(t, "status", a.status, status)
			equal(t, "Content-Type", a.header.Get("Content-Type"), "application/json")
			a.fields(t)
		}
	}},
	// The cookie's name is Jeton's own; clients of AWX read it from the header.
	{149, "awxkit signs in by the form", func(t *testing.T, w *world) {
		b := w.browser(t)
		a := b.signIn(t, "alice")
		name := a.header.Get("X-API-Session-Cookie-Name")
		equal(t, "X-API-Session-Cookie-Name", name, "jeton_session")
		equal(t, "Location", a.header.Get("Location"), "/api/")
		if b.cookie(name) == "" {
			t.Error("no session")
		}
		b.expect(t, "GET", "/api/v2/me/", "", 200, `"username":"alice"`)
		wrong := w.browser(t)
		wrong.expect(t, "GET", "/api/", "", 200, "")
		wrong.expect(t, "POST", "/api/login/", "username=alice&password=wrong&next=%2Fapi%2F", 401, "",
			"Content-Type: application/x-www-form-urlencoded", "X-CSRFToken: "+wrong.cookie("csrftoken"), "Referer: "+w.client.url+"/api/login/")
		wrong.expect(t, "GET", "/api/v2/me/", "", 401, noCredentials)
	}},
	// All that is known of them is in TestClients, the collection itself in
	// TestCollectionOfAnsible.
	{150, "the clients do their whole work", func(t *testing.T, w *world) {
		played := 0
		for _, c := range slices.Concat(cliSessions[1:], collectionSessions) { // the first is that of TestClients' own world
			if slices.Contains(wholeWork, c.name) {
				played++
				t.Run(c.name, func(t *testing.T) { w.replay(t, c) })
			}
		}
		equal(t, "sessions", played, len(wholeWork))
	}},
}

// newUser is a POST of a user.
func newUser(name, as string) question {
	return question{"POST", "/api/v2/users/", as, `{"username":"` + name + `","password":"` + adminPassword + `"}`, nil}
}
