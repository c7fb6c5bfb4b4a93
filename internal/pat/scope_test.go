package pat_test

import (
	"testing"

	"jeton/internal/pat"
)

func TestParseScopes(t *testing.T) {
	tests := []struct {
		name, text string
		want       pat.Scopes
		ok         bool
	}{
		{"nothing", "", "", true},
		{"blanks around and between collapse", "  write \t read\n", "write read", true},
		{"the order is kept", "write read", "write read", true},
		{"a word twice", "read read", "", false},
		{"a quote", `re"ad`, "", false},
		{"a backslash", `re\ad`, "", false},
		{"a letter that is not ASCII", "lesen-ü", "", false},
		{"a control character", "re\x7fad", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pat.ParseScopes(tt.text)
			if got != tt.want || (err == nil) != tt.ok {
				t.Errorf("ParseScopes(%q) = %q, %v", tt.text, got, err)
			}
			if err != nil && (!pat.Is(err, pat.Invalid) || pat.AsError(err).Fields[0].Name != "scope") {
				t.Errorf("the error does not blame scope: %v", err)
			}
		})
	}
}

func TestWhatScopesAllow(t *testing.T) {
	tests := []struct {
		scopes  pat.Scopes
		need    string
		allowed bool
	}{
		{"", "read", false},
		{"", "", false},
		{"read", "read", true},
		{"read", "write", false},
		{"read", "deploy", false},
		{"write", "read", true},
		{"write", "deploy", true},
		{"write", "introspect", false}, // reserved: by name only
		{"write introspect", "introspect", true},
		{"deploy", "read", false},
		{"reader", "read", false},
		{"write", "", false},
	}
	for _, tt := range tests {
		if got := tt.scopes.Allows(tt.need); got != tt.allowed {
			t.Errorf("Scopes(%q).Allows(%q) = %v", tt.scopes, tt.need, got)
		}
	}
}

func TestEffectiveWritesOutTheImpliedRead(t *testing.T) {
	for scopes, want := range map[pat.Scopes]string{"": "", "read": "read", "write": "read write", "write read": "write read", "deploy write": "read deploy write"} {
		if got := scopes.Effective(); got != want {
			t.Errorf("Scopes(%q).Effective() = %q, want %q", scopes, got, want)
		}
	}
}

func TestScopeForMethod(t *testing.T) {
	for method, want := range map[string]string{"GET": "read", "HEAD": "read", "OPTIONS": "read", "POST": "write", "DELETE": "write", "get": "write", "": "write", "PROPFIND": "write"} {
		if got := pat.ScopeForMethod(method); got != want {
			t.Errorf("ScopeForMethod(%q) = %q, want %q", method, got, want)
		}
	}
}

func TestScopesWithout(t *testing.T) {
	for _, tt := range []struct{ scopes, word, want pat.Scopes }{
		{"read deploy write", "deploy", "read write"}, {"deploy", "deploy", ""}, {"deployment", "deploy", "deployment"}, {"", "deploy", ""},
	} {
		if got := tt.scopes.Without(string(tt.word)); got != tt.want {
			t.Errorf("%q without %s is %q", tt.scopes, tt.word, got)
		}
	}
}
