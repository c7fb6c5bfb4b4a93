package authority

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// call is what may be repeated: who asks, what it is done to, and all that was
// asked for. The zero call cannot be.
type call struct {
	key   pat.RepeatKey
	place string // the principal and the object: part of what opens the answer
	asked pat.Digest
}

// repeatedAnswer is what a repeated call is to be answered.
type repeatedAnswer struct {
	token  pat.TokenID
	secret pat.Secret
}

func rotationCall(by pat.Principal, id pat.TokenID, r *pat.Rotation) call {
	if r.Key.IsZero() {
		return call{}
	}
	return call{
		key:   r.Key,
		place: fmt.Sprintf("rotate token %d by user %d with token %d", id, by.User, by.Token),
		asked: sha256.Sum256(fmt.Appendf(nil, "%d %t %t %d %d", r.Overlap, r.Usual, r.Expiry.Never, r.Expiry.After, r.Expiry.At.UnixMicro())),
	}
}

// repeated returns the answer that is kept for the call. It fails with
// pat.ErrRepeated when the key was used for another one.
func (a *Authority) repeated(ctx context.Context, tx store.Tx, c call) (bool, repeatedAnswer, error) {
	if c.key.IsZero() {
		return false, repeatedAnswer{}, nil
	}
	if err := tx.PruneAnswers(a.now().Add(-pat.RepeatTime)); err != nil { // late ones were never asked for again
		return false, repeatedAnswer{}, err
	}
	kept, err := tx.Answer(ctx, c.key.Digest())
	switch {
	case pat.Is(err, pat.NotFound):
		return false, repeatedAnswer{}, nil
	case err != nil:
		return false, repeatedAnswer{}, err
	case kept.Asked != c.asked:
		return false, repeatedAnswer{}, pat.ErrRepeated
	}
	answer, err := a.unseal(c, kept.Sealed)
	return err == nil, answer, err
}

// keepAnswer seals the answer so that only who repeats the call can have it.
func (a *Authority) keepAnswer(tx store.Tx, c call, answer repeatedAnswer) error {
	if c.key.IsZero() {
		return nil
	}
	box, err := c.box()
	if err != nil {
		return err
	}
	sealed := make([]byte, box.NonceSize(), 128)
	_, _ = rand.Read(sealed) // never fails
	plain := append(binary.BigEndian.AppendUint64(nil, uint64(answer.token)), answer.secret.Reveal()...)
	sealed = box.Seal(sealed, sealed, plain, nil)
	return tx.KeepAnswer(store.Answer{Key: c.key.Digest(), Asked: c.asked, Sealed: sealed, At: a.now()})
}

// unseal fails with pat.ErrRepeated where someone else, or something else, was
// answered under the key.
func (a *Authority) unseal(c call, sealed []byte) (repeatedAnswer, error) {
	box, err := c.box()
	if err != nil {
		return repeatedAnswer{}, err
	}
	n := box.NonceSize()
	if len(sealed) < n {
		return repeatedAnswer{}, errors.New("a kept answer is too short")
	}
	plain, err := box.Open(nil, sealed[:n], sealed[n:], nil)
	if err != nil || len(plain) < 8 {
		return repeatedAnswer{}, pat.ErrRepeated
	}
	secret, err := a.Prefixes.ParseSecret(string(plain[8:]))
	return repeatedAnswer{pat.TokenID(binary.BigEndian.Uint64(plain)), secret}, err
}

// box is AES-256-GCM under a key that is derived from the repeat key, the
// principal and the object (RFC 5869), and is kept nowhere.
func (c call) box() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, c.key.Bytes(), nil, "repeated answer: "+c.place, 32)
	if err != nil {
		return nil, fmt.Errorf("repeat key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("repeat key: %w", err)
	}
	return cipher.NewGCM(block)
}

// PruneAnswers forgets what calls that were not repeated in time would have
// been answered.
func (a *Authority) PruneAnswers(ctx context.Context) error {
	return a.Store.Update(ctx, func(tx store.Tx) error { return tx.PruneAnswers(a.now().Add(-pat.RepeatTime)) })
}
