package console_test

import (
	"net/http"
	"testing"

	"jeton/internal/pat"
)

// Each rule that a form can break is refused there, naming the limit where there
// is one, and shows before what it forbids.
func TestEachRuleIsRefusedInTheConsole(t *testing.T) {
	const status = http.StatusUnprocessableEntity
	create := func(fields ...string) func(*visitor) {
		return func(v *visitor) { v.create("another", append([]string{"access", "read"}, fields...)...) }
	}
	rotate := func(v *visitor) {
		v.get("/profile/tokens/1/rotate")
		v.post("/profile/tokens/1/rotate", "number", v.hidden("number"), "overlap", "day")
	}
	password := func(v *visitor) {
		v.get("/profile/password")
		v.post("/profile/password", "current", pass, "new", "velvet compass granite")
	}
	for _, tt := range []struct {
		name  string
		rule  string
		value any
		ask   func(*visitor)
		want  string // "" where it passes
	}{
		{"a life of the maximum", "max_lifetime", int64(90 * 86400), create("expiration", "90"), ""},
		{"a longer one", "max_lifetime", int64(90 * 86400), create("expiration", "365"), "Your administrator allows at most 90 days."},
		{"never, beyond the maximum", "max_lifetime", int64(90 * 86400), create(never...), "Tokens must expire. Your administrator allows at most 90 days."},
		{"never, where it is not allowed", "allow_never", false, create(never...), "Tokens must expire. Choose a date."},
		{"a date, where never is not allowed", "allow_never", false, create("expiration", "365"), ""},
		{"access beyond that allowed", "scopes_allowed", []string{"read"}, create("access", "write"), "Your administrator does not allow this access."},
		{"access that is allowed", "scopes_allowed", []string{"read"}, create(), ""},
		{"from anywhere", "networks_required", true, create(), "Your administrator asks for the networks"},
		{"from a network", "networks_required", true, create("networks", "10.0.0.0/8"), ""},
		{"one more than may be", "max_named_tokens", int64(1), create(), "You have 1 live token, the most allowed."},
		{"as many as may be", "max_named_tokens", int64(2), create(), ""},
		{"where administrators create", "who_may_create", "administrators", create(), "turned off token creation"},
		{"where nobody does", "who_may_create", "nobody", create(), "turned off token creation"},
		{"an overlap too long", "max_overlap", int64(3600), rotate, "Choose when the old value stops."},
		{"an overlap that is allowed", "max_overlap", int64(86400), rotate, ""},
		{"a password too short", "password_min_length", int64(30), password, "At least 30 characters."},
		{"a password of the length", "password_min_length", int64(22), password, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withAda(t)
			bea := h.signedIn(t, "bea")
			bea.create("first")
			h.rule(t, pat.Setting{Subject: pat.Subject{User: 2}, Key: tt.rule, Value: tt.value})
			tt.ask(bea)
			switch {
			case tt.want != "":
				bea.want(status, tt.want)
			case bea.status >= 400:
				t.Errorf("%d %s", bea.status, bea.body)
			}
		})
	}
}
