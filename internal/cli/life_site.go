package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"jeton/internal/client"
	"jeton/internal/pat"
)

// lifeSite moves tokens between the states of their life.
type lifeSite interface {
	EditToken(ctx context.Context, id int64, e tokenEdit) (token, error)
	RevokeToken(ctx context.Context, id int64, reason string) (token, error)
	PauseToken(ctx context.Context, id int64, reason string) (token, error)
	ResumeToken(ctx context.Context, id int64) (token, error)
	RetireToken(ctx context.Context, id int64) (token, error)
	RotateToken(ctx context.Context, id int64, r rotation) (issued, error)
	Family(ctx context.Context, id int64) ([]token, error)
	Events(ctx context.Context, id int64, limit int) ([]event, error)
}

// rotation asks for a successor.
type rotation struct {
	Overlap int64  // seconds
	Usual   bool   // nobody chose Overlap: a day, or what policy allows of it
	Expires expiry // zero: the span of the old token
}

// moved shows the token that was moved.
func (d *direct) moved(ctx context.Context, id int64, t pat.Token, err error) (token, error) {
	if err != nil {
		return token{}, aboutToken(id, err)
	}
	return d.shown(ctx, &t)
}

func (d *direct) RevokeToken(ctx context.Context, id int64, reason string) (token, error) {
	if err := d.auth.RevokeToken(ctx, d.by, pat.TokenID(id), reason); err != nil {
		return token{}, aboutToken(id, err)
	}
	return d.Token(ctx, id)
}

func (d *direct) PauseToken(ctx context.Context, id int64, reason string) (token, error) {
	t, err := d.auth.PauseToken(ctx, d.by, pat.TokenID(id), reason)
	return d.moved(ctx, id, t, err)
}

func (d *direct) ResumeToken(ctx context.Context, id int64) (token, error) {
	t, err := d.auth.ResumeToken(ctx, d.by, pat.TokenID(id))
	return d.moved(ctx, id, t, err)
}

func (d *direct) RetireToken(ctx context.Context, id int64) (token, error) {
	t, err := d.auth.EndOverlap(ctx, d.by, pat.TokenID(id))
	return d.moved(ctx, id, t, err)
}

// RotateToken issues a successor; its secret leaves the program here.
func (d *direct) RotateToken(ctx context.Context, id int64, r rotation) (issued, error) {
	secret, t, err := d.auth.RotateToken(ctx, d.by, pat.TokenID(id), pat.Rotation{
		Overlap: r.Overlap, Usual: r.Usual, Expiry: r.Expires.Expiry, Origin: pat.OriginCLI,
	})
	shown, err := d.moved(ctx, id, t, err)
	return issued{shown, secret.Reveal()}, err
}

func (d *direct) Family(ctx context.Context, id int64) ([]token, error) {
	chain, err := d.auth.Family(ctx, d.by, pat.TokenID(id))
	if err != nil {
		return nil, aboutToken(id, err)
	}
	shown := make([]token, len(chain))
	for i := range chain {
		if shown[i], err = d.shown(ctx, &chain[i]); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

func (r *remote) moved(id int64, t client.Token, err error) (token, error) {
	return r.shown(&t), aboutToken(id, err)
}

func (r *remote) RevokeToken(ctx context.Context, id int64, reason string) (token, error) {
	t, err := r.client.RevokeToken(ctx, id, reason)
	return r.moved(id, t, err)
}

func (r *remote) PauseToken(ctx context.Context, id int64, reason string) (token, error) {
	t, err := r.client.PauseToken(ctx, id, reason)
	return r.moved(id, t, err)
}

func (r *remote) ResumeToken(ctx context.Context, id int64) (token, error) {
	t, err := r.client.ResumeToken(ctx, id)
	return r.moved(id, t, err)
}

func (r *remote) RetireToken(ctx context.Context, id int64) (token, error) {
	t, err := r.client.RetireToken(ctx, id)
	return r.moved(id, t, err)
}

// tries is how often a rotation is asked for when no answer comes.
const tries = 3

// RotateToken issues a successor. A lost answer is asked for again with the same
// key: else nobody would have the secret, and the old token could not be
// rotated again.
func (r *remote) RotateToken(ctx context.Context, id int64, rot rotation) (issued, error) {
	req := client.Rotation{Overlap: rot.Overlap, Usual: rot.Usual, Never: rot.Expires.Never, Key: rand.Text()}
	if !rot.Expires.IsZero() {
		req.Expires = rot.Expires.instant(r.now())
	}
	for n := 1; ; n++ {
		next, err := r.client.RotateToken(ctx, id, req)
		if err == nil || refused(err) || ctx.Err() != nil || n == tries {
			made, err := r.issued(next, err)
			return made, aboutToken(id, err)
		}
		select {
		case <-time.After(time.Duration(n) * time.Second):
		case <-ctx.Done():
		}
	}
}

// refused reports whether the server has judged the call. A failure, its own or
// that of a gateway before it, leaves open whether the call was done.
func refused(err error) bool {
	var said *client.Error
	return errors.As(err, &said) && said.Status < 500
}

func (r *remote) Family(ctx context.Context, id int64) ([]token, error) {
	chain, err := r.client.TokenFamily(ctx, id)
	shown := make([]token, len(chain))
	for i := range chain {
		shown[i] = r.shown(&chain[i])
	}
	return shown, aboutToken(id, err)
}
