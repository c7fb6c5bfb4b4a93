package page

import (
	"html/template"
	"regexp"
	"strings"

	"jeton/internal/words"
)

// marks are what a text of an article may have in it.
var marks = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^\\]]+)\\]\\((/[^)]*)\\)")

// markedHTML makes HTML of a text of an article.
func markedHTML(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range marks.FindAllStringSubmatchIndex(text, -1) {
		part := func(n int) string { return template.HTMLEscapeString(text[m[2*n]:m[2*n+1]]) }
		b.WriteString(template.HTMLEscapeString(text[at:m[0]]))
		switch {
		case m[2] >= 0:
			b.WriteString(`<code dir="ltr">` + part(1) + "</code>")
		case m[4] >= 0:
			b.WriteString("<strong>" + part(2) + "</strong>")
		default:
			b.WriteString(`<a href="` + part(4) + `">` + part(3) + "</a>")
		}
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(b.String()) //nolint:gosec // escaped piece by piece
}

// topicTitle is what a link to an article of help says.
func topicTitle(s *words.Speaker) func(topic string) string {
	return func(topic string) string {
		a, _ := s.Article(topic)
		return a.Title
	}
}
