package web

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocalPath(t *testing.T) {
	const fallback = "/api/"
	tests := []struct{ name, next, want string }{
		{"a path", "/api/v2/users/", "/api/v2/users/"},
		{"with a query", "/api/o/authorize/?a=1&b=%2F#x", "/api/o/authorize/?a=1&b=%2F#x"},
		{"with an address in the query", "/x?next=https://evil.example/", "/x?next=https://evil.example/"},
		{"an escaped slash stays one segment", "/%2Fevil.example", "/%2Fevil.example"},
		{"not ASCII", "/ü", "/%C3%BC"},
		{"8,192 bytes", "/" + strings.Repeat("x", 8191), "/" + strings.Repeat("x", 8191)},
		{"8,193 bytes", "/" + strings.Repeat("x", 8192), fallback},
		{"nothing", "", fallback},
		{"a relative path", "users/", fallback},
		{"an address", "https://evil.example/", fallback},
		{"an address without a scheme", "//evil.example/", fallback},
		{"three slashes", "///evil.example/", fallback},
		{"a backslash", `/\evil.example`, fallback},
		{"two backslashes", `\\evil.example`, fallback},
		{"a backslash further on", `/x\..\y`, fallback},
		{"a tab that browsers drop", "/\t/evil.example", fallback},
		{"a line end that browsers drop", "/\n/evil.example", fallback},
		{"a header of their own", "/x\r\nSet-Cookie: a=b", fallback},
		{"a blank before it", " //evil.example", fallback},
		{"NUL", "/\x00", fallback},
		{"DEL", "/\x7f", fallback},
		{"a script", "javascript:alert(1)", fallback},
		{"not UTF-8", "/\xff", fallback},
		{"a bad escape", "/%zz", fallback},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := LocalPath(tt.next, fallback); got != tt.want {
				t.Errorf("%q", got)
			}
		})
	}
}

// FuzzLocalPath looks for a place to go on that a browser would find on another
// host.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/api/", "//evil", `/\evil`, "/%2F/evil", "/\t/evil", "https://evil", "/..//evil", "/.//evil"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://jeton.example/api/login/")
	f.Fuzz(func(t *testing.T, next string) {
		got := LocalPath(next, "/")
		for i := range len(got) {
			if got[i] <= ' ' || got[i] >= 0x7f {
				t.Fatalf("%q has a character that no header should", got)
			}
		}
		// As browsers read it: https://url.spec.whatwg.org/#relative-slash-state.
		seen := strings.ReplaceAll(got, `\`, "/")
		if !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Fatalf("%q leads elsewhere", got)
		}
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
			t.Fatalf("%q leads to %v, %v", got, u, err)
		}
	})
}
