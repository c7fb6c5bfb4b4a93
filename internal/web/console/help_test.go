package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"jeton/internal/words"
	"jeton/internal/words/wordstest"
)

var (
	topicLink = regexp.MustCompile(`href="(/help/[a-z]+)"`)
	mainLink  = regexp.MustCompile(`<a href="(/[a-z][^"#]*)"`)
)

// Every article is a page in every language, its links lead somewhere, and
// commands name this server.
func TestHelpIsAPageForEachTopic(t *testing.T) {
	h := withAda(t)
	book, err := wordstest.Book()
	must(t, err)
	leads := map[string]bool{}
	for _, tag := range []string{"en", "tr", "de", wordstest.Mirrored} {
		v := h.visitor(t)
		v.get("/help")
		v.post("/preferences", "language", tag)
		for _, topic := range words.Topics {
			a, ok := book.Speaker(tag).Article(topic)
			if !ok {
				t.Fatalf("%s: no article about %s", tag, topic)
			}
			v.get("/help")
			v.want(http.StatusOK, `href="/help/`+topic+`"`)
			v.get("/help/" + topic)
			v.want(http.StatusOK, "<h1>"+a.Title+"</h1>", `<html lang="`+tag+`"`, `aria-current="page">`+a.Title)
			v.wantNot("{url}", "**", "](")
			for _, m := range mainLink.FindAllStringSubmatch(v.body, -1) {
				leads[m[1]] = true
			}
		}
		v.get("/help/api")
		v.want(http.StatusOK, h.URL+"/apiops/test/hello/Ada")
	}
	v := h.signedIn(t, "ada")
	for path := range leads {
		if v.get(strings.ReplaceAll(path, "&amp;", "&")); v.status != http.StatusOK {
			t.Errorf("help leads to %s: %d", path, v.status)
		}
	}
	v.get("/help/nothing")
	v.want(http.StatusNotFound, "There is nothing here")
}

// The pages on which a question arises lead to what answers it.
func TestPagesLeadToHelp(t *testing.T) {
	h := withAda(t)
	v := h.signedIn(t, "ada")
	v.get("/profile/tokens")
	v.want(http.StatusOK, `href="/help/tokens"`)
	v.create("ci")
	v.want(http.StatusOK, `href="/help/api"`)
	for path, want := range map[string][]string{
		"/profile/tokens/new":      {"/help/expiry", "/help/scopes", "/help/networks"},
		"/profile/tokens/1/edit":   {"/help/expiry", "/help/networks"},
		"/profile/tokens/1/rotate": {"/help/rotation"},
		"/profile/tokens/1/revoke": {"/help/rotation"},
	} {
		v.get(path)
		for _, to := range want {
			v.want(http.StatusOK, `href="`+to+`"`)
		}
		for _, m := range topicLink.FindAllStringSubmatch(v.body, -1) {
			if topic := strings.TrimPrefix(m[1], "/help/"); !strings.Contains(strings.Join(words.Topics, " "), topic) {
				t.Errorf("%s leads to help about %q, which there is not", path, topic)
			}
		}
	}
}

// Whatever is wrong with a request of HTTP itself, the page says what to do, in
// the visitor's language.
func TestErrorsSayWhatToDo(t *testing.T) {
	h := withAda(t)
	book, err := wordstest.Book()
	must(t, err)
	for _, tt := range []struct {
		name   string
		status int
		key    string
		send   func(v *visitor)
	}{
		{"no such page", http.StatusNotFound, "fail.notfound", func(v *visitor) { v.get("/nowhere") }},
		{"only for forms", http.StatusMethodNotAllowed, "fail.formonly", func(v *visitor) { v.get("/signout") }},
		{"only to be seen", http.StatusMethodNotAllowed, "fail.pageonly", func(v *visitor) { v.post("/help", "username", "ada") }},
		{"neither to be seen nor a form", http.StatusMethodNotAllowed, "fail.method", func(v *visitor) {
			r, err := http.NewRequest(http.MethodDelete, h.URL+"/signin", nil)
			must(t, err)
			v.do(r)
		}},
		{"an old form", http.StatusForbidden, "fail.form", func(v *visitor) { v.send("/signin", url.Values{"username": {"ada"}}) }},
		{"another site's form", http.StatusForbidden, "fail.origin", func(v *visitor) {
			v.edit = func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }
			v.post("/signin", "username", "ada")
		}},
		{"a long form", http.StatusRequestEntityTooLarge, "fail.large", func(v *visitor) { v.post("/signin", "username", strings.Repeat("a", 70_000)) }},
		{"a long address", http.StatusRequestURITooLong, "fail.address", func(v *visitor) { v.get("/" + strings.Repeat("a", 9_000)) }},
		{"many cookies", http.StatusRequestHeaderFieldsTooLarge, "fail.headers", func(v *visitor) {
			v.edit = func(r *http.Request) { r.Header.Set("X-Long", strings.Repeat("a", 17_000)) }
			v.get("/signin")
		}},
		{"no form at all", http.StatusUnsupportedMediaType, "fail.invalid", func(v *visitor) {
			v.edit = func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }
			v.post("/signin", "username", "ada")
		}},
		{"no records", http.StatusServiceUnavailable, "fail.unavailable", func(v *visitor) {
			closed := withAda(t)
			tag := regexp.MustCompile(`<html lang="([^"]+)"`).FindStringSubmatch(v.body)[1]
			in := closed.signedIn(t, "ada")
			in.get("/profile")
			in.post("/preferences", "language", tag)
			must(t, closed.db.Close())
			*v = *in
			v.get("/profile")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, tag := range []string{"en", "tr", "de"} {
				v := h.visitor(t)
				v.get("/signin")
				v.post("/preferences", "language", tag)
				v.get("/signin")
				tt.send(v)
				speak := book.Speaker(tag)
				html := strings.NewReplacer("'", "&#39;")
				v.want(tt.status, html.Replace(speak.Say(tt.key+".title", nil)), html.Replace(speak.Say(tt.key+".text", nil)), `href="/help"`)
			}
		})
	}
}
