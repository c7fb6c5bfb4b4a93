package awx_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

// PT is the path of alice's personal tokens.
const pt = "/api/v2/users/2/personal_tokens/"

const (
	badScope   = `{"scope":["Must be a simple space-separated string with allowed scopes ['read', 'write', 'deploy']."]}`
	noString   = `["Not a valid string."]`
	forbidden  = `{"detail":"You do not have permission to perform this action."}`
	noUser     = `{"detail":"No User matches the given query."}`
	noToken    = `{"detail":"No OAuth2AccessToken matches the given query."}`
	notFound   = `{"detail":"Not found."}`
	noIdentity = `{"detail":"Authentication credentials were not provided. To establish a login session, visit /api/login/."}`
	badType    = `{"detail":"You did not use correct Content-Type in your HTTP request. If you are using our REST API, the Content-Type must be application/json"}`
)

// TestCreated checks the one answer that shows a secret, byte by byte.
func TestCreated(t *testing.T) {
	s := open(t)
	w := s.do("POST", pt, alice, `{"description":"d","scope":"read"}`)
	want := `{"id":1,"type":"o_auth2_access_token","url":"/api/v2/tokens/1/",` +
		`"related":{"user":"/api/v2/users/2/","activity_stream":"/api/v2/tokens/1/activity_stream/"},` +
		`"summary_fields":{"user":{"id":2,"username":"alice","first_name":"Alice","last_name":""}},` +
		`"created":"T","modified":"T","description":"d","user":2,"token":"S","refresh_token":null,"application":null,` +
		`"expires":"T","scope":"read","name":"","last_used":null,"networks":[],"created_from":"192.0.2.1","status":"live","paused":null,"retired":null,"family":1,"replaces":null,"replaced_by":null,"last_used_from":null}`
	got := regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`).ReplaceAllString(w.Body.String(), "T")
	got = regexp.MustCompile(`jtn_[0-9A-Za-z]{46}`).ReplaceAllString(got, "S")
	if w.Code != http.StatusCreated || got != want {
		t.Errorf("001-011: %d\n%s\nwant\n%s", w.Code, got, want)
	}
	o := parse(t, w)
	created, expires := instant(t, o.str("created")), instant(t, o.str("expires"))
	if !instant(t, o.str("modified")).Equal(created) {
		t.Error("011: a new token is modified when it is created")
	}
	if expires.Sub(created) != 365*24*time.Hour {
		t.Errorf("012: expires after %v", expires.Sub(created))
	}
	for name, value := range map[string]string{
		"Location": "/api/v2/tokens/1/", "Content-Type": "application/json", "Allow": "GET, POST, HEAD, OPTIONS",
		"X-Api-Product-Name": "AWX", "X-Api-Product-Version": "24.6.1", "X-Api-Node": "jeton",
		"Vary": "Accept, Accept-Language, Origin, Cookie", "Content-Language": "en", "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != value {
			t.Errorf("013, 014, 148: %s: %q, want %q", name, got, value)
		}
	}
	if id := w.Header().Get("X-API-Request-Id"); !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("X-API-Request-Id: %q", id)
	}
	if took := w.Header().Get("X-API-Time"); !regexp.MustCompile(`^\d\.\d{3}s$`).MatchString(took) {
		t.Errorf("X-API-Time: %q", took)
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000000Z", text)
	check(t, err)
	return at
}

func TestCreate(t *testing.T) {
	s := open(t)
	long := strings.Repeat("€", 4096)
	tests := []struct {
		name, body string
		status     int
		want       string // a part of the answer, all of it for an error
	}{
		{"015 an empty object", `{}`, 201, `"description":"","user":2,`},
		{"015 the scope is write", `{}`, 201, `"scope":"write"`},
		{"016 no body", ``, 201, `"scope":"write"`},
		{"017 as awx login sends it", `{"description": "AWX CLI", "application": null, "scope": "write"}`, 201, `"description":"AWX CLI"`},
		{"018 write", `{"scope":"write"}`, 201, `"scope":"write"`},
		{"019 read write", `{"scope":"read write"}`, 201, `"scope":"read write"`},
		{"020 write read", `{"scope":"write read"}`, 201, `"scope":"write read"`},
		{"020 a scope of this installation", `{"scope":"read deploy"}`, 201, `"scope":"read deploy"`},
		{"021 an empty scope", `{"scope":""}`, 400, badScope},
		{"022 null", `{"scope":null}`, 400, badScope},
		{"023 admin", `{"scope":"admin"}`, 400, badScope},
		{"024 upper case", `{"scope":"Write"}`, 400, badScope},
		{"025 twice", `{"scope":"read read"}`, 400, badScope},
		{"026 a comma", `{"scope":"read,write"}`, 400, badScope},
		{"027 a list", `{"scope":["read"]}`, 400, `{"scope":` + noString + `}`},
		{"028 true", `{"scope":true}`, 400, `{"scope":` + noString + `}`},
		{"029 a number", `{"scope":1}`, 400, badScope},
		{"030 blanks around", `{"scope":" read "}`, 201, `"scope":"read"`},
		{"030 blanks within collapse", `{"scope":"read\n write"}`, 201, `"scope":"read write"`},
		{"031 description null", `{"description":null}`, 201, `"description":""`},
		{"032 description a number", `{"description":123}`, 201, `"description":"123"`},
		{"033 description a list", `{"description":["x"]}`, 400, `{"description":` + noString + `}`},
		{"033 description true", `{"description":true}`, 400, `{"description":` + noString + `}`},
		{"033 description an object", `{"description":{}}`, 400, `{"description":` + noString + `}`},
		{"034 padded", `{"description":"  pad  "}`, 201, `"description":"pad"`},
		{"035 NUL", `{"description":"a\u0000b"}`, 400, `{"description":["Null characters are not allowed."]}`},
		{"036 not ASCII", `{"description":"çay & <b>€</b> \ud83d\ude00"}`, 201, `"description":"çay & <b>€</b> 😀"`},
		{"037 two bad fields", `{"scope":"x","description":[]}`, 400, `{"description":` + noString + `,` + badScope[1:]},
		{"038 an unknown key", `{"foo":1}`, 201, `"scope":"write"`},
		{"039 keys that are not the client's", `{"user":1,"token":"x","id":99,"refresh_token":"x","application":5}`, 201, `"user":2,`},
		{"the longest description", `{"description":"` + long + `"}`, 201, long},
		{"one more character", `{"description":"` + long + `€"}`, 400, `{"description":["Ensure this field has no more than 4096 characters."]}`},
		{"the last of two equal keys wins", `{"scope":"x","scope":"read"}`, 201, `"scope":"read"`},
		{"a date", `{"expires":"2027-01-01T00:00:00+03:00"}`, 201, `"expires":"2026-12-31T21:00:00Z"`},
		{"never is shown as a date", `{"expires":null}`, 201, `"expires":"3026-`},
		{"a date that is over", `{"expires":"2026-01-01T00:00:00Z"}`, 400, `{"expires":["Choose a time in the future."]}`},
		{"the year one", `{"expires":"0001-01-01T00:00:00Z"}`, 400, `{"expires":["Choose a time in the future."]}`},
		{"no date", `{"expires":"soon"}`, 400, `{"expires":["Use RFC 3339, like 2030-01-31T12:00:00Z, or null for never."]}`},
		{"a number for a date", `{"expires":3600}`, 400, `{"expires":["Use RFC 3339, like 2030-01-31T12:00:00Z, or null for never."]}`},
		{"a name", `{"name":"  ci "}`, 201, `"name":"ci"`},
		{"the name again", `{"name":"ci"}`, 400, `{"name":["A live token with this name already exists; choose another, or revoke that one first."]}`},
		{"a name of 101", `{"name":"` + strings.Repeat("n", 101) + `"}`, 400, `{"name":["Ensure this field has no more than 100 characters."]}`},
		{"a name null", `{"name":null}`, 201, `"name":""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do("POST", pt, alice, tt.body), tt.status, tt.want) })
	}
	t.Run("040 two equal requests make two tokens", func(t *testing.T) {
		a, b := s.must(t, 201, "POST", pt, alice, `{}`), s.must(t, 201, "POST", pt, alice, `{}`)
		if a["id"] == b["id"] || a["token"] == b["token"] {
			t.Error("they are one")
		}
	})
	t.Run("041 by name", func(t *testing.T) {
		expect(t, s.do("POST", "/api/v2/users/alice/personal_tokens/", alice, `{}`), 201, `"user":2,`)
	})
	t.Run("042 by a name with an at sign", func(t *testing.T) {
		expect(t, s.do("POST", "/api/v2/users/u@ex.org/personal_tokens/", mail, `{}`), 201, `"user":6,`)
		expect(t, s.do("POST", "/api/v2/users/u%40ex.org/personal_tokens/", mail, `{}`), 201, `"user":6,`)
	})
	t.Run("043 it works at once", func(t *testing.T) {
		secret := s.must(t, 201, "POST", pt, alice, `{}`).str("token")
		me := s.must(t, 200, "GET", "/api/v2/me/", secret, "").results()
		if len(me) != 1 || me[0]["id"] != 2.0 {
			t.Errorf("me is %v", me)
		}
	})
	t.Run("for another, by an administrator", func(t *testing.T) {
		secret := s.must(t, 201, "POST", pt, admin, `{}`).str("token")
		if me := s.must(t, 200, "GET", "/api/v2/me/", secret, "").results(); me[0].str("username") != alice {
			t.Errorf("the token is %v's", me[0])
		}
	})
	t.Run("for a disabled user", func(t *testing.T) {
		expect(t, s.do("POST", "/api/v2/users/5/personal_tokens/", admin, `{}`), 400,
			`{"__all__":["The user is disabled; enable the user first."]}`)
	})
}

// expect compares an answer with its status and body: all of the body of an
// error, a part of any other.
func expect(t *testing.T, w *httptest.ResponseRecorder, status int, want string) {
	t.Helper()
	got := w.Body.String()
	if w.Code != status || status >= 400 && got != want || !strings.Contains(got, want) {
		t.Errorf("%d %s\nwant %d %s", w.Code, got, status, want)
	}
}
