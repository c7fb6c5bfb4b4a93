package page

import "testing"

func TestMarkedTextsAreEscaped(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"plain & <b>", "plain &amp; &lt;b&gt;"},
		{"a `<x>` b", `a <code dir="ltr">&lt;x&gt;</code> b`},
		{"**Read only**: looks", "<strong>Read only</strong>: looks"},
		{"[a token](/profile/tokens/new).", `<a href="/profile/tokens/new">a token</a>.`},
		{"[elsewhere](https://example.org)", "[elsewhere](https://example.org)"},
		{"`X-Auth*` and `**`", `<code dir="ltr">X-Auth*</code> and <code dir="ltr">**</code>`},
		{`[a](/"onclick=x)`, `<a href="/&#34;onclick=x">a</a>`},
	} {
		if got := string(markedHTML(tt.text)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.text, got, tt.want)
		}
	}
}
