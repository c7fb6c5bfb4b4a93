package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// needles are secrets in all forms in which they could have been left
// somewhere, each with the name of the secret.
type needles map[string]string

// add adds a secret. A token is looked for by each half of its random part, so
// that a piece of it is found too.
func (n needles) add(name, secret string) {
	if _, random, ok := strings.Cut(secret, "_"); ok && len(random) == 46 {
		n.add(name+", first half", random[:20])
		n.add(name+", second half", random[20:40])
		return
	}
	for _, form := range forms(secret) {
		n[form] = name
	}
	sum := sha256.Sum256([]byte(secret)) // of a password: as good as itself to whoever guesses
	n[string(sum[:])], n[hex.EncodeToString(sum[:])] = name+", hashed", name+", hashed"
}

func forms(s string) []string {
	var escaped strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&escaped, "%%%02x", b)
	}
	plainJSON, _ := json.Marshal(s)
	all := []string{
		s, latin1(s), hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s))),
		url.QueryEscape(s), url.PathEscape(s), strings.ToLower(url.QueryEscape(s)), escaped.String(), strings.ToUpper(escaped.String()),
		unquoted(string(plainJSON)), unquoted(strconv.Quote(s)), unquoted(strconv.QuoteToASCII(s)), unquoted(strconv.Quote(unquoted(strconv.Quote(s)))),
	}
	for offset := range 3 {
		all = append(all, inBase64(base64.RawStdEncoding, s, offset), inBase64(base64.RawURLEncoding, s, offset), inBase64(base64.RawStdEncoding, latin1(s), offset))
	}
	return all
}

func unquoted(s string) string { return s[1 : len(s)-1] }

// latin1 returns s in ISO 8859-1, which is how old clients send Basic.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// inBase64 returns those characters that stand for s alone where s begins
// offset bytes after a group of three.
func inBase64(e *base64.Encoding, s string, offset int) string {
	text := e.EncodeToString(append(make([]byte, offset), s...))
	return text[(offset*8+5)/6 : (offset+len(s))*8/6]
}

// search fails the test for every needle in the text.
func (n needles) search(t testing.TB, where string, text []byte) {
	t.Helper()
	for form, name := range n {
		if i := bytes.Index(text, []byte(form)); i >= 0 {
			t.Errorf("%s has %s: …%q…", where, name, text[max(0, i-60):min(len(text), i+len(form)+20)])
		}
	}
}

// searchFolder searches every file, but for those named.
func (n needles) searchFolder(t testing.TB, folder string, but ...string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", folder, files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(but, " "), f.Name()) {
			n.search(t, f.Name(), text)
		}
	}
}

// The search finds what it is to find.
func TestNeedlesAreFound(t *testing.T) {
	const token, password = "jtn_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij", oddPassword
	for name, hide := range map[string]func(string) string{
		"plain":             func(s string) string { return "x" + s + "x" },
		"as Basic":          func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ada:" + s)) },
		"as Basic, padded":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte("alice:" + s + "\n")) },
		"as Basic, shifted": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("alan:" + s + "\n\n")) },
		"as Basic, Latin-1": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("alan:" + latin1(s))) },
		"in base64url":      func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"in a form":         func(s string) string { return url.Values{"client_secret": {s}}.Encode() },
		"in a path":         func(s string) string { return (&url.URL{Path: "/" + s}).EscapedPath() + url.PathEscape(s) },
		"in JSON":           func(s string) string { b, _ := json.Marshal(map[string]string{"p": s}); return string(b) },
		"quoted":            func(s string) string { return fmt.Sprintf("%q", s) },
		"quoted twice":      func(s string) string { return fmt.Sprintf("%q", fmt.Sprintf("%q", s)) },
		"in hex":            func(s string) string { return fmt.Sprintf("%x", s) },
		"in large hex":      func(s string) string { return fmt.Sprintf("%X", s) },
	} {
		for _, secret := range []string{token, password} {
			n := needles{}
			n.add("it", secret)
			found := false
			for form := range n {
				found = found || strings.Contains(hide(secret), form)
			}
			if !found {
				t.Errorf("%s, %q is not found", name, secret)
			}
		}
	}
	n := needles{}
	n.add("it", token)
	for form := range n {
		if strings.Contains("jtn_…ghij [secret]", form) {
			t.Errorf("%q is found where there is nothing", form)
		}
	}
}
