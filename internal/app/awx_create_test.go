package app_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	badScope    = `{"scope":["Must be a simple space-separated string with allowed scopes ['read', 'write']."]}`
	noString    = `["Not a valid string."]`
	moduleToken = `{"description": "Automation Platform Controller Module Token", "application": null, "scope": "write"}`
)

// tokenKeys are the keys of a token in AWX' order, and those that Jeton adds.
var (
	tokenKeys  = strings.Fields("id type url related summary_fields created modified description user token refresh_token application expires scope")
	addedFirst = "name"
)

// aToken is a token that alice has just made by her password.
func aToken(t *testing.T, w *world) (*answer, fields) {
	t.Helper()
	a := w.expect(t, personalPost(`{"description":"d","scope":"read"}`), 201, "")
	return a, a.fields(t)
}

// made is a line about the answer to the request of A1.
func made(number int, name string, check func(t *testing.T, a *answer, o fields)) line {
	return line{number, name, func(t *testing.T, w *world) {
		a, o := aToken(t, w)
		check(t, a, o)
	}}
}

// equal compares JSON values.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("%s is %s, want %s", what, g, w)
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000000Z", text)
	if err != nil && !strings.Contains(text, ".") { // no fraction in the millionth case
		at, err = time.Parse("2006-01-02T15:04:05Z", text)
	}
	if err != nil {
		t.Errorf("%q is no time in UTC with microseconds", text)
	}
	return at
}

// keysOf returns the keys of a JSON object in their order.
func keysOf(t *testing.T, text string) (keys []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

var createLines = []line{
	says(1, "a user makes a token by password", personalPost(`{"description":"d","scope":"read"}`), 201, `"scope":"read"`),
	// Keys of Jeton's own come after the 14, for clients that know them; those
	// of AWX ignore what they do not know.
	made(2, "the answer has AWX' 14 keys", func(t *testing.T, _ *answer, o fields) {
		for _, key := range tokenKeys {
			if _, ok := o[key]; !ok {
				t.Errorf("no %s", key)
			}
		}
	}),
	made(3, "they come first and in AWX' order", func(t *testing.T, a *answer, _ fields) {
		keys := keysOf(t, a.body)
		if !slices.Equal(keys[:14], tokenKeys) || keys[14] != addedFirst {
			t.Error(keys)
		}
	}),
	made(4, "the type is AWX'", func(t *testing.T, _ *answer, o fields) { equal(t, "type", o["type"], "o_auth2_access_token") }),
	made(5, "the url is that of the token by its id", func(t *testing.T, a *answer, o fields) {
		equal(t, "url", o["url"], "/api/v2/tokens/"+keyText(a, "id")+"/")
	}),
	made(6, "related leads to the user and the activity, and nowhere else", func(t *testing.T, a *answer, o fields) {
		equal(t, "related", o["related"], map[string]string{"user": "/api/v2/users/2/", "activity_stream": "/api/v2/tokens/" + keyText(a, "id") + "/activity_stream/"})
	}),
	made(7, "summary_fields tell the user", func(t *testing.T, a *answer, _ fields) {
		if want := `"summary_fields":{"user":{"id":2,"username":"alice","first_name":"Alice","last_name":"X"}},`; !strings.Contains(a.body, want) {
			t.Error(a.body)
		}
	}),
	made(8, "it is hers, of no application, without a refresh token", func(t *testing.T, _ *answer, o fields) {
		equal(t, "user", o["user"], 2)
		equal(t, "application", o["application"], nil)
		equal(t, "refresh_token", o["refresh_token"], nil)
	}),
	// AWX' 30 letters have no prefix by which scanners find a leak, and no
	// checksum; clients take any text without blanks.
	made(9, "the secret has the form of Jeton's", func(t *testing.T, _ *answer, o fields) {
		if !regexp.MustCompile(`^jtn_[0-9A-Za-z]{46}$`).MatchString(o.text("token")) {
			t.Error("another form")
		}
	}),
	made(10, "scope and description are those of the request", func(t *testing.T, _ *answer, o fields) {
		equal(t, "scope", o["scope"], "read")
		equal(t, "description", o["description"], "d")
	}),
	made(11, "created is not after modified, both UTC with microseconds", func(t *testing.T, _ *answer, o fields) {
		if instant(t, o.text("created")).After(instant(t, o.text("modified"))) {
			t.Error(o)
		}
	}),
	// AWX' 365,000 days are as good as never; Jeton's default is 365.
	made(12, "it expires after 365 days", func(t *testing.T, _ *answer, o fields) {
		if life := instant(t, o.text("expires")).Sub(instant(t, o.text("created"))); life != 365*24*time.Hour {
			t.Error(life)
		}
	}),
	made(13, "Location is the token's path", func(t *testing.T, a *answer, o fields) { equal(t, "Location", a.header.Get("Location"), o["url"]) }),
	made(14, "the content type is JSON without a charset", func(t *testing.T, a *answer, _ fields) {
		equal(t, "Content-Type", a.header.Get("Content-Type"), "application/json")
	}),
	says(15, "an empty object is no description and write", personalPost(`{}`), 201, `"description":"","user":2,`),
	says(15, "an empty object makes a token that may write", personalPost(`{}`), 201, `"scope":"write"`),
	says(16, "no body is an empty object", personalPost(``), 201, `"scope":"write"`),
	says(17, "the body of awx login is taken", personalPost(`{"description": "AWX CLI", "application": null, "scope": "write"}`), 201, `"description":"AWX CLI"`),
	says(18, "write", personalPost(`{"scope":"write"}`), 201, `"scope":"write"`),
	says(19, "read write is echoed", personalPost(`{"scope":"read write"}`), 201, `"scope":"read write"`),
	says(20, "write read is echoed", personalPost(`{"scope":"write read"}`), 201, `"scope":"write read"`),
	says(21, "an empty scope is refused", personalPost(`{"scope":""}`), 400, badScope),
	says(22, "a scope null is refused", personalPost(`{"scope":null}`), 400, badScope),
	says(23, "a scope that there is none of is refused", personalPost(`{"scope":"admin"}`), 400, badScope),
	says(24, "a scope in capitals is refused", personalPost(`{"scope":"Write"}`), 400, badScope),
	says(25, "a scope twice is refused", personalPost(`{"scope":"read read"}`), 400, badScope),
	says(26, "a comma between scopes is refused", personalPost(`{"scope":"read,write"}`), 400, badScope),
	says(27, "a list of scopes is no string", personalPost(`{"scope":["read"]}`), 400, `{"scope":`+noString+`}`),
	says(28, "true is no string", personalPost(`{"scope":true}`), 400, `{"scope":`+noString+`}`),
	says(29, "a number is a string and no scope", personalPost(`{"scope":1}`), 400, badScope),
	says(30, "blanks around a scope are trimmed", personalPost(`{"scope":" read "}`), 201, `"scope":"read"`),
	says(31, "a description null is empty", personalPost(`{"description":null}`), 201, `"description":""`),
	says(32, "a description may be a number", personalPost(`{"description":123}`), 201, `"description":"123"`),
	says(33, "a description is no list", personalPost(`{"description":["x"]}`), 400, `{"description":`+noString+`}`),
	says(34, "blanks around a description are trimmed", personalPost(`{"description":"  pad  "}`), 201, `"description":"pad"`),
	says(35, "a NUL is refused", personalPost(`{"description":"a\u0000b"}`), 400, `{"description":["Null characters are not allowed."]}`),
	says(36, "letters beyond ASCII come back unescaped", personalPost(`{"description":"çay & <€> \ud83d\ude00"}`), 201, `"description":"çay & <€> 😀"`),
	says(37, "two bad fields are both told", personalPost(`{"scope":"x","description":[]}`), 400, `{"description":`+noString+`,`+badScope[1:]),
	says(38, "an unknown key is ignored", personalPost(`{"foo":1}`), 201, `"scope":"write"`),
	{39, "keys that are the server's are ignored", func(t *testing.T, w *world) {
		o := w.got(t, 201, "POST", personalPath, "alice", `{"user":1,"token":"x","id":99999,"refresh_token":"x","application":5}`)
		equal(t, "user", o["user"], 2)
		equal(t, "application", o["application"], nil)
		equal(t, "refresh_token", o["refresh_token"], nil)
		if o.number("id") == 99999 || o.text("token") == "x" {
			t.Error("id or token is the client's")
		}
	}},
	// Jeton's own: expires can be written when a token is made, never longer
	// than the policy.
	says(39, "expires may be chosen", personalPost(`{"expires":"2999-12-31T00:00:00Z"}`), 201, `"expires":"2999-12-31T00:00:00Z"`),
	{40, "two equal requests make two tokens", func(t *testing.T, w *world) {
		_, a := aToken(t, w)
		_, b := aToken(t, w)
		if a.number("id") == b.number("id") || a.text("token") == b.text("token") {
			t.Error("they are one")
		}
	}},
	says(41, "the path may have the user's name", question{"POST", "/api/v2/users/alice/personal_tokens/", "alice", `{}`, nil}, 201, `"user":2,`),
	says(42, "a name may have a raw at sign", question{"POST", "/api/v2/users/u@ex.org/personal_tokens/", "u@ex.org", `{}`, nil}, 201, `"user":4,`),
	says(42, "and one that is escaped", question{"POST", "/api/v2/users/u%40ex.org/personal_tokens/", "u@ex.org", `{}`, nil}, 201, `"user":4,`),
	{43, "the token works at once", func(t *testing.T, w *world) {
		_, o := aToken(t, w)
		me := w.got(t, 200, "GET", "/api/v2/me/", o.text("token"), "")
		equal(t, "me", me.ids(), []int{2})
	}},
}

// keyText is the text of a number in an answer, in full.
func keyText(a *answer, key string) string {
	m := regexp.MustCompile(`"` + key + `":(\d+)`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1]
}
