package web

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseForm(t *testing.T) {
	tests := []struct {
		name, text string
		want       Form // nil when it is to be refused
	}{
		{"fields", "a=1&b=x+y%26%2B%25z", Form{"a": "1", "b": "x y&+%z"}},
		{"nothing", "", Form{}},
		{"a field without a value", "a&b=", Form{"a": "", "b": ""}},
		{"UTF-8", "a=s%C3%BC%C3%9F", Form{"a": "süß"}},
		{"Latin-1", "a=s%FC%DF", Form{"a": "süß"}},
		{"a field twice", "a=1&b=2&a=1", nil},
		{"a field twice, once escaped", "a=1&%61=1", nil},
		{"a broken escape", "a=%4", nil},
		{"a semicolon", "a=1;b=2", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseForm(tt.text)
			if (err == nil) != (tt.want != nil) || !maps.Equal(got, tt.want) {
				t.Errorf("ParseForm returns %v, %v", got, err)
			}
			if err != nil && AsError(err).Status != 400 {
				t.Errorf("it is refused with %v, want a 400", err)
			}
		})
	}
}

func TestReadForm(t *testing.T) {
	large := "a=" + strings.Repeat("x", MaxBody-2)
	tests := []struct {
		name, contentType, encoding, body string
		want                              error
	}{
		{"plain", FormType, "", "a=1", nil},
		{"with a charset", FormType + "; charset=UTF-8", "", "a=1", nil},
		{"without a blank", FormType + ";charset=UTF-8", "", "a=1", nil},
		{"in capitals", strings.ToUpper(FormType), "", "a=1", nil},
		{"with a semicolon too many", FormType + ";", "", "a=1", nil},
		{"JSON", "application/json", "", `{"a":1}`, ErrMediaType},
		{"without a type", "", "", "a=1", ErrMediaType},
		{"a longer type", FormType + "2", "", "a=1", ErrMediaType},
		{"multipart", "multipart/form-data; boundary=x", "", "a=1", ErrMediaType},
		{"of 64 KiB", FormType, "", large, nil},
		{"of 64 KiB and a byte", FormType, "", large + "x", ErrBodySize},
		{"compressed", FormType, "gzip", "a=1", ErrEncoding},
		{"said not to be compressed", FormType, "identity", "a=1", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, length := range []int64{int64(len(tt.body)), -1} { // announced, and in chunks
				r := httptest.NewRequest("POST", "/", strings.NewReader(tt.body))
				r.ContentLength = length
				if tt.contentType != "" {
					r.Header.Set("Content-Type", tt.contentType)
				}
				if tt.encoding != "" {
					r.Header.Set("Content-Encoding", tt.encoding)
				}
				if _, err := ReadForm(r); !errors.Is(err, tt.want) {
					t.Errorf("with length %d: %v, want %v", length, err, tt.want)
				}
			}
		})
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader("a=1"))
	r.Header = http.Header{"Content-Type": {FormType, FormType}}
	if _, err := ReadForm(r); !errors.Is(err, ErrMediaType) {
		t.Errorf("two content types: %v", err)
	}
}

// FuzzForm reads what the token endpoint is sent.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"grant_type=client_credentials&client_id=alice&client_secret=a%26b+%25", "a=1&a=2", "%zz", "a;b", "=&=", "a=%ff%fe", "a=\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form, err := ParseForm(text)
		if err != nil {
			if strings.Contains(err.Error(), text) && len(text) > 20 {
				t.Fatal("the error quotes the form")
			}
			return
		}
		values, err := url.ParseQuery(text)
		if err != nil || len(values) != len(form) {
			t.Fatalf("%q has %d fields, net/url reads %d, %v", text, len(form), len(values), err)
		}
		for key, value := range form {
			if got := values[key]; len(got) != 1 || !utf8.ValidString(value) || utf8.ValidString(got[0]) && got[0] != value {
				t.Fatalf("%q: %q is read as %q, net/url reads %q", text, key, value, got)
			}
		}
	})
}
