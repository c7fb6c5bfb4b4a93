package pat

import "testing"

func TestRedirect(t *testing.T) {
	app := Application{RedirectURIs: "https://app.example/cb http://127.0.0.1/native?x=1  http://[::1]:4000/n"}
	tests := []struct {
		uri string
		ok  bool
	}{
		{"https://app.example/cb", true},
		{"https://app.example/cb/", false},
		{"https://app.example/cb?x=1", false},
		{"https://app.example:443/cb", false},
		{"https://APP.example/cb", false},
		{"http://app.example/cb", false},
		{"https://app.example/cb#f", false},
		{"https://app.example/cb\\@evil.example", false},
		{"https://evil.example/?https://app.example/cb", false},
		{"", false}, // three are registered
		{"http://127.0.0.1/native?x=1", true},
		{"http://127.0.0.1:51004/native?x=1", true},
		{"http://127.0.0.1:/native?x=1", true},
		{"http://127.0.0.1:51004/native", false},
		{"http://127.0.0.1:51004@evil.example/native?x=1", false},
		{"http://127.0.0.1.evil.example/native?x=1", false},
		{"http://127.0.0.2:1/native?x=1", false},
		{"http://localhost:51004/native?x=1", false},
		{"https://127.0.0.1:51004/native?x=1", false},
		{"http://[::1]/n", true},
		{"http://[::1]:1/n", true},
		{"http://[::2]:1/n", false},
		{"javascript:alert(1)", false},
	}
	for _, tt := range tests {
		got, ok := app.Redirect(tt.uri)
		if ok != tt.ok || ok && got != tt.uri {
			t.Errorf("Redirect(%q) = %q, %v", tt.uri, got, ok)
		}
	}
	one := Application{RedirectURIs: "https://app.example/cb"}
	if got, ok := one.Redirect(""); !ok || got != one.RedirectURIs {
		t.Errorf("the only one is %q, %v", got, ok)
	}
}

func TestClientSecrets(t *testing.T) {
	secret := NewClientSecret()
	if n := len(secret.Reveal()); n != 128 || secret.Digest() != ClientSecretDigest(secret.Reveal()) {
		t.Errorf("%d characters", n)
	}
	if other := (Secret{secret.Reveal()[:127] + "_"}); other.Digest() == secret.Digest() {
		t.Error("the end of a secret is not in its digest")
	}
	if n := len(NewClientID()); n != 40 {
		t.Errorf("a client id of %d characters", n)
	}
}
