package words

import (
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Speaker says everything in one language.
type Speaker struct {
	Language
	says     *i18n.Localizer
	printer  *message.Printer
	articles map[string]Article // by topic
}

func newSpeaker(l Language, tag language.Tag, says *i18n.Localizer, help []Article) *Speaker {
	s := &Speaker{Language: l, says: says, printer: message.NewPrinter(tag), articles: map[string]Article{}}
	for _, a := range help {
		s.articles[a.Topic] = a
	}
	return s
}

// Args fill the places of a message, by name. "N", a whole number, also chooses
// the plural form.
type Args map[string]any

// Say returns the message of the key with its places filled. A key that there
// is not is returned itself; a test sees to it that there is none.
func (s *Speaker) Say(key string, args Args) string {
	config := i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		filled := make(map[string]any, len(args))
		for name, v := range args {
			if n, ok := whole(v); ok {
				if name == "N" {
					config.PluralCount = n
				}
				v = s.Number(int64(n))
			}
			filled[name] = v
		}
		config.TemplateData = filled
	}
	text, err := s.says.Localize(&config)
	if err != nil && text == "" {
		return key
	}
	return text
}

// Number writes a whole number with the language's separators.
func (s *Speaker) Number(n int64) string { return s.printer.Sprint(number.Decimal(n)) }

// Whole is Number for whole numbers of either type; anything else is "".
func (s *Speaker) Whole(v any) string {
	if n, ok := whole(v); ok {
		return s.Number(int64(n))
	}
	return ""
}

func whole(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	}
	return 0, false
}
