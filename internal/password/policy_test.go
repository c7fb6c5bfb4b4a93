package password

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"jeton/internal/pat"
)

func TestPolicy(t *testing.T) {
	const (
		short   = "Password must be at least 12 characters long."
		long    = "Password max length is 128"
		variety = "Password must have at least 5 different characters."
		context = "Password must not be built on your name, your mail address or the name of the product."
		common  = "Password must not be built on one of the most common passwords."
		passes  = ""
	)
	words := []string{"marlene.k", "Marlene", "von Kühnhausen", "m.kuehn@example.org", "Jeton"}
	many := strings.Repeat("abcdefgh", 16) // 128 characters
	tests := []struct {
		name, pw, want string
	}{
		{"passes", "tulip-9 barge", passes},
		{"12 characters", "tulip9-barge", passes},
		{"11 characters", "tulip9-barg", short},
		{"12 characters of 3 bytes", "€ßłđŋħ€ßłđŋħ", passes},
		{"11 characters of 2 bytes", "éßłđŋħéßłđŋ", short},
		{"11 characters after composition", "tulip9-bare\u0301", short},
		{"nothing", "", short},
		{"128 characters", many, passes},
		{"129 characters", many + "x", long},
		{"128 characters of 3 bytes", strings.Repeat("€ß₣₤", 31) + "wxyz", passes},
		{"only lower-case letters", "vermilionmoth", passes},
		{"only digits", "730194468250", passes},
		{"blanks and other scripts", "слон и 象 на луне", passes},
		{"bytes that are not UTF-8", "tulip9-barg\xe9", passes},
		{"one character repeated", "zzzzzzzzzzzzzzzz", variety},
		{"four characters repeated", "zqjvzqjvzqjvzqjv", variety},
		{"five characters repeated", "zqjvxzqjvxzqjvx", passes},
		{"one character in two cases", "zZzZzZzZzZzZ", variety},
		{"a common password", "1q2w3e4r5t6y", common},
		{"a common password in upper case", "1Q2W3E4R5T6Y", common},
		{"a common password in wide letters", "\uff30assword1234", common},
		{"a common password with a year", "Sunshine2024", common},
		{"a common password between signs", "!!password!!", common},
		{"a common password twice", "passwordpassword", common},
		{"a row of keys", "qwertyuiopasd", common},
		{"counting", "1234567890123", common},
		{"a common password as half", "sunshine-barge-17", passes},
		{"the user name", "marlene.k-17", context},
		{"the user name in upper case", "MARLENE.K-17", context},
		{"the user name as half", "marlene.k/viaduct", context},
		{"the user name as less than half", "marlene.k/viaduct9", passes},
		{"a part of the last name", "Kühnhausen17", context},
		{"the mail address", "m.kuehn@example.org", context},
		{"the local part of the mail address", "m.kuehn-4418", context},
		{"the product, repeated", "Jeton-jeton-", context},
		{"the product as less than half", "jeton4418zqx", passes},
		{"a short word of the name", "von von von 4418", context},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Policy{}.Check(tt.pw, words...)
			if tt.want == passes {
				require.NoError(t, err)
				return
			}
			e := pat.AsError(err)
			require.NotNil(t, e)
			require.Equal(t, pat.Invalid, e.Kind)
			require.Equal(t, []pat.Field{{Name: "password", Message: tt.want}}, e.Fields)
		})
	}
}

func TestPolicyWithoutContext(t *testing.T) {
	require.NoError(t, Policy{}.Check("marlene.k-17"))
	require.NoError(t, Policy{}.Check("ab-9 tulip barge", "", " ", "a", "ab", "@", "@example.org"))
}

func TestPolicyMinimum(t *testing.T) {
	tests := []struct {
		name   string
		policy Policy
		pw     string
		ok     bool
	}{
		{"a low minimum, reached", Policy{8}, "tulip9-b", true},
		{"a low minimum, not reached", Policy{8}, "tulip9-", false},
		{"a high minimum, not reached", Policy{64}, strings.Repeat("tulip-9", 9), false},
		{"a high minimum, reached", Policy{64}, strings.Repeat("tulip-9", 9) + "x", true},
		{"none set, reached", Policy{}, "tulip9-barge", true},
		{"none set, not reached", Policy{}, "tulip9-barg", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.ok, tt.policy.Check(tt.pw) == nil)
		})
	}
}

func BenchmarkPolicy(b *testing.B) {
	for b.Loop() {
		if err := (Policy{}).Check("tulip-9 barge on the canal", "marlene", "jeton"); err != nil {
			b.Fatal(err)
		}
	}
}
