package awx_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// ids returns the ids of a page.
func (o object) ids() []int {
	list := []int{}
	for _, r := range o.results() {
		list = append(list, int(r["id"].(float64)))
	}
	return list
}

func TestList(t *testing.T) {
	s := open(t)
	var secrets []string
	for i := range 5 {
		secret, _ := s.mint(t, alice, fmt.Sprintf(`{"description":"d%d"}`, 4-i))
		secrets = append(secrets, secret)
	}
	secret, _ := s.mint(t, eve, `{}`)
	secrets = append(secrets, secret)

	page := s.must(t, 200, "GET", pt, alice, "")
	if got := s.do("GET", pt, alice, "").Body.String(); !strings.HasPrefix(got, `{"count":5,"next":null,"previous":null,"results":[{"id":1,"type":`) {
		t.Errorf("070: %s", got)
	}
	if got := page.ids(); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("073, 074: %v", got)
	}
	for _, r := range page.results() {
		if r.str("token") != "************" || r["application"] != nil {
			t.Errorf("071, 072: %v", r)
		}
	}
	for _, path := range []string{pt, "/api/v2/tokens/", "/api/v2/tokens/1/"} {
		body := s.do("GET", path, admin, "").Body.String()
		for _, secret := range secrets {
			if strings.Contains(body, secret) {
				t.Errorf("071: a secret is in %s", path)
			}
		}
	}
	t.Run("075 an administrator sees that user's", func(t *testing.T) {
		if got := s.must(t, 200, "GET", pt, admin, "").ids(); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
			t.Error(got)
		}
	})
	t.Run("076 pages", func(t *testing.T) {
		one := s.must(t, 200, "GET", pt+"?page_size=2", alice, "")
		if len(one.results()) != 2 || one.str("next") != pt+"?page=2&page_size=2" || one["previous"] != nil {
			t.Error(one)
		}
		two := s.must(t, 200, "GET", one.str("next"), alice, "")
		if two.str("previous") != pt+"?page=1&page_size=2" {
			t.Error(two)
		}
	})
	t.Run("079 each once", func(t *testing.T) {
		var seen []int
		for next := pt + "?page_size=2&order_by=-id"; next != ""; {
			page := s.must(t, 200, "GET", next, alice, "")
			seen = append(seen, page.ids()...)
			next = page.str("next")
		}
		if !slices.Equal(seen, []int{5, 4, 3, 2, 1}) {
			t.Error(seen)
		}
	})
	t.Run("128 who sees what", func(t *testing.T) {
		for who, n := range map[string]int{admin: 6, dave: 6, alice: 5, eve: 1, mail: 0} {
			if got := s.must(t, 200, "GET", "/api/v2/tokens/", who, ""); got["count"] != float64(n) || len(got.results()) != n {
				t.Errorf("%s sees %v", who, got["count"])
			}
		}
	})
	t.Run("an auditor sees another's, masked", func(t *testing.T) {
		expect(t, s.do("GET", pt+"?id=1", dave, ""), 200, `"token":"************"`)
	})
	t.Run("links keep the other parameters, sorted", func(t *testing.T) {
		o := s.must(t, 200, "GET", "/api/v2/tokens?page_size=1&not__description=a%26b&order_by=-id&id__in=1,2", alice, "")
		if want := "/api/v2/tokens/?id__in=1%2C2&not__description=a%26b&order_by=-id&page=2&page_size=1"; o.str("next") != want {
			t.Errorf("%s\nwant %s", o.str("next"), want)
		}
	})
	t.Run("077 the default and the greatest size", func(t *testing.T) {
		for range 200 {
			s.mint(t, mail, `{}`)
		}
		if o := s.must(t, 200, "GET", "/api/v2/tokens/", admin, ""); len(o.results()) != 25 || o.str("next") != "/api/v2/tokens/?page=2" {
			t.Error(len(o.results()), o["next"])
		}
		if o := s.must(t, 200, "GET", "/api/v2/tokens/?page_size=201", admin, ""); len(o.results()) != 200 || o.str("next") != "/api/v2/tokens/?page=2&page_size=200" {
			t.Error(len(o.results()), o["next"])
		}
		if o := s.must(t, 200, "GET", "/api/v2/tokens/?page=last&page_size=200", admin, ""); len(o.results()) != 6 || o["next"] != nil {
			t.Error(len(o.results()), o["next"])
		}
		for _, size := range []string{"0", "x", "-1", ""} {
			if o := s.must(t, 200, "GET", "/api/v2/tokens/?page_size="+size, admin, ""); len(o.results()) != 25 {
				t.Errorf("page_size=%s: %d", size, len(o.results()))
			}
		}
	})
	for _, p := range []string{"9", "0", "-1", "x", "99999999999999999999"} {
		t.Run("078 page "+p, func(t *testing.T) {
			expect(t, s.do("GET", pt+"?page="+p, alice, ""), 404, `{"detail":"Invalid page."}`)
		})
	}
	t.Run("count_disabled", func(t *testing.T) {
		expect(t, s.do("GET", pt+"?count_disabled=1&id=0", alice, ""), 200, `{"results":[]}`)
		if got := s.must(t, 200, "GET", pt+"?count_disabled=1&page=2&page_size=3", alice, "").ids(); !slices.Equal(got, []int{4, 5}) {
			t.Error(got)
		}
		if got := s.must(t, 200, "GET", pt+"?count_disabled=1&page=last&page_size=3", alice, "").ids(); !slices.Equal(got, []int{4, 5}) {
			t.Error(got)
		}
		expect(t, s.do("GET", pt+"?count_disabled=1&page=3&page_size=3", alice, ""), 404, `{"detail":"Invalid page."}`)
	})
}

func TestFilter(t *testing.T) {
	s := open(t)
	s.mint(t, alice, `{"description":"alpha","scope":"read","name":"A"}`)                      // 1
	s.mint(t, alice, `{"description":"Beta_1","scope":"write"}`)                               // 2
	s.mint(t, alice, `{"description":"100%","expires":null,"scope":"read write"}`)             // 3
	s.mint(t, alice, `{"description":"soon","expires":"2026-11-22T13:03:00Z","scope":"read"}`) // 4
	s.mint(t, eve, `{"description":"alpha"}`)                                                  // 5
	gone, url := s.mint(t, alice, `{"description":"gone"}`)                                    // 6
	s.must(t, 204, "DELETE", url, gone, "")
	s.wait(time.Minute)
	found := []struct {
		query string
		ids   []int
	}{
		{"", []int{1, 2, 3, 4, 5}},
		{"id=3", []int{3}},
		{"id=99", []int{}},
		{"id=99999999999999999999", []int{}},
		{"id=2&id=3", []int{}},
		{"id__in=3,4", []int{3, 4}},
		{"id__gt=2&id__lte=4", []int{3, 4}},
		{"user=2", []int{1, 2, 3, 4}},
		{"user__id__in=3", []int{5}},
		{"user__username=eve", []int{5}},
		{"user__username__istartswith=AL", []int{1, 2, 3, 4}},
		{"user=null", []int{}},
		{"user__isnull=false", []int{1, 2, 3, 4, 5}},
		{"description=alpha", []int{1, 5}},
		{"description__exact=Alpha", []int{}},
		{"description__iexact=ALPHA", []int{1, 5}},
		{"description__contains=eta_", []int{2}},
		{"description__icontains=BETA", []int{2}},
		{"description__contains=%25", []int{3}},
		{"description__startswith=a", []int{1, 5}},
		{"description__endswith=_1", []int{2}},
		{"description__iendswith=PHA", []int{1, 5}},
		{"not__description__icontains=a", []int{3, 4}},
		{"scope=read", []int{1, 4}},
		{"not__scope=read", []int{2, 3, 5}},
		{"name=A", []int{1}},
		{"created__gt=2020-01-01", []int{1, 2, 3, 4, 5}},
		{"created__lt=2020-01-01T00:00:00.5%2B03:00", []int{}},
		{"expires__gt=3000-01-01", []int{3}},
		{"expires__lte=2026-11-22 13:03", []int{4}},
		{"last_used__isnull=true", []int{1, 2, 3, 4, 5}},
		{"application=null", []int{1, 2, 3, 4, 5}},
		{"application__isnull=true", []int{1, 2, 3, 4, 5}},
		{"application__isnull=false", []int{}},
		{"not__application__isnull=False", []int{1, 2, 3, 4, 5}},
		{"application=1", []int{}},
		{"application__name=x", []int{}},
		{"not__application__name=x", []int{1, 2, 3, 4, 5}},
		{"type=o_auth2_access_token", []int{1, 2, 3, 4, 5}},
		{"type=user", []int{}},
		{"order_by=-id", []int{5, 4, 3, 2, 1}},
		{"order_by=description", []int{3, 2, 1, 5, 4}},
		{"order_by=-description,-id", []int{4, 5, 1, 2, 3}},
		{"order=-user__username,id", []int{5, 1, 2, 3, 4}},
		{"order_by=application__name", []int{1, 2, 3, 4, 5}},
		{"status=live", []int{1, 2, 3, 5}},
		{"status=expired", []int{4}},
		{"status=paused", []int{}},
		{"status=revoked", []int{6}},
		{"status__in=live,paused,expired", []int{1, 2, 3, 4, 5}},
		{"status__in=live,paused,expired,revoked", []int{1, 2, 3, 4, 5, 6}},
		{"status__exact=revoked", []int{6}},
		{"status__isnull=false", []int{1, 2, 3, 4, 5, 6}},
		{"status__isnull=true", []int{}},
		{"status__in=live,revoked", []int{1, 2, 3, 5, 6}},
		{"status__in=expired,revoked", []int{4, 6}},
		{"status__in=paused,revoked", []int{6}},
		{"status__in=live,expired", []int{1, 2, 3, 4, 5}},
		{"status__in=live,paused", []int{1, 2, 3, 5}},
		{"status__in=expired,paused", []int{4}},
		{"status__in=expired,paused,revoked", []int{4, 6}},
		{"status__in=live,paused,revoked", []int{1, 2, 3, 5, 6}},
		{"not__status=live", []int{4, 6}},
		{"not__status__in=live,revoked", []int{4}},
		{"or__status=revoked&or__id=1", []int{1, 6}},
		{"status=revoked&user=3", []int{}},
		{"description__regex=^[a-z]%2B$", []int{1, 4, 5}},
		{"description__iregex=^B.TA_", []int{2}},
		{"not__description__regex=a", []int{3, 4}},
		{"name__regex=^$", []int{2, 3, 4, 5}},
		{"or__id=1&or__id=3", []int{1, 3}},
		{"or__id=1&or__user__username=eve&scope=write", []int{5}},
		{"or__not__scope=read&or__description=soon", []int{2, 3, 4, 5}},
		{"or__id=2&id__lt=2", []int{}},
		{"or__id=2", []int{2}},
		{"or__id=5&or__user__username=5", []int{5}},
		{"chain__id=1&chain__scope=read", []int{1}},
		{"chain__not__scope=read&chain__user=2", []int{2, 3}},
		{"or__application__isnull=true&or__id=3", []int{1, 2, 3, 4, 5}},
		{"or__application=1&or__id=3", []int{3}},
		{"or__application=1&or__refresh_token=1", []int{}},
		{"or__not__application=1&or__id=3", []int{1, 2, 3, 4, 5}},
		{"or__last_used__isnull=true&or__last_used__lt=2026-01-01", []int{1, 2, 3, 4, 5}},
		{"search=ALPHA", []int{1, 5}},
		{"search=so+on", []int{4}},
		{"search=s,oon", []int{4}},
		{"search=alpha+beta", []int{}},
		{"search=", []int{1, 2, 3, 4, 5}},
		{"search=a&search=b", []int{2}},
		{"user__search=ALI", []int{1, 2, 3, 4}},
		{"not__user__search=ali", []int{5}},
		{"user__search=x", []int{}},
		{"application__search=x", []int{}},
		{"application__search=", []int{1, 2, 3, 4, 5}},
		{"user__first_name=Eve", []int{5}},
		{"user__is_superuser=true", []int{}},
		{"user__is_active=true", []int{1, 2, 3, 4, 5}},
		{"user__is_active__in=false", []int{}},
		{"user__is_active__in=true,false", []int{1, 2, 3, 4, 5}},
		{"user__pk=3", []int{5}},
		{"user__last_login__isnull=true&user__created__gt=2020-01-01", []int{1, 2, 3, 4, 5}},
		{"order_by=-user__first_name,-id", []int{5, 4, 3, 2, 1}},
		{"order_by=last_used,-id", []int{5, 4, 3, 2, 1}},
		{"application__pk=1", []int{}},
		{"refresh_token__id=1", []int{}},
		{"not__refresh_token__pk__in=1,2", []int{1, 2, 3, 4, 5}},
		{"refresh_token__id__isnull=true", []int{1, 2, 3, 4, 5}},
		{"order_by=refresh_token__id,-id", []int{5, 4, 3, 2, 1}},
		{"never=true", []int{3}},
		{"never=false", []int{1, 2, 4, 5}},
		{"never__in=t,f", []int{1, 2, 3, 4, 5}},
		{"origin=api", []int{1, 2, 3, 4, 5}},
		{"created_from=192.0.2.1", []int{1, 2, 3, 4, 5}},
		{"created_from__startswith=10.", []int{}},
		{"created_from__isnull=true", []int{}},
		{"networks__isnull=true", []int{1, 2, 3, 4, 5}},
		{"family=3", []int{3}},
		{"parent__isnull=true", []int{1, 2, 3, 4, 5}},
		{"expires__lt=2027-01-01&user=2", []int{4}},
		{"limit=1&host_filter=x&validate=1&no_truncate=1", []int{1, 2, 3, 4, 5}},
	}
	for _, tt := range found {
		t.Run(tt.query, func(t *testing.T) {
			path := "/api/v2/tokens/?" + strings.ReplaceAll(tt.query, " ", "+")
			if got := s.must(t, 200, "GET", path, admin, "").ids(); !slices.Equal(got, tt.ids) {
				t.Errorf("found %v, want %v", got, tt.ids)
			}
		})
	}
	refused := []struct {
		query  string
		status int
		detail string
	}{
		{"foo=1", 400, "OAuth2AccessToken has no field named 'foo'"},
		{"foo__icontains=1", 400, "OAuth2AccessToken has no field named 'foo'"},
		{"access_token=x", 400, "OAuth2AccessToken has no field named 'access_token'"},
		{"description__foo=1", 400, "No related model for field foo."},
		{"order_by=foo", 400, "OAuth2AccessToken has no field named 'foo'"},
		{"token=abc", 403, "Filtering on token is not allowed."},
		{"token__startswith=a", 403, "Filtering on token is not allowed."},
		{"not__token__isnull=1", 403, "Filtering on token is not allowed."},
		{"order_by=token", 403, "Filtering on token is not allowed."},
		{"order_by=-user__password", 403, "Filtering on password is not allowed."},
		{"application__client_secret=x", 403, "Filtering on client_secret is not allowed."},
		{"id=abc", 400, `[\"“abc” value must be an integer.\"]`},
		{"id__in=1,abc", 400, `[\"“abc” value must be an integer.\"]`},
		{"id__in=", 400, "cannot provide empty value for __in"},
		{"user=bob", 400, "Invalid user id: bob"},
		{"application=x", 400, "Invalid application id: x"},
		{"created__gt=x", 400, `[\"“x” value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format.\"]`},
		{"last_used__isnull=x", 400, `Unable to convert \"x\" to boolean`},
		{"id__contains=1", 400, "The lookup contains is not available for id."},
		{"or__foo=1", 400, "OAuth2AccessToken has no field named 'foo'"},
		{"not__or__id=1", 400, "OAuth2AccessToken has no field named 'or'"},
		{"user__foo=1", 400, "User has no field named 'foo'"},
		{"user__is_system_auditor=1", 400, "User has no field named 'is_system_auditor'"},
		{"user__username__foo=1", 400, "No related model for field foo."},
		{"application__foo=1", 400, "OAuth2Application has no field named 'foo'"},
		{"order_by=user__foo", 400, "User has no field named 'foo'"},
		{"user__id=x", 400, `[\"“x” value must be an integer.\"]`},
		{"or__token=a", 403, "Filtering on token is not allowed."},
		{"or__not__token__regex=a", 403, "Filtering on token is not allowed."},
		{"chain__not__user__password__startswith=a", 403, "Filtering on password is not allowed."},
		{"user__password__isnull=1", 403, "Filtering on password is not allowed."},
		{"order_by=id,application__client_id", 403, "Filtering on client_id is not allowed."},
		{"refresh_token__token__in=a", 403, "Filtering on token is not allowed."},
		{"description__search=a", 400, "The lookup search is not available for description."},
		{"refresh_token__search=a", 400, "The lookup search is not available for refresh_token."},
		{"refresh_token__foo=a", 400, "OAuth2RefreshToken has no field named 'foo'"},
		{"id__regex=1", 400, "The lookup regex is not available for id."},
		{"description__regex=[", 400, "Use a regular expression in the syntax of RE2."},
		{"description__iregex=(?<=a)b", 400, "Use a regular expression in the syntax of RE2."},
		{"description__regex=" + strings.Repeat("a", 201), 400, "Use a pattern of at most 200 characters."},
		{"description__regex=a{1000}b{1000}c{1000}", 400, "Use a simpler pattern: this one repeats too much."},
		{"is_active=1", 400, "OAuth2AccessToken has no field named 'is_active'"},
		{"status__contains=x", 400, "The lookup contains is not available for status."},
		{"order_by=status", 400, "Ordering by status is not available. Order by expires."},
		{"search=" + strings.Repeat("a,", 51), 400, "Too many words to search for."},
		{"search=" + strings.Repeat("a,", 30) + "&user__search=" + strings.Repeat("b,", 21), 400, "Too many filters in one query."},
		{"status=x", 400, "There is no status 'x'. Choose from live, expired, paused, revoked."},
		{"id=%zz", 400, "The query is not well encoded."},
		{"description=%ff", 400, "The query is not well encoded."},
		{"description=%00", 400, "The query is not well encoded."},
		{"page=0&foo=1", 400, "OAuth2AccessToken has no field named 'foo'"}, // filters come before pages
		{strings.Repeat("id=1&", 51), 400, "Too many filters in one query."},
	}
	for _, tt := range refused {
		t.Run(tt.query, func(t *testing.T) {
			expect(t, s.do("GET", "/api/v2/tokens/?"+tt.query, admin, ""), tt.status, `{"detail":"`+tt.detail+`"}`)
		})
	}
	t.Run("a plain user cannot filter their way to others", func(t *testing.T) {
		if got := s.must(t, 200, "GET", "/api/v2/tokens/?user=3", alice, ""); got["count"] != 0.0 {
			t.Error(got)
		}
	})
	t.Run("filters apply to one token too", func(t *testing.T) {
		s.must(t, 200, "GET", "/api/v2/tokens/1/?scope=read", alice, "")
		s.must(t, 200, "GET", "/api/v2/tokens/1/?page=0&page_size=x", alice, "") // but it has no pages
		s.must(t, 200, "GET", "/api/v2/users/2/?page=7", alice, "")
		s.must(t, 200, "PATCH", "/api/v2/users/2/?page=no", alice, `{}`)
		expect(t, s.do("GET", "/api/v2/tokens/1/?scope=write", alice, ""), 404, noToken)
		expect(t, s.do("DELETE", "/api/v2/tokens/1/?x=1", alice, ""), 400, `{"detail":"OAuth2AccessToken has no field named 'x'"}`)
	})
}
