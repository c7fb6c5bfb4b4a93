package pat

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"log/slog"
	"regexp"
)

// A secret is prefix, "_", 40 characters drawn from alphabet and 6 characters
// of checksum. 40 characters of 62 are 238 bits.
const (
	alphabet       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	randomLength   = 40
	checksumLength = 6
	tailLength     = 1 + randomLength + checksumLength

	// DefaultPrefix begins every secret unless the installation chose another.
	DefaultPrefix = "jtn"

	maxPrefix = 12
)

// Secret is the plain text of a token, shown once. However it is printed,
// logged or marshalled, it reads [secret]; only Reveal gives it away.
type Secret struct{ text string }

// Reveal returns the plain text. It is called only where the bearer is answered.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether there is no secret at all.
func (s Secret) IsZero() bool { return s.text == "" }

const masked = "[secret]"

func (s Secret) String() string               { return masked }
func (s Secret) GoString() string             { return masked }
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(masked) }

// Format prints [secret] for every verb, %q and %x among them.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// Digest is SHA-256 of a secret's whole text: what the store keeps and what a
// token is looked up by. 238 random bits need neither salt nor stretching.
type Digest [sha256.Size]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Digest returns the key under which the secret's token is kept.
func (s Secret) Digest() Digest { return digestOf(s.text) }

func digestOf(text string) Digest {
	var buf [maxPrefix + tailLength]byte // on the stack: a look-up allocates nothing
	if len(text) > len(buf) {
		return ClientSecretDigest(text) // of an application's secret, which is longer
	}
	return sha256.Sum256(buf[:copy(buf[:], text)])
}

// LastFour returns the end of the secret, by which its owner recognises it.
func (s Secret) LastFour() string { return s.text[max(0, len(s.text)-4):] }

var prefixForm = regexp.MustCompile(`^[a-z0-9]{3,12}$`)

// CheckPrefix fails with Invalid unless prefix is 3 to 12 of a-z and 0-9.
func CheckPrefix(prefix string) error {
	if !prefixForm.MatchString(prefix) {
		return FailField("token-prefix", "use 3 to 12 characters of a-z and 0-9")
	}
	return nil
}

// NewSecret draws a secret from the operating system's random source. prefix
// is one that CheckPrefix passes.
func NewSecret(prefix string) Secret {
	buf := make([]byte, 0, len(prefix)+tailLength)
	buf = append(buf, prefix...)
	buf = append(buf, '_')
	// Bytes of 248 and above are drawn again: 248 is the greatest multiple of
	// 62, so that every character is as likely as any other.
	var random [64]byte
	for want := len(buf) + randomLength; len(buf) < want; {
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
		for _, b := range random {
			if b < 248 && len(buf) < want {
				buf = append(buf, alphabet[b%62])
			}
		}
	}
	sum := checksum(string(buf))
	return Secret{string(append(buf, sum[:]...))}
}

// checksum is CRC-32 (IEEE) of body as six digits of alphabet, most
// significant first. It tells typing errors; it is no protection.
func checksum(body string) (sum [checksumLength]byte) {
	n := ^uint32(0)
	for i := range len(body) { // by hand: crc32.ChecksumIEEE wants a slice on the heap
		n = crc32.IEEETable[byte(n)^body[i]] ^ n>>8
	}
	n = ^n
	for i := checksumLength - 1; i >= 0; i-- {
		sum[i] = alphabet[n%62]
		n /= 62
	}
	return sum
}

// Prefixes are those that secrets of this installation have ever begun with.
// The first is the one in use.
type Prefixes []string

// Current returns the prefix for new secrets.
func (p Prefixes) Current() string {
	if len(p) == 0 {
		return DefaultPrefix
	}
	return p[0]
}

// ParseSecret reads a secret that a client sent. It fails with Unauthenticated
// and ReasonMalformed on anything else: another prefix, length or character,
// or a checksum that does not fit. It asks no store, so junk costs no look-up.
func (p Prefixes) ParseSecret(text string) (Secret, error) {
	n := len(text) - tailLength
	if n < 0 || n > maxPrefix || text[n] != '_' || !p.has(text[:n]) {
		return Secret{}, errMalformed
	}
	body := text[:len(text)-checksumLength]
	for i := n + 1; i < len(text); i++ {
		if !isAlphabet[text[i]] {
			return Secret{}, errMalformed
		}
	}
	if sum := checksum(body); text[len(body):] != string(sum[:]) {
		return Secret{}, errMalformed
	}
	return Secret{text}, nil
}

var errMalformed = Refuse(ReasonMalformed)

func (p Prefixes) has(prefix string) bool {
	if len(p) == 0 {
		return prefix == DefaultPrefix
	}
	for _, have := range p {
		if have == prefix {
			return true
		}
	}
	return false
}

var isAlphabet = func() (is [256]bool) {
	for _, c := range []byte(alphabet) {
		is[c] = true
	}
	return is
}()

// Redact replaces whatever looks like a secret in text, so that a log line
// that quotes a request gives nothing away.
func Redact(text string) string {
	if !maybeSecret(text) {
		return text
	}
	return secretLike.ReplaceAllString(text, masked)
}

var secretLike = regexp.MustCompile(`[a-z0-9]{3,12}_[0-9A-Za-z]{20,}`)

// maybeSecret spares most texts the regular expression: it reports whether an
// underscore is followed by twenty characters of the alphabet.
func maybeSecret(text string) bool {
	run := -1 // characters since the last underscore; -1: none
	for i := range len(text) {
		switch c := text[i]; {
		case c == '_':
			run = 0
		case run >= 0 && isAlphabet[c]:
			if run++; run == 20 {
				return true
			}
		default:
			run = -1
		}
	}
	return false
}
