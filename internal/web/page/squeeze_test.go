package page

import "testing"

func TestAStyleSheetIsSqueezed(t *testing.T) {
	in := "/* Ink; {on} paper. */\n:root { --a: b(#fff, #000);\n  --c: .1rem; }\n.x > p:has(+ a), .y :not(b) { content: \" ↑\"; margin: 0 auto }\n@media (max-width: 62rem) {\n  i { rotate: 45deg }\n}\n"
	want := ":root{--a:b(#fff,#000);--c:.1rem}.x > p:has(+ a),.y :not(b){content:\" ↑\";margin:0 auto}@media (max-width:62rem){i{rotate:45deg}}"
	if got := string(squeezed([]byte(in))); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
