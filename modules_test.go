package jeton_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The C library of the SQLite driver is generated together with it, and the
// driver's documentation asks for exactly the version its own go.mod names. An
// update of one alone builds, so nothing but this test would notice.
func TestModulesSQLiteAndItsLibc(t *testing.T) {
	ours, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	theirs, err := os.ReadFile(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	got, want := required(t, ours, "modernc.org/libc"), required(t, theirs, "modernc.org/libc")
	if got != want {
		t.Errorf("go.mod requires modernc.org/libc %s, but modernc.org/sqlite goes with %s", got, want)
	}
}

// required returns the version of module that the text of a go.mod file requires.
func required(t *testing.T, mod []byte, module string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^(?:require)?\s*` + regexp.QuoteMeta(module) + ` (v\S+)`).FindSubmatch(mod)
	if found == nil {
		t.Fatalf("no version of %s is required", module)
	}
	return string(found[1])
}
