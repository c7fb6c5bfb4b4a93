package awx_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPauseResumeRevoke(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{}`)
	for _, tt := range []struct {
		name, path, body, status string
		live                     bool
	}{
		{"pause", "pause/", `{"reason":"on leave"}`, "paused", false},
		{"pause again", "pause/", `{}`, "paused", false},
		{"resume", "resume/", ``, "live", true},
		{"resume again", "resume/", `{"reason":{}}`, "live", true},
		{"revoke", "revoke/", `{"reason":null}`, "revoked", false},
		{"revoke what is revoked", "revoke/", `{}`, "revoked", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := s.must(t, http.StatusOK, "POST", url+tt.path, alice, tt.body)
			if o.str("status") != tt.status || (o["paused"] != nil) != (tt.status == "paused") || o.str("token") != mask {
				t.Errorf("%v", o)
			}
			if live := s.do("GET", "/api/v2/me/", secret, "").Code == 200; live != tt.live {
				t.Errorf("the secret is accepted: %t", live)
			}
		})
	}
	entries := s.must(t, 200, "GET", "/api/v2/activity_stream/?act__startswith=token.&order_by=id", admin, "").results()
	var acts []string
	for _, e := range entries {
		acts = append(acts, e.str("act")+" "+e.str("reason"))
	}
	if got := strings.Join(acts, ", "); got != "token.created , token.paused on leave, token.resumed , token.revoked " {
		t.Errorf("the stream tells %s", got)
	}
}

const mask = "************"

func TestRotate(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{"name":"ci","scope":"write","description":"d"}`)
	w := s.do("POST", url+"rotate/", alice, `{"overlap":60}`)
	next := parse(t, w)
	fresh := next.str("token")
	if w.Code != http.StatusCreated || w.Header().Get("Location") != next.str("url") || len(fresh) != 50 || fresh == secret {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if next.str("name") != "ci" || next.str("description") != "d" || text(next["replaces"]) != "1" || text(next["family"]) != "1" || next["retired"] != nil {
		t.Errorf("%v", next)
	}
	old := s.must(t, 200, "GET", url, alice, "")
	if old["retired"] == nil || old.str("retired") != old.str("expires") || text(old["replaced_by"]) != text(next["id"]) || next["replaced_by"] != nil {
		t.Errorf("the old one is %v", old)
	}
	both := func(live ...bool) {
		t.Helper()
		for i, as := range []string{secret, fresh} {
			if got := s.do("GET", "/api/v2/me/", as, "").Code == 200; got != live[i] {
				t.Errorf("value %d is accepted: %t", i, got)
			}
		}
	}
	both(true, true)
	s.must(t, http.StatusOK, "POST", url+"retire/", alice, "")
	both(false, true)
	for _, path := range []string{url, next.str("url")} {
		family := s.must(t, 200, "GET", path+"family/", dave, "")
		if chain := family.results(); len(chain) != 2 || text(chain[0]["id"]) != "1" || text(chain[1]["id"]) != "2" || chain[1].str("token") != mask {
			t.Errorf("the family of %s is %v", path, family)
		}
	}
}

func TestRotationRefused(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{}`)
	_, rotated := s.mint(t, alice, `{}`)
	s.must(t, http.StatusCreated, "POST", rotated+"rotate/", alice, "")
	_, paused := s.mint(t, alice, `{}`)
	s.must(t, http.StatusOK, "POST", paused+"pause/", alice, "")
	_, gone := s.mint(t, alice, `{}`)
	s.must(t, http.StatusOK, "POST", gone+"revoke/", alice, "")
	itself, own := s.mint(t, alice, `{}`)
	read, _ := s.mint(t, alice, `{"scope":"read"}`)
	tests := []struct {
		name, path, as, body string
		status               int
		says                 string
	}{
		{"an overlap below zero", url + "rotate/", alice, `{"overlap":-1}`, 400, `{"overlap":["Choose 0 or more seconds."]}`},
		{"an overlap beyond 30 days", url + "rotate/", alice, `{"overlap":2592001}`, 400, `{"overlap":["Choose at most 2592000 seconds, which are 30 days."]}`},
		{"an overlap that is no number", url + "rotate/", alice, `{"overlap":"a day"}`, 400, `{"overlap":["A valid integer is required."]}`},
		{"an overlap that is misspelt", url + "rotate/", alice, `{"overlaps":0}`, 400, `{"overlaps":["There is no such field."]}`},
		{"an overlap that is null", url + "rotate/", alice, `{"overlap":null}`, 400, `{"overlap":["A valid integer is required."]}`},
		{"an expiry that is past", url + "rotate/", alice, `{"expires":"2020-01-01T00:00:00Z"}`, 400, `{"expires":["Choose a time in the future."]}`},
		{"another's", url + "rotate/", eve, `{}`, 403, forbidden},
		{"another's, with a bad body", url + "pause/", eve, `{"reason":{}}`, 403, forbidden},
		{"an auditor", url + "pause/", dave, `{}`, 403, forbidden},
		{"a token that may only read", url + "pause/", read, `{}`, 403, forbidden},
		{"nobody", url + "rotate/", "", `{}`, 401, noIdentity},
		{"one that is not there", "/api/v2/tokens/999/rotate/", alice, `{}`, 404, noToken},
		{"one that was rotated", rotated + "rotate/", alice, `{}`, 409, `{"detail":"The token was rotated already; rotate its successor."}`},
		{"one that is paused", paused + "rotate/", alice, `{}`, 409, `{"detail":"The token is paused; resume it first."}`},
		{"one that is revoked", gone + "rotate/", alice, `{}`, 409, `{"detail":"The token was revoked at 2026-11-22T13:02:30Z; create a new one."}`},
		{"pausing one that is revoked", gone + "pause/", alice, `{}`, 409, `{"detail":"The token was revoked at 2026-11-22T13:02:30Z; create a new one."}`},
		{"the end of no overlap", url + "retire/", alice, `{}`, 409, `{"detail":"The token was not rotated; revoke it, or rotate it first."}`},
		{"a token by itself", own + "rotate/", itself, `{}`, 403, `{"detail":"policy allows no token to rotate itself (rotate itself); use your password, or another token"}`},
		{"a reason that is too long", url + "revoke/", alice, `{"reason":"` + strings.Repeat("x", 501) + `"}`, 400, `{"reason":["Ensure this field has no more than 500 characters."]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, s.do("POST", tt.path, tt.as, tt.body), tt.status, tt.says) })
	}
	expect(t, s.do("GET", url+"family/?page=1", alice, ""), 400, `{"detail":"A family is one page: it takes no parameters."}`)
	expect(t, s.do("GET", url+"family/", eve, ""), 403, forbidden)
	expect(t, s.do("GET", url+"rotate/", alice, ""), 405, `{"detail":"Method \"GET\" not allowed."}`)
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	s := open(t)
	_, url := s.mint(t, alice, `{}`)
	_, other := s.mint(t, alice, `{}`)
	rotate := func(path, as, body string, keys ...string) (int, string) {
		w := s.send(request{"POST", path + "rotate/", as, body, http.Header{"Idempotency-Key": keys}})
		return w.Code, w.Body.String()
	}
	const key = "Y2hvb3NlIG1lIGF0IHJhbmRvbQ"
	status, first := rotate(url, alice, `{"overlap":60}`, key)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, first)
	}
	s.wait(time.Minute)
	if status, again := rotate(url, alice, `{"overlap":60}`, key); status != http.StatusCreated || again != first {
		t.Errorf("repeated: %d\n%s\nfirst\n%s", status, again, first)
	}
	for _, tt := range []struct {
		name, path, as, body string
		keys                 []string
		status               int
	}{
		{"another body", url, alice, `{"overlap":61}`, []string{key}, 422},
		{"another token", other, alice, `{"overlap":60}`, []string{key}, 422},
		{"another principal", url, admin, `{"overlap":60}`, []string{key}, 422},
		{"a key that is too short", other, alice, `{}`, []string{key[:21]}, 400},
		{"two keys", other, alice, `{}`, []string{key, key}, 400},
		{"another key", url, alice, `{"overlap":60}`, []string{key + "x"}, 409},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if status, body := rotate(tt.path, tt.as, tt.body, tt.keys...); status != tt.status || strings.Contains(body, "jtn_") {
				t.Errorf("%d %s, want %d", status, body, tt.status)
			}
		})
	}
	if strings.Contains(s.log.String(), key) {
		t.Error("the key is in the log")
	}
}
