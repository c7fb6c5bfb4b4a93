package password

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-crypt/crypt/algorithm/argon2"
)

// Bounds on the hashes that are accepted for checking, whoever made them. They
// keep a broken or smuggled row from taking the machine's memory, and a short
// tag from fitting by chance.
const (
	maxMemory = 1 << 20 // KiB, 1 GiB
	maxPasses = 64
	maxLanes  = 16
	minSalt   = 8 // bytes
	minTag    = 16
	maxLength = 64 // of salt and tag
)

// shape is the cost of a hash and the lengths of its parts.
type shape struct {
	variant string // argon2id, argon2i or argon2d
	memory  uint32 // KiB
	passes  uint32
	lanes   uint32
	salt    int // bytes
	tag     int // bytes
}

// errPHC says nothing of the string itself: it is written to logs.
var errPHC = errors.New("the password hash that is kept is not argon2's, or beyond its bounds")

// parse reads a PHC string of argon2, version 1.3. Its error is Internal:
// only the store can have spoilt the string.
func parse(phc string) (*argon2.Digest, shape, error) {
	decoded, err := argon2.Decode(phc)
	if err != nil {
		return nil, shape{}, errPHC
	}
	d, ok := decoded.(*argon2.Digest)
	if !ok {
		return nil, shape{}, errPHC
	}
	// The library tells the parameters only in their written form.
	parts := strings.Split(d.Encode(), "$")
	s := shape{variant: parts[1], salt: len(d.Salt()), tag: len(d.Key())}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &s.memory, &s.passes, &s.lanes); err != nil || !s.bounded() {
		return nil, shape{}, errPHC
	}
	return d, s, nil
}

func (s shape) bounded() bool {
	return s.memory <= maxMemory && s.passes <= maxPasses && s.lanes <= maxLanes &&
		s.salt >= minSalt && s.salt <= maxLength && s.tag >= minTag && s.tag <= maxLength
}

// unmatched returns a PHC string of the shape whose tag was drawn, not
// computed: finding a password that fits it is finding a preimage.
func (s shape) unmatched() string {
	b64 := func(n int) string {
		b := make([]byte, n)
		_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
		return base64.RawStdEncoding.EncodeToString(b)
	}
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", s.memory, s.passes, s.lanes, b64(s.salt), b64(s.tag))
}
