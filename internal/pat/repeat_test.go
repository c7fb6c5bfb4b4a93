package pat

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseRepeatKey(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		passes     bool
	}{
		{"22 characters", strings.Repeat("x", 22), true},
		{"21 characters", strings.Repeat("x", 21), false},
		{"255 characters", strings.Repeat("x", 255), true},
		{"256 characters", strings.Repeat("x", 256), false},
		{"a blank", strings.Repeat("x", 22) + " ", false},
		{"a letter beyond ASCII", strings.Repeat("x", 22) + "é", false},
		{"a control character", strings.Repeat("x", 22) + "\x7f", false},
		{"nothing", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key, err := ParseRepeatKey(tt.text)
			if (err == nil) != tt.passes || key.IsZero() == tt.passes {
				t.Errorf("%v", err)
			}
			if err != nil && strings.Contains(err.Error(), tt.text) && tt.text != "" {
				t.Error("the error tells the key")
			}
		})
	}
}

func TestARepeatKeyIsNotPrinted(t *testing.T) {
	text := strings.Repeat("k", 22)
	key, err := ParseRepeatKey(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q"} {
		if s := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, &key); strings.Contains(s, text) {
			t.Errorf("%s prints %s", verb, s)
		}
	}
}

func FuzzParseRepeatKey(f *testing.F) {
	f.Add(strings.Repeat("x", 22))
	f.Add("é\x00 ")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParseRepeatKey(text)
		if (err == nil) == key.IsZero() {
			t.Errorf("%v, and a key: %t", err, !key.IsZero())
		}
		if err == nil && (string(key.Bytes()) != text || len(text) < 22 || len(text) > 255 || strings.ContainsAny(text, " \r\n\x00")) {
			t.Errorf("%q passes", text)
		}
	})
}
