package web

import (
	"encoding/base64"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"jeton/internal/pat"
)

func basic(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }

func TestParseAuthorization(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		scheme Scheme
		token  string // of Bearer, when it is to pass
		logins []pat.Login
		fails  bool
	}{
		{"no header", nil, NoScheme, "", nil, false},
		{"bearer", []string{"Bearer abc"}, Bearer, "abc", nil, false},
		{"the scheme in any case", []string{"bEaReR abc"}, Bearer, "abc", nil, false},
		{"the token in its case", []string{"Bearer aBc"}, Bearer, "aBc", nil, false},
		{"blanks before the token", []string{"Bearer   abc"}, Bearer, "abc", nil, false},
		{"padding", []string{"Bearer a-b._~+/=="}, Bearer, "a-b._~+/==", nil, false},
		{"a word after the token", []string{"Bearer abc def"}, Bearer, "", nil, true},
		{"padding within", []string{"Bearer a=b"}, Bearer, "", nil, true},
		{"nothing but padding", []string{"Bearer =="}, Bearer, "", nil, true},
		{"no token", []string{"Bearer"}, Bearer, "", nil, true},
		{"quotes", []string{`Bearer "abc"`}, Bearer, "", nil, true},
		{"two in one header", []string{"Bearer abc, Bearer def"}, Bearer, "", nil, true},
		{"two headers", []string{"Bearer abc", "Bearer abc"}, OtherScheme, "", nil, true},
		{"another scheme", []string{"Token abc"}, OtherScheme, "", nil, false},
		{"a bare token", []string{"abc"}, OtherScheme, "", nil, false},
		{"an empty header", []string{""}, OtherScheme, "", nil, false},
		{"a tab", []string{"Bearer\tabc"}, OtherScheme, "", nil, false},

		{"basic", []string{basic("alice:secret")}, Basic, "", []pat.Login{{Name: "alice", Password: "secret"}}, false},
		{"a colon in the password", []string{basic("alice:a:b")}, Basic, "", []pat.Login{{Name: "alice", Password: "a:b"}}, false},
		{"without padding", []string{strings.TrimRight(basic("a:bc"), "=")}, Basic, "", []pat.Login{{Name: "a", Password: "bc"}}, false},
		{"UTF-8", []string{basic("jürgen:süß")}, Basic, "", []pat.Login{{Name: "jürgen", Password: "süß"}}, false},
		{"Latin-1", []string{basic("j\xfcrgen:s\xfc\xdf")}, Basic, "", []pat.Login{{Name: "jürgen", Password: "süß"}}, false},
		{"form-encoded", []string{basic("a%2Eb:p%25")}, Basic, "", []pat.Login{{Name: "a%2Eb", Password: "p%25"}, {Name: "a.b", Password: "p%"}}, false},
		{"form-encoded Latin-1", []string{basic("a:s%FC")}, Basic, "", []pat.Login{{Name: "a", Password: "s%FC"}, {Name: "a", Password: "sü"}}, false},
		{"a plus alone", []string{basic("a:b+c")}, Basic, "", []pat.Login{{Name: "a", Password: "b+c"}, {Name: "a", Password: "b c"}}, false},
		{"a plus and an escape", []string{basic("a:b+c%3A")}, Basic, "", []pat.Login{{Name: "a", Password: "b+c%3A"}, {Name: "a", Password: "b c:"}, {Name: "a", Password: "b+c:"}}, false},
		{"a colon alone escaped", []string{basic("a:100%! b%3Ac+d")}, Basic, "", []pat.Login{{Name: "a", Password: "100%! b%3Ac+d"}, {Name: "a", Password: "100%! b:c+d"}}, false},
		{"a percent sign that is no escape", []string{basic("a:100%!")}, Basic, "", []pat.Login{{Name: "a", Password: "100%!"}}, false},
		{"empty name and password", []string{basic(":")}, Basic, "", []pat.Login{{}}, false},
		{"no colon", []string{basic("alice")}, Basic, "", nil, true},
		{"no base64", []string{"Basic !!!"}, Basic, "", nil, true},
		{"nothing", []string{"Basic"}, Basic, "", nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := ParseAuthorization(&http.Request{Header: http.Header{"Authorization": tt.values}})
			if a.Scheme != tt.scheme || a.Token != tt.token || pat.Is(err, pat.Unauthenticated) != tt.fails {
				t.Errorf("scheme %d, token %q, error %v", a.Scheme, a.Token, err)
			}
			if !reflect.DeepEqual(a.Logins, tt.logins) {
				t.Errorf("the readings differ from the %d that are expected", len(tt.logins))
				for _, l := range a.Logins {
					t.Logf("name %q, password %q", l.Name, l.Password)
				}
			}
		})
	}
}

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Bearer abc", "bearer  a b", "Basic YTpi", basic("a+%41:\xff%ff"), "", "Basic", "Token x", basic("%")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		a, err := parseAuthorization(header)
		switch {
		case err != nil && (a.Token != "" || a.Logins != nil):
			t.Fatal("a credential beside an error")
		case err == nil && a.Scheme == Bearer && (a.Token == "" || !strings.HasSuffix(strings.TrimRight(header, " "), " "+a.Token)):
			t.Fatalf("%q is read as the token %q", header, a.Token)
		case err == nil && a.Scheme == Basic && (len(a.Logins) < 1 || len(a.Logins) > 3):
			t.Fatalf("%d readings", len(a.Logins))
		}
		seen := map[pat.Login]bool{}
		for _, l := range a.Logins {
			if seen[l] || !utf8.ValidString(l.Name) || !utf8.ValidString(l.Password) {
				t.Fatalf("a reading twice, or not UTF-8: %q %q", l.Name, l.Password)
			}
			seen[l] = true
		}
	})
}
