package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jeton/internal/pat"
)

func TestSiteScheme(t *testing.T) {
	tests := []struct {
		name, public, target string
		cookie               string
	}{
		{"plain http", "", "http://jeton.example/", "jeton_session"},
		{"https", "", "https://jeton.example/", "__Host-jeton_session"},
		{"plain http behind an https address", "https://jeton.example", "http://10.0.0.1/", "__Host-jeton_session"},
		{"a plain public address", "http://jeton.example", "http://10.0.0.1/", "jeton_session"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site, err := NewSite(tt.public)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", tt.target, nil)
			w := httptest.NewRecorder()
			secret := pat.NewSessionSecret()
			site.SetSession(w, r, secret, time.Minute)
			cookies := w.Result().Cookies()
			if len(cookies) != 2 || cookies[0].Name != tt.cookie || cookies[0].Secure != strings.HasPrefix(tt.cookie, "__") || cookies[0].MaxAge != 60 {
				t.Fatalf("%v", cookies)
			}
			r.AddCookie(cookies[0])
			if got := site.Session(r); got != secret {
				t.Error("the secret does not come back")
			}
			r.Header.Add("Cookie", tt.cookie+"="+strings.Repeat("A", 43))
			if got := site.Session(r); !got.IsZero() {
				t.Error("one of two cookies that differ is taken")
			}
		})
	}
}

func TestSiteOrigin(t *testing.T) {
	site, err := NewSite("https://jeton.example")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, method, origin, fetch string
		ok                          bool
	}{
		{"a client that says nothing", "POST", "", "", true},
		{"this page, behind a proxy that rewrites Host", "POST", "https://jeton.example", "", true},
		{"this page by the address it was reached at", "POST", "http://10.0.0.1", "", true},
		{"this page, says the browser", "POST", "", "same-origin", true},
		{"typed by hand", "POST", "", "none", true},
		{"reading from anywhere", "GET", "https://evil.example", "cross-site", true},
		{"another site", "POST", "https://evil.example", "", false},
		{"another site, says the browser", "POST", "https://evil.example", "cross-site", false},
		{"a neighbour", "POST", "https://x.jeton.example", "same-site", false},
		{"no origin to tell", "POST", "null", "", false},
		{"the other scheme", "POST", "http://jeton.example", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "http://10.0.0.1/", nil)
			for name, value := range map[string]string{"Origin": tt.origin, "Sec-Fetch-Site": tt.fetch} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			if err := site.CheckOrigin(r); (err == nil) != tt.ok {
				t.Errorf("%v", err)
			}
		})
	}
}
