package cli

import (
	"context"
	"errors"
	"strconv"

	"jeton/internal/pat"
)

// CreateToken issues a token; its secret leaves the program here.
func (d *direct) CreateToken(ctx context.Context, t newToken) (issued, error) {
	owner, err := d.named(ctx, t.Owner)
	if err != nil {
		return issued{}, err
	}
	scopes, err := pat.ParseScopes(t.Scope)
	if err != nil {
		return issued{}, err
	}
	networks, err := pat.ParseNetworks(t.Networks)
	if err != nil {
		return issued{}, err
	}
	secret, tok, err := d.auth.CreateToken(ctx, d.by, pat.TokenRequest{
		Owner: owner.ID, Name: t.Name, Description: t.Description, Scopes: scopes,
		Expiry: t.Expires.Expiry, Networks: networks, Origin: pat.OriginCLI,
	})
	if err != nil {
		return issued{}, err
	}
	shown, err := d.shown(ctx, &tok)
	return issued{shown, secret.Reveal()}, err
}

func (d *direct) shown(ctx context.Context, t *pat.Token) (token, error) {
	owner, err := d.ownerName(ctx, t.Owner)
	shown := token{
		ID: int64(t.ID), Owner: owner, Name: t.Name, Description: t.Description, Scope: string(t.Scopes),
		Status: d.status(t), Looks: t.Prefix + "_…" + t.LastFour,
		Created: t.CreatedAt, Expires: stamp(t.ExpiresAt), LastUsed: stamp(t.LastUsedAt), Networks: t.Networks.Texts(),
		Paused: stamp(t.PausedAt), Retired: stamp(t.RetiredAt), Revoked: stamp(t.RevokedAt), Reason: t.RevokedWhy,
	}
	if t.Generation > 0 {
		shown.Replaces = int64(t.Parent)
	}
	shown.ReplacedBy = int64(t.Successor)
	if t.LastUsedFrom.IsValid() {
		shown.LastFrom = t.LastUsedFrom.String()
	}
	return shown, err
}

func (d *direct) status(t *pat.Token) string {
	switch {
	case !t.RevokedAt.IsZero():
		return revoked
	case !t.Live(d.now()):
		return expired
	case !t.PausedAt.IsZero():
		return paused
	}
	return live
}

func (d *direct) Tokens(ctx context.Context, owner string) ([]token, error) {
	var only []pat.Cond
	if owner != "" {
		u, err := d.named(ctx, owner)
		if err != nil {
			return nil, err
		}
		only = append(only, pat.Cond{Field: "owner", Op: pat.Equal, Value: int64(u.ID)})
	}
	found, err := all(func(q pat.Query) ([]pat.Token, int, error) { return d.auth.Tokens(ctx, d.by, q) }, only...)
	if err != nil {
		return nil, err
	}
	shown := make([]token, len(found))
	for i := range found {
		if shown[i], err = d.shown(ctx, &found[i]); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

func (d *direct) Token(ctx context.Context, id int64) (token, error) {
	t, err := d.auth.Token(ctx, d.by, pat.TokenID(id))
	if err != nil {
		return token{}, aboutToken(id, err)
	}
	return d.shown(ctx, &t)
}

var errNoToken = errors.New("there is no such token; jeton token list shows them")

func aboutToken(id int64, err error) error {
	if pat.Is(err, pat.NotFound) {
		err = errNoToken
	}
	return about("token "+strconv.FormatInt(id, 10), err)
}

// reasons say why a secret proves nothing, in full: whoever asks holds both
// the secret and the data.
var reasons = map[pat.Reason]string{
	pat.ReasonMalformed: "it does not have the form of a token of this installation; is it whole?",
	pat.ReasonUnknown:   "there is no such token, or it was revoked",
	pat.ReasonExpired:   "it has expired",
	pat.ReasonPaused:    "it is paused",
	pat.ReasonRetired:   "it was replaced by a newer one",
	pat.ReasonNetwork:   "it is live, but may be used from its networks only",
	pat.ReasonOwner:     "its owner is disabled or deleted",
	pat.ReasonScope:     "it is live, but its scope does not allow that",
}

func (d *direct) Verify(ctx context.Context, secret, scope string) (verdict, error) {
	who, err := d.auth.Verify(ctx, secret, scope, d.by.Via)
	switch e := pat.AsError(err); {
	case err == nil:
		return verdict{
			Live: true, User: who.Name, UserID: int64(who.User), TokenID: int64(who.Token), Scope: who.Scopes.Effective(),
		}, nil
	case e.Kind != pat.Unauthenticated && e.Kind != pat.Forbidden:
		return verdict{}, err
	case reasons[e.Reason] != "":
		return verdict{Why: reasons[e.Reason]}, nil
	default:
		return verdict{Why: e.Message}, nil
	}
}
