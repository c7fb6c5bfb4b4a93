package console

import (
	"strings"

	"jeton/internal/pat"
	"jeton/internal/web/page"
	"jeton/internal/words"
)

var (
	helpPage    = page.Parse(templates, "templates/help.html")
	articlePage = page.Parse(templates, "templates/help_article.html")
)

// helpLine is an article in the list of all.
type helpLine struct {
	words.Article
	Here bool // it is the one that is shown
}

// articleView is what the page of one article shows.
type articleView struct {
	words.Article
	URL   string // of this server, for commands
	Other []helpLine
}

// In puts this server's address into a command.
func (a articleView) In(code string) string { return strings.ReplaceAll(code, "{url}", a.URL) }

// helpView is the list of all articles.
type helpView struct {
	Articles []helpLine
	Reports  bool // leaked tokens can be reported without signing in
}

// help lists what there are articles about.
func (v *visit) help() error { return v.show(helpPage, "help", helpView{v.articles(""), v.reports()}) }

// article shows one of them.
func (v *visit) article() error {
	a, ok := v.speak.Article(v.r.PathValue("topic"))
	if !ok {
		return pat.Fail(pat.NotFound, "there is no such page of help")
	}
	return v.show(articlePage, "help", articleView{a, v.f.URL, v.articles(a.Topic)})
}

func (v *visit) articles(here string) []helpLine {
	lines := make([]helpLine, 0, len(words.Topics))
	for _, topic := range words.Topics {
		if a, ok := v.speak.Article(topic); ok {
			lines = append(lines, helpLine{a, topic == here})
		}
	}
	return lines
}
