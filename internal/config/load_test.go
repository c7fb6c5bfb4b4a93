package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"jeton/internal/pat"
)

// load reads settings from a command line, "NAME=value" variables and the text
// of a file named jeton.yaml.
func load(t *testing.T, args, env []string, file string) (Loaded, error) {
	t.Helper()
	from := Sources{Env: func(name string) (string, bool) {
		for _, pair := range env {
			if n, v, _ := strings.Cut(pair, "="); n == name {
				return v, true
			}
		}
		return "", false
	}}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	from.Flags = Given(flags)
	if file != "" {
		from.File = filepath.Join(t.TempDir(), "jeton.yaml")
		if err := os.WriteFile(from.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(from)
}

func TestLoadPrecedence(t *testing.T) {
	const file = "max-age: 4s\n"
	tests := []struct {
		name      string
		args, env []string
		file      string
		want      time.Duration
		from      Origin
	}{
		{"flag over environment over file", []string{"--max-age=2s"}, []string{"JETON_MAX_AGE=3s"}, file, 2 * time.Second, FromFlag},
		{"environment over file", nil, []string{"JETON_MAX_AGE=3s"}, file, 3 * time.Second, FromEnv},
		{"file over default", nil, nil, file, 4 * time.Second, FromFile},
		{"default", nil, nil, "", time.Second, FromDefault},
		{"an empty variable is none", nil, []string{"JETON_MAX_AGE="}, file, 4 * time.Second, FromFile},
		{"a flag that repeats the default still wins", []string{"--max-age=1s"}, []string{"JETON_MAX_AGE=3s"}, "", time.Second, FromFlag},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := load(t, tt.args, tt.env, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if l.Config.MaxAge != tt.want {
				t.Errorf("MaxAge is %v, want %v", l.Config.MaxAge, tt.want)
			}
			for _, v := range l.Values {
				if v.Name == "max-age" && (v.From != tt.from || v.Text != tt.want.String()) {
					t.Errorf("max-age is %s from %s, want %s from %s", v.Text, v.From, tt.want, tt.from)
				}
			}
		})
	}
}

// Each setting can be said in each of the three places, in the same words.
func TestLoadEverySettingFromEverySource(t *testing.T) {
	words := map[string]string{
		"listen": "[::1]:443", "data": "/srv/jeton", "public-url": "https://jeton.example.org",
		"trusted-proxies": "10.0.0.0/8,::1/128", "max-age": "500ms", "outage-grace": "0s", "token-prefix": "acme",
		"index-limit": "5000", "max-connections": "100", "tls-cert": "c.pem", "tls-key": "k.pem", "admin-username": "ada",
		"admin-password-file": "p.txt", "verify-routes": "routes", "metrics-listen": "[::1]:9090", "log-level": "debug", "log-format": "json", "log-verify": "true",
	}
	var args, env, lines []string
	for _, s := range Settings() {
		if s.Name == "database-url" {
			continue // refused whatever it says
		}
		word := words[s.Name]
		if word == "" || word == s.Default {
			t.Fatalf("%s: the test needs a value that is not the default", s.Name)
		}
		args = append(args, "--"+s.Name+"="+word)
		env = append(env, s.Env()+"="+word)
		lines = append(lines, s.Name+": "+`"`+word+`"`)
	}
	for name, from := range map[string]func() (Loaded, error){
		"flags": func() (Loaded, error) { return load(t, args, nil, "") },
		"env":   func() (Loaded, error) { return load(t, nil, env, "") },
		"file":  func() (Loaded, error) { return load(t, nil, nil, strings.Join(lines, "\n")) },
	} {
		l, err := from()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, v := range l.Values {
			if want := words[v.Name]; v.Text != want {
				t.Errorf("%s: %s is %q, want %q", name, v.Name, v.Text, want)
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  []string
		file string
		want []string // in this order, all of them and no other line
	}{
		{"listen without a port", []string{"--listen=localhost"}, nil, "", []string{"--listen: write host:port"}},
		{"listen with a port too high", []string{"--listen=:65536"}, nil, "", []string{"--listen: write host:port"}},
		{"max-age of 0", []string{"--max-age=0"}, nil, "", []string{"--max-age: choose from 100ms to 1m0s"}},
		{"max-age below its bound", []string{"--max-age=99ms"}, nil, "", []string{"--max-age: choose"}},
		{"max-age above its bound", nil, []string{"JETON_MAX_AGE=61s"}, "", []string{"JETON_MAX_AGE: choose"}},
		{"max-age without a unit", nil, []string{"JETON_MAX_AGE=5"}, "", []string{"JETON_MAX_AGE: write a number with its unit"}},
		{"outage-grace below 0", []string{"--outage-grace=-1s"}, nil, "", []string{"--outage-grace: choose from 0"}},
		{"prefix too short", []string{"--token-prefix=ab"}, nil, "", []string{"--token-prefix: use 3 to 12"}},
		{"prefix with its underscore", []string{"--token-prefix=jtn_"}, nil, "", []string{"--token-prefix: use 3 to 12"}},
		{"no connections", []string{"--max-connections=15"}, nil, "", []string{"--max-connections: choose from 16 to 1000000"}},
		{"more connections than anybody has", []string{"--max-connections=1000001"}, nil, "", []string{"--max-connections: choose from 16 to 1000000"}},
		{"index-limit below its bound", []string{"--index-limit=999"}, nil, "", []string{"--index-limit: choose 1000 or more"}},
		{"public URL with a path", []string{"--public-url=https://a/b"}, nil, "", []string{"--public-url: write scheme and host"}},
		{"public URL without a scheme", []string{"--public-url=jeton.example.org"}, nil, "", []string{"--public-url: write"}},
		{"proxy by name", []string{"--trusted-proxies=10.0.0.1,proxy"}, nil, "", []string{`--trusted-proxies: "proxy" is no network`}},
		{"certificate without a key", []string{"--tls-cert=c.pem"}, nil, "", []string{"--tls-cert: name its key too, by tls-key"}},
		{"key without a certificate", nil, nil, "tls-key: k.pem\n", []string{"jeton.yaml:1: tls-key: name its certificate too, by tls-cert"}},
		{"administrator without a password", nil, []string{"JETON_ADMIN_USERNAME=ada"}, "", []string{"JETON_ADMIN_USERNAME: name the file with the password too, by admin-password-file"}},
		{"a password without an administrator", []string{"--admin-password-file=p"}, nil, "", []string{"--admin-password-file: name the administrator too, by admin-username"}},
		{"log level of no such name", []string{"--log-level=loud"}, nil, "", []string{"--log-level: choose debug, info"}},
		{"log format of no such name", []string{"--log-format=xml"}, nil, "", []string{"--log-format: choose text or json"}},
		{"a switch that is neither", nil, []string{"JETON_LOG_VERIFY=maybe"}, "", []string{"JETON_LOG_VERIFY: write true or false"}},
		{"PostgreSQL", nil, []string{"JETON_DATABASE_URL=postgres://h/d"}, "", []string{"JETON_DATABASE_URL: this version keeps its data in SQLite"}},
		{"a password on the command line", []string{"--database-url=postgres://u:hunter2@h/d"}, nil, "", []string{"--database-url: a password on the command line"}},
		{"a password in a query on the command line", []string{"--database-url=postgres://h/d?password=hunter2"}, nil, "", []string{"--database-url: a password on the command line"}},
		{"no URL on the command line", []string{"--database-url=host=h password=hunter2"}, nil, "", []string{"--database-url: write postgres://host/database"}},
		{"an unknown key, with its line", nil, nil, "listen: :80\n\nlistne: :81\n", []string{`jeton.yaml:3: "listne" is no setting`}},
		{"a key as it is called in the environment", nil, nil, "JETON_MAX_AGE: 1s\n", []string{`jeton.yaml:1: "JETON_MAX_AGE" is no setting; write max-age`}},
		{"a bad value in the file, with its line", nil, nil, "# comment\nmax-age: soon\n", []string{"jeton.yaml:2: max-age: write a number with its unit"}},
		{"a key without a value", nil, nil, "data:\n", []string{"jeton.yaml:1: data: give a value"}},
		{"a map for a value", nil, nil, "data: {a: b}\n", []string{"jeton.yaml:1: data: write a plain value"}},
		{"a key twice", nil, nil, "data: a\ndata: b\n", []string{"jeton.yaml: [2:1] mapping key \"data\" already defined"}},
		{"a file that is a list", nil, nil, "- data\n", []string{"jeton.yaml: write lines like"}},
		{"a file that is no YAML", nil, nil, "data: [\n", []string{"jeton.yaml: [1:"}},
		{"two documents", nil, nil, "data: a\n---\ndata: b\n", []string{"jeton.yaml: write one document"}},
		{
			"everything at once",
			[]string{"--listen=x", "--index-limit=few"},
			[]string{"JETON_MAX_AGE=1h"},
			"colour: red\nlog-format: xml\n",
			[]string{`jeton.yaml:1: "colour" is no setting`, "--listen: write", "--index-limit: write a whole number", "JETON_MAX_AGE: choose", "jeton.yaml:2: log-format: choose"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.args, tt.env, tt.file)
			var all Problems
			if !errors.As(err, &all) {
				t.Fatalf("Load returns %v, want Problems", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("complaints:\n%s\nwant %d", err, len(tt.want))
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("complaints:\n%s\nwant %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a complaint quotes the password: %s", err)
			}
		})
	}
}

func TestLoadFileThatIsMissing(t *testing.T) {
	_, err := Load(Sources{File: filepath.Join(t.TempDir(), "none.yaml")})
	if err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("Load returns %v, want one that names the file", err)
	}
}

func TestLoadFileThatSetsNothing(t *testing.T) {
	for _, text := range []string{"# comment\n", "---\n", "{}\n"} {
		if l, err := load(t, nil, nil, text); err != nil || l.Config.Listen != Default().Listen {
			t.Errorf("%q: Load returns %v", text, err)
		}
	}
}

func TestLoadListOfProxies(t *testing.T) {
	for _, text := range []string{
		"trusted-proxies: [10.1.2.3/8, ::1]\n",
		"trusted-proxies:\n  - 10.1.2.3/8\n  - ::1\n",
		"trusted-proxies: 10.1.2.3/8, ::1\n",
		"trusted-proxies: \"::ffff:10.1.2.3/104 ::1\"\n",
	} {
		l, err := load(t, nil, nil, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := format(&l.Config.TrustedProxies); got != "10.0.0.0/8,::1/128" {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestLoadMasksPasswords(t *testing.T) {
	for _, url := range []string{"postgres://u:hunter2@h/d", "postgres://h/d?password=hunter2", "postgres://u:hunter2@[h/d", "u:hunter2@h/d", "host=h password=hunter2"} {
		l, _ := load(t, nil, []string{"JETON_DATABASE_URL=" + url}, "")
		for _, v := range l.Values {
			if strings.Contains(v.Text, "hunter2") {
				t.Errorf("%s shows %s", v.Name, v.Text)
			}
			if v.Name == "database-url" && v.Text == "" {
				t.Error("the setting is not shown at all")
			}
		}
	}
}

func TestCheckPassesTheDefault(t *testing.T) {
	c := Default()
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

func TestCheckRefusesTheZeroConfig(t *testing.T) {
	var c Config
	err := c.Check()
	for _, name := range []string{"listen", "data", "max-age", "token-prefix", "index-limit", "log-format"} {
		if err == nil || !strings.Contains(err.Error(), name+": ") {
			t.Errorf("Check does not blame %s: %v", name, err)
		}
	}
}

// The form of a prefix is written here and in package pat.
func TestPrefixIsWhatSecretsMayBeginWith(t *testing.T) {
	for _, prefix := range []string{"", "ab", "abc", "a1b", "abcdefghijkl", "abcdefghijklm", "Abc", "a_b", "äbc", "abc\n", " abc"} {
		c := Default()
		c.TokenPrefix = prefix
		if ours, theirs := c.Check() == nil, pat.CheckPrefix(prefix) == nil; ours != theirs {
			t.Errorf("%q: config says %v, pat says %v", prefix, ours, theirs)
		}
	}
}

func TestReadSecret(t *testing.T) {
	tests := []struct {
		name, text, want string // "" when it is to be refused
	}{
		{"a line", "correct horse\n", "correct horse"},
		{"a line without its end", "correct horse", "correct horse"},
		{"a line of Windows", "correct horse\r\n", "correct horse"},
		{"blanks belong to it", " a b ", " a b "},
		{"nothing", "", ""},
		{"an empty line", "\n", ""},
		{"two lines", "a\nb\n", ""},
		{"an empty second line", "a\n\n", ""},
		{"more than 4 KiB", strings.Repeat("x", 4097), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadSecret(strings.NewReader(tt.text))
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("ReadSecret returns %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}
