// Package wordstest has a language for tests alone, in which English is
// mirrored: written from right to left, a third longer, and different in every
// word, so that a page that leaves something untranslated, or laid out for one
// direction only, is seen.
package wordstest

import (
	"encoding/json"
	"fmt"
	"regexp"
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
	texts, help := map[string][]byte{Mirrored: text}, map[string][]words.Article{}
	for _, l := range languages {
		texts[l.Tag] = words.Text(l.Tag)
		for _, topic := range words.Topics {
			text, err := words.ArticleText(l.Tag, topic)
			if err != nil {
				return nil, err
			}
			a := words.ParseArticle(topic, text)
			help[l.Tag] = append(help[l.Tag], a)
			if l.Tag == words.Default {
				help[Mirrored] = append(help[Mirrored], mirroredArticle(a))
			}
		}
	}
	b, err := words.Bind(append(languages, words.Language{Tag: Mirrored, Name: "هسيلجنإ", RightToLeft: true}), texts, help)
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
	return letters(text) + " ..." + strings.Repeat(".", len(text)/8)
}

func letters(text string) string {
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
	return b.String()
}

// mirroredArticle is an article that can be read by nobody, commands apart.
func mirroredArticle(a words.Article) words.Article {
	a.Title, a.Lead = mirrorMarked(a.Title), mirrorMarked(a.Lead)
	parts := make([]words.Part, len(a.Parts))
	for i, p := range a.Parts {
		items := p.Items
		p.Heading, p.Paragraph, p.Items = mirrorMarked(p.Heading), mirrorMarked(p.Paragraph), nil
		for _, item := range items {
			p.Items = append(p.Items, mirrorMarked(item))
		}
		parts[i] = p
	}
	a.Parts = parts
	return a
}

// kept are what a text's marks say, which is not to be translated: code, and
// where a link leads.
var kept = regexp.MustCompile("`[^`]*`|\\]\\([^)]*\\)")

// mirrorMarked is mirror for a text with marks in it.
func mirrorMarked(text string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	at := 0
	for _, m := range kept.FindAllStringIndex(text, -1) {
		b.WriteString(letters(text[at:m[0]]))
		b.WriteString(text[m[0]:m[1]])
		at = m[1]
	}
	return b.String() + letters(text[at:]) + " ..." + strings.Repeat(".", len(text)/8)
}
