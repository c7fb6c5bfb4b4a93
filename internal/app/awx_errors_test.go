package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

const (
	noCredentials = `{"detail":"Authentication credentials were not provided. To establish a login session, visit /api/login/."}`
	challenge     = `Bearer realm=api authorization_url=/api/o/authorize/`
	noPermission  = `{"detail":"You do not have permission to perform this action."}`
	noUser        = `{"detail":"No User matches the given query."}`
	noToken       = `{"detail":"No OAuth2AccessToken matches the given query."}`
	notFound      = `{"detail":"Not found."}`
	notObject     = `{"detail":"JSON parse error - not a JSON object"}`
	badType       = `{"detail":"You did not use correct Content-Type in your HTTP request. If you are using our REST API, the Content-Type must be application/json"}`
	listAllow     = "GET, POST, HEAD, OPTIONS"
	detailAllow   = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
)

// unknown is a line about credentials that are refused: always the same answer.
func unknown(number int, name string, as func(t *testing.T, w *world) string) line {
	return line{number, name, func(t *testing.T, w *world) {
		for _, method := range []string{"GET", "POST"} {
			a := w.expect(t, question{method, personalPath, as(t, w), "", nil}, 401, noCredentials)
			equal(t, "WWW-Authenticate", a.header.Values("WWW-Authenticate"), []string{challenge})
			equal(t, "Allow", a.header.Get("Allow"), listAllow)
			equal(t, "Content-Type", a.header.Get("Content-Type"), "application/json")
		}
	}}
}

func always(as string) func(*testing.T, *world) string {
	return func(*testing.T, *world) string { return as }
}

// basicOf is an Authorization header by which nobody is.
func basicOf(name, password string) string {
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth(name, password)
	return "=" + r.Header.Get("Authorization")
}

var errorLines = []line{
	unknown(44, "no credentials are refused in AWX' words", always("")),
	unknown(45, "the challenge is AWX' and never Basic", always("")),
	unknown(46, "a wrong password is refused alike", always(basicOf("alice", "wrong"))),
	unknown(47, "an unknown user is refused alike", always(basicOf("nobody", adminPassword))),
	unknown(48, "an unknown bearer is refused alike", always("=Bearer "+pat.NewSecret("jtn").Reveal())),
	unknown(49, "an expired bearer is refused alike", func(t *testing.T, w *world) string {
		secret, _ := w.mint(t, "alice", `{"expires":"`+w.now().Add(time.Minute).UTC().Format(time.RFC3339)+`"}`)
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
		w.wait(time.Minute)
		return secret
	}),
	unknown(50, "a deleted bearer is refused alike", func(t *testing.T, w *world) string {
		secret, url := w.mint(t, "alice", `{}`)
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
		w.got(t, 204, "DELETE", url, "alice", "")
		return secret
	}),
	unknown(51, "the scheme Token is none", func(t *testing.T, w *world) string {
		secret, _ := w.mint(t, "alice", `{}`)
		return "=Token " + secret
	}),
	unknown(52, "an inactive user's password is refused", always("frank")),
	// AWX goes on taking the tokens of users who were disabled; suspended is
	// suspended here, whatever the credential.
	unknown(53, "an inactive user's bearer is refused", func(t *testing.T, w *world) string {
		name, url := w.person(t)
		secret, _ := w.mint(t, name, `{}`)
		w.got(t, 200, "GET", "/api/v2/me/", secret, "")
		w.got(t, 200, "PATCH", url, "admin", `{"is_active":false}`)
		return secret
	}),
	says(54, "another's tokens are not shown", get("/api/v2/users/6/personal_tokens/", "alice"), 403, noPermission),
	says(54, "nor made", question{"POST", "/api/v2/users/6/personal_tokens/", "alice", `{}`, nil}, 403, noPermission),
	says(54, "and by name there is nothing", get("/api/v2/users/eve/personal_tokens/", "alice"), 404, notFound),
	says(55, "a user who is not has no tokens", get("/api/v2/users/9999/personal_tokens/", "alice"), 404, noUser),
	says(55, "nor gets any", question{"POST", "/api/v2/users/9999/personal_tokens/", "alice", `{}`, nil}, 404, noUser),
	says(55, "nor by name", get("/api/v2/users/nobody/personal_tokens/", "alice"), 404, noUser),
	// AWX answers administrators with a token of their own.
	says(56, "an administrator makes none for a user who is not", question{"POST", "/api/v2/users/9999/personal_tokens/", "admin", `{}`, nil}, 404, noUser),
	says(56, "nor sees any", get("/api/v2/users/9999/personal_tokens/", "admin"), 404, noUser),
	says(57, "bad JSON is told in AWX' words", personalPost(`{bad`), 400,
		`{"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\nPossible cause: trailing comma."}`),
	says(58, "a list is no object", personalPost(`[]`), 400, notObject),
	// AWX fails inside.
	says(59, "null is no object", personalPost(`null`), 400, `{"__all__":["This field may not be null."]}`),
	says(60, "text is not JSON", personalPost(`{}`, "Content-Type: text/plain"), 415, badType),
	says(60, "no type is not JSON", personalPost(`{}`, "Content-Type: "), 415, badType),
	says(60, "without a body the type is nothing", personalPost(``, "Content-Type: text/plain"), 201, `"scope":"write"`),
	says(61, "a form is not JSON", personalPost(`scope=read`, "Content-Type: application/x-www-form-urlencoded"), 415, badType),
	says(62, "JSON may have a charset", personalPost(`{}`, "Content-Type: application/json; charset=utf-8"), 201, `"scope":"write"`),
	says(63, "the type is told before the credentials", question{"POST", personalPath, "", `{}`, []string{"Content-Type: text/plain"}}, 415, badType),
	says(63, "and bad JSON", question{"POST", personalPath, "", `[]`, nil}, 400, notObject),
	{64, "PUT is not allowed, and what is", func(t *testing.T, w *world) {
		a := w.expect(t, question{"PUT", personalPath, "alice", `{}`, nil}, 405, `{"detail":"Method \"PUT\" not allowed."}`)
		equal(t, "Allow", a.header.Get("Allow"), listAllow)
	}},
	{65, "nor is DELETE", func(t *testing.T, w *world) {
		a := w.expect(t, question{"DELETE", personalPath, "alice", "", nil}, 405, `{"detail":"Method \"DELETE\" not allowed."}`)
		equal(t, "Allow", a.header.Get("Allow"), listAllow)
	}},
	says(66, "nobody is told of methods", question{"DELETE", personalPath, "", "", nil}, 401, noCredentials),
	says(67, "without a slash, GET", get(strings.TrimSuffix(personalPath, "/"), "alice"), 200, `{"count":`),
	says(67, "without a slash, POST", question{"POST", strings.TrimSuffix(personalPath, "/"), "alice", `{"description":"no slash"}`, nil}, 201, `"description":"no slash"`),
	// AWX redirects, by which clients lose the body and ask by GET.
	says(68, "the list of all serves a POST without a slash", question{"POST", "/api/v2/tokens", "alice", `{"description":"no slash"}`, nil}, 201, `"description":"no slash"`),
	says(69, "a large body is refused", personalPost(`{"description":"`+strings.Repeat("x", 3<<20)+`"}`), 413, `{"detail":"The request body is too large."}`),
	says(69, "and a long description", personalPost(`{"description":"`+strings.Repeat("x", 4097)+`"}`), 400, `{"description":["Ensure this field has no more than 4096 characters."]}`),
}
