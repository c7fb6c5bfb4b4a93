package authority_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jeton/internal/pat"
)

const repeatText = "5f4dcc3b5aa765d61d8327"

func keyed(t testing.TB, text string) func(*pat.Rotation) {
	t.Helper()
	key, err := pat.ParseRepeatKey(text)
	must(t, err)
	return func(r *pat.Rotation) { r.Key = key }
}

func TestARepeatedCallHasTheSameAnswer(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, tok := w.mint(bob)
	first, next, err := w.rotate(bob, tok.ID, keyed(t, repeatText))
	must(t, err)
	before := w.last()
	w.clock.Forward(pat.RepeatTime)
	again, same, err := w.rotate(bob, tok.ID, keyed(t, repeatText))
	must(t, err)
	if again != first || same.ID != next.ID || w.last() != before {
		t.Error("the repeated call has another answer")
	}
	w.clock.Forward(time.Microsecond)
	_, _, err = w.rotate(bob, tok.ID, keyed(t, repeatText))
	want(t, err, "conflict", "")
}

func TestFiftyRepeatedAtOnceHaveOneAnswer(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	secrets := make([]string, 50)
	errs := together(50, func(i int) (err error) {
		secrets[i], _, err = w.rotate(w.root, tok.ID, keyed(t, repeatText))
		return err
	})
	for i, err := range errs {
		if err != nil || secrets[i] != secrets[0] {
			t.Fatalf("call %d: %v", i, err)
		}
	}
}

func TestAKeyIsForOneCallOfOnePrincipal(t *testing.T) {
	w := newWorld(t)
	bob := w.user("bob")
	_, tok := w.mint(bob)
	_, other := w.mint(bob)
	_, _, err := w.rotate(bob, tok.ID, keyed(t, repeatText))
	must(t, err)
	for _, tt := range []struct {
		name string
		by   pat.Principal
		id   pat.TokenID
		edit func(*pat.Rotation)
	}{
		{"another body", bob, tok.ID, overlapping(time.Hour)},
		{"another expiry", bob, tok.ID, until(pat.Expiry{Never: true})},
		{"another token", bob, other.ID, func(*pat.Rotation) {}},
		{"another principal", w.root, tok.ID, func(*pat.Rotation) {}},
		{"another credential", w.bearer(bob, "write"), tok.ID, func(*pat.Rotation) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			secret, _, err := w.rotate(tt.by, tt.id, keyed(t, repeatText), tt.edit)
			if !errors.Is(err, pat.ErrRepeated) || secret != "" {
				t.Errorf("%v", err)
			}
		})
	}
	_, _, err = w.rotate(w.user("eve"), tok.ID, keyed(t, repeatText))
	want(t, err, "forbidden", "")
}

// What lies in the file opens nothing: neither the key nor the secret is there.
func TestNoKeyAndNoSecretIsKept(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	secret, _, err := w.rotate(w.root, tok.ID, keyed(t, repeatText))
	must(t, err)
	bare := sha256.Sum256([]byte(repeatText))
	seen := 0
	files, err := filepath.Glob(filepath.Join(w.folder, "jeton.db*"))
	must(t, err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		must(t, err)
		seen += len(text)
		for _, needle := range [][]byte{[]byte(repeatText), []byte(secret), []byte(secret[4:44]), bare[:]} {
			if bytes.Contains(text, needle) {
				t.Errorf("%s has %q", f, needle)
			}
		}
	}
	if seen == 0 {
		t.Error("no file was searched")
	}
	key, err := pat.ParseRepeatKey(repeatText)
	must(t, err)
	_, err = w.store.Answer(t.Context(), key.Digest())
	must(t, err)
	w.clock.Forward(pat.RepeatTime + time.Second)
	must(t, w.PruneAnswers(t.Context()))
	_, err = w.store.Answer(t.Context(), key.Digest())
	want(t, err, "not found", "")
}

// The usual overlap is what policy makes of it, and so another call than one that
// names as much.
func TestAKeyTellsTheUsualOverlapFromOneThatIsAskedFor(t *testing.T) {
	w := newWorld(t)
	_, tok := w.mint(w.root)
	_, _, err := w.rotate(w.root, tok.ID, keyed(t, repeatText), overlapping(0), func(r *pat.Rotation) { r.Usual = true })
	must(t, err)
	_, _, err = w.rotate(w.root, tok.ID, keyed(t, repeatText), overlapping(0))
	if !errors.Is(err, pat.ErrRepeated) {
		t.Errorf("the other call gets %v", err)
	}
}
