// Package words has what people read, in their languages: one catalogue a
// language, plural forms, and dates and numbers as people there write them. The
// words of the APIs are not here: those are promises to programs, in English.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalogue/*.json
var catalogues embed.FS

// Default is the language that stands in where no other was chosen.
const Default = "en"

// shipped are the languages of this program, in the order in which they are offered.
var shipped = []Language{
	{Tag: "en", Name: "English"},
	{Tag: "tr", Name: "Türkçe"},
	{Tag: "de", Name: "Deutsch"},
}

// Language is one in which everything can be said.
type Language struct {
	Tag         string // BCP 47
	Name        string // in the language itself
	RightToLeft bool
}

// Dir is the direction of the language, as HTML's attribute dir has it.
func (l Language) Dir() string {
	if l.RightToLeft {
		return "rtl"
	}
	return "ltr"
}

// Book holds the catalogues of all languages. It is not changed once made.
type Book struct {
	languages []Language
	speakers  map[string]*Speaker
	matcher   language.Matcher
}

// NewBook reads the catalogues of this program. It panics when one is not well
// formed: they are compiled in.
func NewBook() *Book {
	texts, help := map[string][]byte{}, map[string][]Article{}
	for _, l := range shipped {
		for _, topic := range Topics {
			text, err := ArticleText(l.Tag, topic)
			if err != nil {
				panic(err)
			}
			help[l.Tag] = append(help[l.Tag], ParseArticle(topic, text))
		}
		text, err := fs.ReadFile(catalogues, path.Join("catalogue", l.Tag+".json"))
		if err != nil {
			panic(err)
		}
		texts[l.Tag] = text
	}
	b, err := Bind(shipped, texts, help)
	if err != nil {
		panic(err)
	}
	return b
}

// Bind makes a book of languages, their catalogues, JSON by tag, and their
// articles of help. The first language is the default.
func Bind(languages []Language, texts map[string][]byte, help map[string][]Article) (*Book, error) {
	b := &Book{languages: languages, speakers: map[string]*Speaker{}}
	tags := make([]language.Tag, len(languages))
	for i, l := range languages {
		tag, err := language.Parse(l.Tag)
		if err != nil {
			return nil, fmt.Errorf("words: language %q: %w", l.Tag, err)
		}
		bundle := i18n.NewBundle(tag)
		bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
		if _, err := bundle.ParseMessageFileBytes(texts[l.Tag], l.Tag+".json"); err != nil {
			return nil, fmt.Errorf("words: catalogue %q: %w", l.Tag, err)
		}
		tags[i] = tag
		b.speakers[l.Tag] = newSpeaker(l, tag, i18n.NewLocalizer(bundle, l.Tag), help[l.Tag])
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

// Languages lists the languages, in the order in which they are offered.
func (b *Book) Languages() []Language { return b.languages }

// Has reports whether the book has exactly this language.
func (b *Book) Has(tag string) bool { return b.speakers[tag] != nil }

// Speaker returns the speaker of exactly this language, or of the default.
func (b *Book) Speaker(tag string) *Speaker {
	if s := b.speakers[tag]; s != nil {
		return s
	}
	return b.speakers[b.languages[0].Tag]
}

// maxAccept bounds, in bytes, how much of what a browser accepts is looked at.
const maxAccept = 256

// Choose returns the speaker of the first of the wishes that the book has, else
// of what fits an Accept-Language header best, else of the default.
func (b *Book) Choose(accept string, wishes ...string) *Speaker {
	if i := slices.IndexFunc(wishes, b.Has); i >= 0 {
		return b.speakers[wishes[i]]
	}
	if accept == "" || len(accept) > maxAccept {
		return b.Speaker("")
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return b.Speaker("")
	}
	_, at, sure := b.matcher.Match(tags...)
	if sure == language.No {
		return b.Speaker("")
	}
	return b.speakers[b.languages[at].Tag]
}

// Keys returns the keys of a language's catalogue as it is kept, sorted.
func Keys(text []byte) ([]string, error) {
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys, nil
}

// Text returns the catalogue of a language of this program, as it is kept.
func Text(tag string) []byte {
	text, err := fs.ReadFile(catalogues, path.Join("catalogue", path.Base(tag)+".json"))
	if err != nil {
		return nil
	}
	return text
}
