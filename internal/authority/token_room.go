package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// checkRoom fails with Invalid when the name is taken among the owner's live
// tokens or the owner has as many as the policy allows of the token's kind,
// named or unnamed.
func checkRoom(ctx context.Context, tx store.Tx, p *pat.Policy, tok *pat.Token, now time.Time) error {
	if tok.Name != "" {
		if err := checkName(ctx, tx, tok, now); err != nil {
			return err
		}
	}
	named, unnamed, err := tx.CountLive(ctx, tok.Owner, now)
	if err != nil {
		return err
	}
	if tok.Name != "" {
		unnamed = named
	}
	return p.CheckRoom(tok.Name != "", int64(unnamed))
}

// checkRoomBeside is checkRoom for a successor. Each token may have one value
// that goes on beside it, so that there is room for twice as many.
func checkRoomBeside(ctx context.Context, tx store.Tx, p *pat.Policy, old *pat.Token, now time.Time) error {
	named, unnamed, err := tx.CountLive(ctx, old.Owner, now)
	if err != nil {
		return err
	}
	if old.Name != "" {
		unnamed = named
	}
	return p.CheckRoom(old.Name != "", int64(unnamed/2))
}

func checkName(ctx context.Context, tx store.Tx, tok *pat.Token, now time.Time) error {
	other, err := tx.LiveNamed(ctx, tok.Owner, tok.Name, now)
	if err != nil {
		return err
	}
	if other != 0 && other != tok.ID {
		return pat.FailField("name", "a live token with this name already exists; choose another, or revoke that one first")
	}
	return nil
}

// checkRenamed is checkRoom for a token that was called old. One that keeps its
// kind takes no more room, one that has expired takes none.
func checkRenamed(ctx context.Context, tx store.Tx, p *pat.Policy, tok *pat.Token, old string, now time.Time) error {
	switch {
	case tok.Name == old || !tok.Live(now):
		return nil
	case tok.Name == "" || old == "":
		return checkRoom(ctx, tx, p, tok, now)
	}
	return checkName(ctx, tx, tok, now)
}
