package config

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/settings.md anew")

const docsPage = "../../docs/settings.md"

// The page of settings is the table, written out.
func TestDocsListEverySetting(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Settings

Every setting has one name: ` + "`max-age`" + ` is the flag ` + "`--max-age`" + `, the variable ` + "`JETON_MAX_AGE`" + ` and the key
` + "`max-age`" + ` of the YAML file that ` + "`--config` or `JETON_CONFIG`" + ` names. A flag wins over the environment, that
over the file, and the file over the default. ` + "`jeton config`" + ` shows what is in force and where it comes
from. An empty variable counts as not set; an unknown key of the file is refused, with its line.

| setting | value | default | what it does |
|---|---|---|---|
`)
	for _, s := range Settings() {
		value := s.Value
		if value == "" {
			value = "true or false"
		}
		standard := ""
		if s.Default != "" {
			standard = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Name, value, standard, s.Help)
	}
	if *update {
		if err := os.WriteFile(docsPage, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(docsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != b.String() {
		t.Error("docs/settings.md is not what the table says: go test ./internal/config -update")
	}
}
