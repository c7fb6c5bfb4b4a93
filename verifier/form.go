package verifier

import "hash/crc32"

// A secret is a prefix of the installation's, "_", 40 characters of alphabet,
// and 6 of checksum.
const (
	alphabet       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	checksumLength = 6
	tailLength     = 1 + 40 + checksumLength
	minPrefix      = 3
	maxPrefix      = 12
	maxLength      = maxPrefix + tailLength
)

func rightLength(text string) bool {
	return len(text) >= minPrefix+tailLength && len(text) <= maxLength
}

// wellFormed reports whether text of the right length may be a secret, so that
// nobody is asked about junk. The checksum tells typing errors; it protects
// from nothing.
func wellFormed(text string) bool {
	n := len(text) - tailLength
	if text[n] != '_' {
		return false
	}
	for i := range n {
		if c := text[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9') {
			return false
		}
	}
	for i := n + 1; i < len(text); i++ {
		if c := text[i]; !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			return false
		}
	}
	body := text[:len(text)-checksumLength]
	sum := crc32.ChecksumIEEE([]byte(body))
	for i := len(text) - 1; i >= len(body); i-- {
		if text[i] != alphabet[sum%62] {
			return false
		}
		sum /= 62
	}
	return true
}
