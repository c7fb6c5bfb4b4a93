package words

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed help
var articles embed.FS

// Topics are what there are articles of help about, in the order in which they
// are listed. Each language has one of each.
var Topics = []string{"tokens", "scopes", "expiry", "rotation", "networks", "sessions", "api", "gateways"}

// Article is a page of help in one language.
type Article struct {
	Topic string
	Title string
	Lead  string // its first paragraph
	Parts []Part // what follows, in order
}

// Part is one heading, paragraph, list or block of code of an article. Texts
// may have `code`, **strong** words and [links](/here) in them, nothing else.
type Part struct {
	Heading   string
	Paragraph string
	Items     []string
	Code      string
	Language  string // of Code: sh, nginx …
}

// Article returns the article about a topic of this language.
func (s *Speaker) Article(topic string) (Article, bool) {
	a, ok := s.articles[topic]
	return a, ok
}

// ArticleText returns an article of a language of this program, as it is kept.
func ArticleText(tag, topic string) (string, error) {
	text, err := fs.ReadFile(articles, path.Join("help", path.Base(tag), path.Base(topic)+".md"))
	if err != nil {
		return "", fmt.Errorf("words: %w", err)
	}
	return string(text), nil
}

// ParseArticle reads an article from its Markdown: a title, then what the parts
// are, one line each and a blank line between them. It is for texts that are
// compiled in; what it does not know becomes a paragraph.
func ParseArticle(topic, text string) Article {
	a := Article{Topic: topic}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case line == "":
		case strings.HasPrefix(line, "# "):
			a.Title = line[len("# "):]
		case strings.HasPrefix(line, "## "):
			a.Parts = append(a.Parts, Part{Heading: line[len("## "):]})
		case strings.HasPrefix(line, "- "):
			a.addItem(line[len("- "):])
		case strings.HasPrefix(line, fence):
			end := i + 1
			for end < len(lines) && lines[end] != fence {
				end++
			}
			a.Parts = append(a.Parts, Part{Code: strings.Join(lines[i+1:end], "\n"), Language: line[len(fence):]})
			i = end
		case a.Lead == "":
			a.Lead = line
		default:
			a.Parts = append(a.Parts, Part{Paragraph: line})
		}
	}
	return a
}

const fence = "```"

// addItem adds to the list that the article ends with, or begins one.
func (a *Article) addItem(text string) {
	if n := len(a.Parts); n > 0 && a.Parts[n-1].Items != nil {
		a.Parts[n-1].Items = append(a.Parts[n-1].Items, text)
		return
	}
	a.Parts = append(a.Parts, Part{Items: []string{text}})
}
