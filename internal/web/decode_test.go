package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// The expected words are what json.loads of Python 3.11 says.
func TestDecodeSpeaksLikePython(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "Expecting value: line 1 column 1 (char 0)"},
		{" ", "Expecting value: line 1 column 2 (char 1)"},
		{"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"{bad", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{`{"a"`, "Expecting ':' delimiter: line 1 column 5 (char 4)"},
		{`{"a":`, "Expecting value: line 1 column 6 (char 5)"},
		{`{"a":}`, "Expecting value: line 1 column 6 (char 5)"},
		{`{"a":1`, "Expecting ',' delimiter: line 1 column 7 (char 6)"},
		{`{"a":1,`, "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
		{`{"a":1,}`, "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
		{`{"a":1 "b":2}`, "Expecting ',' delimiter: line 1 column 8 (char 7)"},
		{"[", "Expecting value: line 1 column 2 (char 1)"},
		{"[1", "Expecting ',' delimiter: line 1 column 3 (char 2)"},
		{"[1,]", "Expecting value: line 1 column 4 (char 3)"},
		{"[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"},
		{"{} x", "Extra data: line 1 column 4 (char 3)"},
		{`{"a":"`, "Unterminated string starting at: line 1 column 6 (char 5)"},
		{"\"\x01\"", "Invalid control character at: line 1 column 2 (char 1)"},
		{"{\"a\":\"x\ny\"}", "Invalid control character at: line 1 column 8 (char 7)"},
		{`"\x"`, `Invalid \escape: line 1 column 2 (char 1)`},
		{`"\u12"`, `Invalid \uXXXX escape: line 1 column 3 (char 2)`},
		{`"\u12g4"`, `Invalid \uXXXX escape: line 1 column 3 (char 2)`},
		{`"\u12345`, "Unterminated string starting at: line 1 column 1 (char 0)"},
		{`"\`, "Unterminated string starting at: line 1 column 1 (char 0)"},
		{"nul", "Expecting value: line 1 column 1 (char 0)"},
		{"-", "Expecting value: line 1 column 1 (char 0)"},
		{"01", "Extra data: line 1 column 2 (char 1)"},
		{"1.", "Extra data: line 1 column 2 (char 1)"},
		{`{"a":01}`, "Expecting ',' delimiter: line 1 column 7 (char 6)"},
		{`{"a":1.}`, "Expecting ',' delimiter: line 1 column 7 (char 6)"},
		{"{\n  \"a\": 1,\n  b: 2\n}", "Expecting property name enclosed in double quotes: line 3 column 3 (char 14)"},
		{`{"é": x}`, "Expecting value: line 1 column 7 (char 6)"},
		{"{'a':1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{`{"a":1}}`, "Extra data: line 1 column 8 (char 7)"},
		{`{1:2}`, "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"},
		{"{\"a\":\"\xc3\"}", "'utf-8' codec can't decode byte 0xc3 in position 6: invalid continuation byte"},
		{"\"\xe2(a\"", "'utf-8' codec can't decode byte 0xe2 in position 1: invalid continuation byte"},
		{"{\"a\":\"\xe2", "'utf-8' codec can't decode byte 0xe2 in position 6: unexpected end of data"},
		{"\xc0\x80", "'utf-8' codec can't decode byte 0xc0 in position 0: invalid start byte"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			_, err := Decode([]byte(tt.text), LastWins)
			if err == nil || err.Error() != tt.want {
				t.Errorf("Decode fails with %v, want %s", err, tt.want)
			}
			if e := AsError(err); e == nil || e.Status != 400 {
				t.Errorf("AsError of a syntax error is %v, want a 400", e)
			}
		})
	}
}

func TestDecodeBounds(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(`,"k` + strings.Repeat("x", i) + `":1`)
		}
		return "{" + b.String()[1:] + "}"
	}
	tests := []struct {
		name, text string
		dup        Duplicates
		want       string // "" when it is to pass
	}{
		{"32 levels", nested(32), LastWins, ""},
		{"33 levels", nested(33), LastWins, "Nested too deeply"},
		{"33 levels of which one is an array", `{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + "}", LastWins, "Nested too deeply"},
		{"levels beside each other do not add up", `{"a":[[],[],[]],"b":` + nested(31) + "}", LastWins, ""},
		{"100 keys", keys(100), LastWins, ""},
		{"101 keys", keys(101), LastWins, "Too many keys"},
		{"101 times the same key", "{" + strings.TrimSuffix(strings.Repeat(`"a":1,`, 101), ",") + "}", LastWins, "Too many keys"},
		{"a key twice", `{"a":1,"a":2}`, LastWins, ""},
		{"a key twice where that is refused", `{"a":1,"a":2}`, RefuseDuplicates, "Key given twice"},
		{"a key twice, once escaped", `{"a":1,"\u0061":2}`, RefuseDuplicates, "Key given twice"},
		{"keys that differ in case", `{"a":1,"A":2}`, RefuseDuplicates, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode([]byte(tt.text), tt.dup)
			var syntax *SyntaxError
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("Decode fails with %v", err)
			case tt.want != "" && (!errors.As(err, &syntax) || syntax.Message != tt.want):
				t.Errorf("Decode fails with %v, want %s", err, tt.want)
			}
		})
	}
}

func TestDecodeValues(t *testing.T) {
	o, err := Decode([]byte(` {"b":1.50e3, "a":[true,false,null,{}], "t":"x\"\\\/\b\f\n\r\té😀\ud83d", "b":12345678901234567890} `), LastWins)
	if err != nil {
		t.Fatal(err)
	}
	want := Object{
		{"b", json.Number("12345678901234567890")},
		{"a", []any{true, false, nil, Object{}}},
		{"t", "x\"\\/\b\f\n\r\té😀\ufffd"},
	}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("Decode returns %v, want %v", o, want)
	}
	if v, ok := o.Get("B"); ok {
		t.Errorf("the key B is found, as %v", v)
	}
	for text, want := range map[string]error{"null": ErrNull, "[]": ErrNotObject, `"x"`: ErrNotObject, "1": ErrNotObject, "true": ErrNotObject} {
		if _, err := Decode([]byte(text), LastWins); !errors.Is(err, want) {
			t.Errorf("Decode of %s fails with %v, want %v", text, err, want)
		}
	}
}

// FuzzDecode holds Decode against encoding/json: within the bounds both accept
// the same texts, and read the same from them.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"description":"d","scope":"read"}`, `{}`, ``, `null`, `[1,2.5e-3,-0]`, `{"a":{"b":[{"c":"\ud83d\ude00\ud83d"}]}}`,
		`{"a":1,"a":2}`, "{\"a\":\"\xff\"}", ` { "a" : 01 } `, `{"a":1}x`, `"\u00e9\x"`, "{\"\x00\":1}", `{"a":tru}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Decode(text, LastWins)
		var syntax *SyntaxError
		if errors.As(err, &syntax) {
			switch syntax.Message {
			case "Nested too deeply", "Too many keys":
				return
			}
			if syntax.Line == 0 {
				if utf8.Valid(text) {
					t.Fatalf("%q is said not to be UTF-8", text)
				}
				return
			}
			if syntax.Char < 0 || syntax.Char > utf8.RuneCount(text) || syntax.Column < 1 {
				t.Fatalf("the place is outside the text: %v", err)
			}
		}
		if !utf8.Valid(text) {
			t.Fatalf("%q is accepted, and is not UTF-8", text)
		}
		if valid := json.Valid(text); valid != (syntax == nil) {
			t.Fatalf("encoding/json accepts %q: %v, Decode fails with %v", text, valid, err)
		}
		if err != nil {
			return
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var want map[string]any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(plain(got), any(want)) {
			t.Fatalf("%q is read as %v, encoding/json reads %v", text, got, want)
		}
		again, err := got.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Decode(again, RefuseDuplicates); err != nil || !reflect.DeepEqual(back, got) {
			t.Fatalf("%q is written as %q, and read back as %v, %v", text, again, back, err)
		}
	})
}

// plain turns objects into maps.
func plain(v any) any {
	switch v := v.(type) {
	case Object:
		m := map[string]any{}
		for _, member := range v {
			m[member.Key] = plain(member.Value)
		}
		return m
	case []any:
		a := make([]any, len(v))
		for i := range v {
			a[i] = plain(v[i])
		}
		return a
	}
	return v
}
