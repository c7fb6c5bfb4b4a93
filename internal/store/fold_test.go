package store_test

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"jeton/internal/store"
)

func TestNamesThatFoldIntoOne(t *testing.T) {
	tests := []struct{ name, one, other string }{
		{"upper case", "bob", "BOB"},
		{"full width", "bob", "ＢＯＢ"},
		{"a ligature", "office", "OﬃCE"},
		{"a sharp s", "straße", "STRASSE"},
		{"a final sigma", "οδος", "ΟΔΟΣ"},
		{"a mark of its own", "ren\u00e9", "RENE\u0301"},
		{"the dotted I of Turkish", "ismail", "İsmail"},
		{"Cherokee", "ꭰꮃꭹ", "ᎠᎳᎩ"},
		{"the older small letters of Cherokee", "ᏸᏹ", "ᏰᏱ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if one, other := store.FoldName(tt.one), store.FoldName(tt.other); one != other {
				t.Errorf("%+q and %+q", one, other)
			}
		})
	}
}

func TestNamesThatStayApart(t *testing.T) {
	for _, pair := range [][2]string{{"bob", "bоb"}, {"rene", "rené"}, {"ı", "i"}} { // the о is Cyrillic
		if store.FoldName(pair[0]) == store.FoldName(pair[1]) {
			t.Errorf("%q and %q are one", pair[0], pair[1])
		}
	}
}

// All cases of all letters that Unicode pairs fold into one.
func TestEveryLetterFoldsAsItsOtherCases(t *testing.T) {
	for c := range unicode.MaxRune + 1 {
		for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
			if store.FoldName(string(c)) != store.FoldName(string(other)) {
				t.Errorf("%U and %U", c, other)
			}
		}
	}
}

func TestFoldingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := store.FoldName(rapid.String().Draw(t, "name"))
		if twice := store.FoldName(once); twice != once {
			t.Errorf("%+q, then %+q", once, twice)
		}
	})
}
