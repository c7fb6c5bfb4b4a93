package words_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jeton/internal/words"
	"jeton/internal/words/wordstest"
)

// catalogue is a language's messages: text by key and, where there are some,
// plural form.
func catalogue(t *testing.T, tag string) map[string]map[string]string {
	t.Helper()
	var raw map[string]any
	if err := json.Unmarshal(words.Text(tag), &raw); err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	all := map[string]map[string]string{}
	for key, v := range raw {
		all[key] = map[string]string{}
		switch v := v.(type) {
		case string:
			all[key][""] = v
		case map[string]any:
			for form, text := range v {
				all[key][form] = text.(string)
			}
		}
	}
	return all
}

var place = regexp.MustCompile(`{{\.([A-Za-z0-9]+)}}`)

func places(text string) []string {
	found := map[string]bool{}
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// Every language says everything, in the forms that it has, with the same places.
func TestCataloguesAreComplete(t *testing.T) {
	english := catalogue(t, "en")
	for _, l := range words.NewBook().Languages() {
		all := catalogue(t, l.Tag)
		for key := range english {
			if all[key] == nil {
				t.Errorf("%s lacks %s", l.Tag, key)
			}
		}
		for key, forms := range all {
			if english[key] == nil {
				t.Errorf("%s has %s, which English lacks", l.Tag, key)
				continue
			}
			want, plain := slices.Sorted(maps.Keys(english[key])), english[key][""]
			if got := slices.Sorted(maps.Keys(forms)); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the forms %q, want %q", l.Tag, key, got, want)
			}
			if plain == "" {
				plain = english[key]["other"]
			}
			for form, text := range forms {
				checkText(t, l.Tag+": "+key+" "+form, text)
				if form == "one" && !slices.Contains(places(text), "N") {
					text += "{{.N}}" // "one" may be a word
				}
				if got := places(text); !strings.HasPrefix(key, "date.") && !slices.Equal(got, places(plain)) {
					t.Errorf("%s: %s has the places %q, want %q", l.Tag, key, got, places(plain))
				}
				if counts := slices.Contains(places(text), "N"); counts != (form != "") {
					t.Errorf("%s: %s counts, or has plural forms, but not both", l.Tag, key)
				}
			}
		}
	}
}

func checkText(t *testing.T, what, text string) {
	t.Helper()
	if text == "" || text != strings.TrimSpace(text) || strings.ContainsAny(text, `<>&"`) || strings.Contains(text, "  ") {
		t.Errorf("%s is empty, has blanks to spare or markup: %q", what, text)
	}
}

// keyFamilies are the beginnings of keys that are put together in the code.
var keyFamilies = []string{
	"date.", "ago.", "in.", "st.", "origin.", "reason.", "fail.", "show.", "view.", "kind.", "act.", "by.", "object.", "operation.", "access.", "rotate.in.", "notices.kind.",
	"rule.", "policy.group.", "bulk.others.", "creators.", "roles.", "unit.", "span.", "field.",
}

// Whatever a page or the code says there is, and nothing else.
func TestEveryKeyIsSaid(t *testing.T) {
	english := catalogue(t, "en")
	said := map[string]bool{}
	inPages := regexp.MustCompile(`(?:say|sayHTML) "([a-z0-9.]+)"`)
	quoted := regexp.MustCompile(`"([a-z][a-z0-9.]*)"`)
	err := filepath.WalkDir("../web", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(name, "_test.go") {
			return err
		}
		switch filepath.Ext(name) {
		case ".html":
			for _, m := range inPages.FindAllStringSubmatch(read(t, name), -1) {
				said[m[1]] = true
				if english[m[1]] == nil {
					t.Errorf("%s says %q, which no catalogue has", name, m[1])
				}
			}
		case ".go":
			for _, m := range quoted.FindAllStringSubmatch(read(t, name), -1) {
				said[m[1]] = true
				if strings.HasPrefix(m[1], "err.") && english[m[1]] == nil {
					t.Errorf("%s says %q, which no catalogue has", name, m[1])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range english {
		family := slices.ContainsFunc(keyFamilies, func(f string) bool { return strings.HasPrefix(key, f) })
		if !said[key] && !family && !strings.HasSuffix(key, ".days") {
			t.Errorf("nothing says %q", key)
		}
	}
}

// Each field that an event of the audit trail may list has its words.
func TestEveryFieldOfTheTrailIsSaid(t *testing.T) {
	english := catalogue(t, "en")
	listed := map[string]bool{}
	lists := regexp.MustCompile(`(?:d\.add\(|FieldChange{+Field: |Field[A-Z][a-z]+ += )"([a-z_]+)"`)
	for _, pattern := range []string{"../authority/*.go", "../session/*.go", "../pat/device.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range lists.FindAllStringSubmatch(read(t, file), -1) {
				key := "field." + m[1]
				listed[key] = true
				if english[key] == nil {
					t.Errorf("%s lists a field for which there is no %q", file, key)
				}
			}
		}
	}
	for key := range english {
		if strings.HasPrefix(key, "field.") && !listed[key] {
			t.Errorf("nothing lists the field of %q", key)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSpeakersCountAndDate(t *testing.T) {
	b := words.NewBook()
	at := time.Date(2026, 12, 22, 23, 59, 59, 0, time.FixedZone("", 3*60*60))
	for _, tt := range []struct{ tag, one, many, number, date, long string }{
		{"en", "1 day", "1,204 days", "1,204", "22 Dec 2026", "Tue 22 Dec 2026, 23:59"},
		{"tr", "1 gün", "1.204 gün", "1.204", "22 Ara 2026", "22 Ara 2026 Sal 23:59"},
		{"de", "1 Tag", "1.204 Tage", "1.204", "22.12.2026", "Di., 22.12.2026, 23:59"},
	} {
		s := b.Speaker(tt.tag)
		for _, c := range []struct{ got, want string }{
			{s.Say("days", words.Args{"N": 1}), tt.one},
			{s.Say("days", words.Args{"N": 1204}), tt.many},
			{s.Number(1204), tt.number},
			{s.Date(at), tt.date},
			{s.DateTimeLong(at), tt.long},
		} {
			if c.got != c.want {
				t.Errorf("%s says %q, want %q", tt.tag, c.got, c.want)
			}
		}
	}
}

func TestNearSaysHowFar(t *testing.T) {
	s := words.NewBook().Speaker("en")
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   time.Duration
		want string
	}{
		{0, "just now"},
		{-59 * time.Second, "just now"},
		{-time.Minute, "1 minute ago"},
		{-59 * time.Minute, "59 minutes ago"},
		{-time.Hour, "1 hour ago"},
		{-47 * time.Hour, "47 hours ago"},
		{-48 * time.Hour, "2 days ago"},
		{time.Second, "in a moment"},
		{12 * 24 * time.Hour, "in 12 days"},
		{61 * 24 * time.Hour, "in 2 months"},
		{800 * 24 * time.Hour, "in 2 years"},
	} {
		if got := s.Near(now.Add(tt.at), now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.at, got, tt.want)
		}
	}
}

func TestChooseTakesTheFirstThatThereIs(t *testing.T) {
	b := words.NewBook()
	for _, tt := range []struct {
		accept string
		wishes []string
		want   string
	}{
		{"", nil, "en"},
		{"de", []string{"tr", "en"}, "tr"},
		{"de", []string{"", "xx", "en"}, "en"},
		{"de-AT, en;q=0.5", nil, "de"},
		{"fr, tr;q=0.1", nil, "tr"},
		{"fr", nil, "en"},
		{"en;q=2, @@@", nil, "en"},
		{strings.Repeat("de,", 200), nil, "en"},
	} {
		if got := b.Choose(tt.accept, tt.wishes...).Tag; got != tt.want {
			t.Errorf("accept %.20q, wishes %q: %s, want %s", tt.accept, tt.wishes, got, tt.want)
		}
	}
}

func TestTheMirroredLanguageReadsFromTheRight(t *testing.T) {
	b, err := wordstest.Book()
	if err != nil {
		t.Fatal(err)
	}
	s := b.Speaker(wordstest.Mirrored)
	if s.Dir() != "rtl" || strings.Contains(s.Say("profile", nil), "Profile") || !strings.Contains(s.Say("created", words.Args{"Name": "ci"}), "ci") {
		t.Errorf("mirrored: %s %q %q", s.Dir(), s.Say("profile", nil), s.Say("created", words.Args{"Name": "ci"}))
	}
	for _, n := range []int{0, 1, 2, 5, 20, 100} {
		if text := s.Say("days", words.Args{"N": n}); text == "days" || !strings.ContainsAny(text, "0123456789٠١٢٣٤٥٦٧٨٩") {
			t.Errorf("%d days: %q", n, text)
		}
	}
}

func FuzzChoose(f *testing.F) {
	b := words.NewBook()
	f.Add("de-AT, en;q=0.5")
	f.Fuzz(func(t *testing.T, accept string) {
		if s := b.Choose(accept); s == nil {
			t.Error("nobody speaks")
		}
	})
}
