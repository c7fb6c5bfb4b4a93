package awx_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// sound fails when an answer is a fault of ours or no JSON object.
func sound(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var o map[string]any
	if w.Code >= 500 || json.Unmarshal(w.Body.Bytes(), &o) != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// FuzzTokenBody sends any body to where tokens are made and changed: it may be
// refused, but not with a fault of ours.
func FuzzTokenBody(f *testing.F) {
	s := open(f)
	_, url := s.mint(f, alice, `{}`)
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, `{"scope":"read","description":"d"}`, `{"expires":null,"name":"n"}`, `{"application":99}`,
		`{"expires":"2030-01-01T00:00:00Z"}`, `{"description":"\ud800\u0000"}`, `{"scope":1e400,"name":[{}]}`, "\xff", `{"a":`,
		`{"expires":"9999-12-31T23:59:59.999999999-23:59"}`, `{"username":"x","password":"qzvw-7781-kj%","is_superuser":1e5}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		header := http.Header{"Content-Type": {"application/json"}}
		for _, q := range []request{{"POST", pt, alice, body, header}, {"POST", "/api/v2/tokens/", alice, body, header}, {"PATCH", url, alice, body, header}, {"PUT", url, alice, body, header}} {
			w := s.send(q)
			sound(t, w)
			if w.Code == http.StatusCreated && !strings.Contains(w.Body.String(), `"user":2,`) {
				t.Errorf("a token of somebody else: %s", w.Body)
			}
		}
		sound(t, s.send(request{"PATCH", "/api/v2/users/6/", mail, body, header}))
	})
}

// FuzzQuery asks lists with any query: never a fault of ours, and never a
// token that the caller may not see.
func FuzzQuery(f *testing.F) {
	s := open(f)
	s.mint(f, alice, `{"description":"a"}`)
	s.mint(f, eve, `{"description":"b"}`)
	for _, seed := range []string{
		"", "id__in=1,2", "not__user=2", "order_by=-id,user__username", "page=last&page_size=1", "description__icontains=%25_",
		"created__gt=2020-01-01", "expires__lte=9999-12-31T23:59:59.999999Z", "application__isnull=1", "status__in=live,paused", "user=null",
		"id__lt=-99999999999999999999", "last_used=0001-01-01", "name__in=a,,b", "count_disabled&type=user", "is_active__in=1", "id__isnull=t", "format=json",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/api/v2/tokens/", "/api/v2/tokens/1/", "/api/v2/users/", pt} {
			r := httptest.NewRequest("GET", path, nil)
			r.URL.RawQuery = query
			r.SetBasicAuth(alice, passwordOf(alice))
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			sound(t, w)
			if strings.Contains(w.Body.String(), `"user":3,`) {
				t.Errorf("another's token: %s", w.Body)
			}
		}
	})
}
