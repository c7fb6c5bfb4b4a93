package cli

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"jeton/internal/client"
	"jeton/internal/pat"
)

func walk(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, c := range cmd.Commands() {
		if !c.Hidden && c.Name() != "completion" {
			walk(c, do)
		}
	}
}

// Help teaches: each command says what it does and shows how, with examples
// that run its own name and use no flag that is not there.
func TestHelpOfEveryCommand(t *testing.T) {
	p := &program{out: os.Stdout, err: os.Stderr}
	n := 0
	walk(p.root(), func(cmd *cobra.Command) {
		n++
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: Short is %q", cmd.CommandPath(), cmd.Short)
		}
		if cmd.HasParent() && !strings.Contains(cmd.Example, cmd.CommandPath()) {
			t.Errorf("%s: no example of it: %q", cmd.CommandPath(), cmd.Example)
		}
		for line := range strings.Lines(cmd.Example) {
			checkExample(t, cmd.Root(), line)
		}
	})
	if n < 18 {
		t.Errorf("only %d commands were looked at", n)
	}
}

// checkExample looks up the command of an example and each of its flags.
func checkExample(t *testing.T, root *cobra.Command, line string) {
	t.Helper()
	_, args, found := strings.Cut(strings.TrimRight(line, ")\n"), "jeton ")
	if !found {
		t.Errorf("example without the command: %q", line)
		return
	}
	args, _, _ = strings.Cut(args, " | ")
	words := strings.Fields(args)
	cmd, _, err := root.Find(words)
	if err != nil {
		t.Errorf("%q: %v", line, err)
		return
	}
	for _, word := range words {
		if name, ok := strings.CutPrefix(word, "--"); ok && cmd.Flag(name) == nil {
			t.Errorf("%q: %s has no flag --%s", line, cmd.CommandPath(), name)
		}
	}
}

func TestParseExpiry(t *testing.T) {
	zone := time.FixedZone("", 3*3600)
	tests := []struct {
		text string
		want pat.Expiry
		ok   bool
	}{
		{"", pat.Expiry{}, true},
		{"never", pat.Expiry{Never: true}, true},
		{"1s", pat.Expiry{After: 1}, true},
		{"90m", pat.Expiry{After: 5400}, true},
		{"12h", pat.Expiry{After: 43200}, true},
		{"30d", pat.Expiry{After: 2592000}, true},
		{"2w", pat.Expiry{After: 1209600}, true},
		{"365000d", pat.Expiry{After: 31536000000}, true},
		{"365001d", pat.Expiry{}, false},
		{"9223372036854775807w", pat.Expiry{}, false},
		{"0d", pat.Expiry{}, false},
		{"-1d", pat.Expiry{}, false},
		{"d", pat.Expiry{}, false},
		{"1.5d", pat.Expiry{}, false},
		{"3y", pat.Expiry{}, false},
		{"30", pat.Expiry{}, false},
		{"2027-01-31", pat.Expiry{At: time.Date(2027, 1, 31, 20, 59, 59, 0, time.UTC)}, true},
		{"2027-02-31", pat.Expiry{}, false},
		{"2027-01-31T12:00:00Z", pat.Expiry{At: time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)}, true},
		{"2027-01-31 12:00", pat.Expiry{}, false},
		{"Never", pat.Expiry{}, false},
	}
	for _, tt := range tests {
		got, err := parseExpiry(tt.text, zone)
		if (err == nil) != tt.ok || got.Never != tt.want.Never || got.After != tt.want.After || !got.At.Equal(tt.want.At) {
			t.Errorf("%q is read as %+v, %v; want %+v", tt.text, got, err, tt.want)
		}
	}
}

// Over HTTP the command says when; what is not said is what it would be on the
// data folder.
func TestExpiryAsAnInstant(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"":           now.AddDate(0, 0, 30),
		"never":      {},
		"2d":         now.AddDate(0, 0, 2),
		"2027-01-31": time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC),
	} {
		e, err := parseExpiry(text, time.UTC)
		if got := e.instant(now); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestExplain(t *testing.T) {
	field := pat.FailField("name", "too long")
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a field", field, "name: too long"},
		{"a field of something", about("token 3", field), "token 3: name: too long"},
		{"a message", pat.Fail(pat.Conflict, "taken"), "taken"},
		{"a message that is the field's", &pat.Error{Kind: pat.Conflict, Message: "taken", Fields: []pat.Field{{Name: "username", Message: "taken"}}}, "username: taken"},
		{"what the operator must know", pat.Wrap(pat.Unavailable, "cannot write", os.ErrPermission), "cannot write; permission denied"},
		{"a refusal keeps its cause", pat.Wrap(pat.Forbidden, "no", os.ErrPermission), "no"},
		{"nothing but a kind", &pat.Error{Kind: pat.NotFound}, "not found"},
		{"a server's 404", about("zed", &client.Error{Status: 404, Message: "No User matches the given query."}), "zed: there is none, or it is not yours to see"},
		{"a server's own words", &client.Error{Status: 400, Message: "name: no"}, "name: no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := explain(tt.err); got != tt.want {
				t.Errorf("explain returns %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPrintableLeavesNothingThatSteersATerminal(t *testing.T) {
	if got := printable("a\x1b[31m\tb\u202ec\nü€"); got != "a\uFFFD[31m\uFFFDb\uFFFDc\uFFFDü€" {
		t.Errorf("printable returns %q", got)
	}
}
