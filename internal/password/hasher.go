// Package password hashes and checks what users type: argon2id in slots of its
// own, the policy on new passwords, and a short memory of right ones. It knows
// neither users nor the store, only a password and the hash kept of it.
package password

import (
	"context"
	"fmt"
	"runtime"
	"unicode/utf8"

	"github.com/go-crypt/crypt/algorithm/argon2"
	"golang.org/x/text/unicode/norm"
)

// The shape of new hashes. Memory and Passes are the floor that OWASP's
// Password Storage Cheat Sheet names for argon2id with one lane; salt and tag
// have the lengths of RFC 9106 §4.
const (
	DefaultMemory = 19 * 1024 // KiB
	DefaultPasses = 2

	lanes      = 1
	saltLength = 16 // bytes
	tagLength  = 32 // bytes
)

// Options shapes a Hasher. The zero value is what a server should use.
type Options struct {
	// Slots is how many hashes are computed at once; each holds Memory. 0: half
	// of the processors, at least one, so that guessing leaves the other half
	// to verification.
	Slots int
	// Memory of one new hash in KiB; 0: DefaultMemory. Less than that is for
	// tests only.
	Memory uint32
	// Passes over the memory of one new hash; 0: DefaultPasses.
	Passes int
}

// Hasher makes and checks hashes in the PHC string format. It is safe for
// concurrent use.
//
// A hash in the default shape takes 20 to 30 ms of one processor and 19 MiB of
// fresh memory, which the library cannot reuse. So the Hasher never runs more
// than Slots at once, and refuses callers beyond a short queue instead of
// letting them pile up. Under load, garbage makes the process two to three
// times Slots × Memory larger; Release gives it back afterwards.
type Hasher struct {
	argon *argon2.Hasher
	shape shape
	none  string // a PHC string that no password fits, in today's shape
	slots slots
	rest  rest
}

// New returns a Hasher of the given shape. It fails when argon2 knows no such
// shape.
func New(o Options) (*Hasher, error) {
	if o.Slots <= 0 {
		o.Slots = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	if o.Passes == 0 {
		o.Passes = DefaultPasses
	}
	argon, err := argon2.New(argon2.WithVariantID(), argon2.WithM(o.Memory), argon2.WithT(o.Passes),
		argon2.WithP(lanes), argon2.WithS(saltLength), argon2.WithK(tagLength))
	if err != nil {
		return nil, fmt.Errorf("password hashing: %w", err)
	}
	s := shape{variant: argon2.AlgIdentifierVariantID, memory: o.Memory / 4 * 4, passes: uint32(o.Passes), lanes: lanes, salt: saltLength, tag: tagLength}
	return &Hasher{argon: argon, shape: s, none: s.unmatched(), slots: newSlots(o.Slots)}, nil
}

// Hash returns the PHC string to keep for the password. It fails with
// Unavailable when too many are waiting, or when ctx ends before its turn.
func (h *Hasher) Hash(ctx context.Context, pw string) (string, error) {
	if err := h.slots.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	d, err := h.argon.Hash(normal(pw))
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return d.Encode(), nil
}

// Check reports whether the password is the one that phc was made of. The
// empty phc, of a user who has no password, costs as much as any and fits
// none. It fails with Unavailable as Hash does, and with an Internal error on
// a phc that is not argon2's or asks for absurd resources.
func (h *Hasher) Check(ctx context.Context, phc, pw string) (bool, error) {
	if phc == "" {
		return false, h.CheckNone(ctx, pw)
	}
	d, _, err := parse(phc)
	if err != nil {
		return false, err
	}
	if err := h.slots.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	ok, err := d.MatchAdvanced(normal(pw))
	if err != nil {
		return false, fmt.Errorf("check a password: %w", err)
	}
	return ok, nil
}

// CheckNone spends what Check would on a hash in today's shape, for names that
// nobody has and users who may not sign in: time must not tell them from
// others. It fails as Check does.
func (h *Hasher) CheckNone(ctx context.Context, pw string) error {
	_, err := h.Check(ctx, h.none, pw)
	return err
}

// NeedsRehash reports whether phc is not in the shape of new hashes, so that
// it is to be replaced at the next right password.
func (h *Hasher) NeedsRehash(phc string) bool {
	_, s, err := parse(phc)
	return err != nil || s != h.shape
}

// leave gives back the slot that a call took.
func (h *Hasher) leave() {
	h.rest.hashes.Add(1)
	h.slots.leave()
}

// normal returns the form of a password that is hashed and judged: NFKC, so
// that the same key strokes fit on every keyboard and system (SP 800-63B-4
// §3.1.1.2). What is not UTF-8 has no such form and stays as it is, byte for
// byte.
func normal(pw string) string {
	if !utf8.ValidString(pw) {
		return pw
	}
	return norm.NFKC.String(pw)
}
