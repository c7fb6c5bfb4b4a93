package pat_test

import (
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func fieldOf(err error) string {
	if err == nil {
		return ""
	}
	if e := pat.AsError(err); e.Kind == pat.Invalid && len(e.Fields) == 1 {
		return e.Fields[0].Name
	}
	return err.Error()
}

func TestTokenRequestCheck(t *testing.T) {
	ok := pat.TokenRequest{Owner: 1, Name: "ci", Scopes: "read write"}
	tests := []struct {
		name  string
		edit  func(*pat.TokenRequest)
		field string // "" when the request is to pass
	}{
		{"passes", func(*pat.TokenRequest) {}, ""},
		{"no name", func(r *pat.TokenRequest) { r.Name = "" }, ""},
		{"a name of 100 characters of 3 bytes", func(r *pat.TokenRequest) { r.Name = strings.Repeat("€", 100) }, ""},
		{"a name of 101 characters", func(r *pat.TokenRequest) { r.Name = strings.Repeat("x", 101) }, "name"},
		{"a name with NUL", func(r *pat.TokenRequest) { r.Name = "a\x00b" }, "name"},
		{"a name that is not UTF-8", func(r *pat.TokenRequest) { r.Name = "a\xffb" }, "name"},
		{"a description of 4096 characters", func(r *pat.TokenRequest) { r.Description = strings.Repeat("ü", 4096) }, ""},
		{"a description of 4097 characters", func(r *pat.TokenRequest) { r.Description = strings.Repeat("ü", 4097) }, "description"},
		{"a scope of the catalogue", func(r *pat.TokenRequest) { r.Scopes = "read deploy" }, ""},
		{"a scope that there is not", func(r *pat.TokenRequest) { r.Scopes = "read destroy" }, "scope"},
		{"no scope", func(r *pat.TokenRequest) { r.Scopes = "" }, "scope"},
		{"nobody's", func(r *pat.TokenRequest) { r.Owner = 0 }, "owner"},
	}
	policy := pat.DefaultPolicy()
	policy.Scopes = []string{"deploy"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := ok
			tt.edit(&req)
			if got := fieldOf(req.Check(&policy)); got != tt.field {
				t.Errorf("Check blames %q, want %q", got, tt.field)
			}
		})
	}
}

func TestPolicyExpiresAt(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 123456000, time.UTC)
	open := pat.DefaultPolicy()
	bounded := pat.DefaultPolicy()
	bounded.MaxLifetime = 90 * 86400
	never := time.Time{}
	tests := []struct {
		name   string
		policy pat.Policy
		expiry pat.Expiry
		origin pat.Origin
		want   time.Time
		field  string
	}{
		{"the API's default is 365 days", open, pat.Expiry{}, pat.OriginAPI, now.AddDate(0, 0, 365), ""},
		{"the token endpoint's default is an hour", open, pat.Expiry{}, pat.OriginAPIOps, now.Add(time.Hour), ""},
		{"a default beyond the bound is cut", bounded, pat.Expiry{}, pat.OriginAPI, now.AddDate(0, 0, 90), ""},
		{"never", open, pat.Expiry{Never: true}, pat.OriginAPI, never, ""},
		{"never where there is a bound", bounded, pat.Expiry{Never: true}, pat.OriginAPI, never, "expires"},
		{"the last microsecond of the bound", bounded, pat.Expiry{After: 90 * 86400}, pat.OriginAPI, now.AddDate(0, 0, 90), ""},
		{"a second more", bounded, pat.Expiry{After: 90*86400 + 1}, pat.OriginAPI, never, "expires"},
		{"now", open, pat.Expiry{At: now}, pat.OriginAPI, never, "expires"},
		{"a microsecond later", open, pat.Expiry{At: now.Add(time.Microsecond)}, pat.OriginAPI, now.Add(time.Microsecond), ""},
		{"a negative lifetime", open, pat.Expiry{After: -1}, pat.OriginAPI, never, "expires"},
		{"1000 years of seconds", open, pat.Expiry{After: 365_000 * 86400}, pat.OriginAPI, now.AddDate(0, 0, 365_000), ""},
		{"more seconds than years have digits", open, pat.Expiry{After: 1 << 62}, pat.OriginAPI, never, "expires"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.policy.ExpiresAt(tt.expiry, tt.origin, now)
			if !got.Equal(tt.want) || fieldOf(err) != tt.field {
				t.Errorf("ExpiresAt = %v, %v; want %v, blaming %q", got, err, tt.want, tt.field)
			}
		})
	}
}

func TestATokenThatNeverExpiresIsShownADate(t *testing.T) {
	tok := pat.Token{CreatedAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	if got := tok.ShownExpiry().Sub(tok.CreatedAt.AddDate(0, 0, 365_000)); got != 0 {
		t.Errorf("shown %v off", got)
	}
	tok.ExpiresAt = tok.CreatedAt.Add(time.Hour)
	if !tok.ShownExpiry().Equal(tok.ExpiresAt) {
		t.Error("a real expiry is not shown")
	}
}

func TestUserNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"ada": true, "ada.lovelace@example.org": true, "çağla_1+test-2": true, "名前": true, "42": true,
		"": false, "a b": false, "a/b": false, "a\x00": false, "<b>": false, "..": false, "a:b": false,
		strings.Repeat("é", 150): true, strings.Repeat("é", 151): false,
	} {
		if err := pat.CheckUserName(name); (err == nil) != ok {
			t.Errorf("CheckUserName(%q) = %v", name, err)
		}
	}
}

func TestEmails(t *testing.T) {
	for email, ok := range map[string]bool{
		"": true, "ada@example.org": true, "ü@exämple.org": true,
		"ada": false, "ada@localhost": false, "Ada <ada@example.org>": false, "a@b.c, d@e.f": false, "a@b.c\r\nBcc: x": false,
	} {
		if err := pat.CheckEmail(email); (err == nil) != ok {
			t.Errorf("CheckEmail(%q) = %v", email, err)
		}
	}
}

// A principal may do only what credential, scope and ownership permit together.
func TestWhatPrincipalsMay(t *testing.T) {
	tests := []struct {
		name     string
		p        pat.Principal
		own, any bool // may change what is theirs, and another's
		see      bool // may read another's
	}{
		{"the zero principal", pat.Principal{}, false, false, false},
		{"an administrator's flag without a credential", pat.Principal{User: 1, Admin: true}, false, false, false},
		{"a user by password", pat.Principal{User: 1, Credential: pat.ByPassword}, true, false, false},
		{"an auditor by password", pat.Principal{User: 1, Auditor: true, Credential: pat.ByPassword}, true, false, true},
		{"an administrator by password", pat.Principal{User: 1, Admin: true, Credential: pat.ByPassword}, true, true, true},
		{"a user by a write token", pat.Principal{User: 1, Credential: pat.ByToken, Scopes: "write"}, true, false, false},
		{"a user by a read token", pat.Principal{User: 1, Credential: pat.ByToken, Scopes: "read"}, false, false, false},
		{"an administrator by a read token", pat.Principal{User: 1, Admin: true, Credential: pat.ByToken, Scopes: "read"}, false, false, true},
		{"an administrator by a token of another scope", pat.Principal{User: 1, Admin: true, Credential: pat.ByToken, Scopes: "deploy"}, false, false, false},
		{"the operator", pat.Operator("root"), true, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if own, any, see := tt.p.MayActFor(1), tt.p.MayActFor(2), tt.p.MaySee(2); own != tt.own || any != tt.any || see != tt.see {
				t.Errorf("own %v, another's %v, see %v", own, any, see)
			}
		})
	}
	var nobody pat.Principal
	if nobody.MayActFor(0) || nobody.MaySee(0) {
		t.Error("the zero principal owns what belongs to nobody")
	}
}
