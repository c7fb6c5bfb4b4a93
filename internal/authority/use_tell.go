package authority

import (
	"context"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// tellUse tells the trail what was new in the use of tokens. It was the bearer's
// doing, who need not be the owner: who it was is not said, but from where.
func tellUse(tx store.Tx, found []store.UseFinding) error {
	for i := range found {
		f := &found[i]
		tok, err := tx.Token(context.Background(), f.Token)
		if err != nil {
			return err
		}
		bearer := pat.Principal{Credential: pat.ByToken, Token: f.Token, Via: pat.Via{Address: f.From}}
		event := tokenEvent(bearer, f.At, f.What, &tok)
		switch network := pat.NetworkOf(f.From); {
		case f.What == pat.TokenRefused:
			event.Outcome, event.Reason = "refused", string(f.Why)
			event.Changes = []pat.FieldChange{{Field: "refused", Old: int64(0), New: f.Count}}
		case network.IsValid():
			event.Changes = []pat.FieldChange{{Field: "network", Old: "", New: network.String()}}
		}
		if err := tx.Append(event); err != nil {
			return err
		}
	}
	return nil
}
