package app_test

import (
	"testing"
)

// owned is a line about a token that alice has just made by that body.
func owned(number int, name, body string, check func(t *testing.T, w *world, secret, url string)) line {
	return line{number, name, func(t *testing.T, w *world) {
		secret, url := w.mint(t, "alice", body)
		check(t, w, secret, url)
	}}
}

// answers is a line about a request to a new read token of alice's.
func answers(number int, name, method, as, body string, status int, want string) line {
	return owned(number, name, `{"description":"d","scope":"read"}`, func(t *testing.T, w *world, _, url string) {
		w.expect(t, question{method, url, as, body, nil}, status, want)
	})
}

var detailLines = []line{
	answers(90, "the owner sees the token, masked", "GET", "alice", "", 200, `"description":"d","user":2,"token":"************"`),
	answers(91, "an administrator sees it", "GET", "admin", "", 200, `"token":"************"`),
	answers(92, "an auditor sees it", "GET", "dave", "", 200, `"token":"************"`),
	answers(93, "another user does not", "GET", "eve", "", 403, noPermission),
	says(94, "a token that is not", get("/api/v2/tokens/9999/", "alice"), 404, noToken),
	says(95, "nobody is told of tokens that are not", get("/api/v2/tokens/9999/", ""), 401, noCredentials),
	owned(96, "the owner changes the description, and the time of it", `{"description":"d"}`, func(t *testing.T, w *world, secret, url string) {
		before := w.got(t, 200, "GET", url, "alice", "")
		after := w.got(t, 200, "PATCH", url, "alice", `{"description":"new"}`)
		equal(t, "description", after["description"], "new")
		if !instant(t, after.text("modified")).After(instant(t, before.text("modified"))) {
			t.Errorf("modified %v, before %v", after["modified"], before["modified"])
		}
		for _, key := range []string{"created", "expires", "scope", "id", "token"} {
			equal(t, key, after[key], before[key])
		}
		w.got(t, 200, "GET", "/api/v2/me/", secret, "") // the secret is what it was
	}),
	answers(97, "and the scope, by password", "PATCH", "alice", `{"scope":"write"}`, 200, `"scope":"write"`),
	answers(98, "a bad scope is refused", "PATCH", "alice", `{"scope":"x"}`, 400, badScope),
	owned(99, "what is not the client's stays", `{"scope":"read"}`, func(t *testing.T, w *world, _, url string) {
		before := w.got(t, 200, "GET", url, "alice", "")
		after := w.got(t, 200, "PATCH", url, "alice", `{"user":1,"application":7,"expires":"2999-01-01T00:00:00Z","token":"x","id":9}`)
		for _, key := range []string{"user", "application", "expires", "token", "id"} {
			equal(t, key, after[key], before[key])
		}
	}),
	answers(100, "an empty change is one", "PATCH", "alice", `{}`, 200, `"scope":"read"`),
	// AWX makes a read token one that may write when PUT does not say.
	answers(101, "PUT without a scope keeps it", "PUT", "alice", `{"description":"x"}`, 200, `"scope":"read"`),
	answers(102, "PUT without a description empties it", "PUT", "alice", `{"scope":"read"}`, 200, `"description":""`),
	owned(103, "the owner deletes it, and it is none any more", `{}`, func(t *testing.T, w *world, secret, url string) {
		a := w.expect(t, question{"DELETE", url, "alice", "", nil}, 204, "")
		equal(t, "body", a.body, "")
		equal(t, "Content-Type", a.header.Values("Content-Type"), nil)
		w.expect(t, get("/api/v2/me/", secret), 401, noCredentials)
		w.expect(t, get(url, "alice"), 404, noToken)
		w.expect(t, get(url, "admin"), 404, noToken)
		equal(t, "found", w.got(t, 200, "GET", "/api/v2/tokens/?id="+url[len("/api/v2/tokens/"):len(url)-1], "admin", "")["count"], 0)
	}),
	// In AWX an ended token is none to anybody. Here its record is kept, and
	// whether another's token was revoked is not told: it is refused as before.
	owned(103, "to others it is another's, as before", `{}`, func(t *testing.T, w *world, _, url string) {
		w.got(t, 204, "DELETE", url, "alice", "")
		w.expect(t, get(url, "dave"), 404, noToken)
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			w.expect(t, question{method, url, "eve", "", nil}, 403, noPermission)
		}
	}),
	answers(104, "an administrator deletes it", "DELETE", "admin", "", 204, ""),
	answers(105, "an auditor does not", "DELETE", "dave", "", 403, noPermission),
	answers(105, "nor does another user", "DELETE", "eve", "", 403, noPermission),
	owned(106, "the second time there is nothing to delete", `{}`, func(t *testing.T, w *world, _, url string) {
		w.got(t, 204, "DELETE", url, "alice", "")
		w.expect(t, question{"DELETE", url, "alice", "", nil}, 404, noToken)
	}),
	owned(107, "a write token deletes itself", `{}`, func(t *testing.T, w *world, secret, url string) {
		w.expect(t, question{"DELETE", url, secret, "", nil}, 204, "")
		w.expect(t, question{"DELETE", url, secret, "", nil}, 401, noCredentials)
	}),
	{108, "OPTIONS of a token that is not tells the methods", func(t *testing.T, w *world) {
		a := w.expect(t, question{"OPTIONS", "/api/v2/tokens/9999/", "alice", "", nil}, 200, `"actions":{"GET":`)
		equal(t, "Allow", a.header.Get("Allow"), detailAllow)
	}},
	answers(109, "POST on a token is not allowed", "POST", "alice", `{}`, 405, `{"detail":"Method \"POST\" not allowed."}`),
}
