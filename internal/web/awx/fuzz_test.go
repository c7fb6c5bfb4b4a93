package awx_test

import (
	"encoding/csv"
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

// FuzzQuery asks lists with any query: never a fault of ours, never a token that
// the caller may not see, never a slow answer, whose text is that of the deadline.
func FuzzQuery(f *testing.F) {
	s := open(f)
	s.mint(f, alice, `{"description":"a"}`)
	s.mint(f, eve, `{"description":"b"}`)
	for _, seed := range []string{
		"", "id__in=1,2", "not__user=2", "order_by=-id,user__username", "page=last&page_size=1", "description__icontains=%25_",
		"created__gt=2020-01-01", "expires__lte=9999-12-31T23:59:59.999999Z", "application__isnull=1", "status__in=live,paused", "user=null",
		"id__lt=-99999999999999999999", "last_used=0001-01-01", "name__in=a,,b", "count_disabled&type=user", "is_active__in=1", "id__isnull=t", "format=json",
		"or__id=1&or__not__user__username=eve", "chain__not__scope__regex=^(a|b*)*$", "description__iregex=(?i:ü{1,50}){3}", "search=a,b c", "user__search=,",
		"not__status__in=live,revoked&or__status=paused", "or__last_used__isnull=true&or__last_used__lt=2026-01-01", "order_by=last_used,-user__email&page=3",
		"user__is_active__in=t,f&user__created__gte=2020-01-01", "never=1&origin=api&networks__isnull=0", "or__application__name=x&or__refresh_token=1",
		"count_disabled=1&page=2", "format=csv&order_by=-id", "format=csv&not__or__id=1", "description__endswith=%C3%9F&name__iendswith=%C3%9F", "user__user__id=1",
		"application__search=a&application__application__search=b", "status=&status__isnull=1&status__gt=x", "__=1&or__=&chain__not__=2", "user__pk__in=2,3",
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
			if strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
				foreign(t, w)
				continue
			}
			sound(t, w)
			if body := w.Body.String(); strings.Contains(body, `"user":3,`) || strings.Contains(body, "takes too long") {
				t.Errorf("another's token, or slow: %s", body)
			}
		}
	})
}

// foreign fails when a table is none, or has a token of somebody else than alice.
func foreign(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || w.Code != http.StatusOK || len(rows) == 0 {
		t.Fatalf("%d, %v, %v", w.Code, err, rows)
	}
	for _, row := range rows[1:] {
		if row[1] != "2" {
			t.Errorf("another's token: %v", row)
		}
	}
}
