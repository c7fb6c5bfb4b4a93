package words_test

import (
	"os"
	"strings"
	"testing"

	"jeton/internal/words"
)

// shape says what an article is made of, apart from its words: the parts in
// their order, the marks in each, and commands and links as they are.
func shape(a words.Article) string {
	var b strings.Builder
	marks := func(kind, text string) {
		b.WriteString(kind)
		if n := strings.Count(text, "`"); n > 0 {
			b.WriteString(strings.Repeat("`", n))
		}
		for _, after := range strings.Split(text, "](")[1:] {
			b.WriteString(" " + after[:strings.Index(after, ")")])
		}
		b.WriteString("\n")
	}
	marks("lead", a.Lead)
	for _, p := range a.Parts {
		switch {
		case p.Heading != "":
			marks("heading", p.Heading)
		case p.Code != "":
			b.WriteString(p.Language + "\n" + p.Code + "\n")
		case p.Items != nil:
			for _, item := range p.Items {
				marks("item", item)
			}
		default:
			marks("paragraph", p.Paragraph)
		}
	}
	return b.String()
}

// Every language has every article, with the same parts, and nothing else lies
// about.
func TestArticlesAreThereInEveryLanguage(t *testing.T) {
	b := words.NewBook()
	for _, l := range b.Languages() {
		files, err := os.ReadDir("help/" + l.Tag)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(words.Topics) {
			t.Errorf("%s has %d articles, want %d", l.Tag, len(files), len(words.Topics))
		}
		for _, topic := range words.Topics {
			a, ok := b.Speaker(l.Tag).Article(topic)
			if !ok || a.Title == "" || a.Lead == "" || len(a.Parts) == 0 {
				t.Fatalf("%s has no article about %s", l.Tag, topic)
			}
			english, _ := b.Speaker(words.Default).Article(topic)
			if got, want := shape(a), shape(english); got != want {
				t.Errorf("%s about %s is made of\n%s\nEnglish of\n%s", l.Tag, topic, got, want)
			}
			if l.Tag != words.Default && a.Title == english.Title {
				t.Errorf("%s about %s is not translated", l.Tag, topic)
			}
		}
	}
}

func TestAnArticleIsRead(t *testing.T) {
	a := words.ParseArticle("x", "# Title\n\nLead.\n\n## Head\n\nText.\n\n- one\n- two\n\n```sh\na\n\nb\n```\n\nEnd.\n")
	if a.Topic != "x" || a.Title != "Title" || a.Lead != "Lead." {
		t.Errorf("%+v", a)
	}
	if got, want := shape(a), "lead\nheading\nparagraph\nitem\nitem\nsh\na\n\nb\nparagraph\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if open := words.ParseArticle("x", "```sh\na"); len(open.Parts) != 1 || open.Parts[0].Code != "a" {
		t.Errorf("a block without its end: %+v", open)
	}
}
