package awx_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestUsage(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{"scope":"read"}`)
	before := s.must(t, http.StatusOK, "GET", url+"usage/", alice, "")
	if before["first_used"] != nil || before["last_used_from"] != nil || len(before["periods"].([]any)) != 0 || len(before["addresses"].([]any)) != 0 {
		t.Errorf("never used: %v", before)
	}
	for range 3 {
		s.must(t, http.StatusOK, "GET", "/api/v2/me/", secret, "")
	}
	s.must(t, http.StatusForbidden, "POST", "/api/v2/tokens/", secret, `{}`)
	check(t, s.authority.Uses.Flush(context.Background(), s.authority.Store))
	used := s.must(t, http.StatusOK, "GET", url+"usage/", alice, "")
	periods, addresses := used["periods"].([]any), used["addresses"].([]any)
	if used["accepted"] != 3.0 || used["refused"] != 1.0 || used.str("last_used_from") != "192.0.2.1" || len(periods) != 1 || len(addresses) != 1 {
		t.Fatalf("used: %v", used)
	}
	hour := object(periods[0].(map[string]any))
	if hour["seconds"] != 3600.0 || !strings.HasSuffix(hour.str("start"), "T13:00:00Z") || hour["accepted"] != used["accepted"] {
		t.Errorf("the hour is %v", hour)
	}
	for query, want := range map[string]int{
		"?from=2026-11-22T13:00:00Z&to=2026-11-22T14:00:00Z": 1,
		"?from=2026-11-22T13:00:01Z":                         0,
		"?format=json":                                       1,
		"?to=2026-11-22T13:00:00Z":                           0,
		"?from=2026-11-22T15%3A00%3A00%2B02%3A00":            1,
		"?from=2026-11-22T13:00:00Z&to=2026-11-22T13:00:00Z": 0,
	} {
		if got := s.must(t, http.StatusOK, "GET", url+"usage/"+query, alice, ""); len(got["periods"].([]any)) != want || got["accepted"] != used["accepted"] {
			t.Errorf("%s: %v", query, got)
		}
	}
	for query, key := range map[string]string{
		"?from=yesterday": "from", "?to=2026-11-22": "to", "?from=1969-12-31T00:00:00Z": "from",
		"?from=2026-11-22T13:00:00Z&from=2026-11-22T13:00:00Z": "from", "?page=2": "page",
		"?from=2026-11-22T16:00:00Z&to=2026-11-22T12:00:00Z": "to", // or it would look like a token without use
	} {
		if o := s.must(t, http.StatusBadRequest, "GET", url+"usage/"+query, alice, ""); o[key] == nil {
			t.Errorf("%s: %v", query, o)
		}
	}
}

// The stream gives a reason in the same word as the usage.
func TestARevokedTokenThatIsUsedOnIsToldAsRevoked(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{}`)
	s.must(t, http.StatusNoContent, "DELETE", url, alice, "")
	for range pat.ManyRefused {
		s.must(t, http.StatusUnauthorized, "GET", "/api/v2/me/", secret, "")
	}
	check(t, s.authority.Uses.Flush(context.Background(), s.authority.Store))
	told := s.must(t, http.StatusOK, "GET", "/api/v2/activity_stream/?act=token.refused", admin, "").results()
	if len(told) != 1 || told[0].str("reason") != "revoked" {
		t.Errorf("the stream tells %v", told)
	}
	usage := s.must(t, http.StatusOK, "GET", url+"usage/", alice, "")
	if reasons := usage["refused_by_reason"].(map[string]any); reasons["revoked"] != float64(pat.ManyRefused) {
		t.Errorf("the usage tells %v", usage)
	}
}

func TestWhoSeesUsage(t *testing.T) {
	s := open(t)
	secret, url := s.mint(t, alice, `{"networks":["198.51.100.0/24"]}`)
	s.must(t, http.StatusUnauthorized, "GET", "/api/v2/me/", secret, "")
	check(t, s.authority.Uses.Flush(context.Background(), s.authority.Store))
	s.must(t, http.StatusNoContent, "DELETE", url, alice, "")
	s.wait(time.Minute)
	for as, status := range map[string]int{alice: 200, admin: 200, dave: 200, eve: 403, frank: 401, "": 401} {
		o := s.must(t, status, "GET", url+"usage/", as, "")
		if status != http.StatusOK {
			continue
		}
		if reasons := o["refused_by_reason"].(map[string]any); o["refused"] != 1.0 || len(reasons) != 1 || reasons["network"] != 1.0 {
			t.Errorf("%s sees %v", as, o)
		}
	}
	s.must(t, http.StatusNotFound, "GET", "/api/v2/tokens/999/usage/", alice, "")
	s.must(t, http.StatusMethodNotAllowed, "POST", url+"usage/", alice, `{}`)
}
