package cli

import (
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"jeton/internal/words"
)

// commands is "commands URL sh caddyfile nginx": the files become what the
// console's help shows of each language, filled in for the server at the URL.
// What is told about the API stands first, since the rest builds on it.
func commands(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: commands URL sh caddyfile nginx")
	}
	code := map[string]string{}
	english := words.NewBook().Speaker(words.Default)
	for _, topic := range append([]string{"api"}, words.Topics...) {
		a, ok := english.Article(topic)
		if !ok {
			ts.Fatalf("there is no article about %s", topic)
		}
		for _, p := range a.Parts {
			if text := strings.ReplaceAll(p.Code, "{url}", args[0]) + "\n"; !strings.Contains(code[p.Language], text) {
				code[p.Language] += text
			}
		}
	}
	for i, language := range []string{"sh", "caddyfile", "nginx"} {
		ts.Check(os.WriteFile(ts.MkAbs(args[i+1]), []byte(code[language]), 0o600))
	}
}
