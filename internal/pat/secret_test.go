package pat_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jeton/internal/pat"
)

// Three secrets computed from the description in docs/tokens.md with
// another implementation of CRC-32: whoever changes the form changes a promise.
var vectors = []string{
	"jtn_00000000000000000000000000000000000000004JGl9S",
	"jtn_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd1UyEXT",
	"acme7_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2jXXzC",
}

func TestVectorsParse(t *testing.T) {
	prefixes := pat.Prefixes{"jtn", "acme7"}
	for _, v := range vectors {
		if _, err := prefixes.ParseSecret(v); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func TestParseSecret(t *testing.T) {
	const good = "jtn_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd1UyEXT"
	tests := []struct{ name, text string }{
		{"nothing", ""},
		{"the prefix alone", "jtn_"},
		{"one character less", good[:49]},
		{"one character more", good + "0"},
		{"a blank before", " " + good},
		{"a line end after", good + "\n"},
		{"another letter of the random part", strings.Replace(good, "_0", "_1", 1)},
		{"another letter of the checksum", good[:49] + "0"},
		{"the letters of the random part swapped", "jtn_1023456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd" + good[44:]},
		{"the prefix in capitals", "JTN" + good[3:]},
		{"a prefix that was never used", "abc" + good[3:]},
		{"a dash for the underscore", "jtn-" + good[4:]},
		{"a character outside the alphabet", good[:10] + "-" + good[11:]},
		{"a letter that only looks alike", good[:10] + "é" + good[12:]},
		{"NUL", good[:10] + "\x00" + good[11:]},
		{"a JSON web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x"},
	}
	if _, err := (pat.Prefixes{}).ParseSecret(good); err != nil {
		t.Fatalf("the secret that is spoilt below: %v", err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := (pat.Prefixes{"jtn"}).ParseSecret(tt.text)
			if e := pat.AsError(err); e == nil || e.Kind != pat.Unauthenticated || e.Reason != pat.ReasonMalformed {
				t.Errorf("ParseSecret says %v", err)
			}
		})
	}
}

func TestEveryPrefixEverUsedParses(t *testing.T) {
	old, now := pat.NewSecret("abc"), pat.NewSecret("twelvechars1")
	for _, s := range []pat.Secret{old, now} {
		if _, err := (pat.Prefixes{"twelvechars1", "abc"}).ParseSecret(s.Reveal()); err != nil {
			t.Errorf("%d characters: %v", len(s.Reveal()), err)
		}
	}
	if _, err := (pat.Prefixes{"twelvechars1"}).ParseSecret(old.Reveal()); err == nil {
		t.Error("a secret of another installation passes")
	}
}

func TestASecretIsPrintedNowhere(t *testing.T) {
	secret := pat.NewSecret("jtn")
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "secret", secret, "in", []any{secret}, "of", struct{ S pat.Secret }{secret})
	marshalled, _ := json.Marshal(map[string]any{"a": secret, "b": struct{ S pat.Secret }{secret}})
	for _, text := range []string{
		log.String(), string(marshalled),
		fmt.Sprint(secret), fmt.Sprintf("%v %+v %#v %s %q %x %d", secret, secret, secret, secret, secret, secret, secret),
		fmt.Sprintf("%v %+v %#v", struct{ S pat.Secret }{secret}, []pat.Secret{secret}, &secret),
	} {
		if strings.Contains(text, secret.Reveal()) || strings.Contains(text, secret.Reveal()[4:20]) {
			t.Errorf("given away in %s", text)
		}
	}
}

// Two thousand secrets: all different, every character of the alphabet about
// as often as any other (chi-square over 62 classes, six standard deviations).
func TestSecretsAreDrawnEvenly(t *testing.T) {
	const n = 2000
	seen := map[string]bool{}
	var count [256]int
	for range n {
		text := pat.NewSecret("jtn").Reveal()
		if seen[text] || len(text) != 50 {
			t.Fatal("drawn twice, or of another length")
		}
		seen[text] = true
		for _, c := range []byte(text[4:44]) {
			count[c]++
		}
	}
	const expected = float64(n*40) / 62
	var chi float64
	for c, k := range count {
		if isLetter := strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", byte(c)) >= 0; isLetter {
			chi += (float64(k) - expected) * (float64(k) - expected) / expected
		} else if k != 0 {
			t.Errorf("%q is not of the alphabet", rune(c))
		}
	}
	if const61, sixSigma := 61.0, 6*11.05; chi > const61+sixSigma {
		t.Errorf("chi-square %.0f over 61 degrees of freedom", chi)
	}
}

func TestRedact(t *testing.T) {
	secret := pat.NewSecret("jtn").Reveal()
	got := pat.Redact("GET /x?t=" + secret + "&u=1 " + secret[:30])
	if strings.Contains(got, secret[:30]) || !strings.Contains(got, "GET /x?t=") {
		t.Errorf("Redact leaves %s", got)
	}
}

// What the docs tell scanners to look for finds secrets, wherever they stand, and
// nothing that is shorter or longer.
func TestTheDocsFindSecrets(t *testing.T) {
	written := regexp.MustCompile(`\\bjtn_\[[^'\s]+`)
	for _, file := range []string{"tokens.md", "scanners/gitleaks.toml", "scanners/trufflehog.yaml"} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile("../../docs/" + file)
			if err != nil {
				t.Fatal(err)
			}
			all := written.FindAllString(string(text), -1)
			if len(all) != 1 {
				t.Fatalf("it has %q", all)
			}
			form := regexp.MustCompile(all[0])
			secrets := slices.Clone(vectors[:2])
			for range 1000 {
				secrets = append(secrets, pat.NewSecret("jtn").Reveal())
			}
			for _, s := range secrets {
				for _, around := range []string{"%", "Authorization: Bearer %", `token="%"`, "TOKEN=%\n", "https://x.example/?t=%&a=b", "(%)", "a:%.", "-%-"} {
					if got := form.FindString(strings.Replace(around, "%", s, 1)); got != s {
						t.Fatalf("in %q it finds %q", around, got)
					}
				}
				for name, other := range map[string]string{
					"shorter": s[:49], "shorter in the middle": s[:20] + s[21:], "longer": s + "x", "longer in the middle": s[:20] + "0" + s[20:],
					"in a word": "x" + s, "after an underscore": "_" + s, "before an underscore": s + "_", "another prefix": "ntj" + s[3:],
					"in capitals": "JTN" + s[3:], "broken": s[:20] + "-" + s[21:],
				} {
					if got := form.FindString(other); got != "" {
						t.Fatalf("%s: it finds %q", name, got)
					}
				}
			}
		})
	}
}

func FuzzParseSecret(f *testing.F) {
	for _, v := range append(vectors, "", "_", "jtn_", strings.Repeat("_", 50), pat.NewSecret("jtn").Reveal()) {
		f.Add(v)
	}
	prefixes := pat.Prefixes{"jtn", "acme7"}
	f.Fuzz(func(t *testing.T, text string) {
		secret, err := prefixes.ParseSecret(text)
		switch {
		case err == nil && secret.Reveal() != text:
			t.Errorf("%q was read as another secret", text)
		case err == nil && len(text) != 50 && len(text) != 52:
			t.Errorf("%q passes at a length of %d", text, len(text))
		case err != nil && !secret.IsZero():
			t.Errorf("%q fails and is a secret all the same", text)
		}
	})
}

func BenchmarkParseSecret(b *testing.B) {
	text := pat.NewSecret("jtn").Reveal()
	prefixes := pat.Prefixes{"jtn"}
	b.ReportAllocs()
	for b.Loop() {
		s, err := prefixes.ParseSecret(text)
		if err != nil || s.Digest() == (pat.Digest{}) {
			b.Fatal(err)
		}
	}
}
