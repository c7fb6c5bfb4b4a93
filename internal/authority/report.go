package authority

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// proofTime is for how long a secret that was shown can be reported without
// showing it again.
const proofTime = 15 * time.Minute

// proofs are notes that a user has shown the secret of a token. They stand in
// for the secret, which is in no page: user, token and end, under a key that
// only this process has. After a restart the secret is to be shown again.
type proofs struct {
	once sync.Once
	key  [32]byte
}

const proofBody = 24 // three numbers of 8 bytes

func (p *proofs) sum(body []byte) []byte {
	p.once.Do(func() { _, _ = rand.Read(p.key[:]) }) // never fails
	mac := hmac.New(sha256.New, p.key[:])
	mac.Write(body)
	return mac.Sum(nil)
}

func (p *proofs) issue(user pat.UserID, id pat.TokenID, now time.Time) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(user))
	body = binary.BigEndian.AppendUint64(body, uint64(id))
	body = binary.BigEndian.AppendUint64(body, uint64(now.Add(proofTime).UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(body, p.sum(body)...))
}

var errNoProof = pat.FailField("proof", "show the secret again; that was too long ago")

// token reads a proof of the user's. It fails with Invalid, naming proof.
func (p *proofs) token(user pat.UserID, text string, now time.Time) (pat.TokenID, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != proofBody+sha256.Size || !hmac.Equal(raw[proofBody:], p.sum(raw[:proofBody])) {
		return 0, errNoProof
	}
	of := func(i int) int64 { return int64(binary.BigEndian.Uint64(raw[8*i:])) }
	if pat.UserID(of(0)) != user || !now.Before(time.UnixMicro(of(2))) {
		return 0, errNoProof
	}
	return pat.TokenID(of(1)), nil
}

// ReportToken pauses the token that the proof is of, whoever owns it, and says
// why in its trail: whoever has found a secret may stop it, and the owner, or an
// administrator, may resume it. One that is paused stays so, and the report is in
// its trail all the same. It fails with Invalid, naming proof or reason, with
// Conflict when the token has ended, and with Unauthenticated and Forbidden.
func (a *Authority) ReportToken(ctx context.Context, by pat.Principal, proof, why string) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	if err := pat.CheckText("reason", why, pat.MaxReason); err != nil {
		return err
	}
	id, err := a.proofs.token(by.User, proof, a.now())
	if err != nil {
		return err
	}
	return a.update(ctx, func(tx store.Tx) error {
		by, err := present(ctx, tx, by)
		if err != nil {
			return err
		}
		if err := a.bearing(ctx, tx, by); err != nil {
			return err
		}
		old, err := tx.Token(ctx, id)
		switch {
		case err != nil:
			return err
		case !old.Live(a.now()):
			return pat.Fail(pat.Conflict, "the token has ended")
		}
		return a.report(ctx, tx, by, &old, why)
	})
}

// report pauses the token and says why in its trail, also where it is paused.
// People copy secrets into any field: none of why is kept.
func (a *Authority) report(ctx context.Context, tx store.Tx, by pat.Principal, old *pat.Token, why string) error {
	if _, err := tx.PauseToken(old.ID, a.now()); err != nil {
		return err
	}
	tok, err := tx.Token(ctx, old.ID)
	if err != nil {
		return err
	}
	event := tokenEvent(by, a.now(), pat.TokenReported, &tok, changed(old, &tok)...)
	event.Reason = pat.Redact(why)
	if by.User == 0 { // what nobody did to a token without a name is no notice
		event.ObjectName = cmp.Or(tok.Name, tok.Prefix+"_…"+tok.LastFour)
	}
	return tx.Append(event)
}
