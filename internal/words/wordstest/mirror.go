// Package wordstest has a language for tests alone, in which English is
// mirrored: written from right to left, a third longer, and different in every
// word, so that a page that leaves something untranslated, or laid out for one
// direction only, is seen.
package wordstest

import (
	"encoding/json"
	"fmt"
	"strings"

	"jeton/internal/words"
)

// Mirrored is the tag of the language: Arabic as a private variant of it.
const Mirrored = "ar-x-mirror"

// Book returns the program's languages and the mirrored one.
func Book() (*words.Book, error) {
	var english map[string]any
	if err := json.Unmarshal(words.Text("en"), &english); err != nil {
		return nil, err
	}
	for key, text := range english {
		english[key] = mirrored(key, text)
	}
	text, err := json.Marshal(english)
	if err != nil {
		return nil, err
	}
	languages := append([]words.Language{}, words.NewBook().Languages()...)
	texts := map[string][]byte{Mirrored: text}
	for _, l := range languages {
		texts[l.Tag] = words.Text(l.Tag)
	}
	b, err := words.Bind(append(languages, words.Language{Tag: Mirrored, Name: "هسيلجنإ", RightToLeft: true}), texts)
	if err != nil {
		return nil, fmt.Errorf("mirrored: %w", err)
	}
	return b, nil
}

// forms are the plural forms of Arabic, which has all six.
var forms = []string{"zero", "one", "two", "few", "many", "other"}

func mirrored(key string, text any) any {
	switch text := text.(type) {
	case string:
		if strings.Contains(text, "{{.Year}}") || strings.HasPrefix(key, "date.month.") || strings.HasPrefix(key, "date.week.") {
			return text
		}
		return mirror(text)
	case map[string]any:
		all := map[string]any{}
		for _, f := range forms {
			all[f] = mirror(text["other"].(string))
		}
		return all
	}
	return text
}

// mirror turns every Latin letter outside of places into an Arabic one.
func mirror(text string) string {
	var b strings.Builder
	place := false
	for i, c := range text {
		switch {
		case strings.HasPrefix(text[i:], "{{"):
			place = true
		case strings.HasSuffix(text[:i], "}}"):
			place = false
		}
		if lower := c | 0x20; !place && lower >= 'a' && lower <= 'z' {
			c = 'ب' + (lower-'a')%17
		}
		b.WriteRune(c)
	}
	return b.String() + " ..." + strings.Repeat(".", len(text)/8)
}
