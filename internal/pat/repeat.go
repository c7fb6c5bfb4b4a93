package pat

import (
	"crypto/sha256"
	"log/slog"
	"time"
	"unicode/utf8"
)

// RepeatTime is for how long the answer to a call with a RepeatKey is kept.
const RepeatTime = 5 * time.Minute

// minRepeatKey is the fewest characters of a key. From it the secret is derived
// under which the answer is kept, so that it must not be guessed: 22 characters
// of base64 are 128 bits.
const minRepeatKey, maxRepeatKey = 22, 255

// ErrRepeated is how a call fails whose repeat key was used for another one.
var ErrRepeated = FailField("Idempotency-Key", "this key was used for another request; choose a new one for each")

// RepeatKey is what a client sends as Idempotency-Key: who repeats a call with
// it is given the first call's answer. It is a secret: it opens that answer.
type RepeatKey struct{ text string }

// ParseRepeatKey reads a key. It fails with Invalid, naming Idempotency-Key.
func ParseRepeatKey(text string) (RepeatKey, error) {
	n := utf8.RuneCountInString(text)
	if n < minRepeatKey || n > maxRepeatKey {
		return RepeatKey{}, FailField("Idempotency-Key", "use a random key of 22 to 255 characters, like the output of: openssl rand -hex 16")
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return RepeatKey{}, FailField("Idempotency-Key", "use printable ASCII characters without blanks")
		}
	}
	return RepeatKey{text}, nil
}

// IsZero reports whether there is no key.
func (k RepeatKey) IsZero() bool { return k.text == "" }

// Bytes returns the key, to derive from.
func (k RepeatKey) Bytes() []byte { return []byte(k.text) }

// Digest is what is kept of the key. A label keeps it apart from what is
// derived from the key for another purpose.
func (k RepeatKey) Digest() Digest { return sha256.Sum256([]byte("repeat key " + k.text)) }

func (k RepeatKey) String() string       { return masked }
func (k RepeatKey) GoString() string     { return masked }
func (k RepeatKey) LogValue() slog.Value { return slog.StringValue(masked) }
