package awx_test

import (
	"slices"
	"testing"
)

func TestUserFilter(t *testing.T) {
	s := open(t)
	s.must(t, 201, "POST", "/api/v2/users/", admin, `{"username":"5","password":"qzvw-7781-kj%","last_name":"ÜNAL"}`) // 7
	for _, tt := range []struct {
		query string
		ids   []int
	}{
		{"username__exact=alice", []int{2}},
		{"username__exact=Alice", []int{}},
		{"username__iexact=ALICE", []int{2}},
		{"username__in=alice,eve", []int{2, 3}},
		{"or__id=5&or__username=5", []int{7, 5}}, // as the collection asks for a name of digits
		{"or__id=99&or__username=99", []int{}},
		{"search=e.ORG", []int{}},
		{"search=x.ORG", []int{6}},
		{"search=%C3%BCnal", []int{7}},
		{"last_name__icontains=%C3%BCNA", []int{7}},
		{"search=li,ALICE", []int{2}},
		{"is_superuser=1", []int{1}},
		{"is_superuser__in=0,true&id__lt=3", []int{1, 2}},
		{"is_active=false", []int{5}},
		{"not__is_active=false&id__gt=4", []int{7, 6}},
		{"or__is_active=false&or__is_superuser=true", []int{1, 5}},
		{"username__regex=^.{3,4}$", []int{4, 3}},
		{"order_by=-username&page_size=2", []int{6, 5}},
	} {
		t.Run(tt.query, func(t *testing.T) {
			if got := s.must(t, 200, "GET", "/api/v2/users/?"+tt.query, admin, "").ids(); !slices.Equal(got, tt.ids) {
				t.Errorf("found %v, want %v", got, tt.ids)
			}
		})
	}
	for query, detail := range map[string]string{
		"is_system_auditor=1":            "User has no field named 'is_system_auditor'",
		"or__not__password=x":            "Filtering on password is not allowed.",
		"status=live":                    "User has no field named 'status'",
		"order_by=username,-password":    "Filtering on password is not allowed.",
		"username__search=a":             "The lookup search is not available for username.",
		"is_superuser__gt=1":             "The lookup gt is not available for is_superuser.",
		"chain__first_name__regex=%5Bab": "Use a regular expression in the syntax of RE2.",
		"user__id=1":                     "User has no field named 'user'",
		"created__lte=yesterday":         `[\"“yesterday” value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format.\"]`,
		"is_superuser=perhaps":           `Unable to convert \"perhaps\" to boolean`,
		"or__username__in=":              "cannot provide empty value for __in",
		"not__id=abc":                    `[\"“abc” value must be an integer.\"]`,
	} {
		t.Run(query, func(t *testing.T) {
			w := s.do("GET", "/api/v2/users/?"+query, admin, "")
			if w.Code/100 != 4 || w.Body.String() != `{"detail":"`+detail+`"}` {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	t.Run("a search shows nobody whom the caller may not see", func(t *testing.T) {
		if got := s.must(t, 200, "GET", "/api/v2/users/?or__username__icontains=a&or__id__gt=0", eve, "").ids(); !slices.Equal(got, []int{3}) {
			t.Error(got)
		}
	})
}
